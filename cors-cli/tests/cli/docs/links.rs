//! Links: each leads to a file, or to a heading of a page, that is there; and every page stands in the book.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use super::pages;
use crate::documents::{Page, book, root};

/// What the links of a line lead to; code spans have none.
fn targets(line: &str) -> Vec<String> {
    let text: String = line.split('`').step_by(2).collect::<Vec<_>>().join("`");
    let parts = text.split("](").skip(1);
    parts.filter_map(|rest| rest.split_once(')').map(|(target, _)| target.to_owned())).collect()
}

/// The anchor of a heading, as repositories' web views and mdBook make it.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

/// The anchors of a page; of headings that are alike, the second has `-1` behind it.
fn anchors(page: &Page) -> Vec<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let headings = page.prose().into_iter().filter(|(_, line)| line.starts_with('#'));
    headings
        .map(|(_, line)| {
            let anchor = anchor(line.trim_start_matches('#'));
            let count = seen.entry(anchor.clone()).or_default();
            *count += 1;
            if *count == 1 { anchor } else { format!("{anchor}-{}", *count - 1) }
        })
        .collect()
}

/// A path without `..`.
fn plain(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut plain, part| {
        match part {
            Component::ParentDir => drop(plain.pop()),
            other => plain.push(other),
        }
        plain
    })
}

/// Why a link is broken.
fn fault(page: &Page, target: &str) -> Option<String> {
    if target.starts_with("https://") {
        return None;
    }
    let (path, fragment) = target.split_once('#').map_or((target, None), |(path, anchor)| (path, Some(anchor)));
    if path.is_empty() {
        return unknown(page, fragment?);
    }
    let file = plain(&Path::new(&page.name).with_file_name(path));
    if !root().join(&file).exists() {
        return Some("is not there".to_owned());
    }
    let is_page = file.extension().is_some_and(|extension| extension == "md");
    if page.name.starts_with("docs/") && is_page && !file.starts_with("docs") {
        return Some("leaves the book, where mdBook makes `.html` of `.md`: name the folder".to_owned());
    }
    match is_page {
        true => unknown(&Page::read(file.to_str().unwrap()), fragment?),
        false => fragment.map(|_| "is no page with headings".to_owned()),
    }
}

/// Why there is no such heading on a page.
fn unknown(page: &Page, fragment: &str) -> Option<String> {
    let known = anchors(page);
    (!known.iter().any(|anchor| anchor == fragment)).then(|| format!("has no such heading; there are {known:?}"))
}

#[test]
fn no_link_is_broken() {
    let mut found = 0;
    let mut faults = Vec::new();
    for page in pages() {
        for (line, text) in page.prose() {
            for target in targets(text) {
                found += 1;
                faults.extend(fault(&page, &target).map(|fault| format!("{}:{line}: {target} {fault}", page.name)));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(found > 300, "{found} links were found");
}

#[test]
fn links_and_anchors_are_found() {
    assert_eq!(targets("[a](b.md#c) `[d](e)` [`f`](g) ([h](i))"), ["b.md#c", "g", "i"]);
    assert_eq!(anchor(" `cors verify --format json`"), "cors-verify---format-json");
    assert_eq!(anchor("What's new, in 2?"), "whats-new-in-2");
    let page = Page { name: "docs/x.md".to_owned(), text: "# A\n## A\n```sh\n# no\n```\n".to_owned() };
    assert_eq!(anchors(&page), ["a", "a-1"]);
    assert_eq!(fault(&page, "#a-1"), None);
    for broken in ["#b", "y.md", "../README.md", "tutorial.md#no-such-heading"] {
        assert!(fault(&page, broken).is_some(), "{broken}");
    }
}

#[test]
fn every_page_is_in_the_summary_once() {
    // Written, if they are to be, before they are listed.
    pages();
    let summary = Page::read("docs/SUMMARY.md");
    let mut listed: Vec<String> =
        summary.prose().iter().flat_map(|(_, line)| targets(line)).map(|target| format!("docs/{target}")).collect();
    listed.sort();
    let pages: Vec<String> = book().into_iter().filter(|page| page != "docs/SUMMARY.md").collect();
    assert_eq!(listed, pages);
}
