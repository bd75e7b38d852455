//! The documentation: what can be generated is fresh, every block is tested as its marks say, no link is broken,
//! and every page stands in the book.

mod blocks;
mod diagnostics;
mod language;
mod links;
mod shell;

use std::sync::OnceLock;

use crate::documents::{Page, root};

fn is_update() -> bool {
    std::env::var_os("UPDATE_GOLDEN").is_some()
}

/// The pages that are generated, or partly so: their names, and what they are to say. With
/// `UPDATE_GOLDEN=1 cargo test -p cors-cli --test cli` they are written.
fn generated() -> &'static [(String, String)] {
    static PAGES: OnceLock<Vec<(String, String)>> = OnceLock::new();
    PAGES.get_or_init(|| {
        let mut pages = diagnostics::pages();
        pages.push(language::page());
        for (name, text) in pages.iter().filter(|_| is_update()) {
            std::fs::create_dir_all(root().join(name).parent().unwrap()).unwrap();
            std::fs::write(root().join(name), text).unwrap();
        }
        pages
    })
}

/// All pages, after those that are to be written have been.
fn pages() -> Vec<Page> {
    if is_update() {
        generated();
    }
    crate::documents::pages()
}

/// A page with a text between its markers: comments that Markdown does not show.
fn between_markers(name: &str, text: &str) -> (String, String) {
    const MARKERS: [&str; 2] =
        ["<!-- generated: what stands here is overwritten -->\n", "<!-- end of what is generated -->\n"];
    let page = Page::read(name);
    let (before, rest) = page.text.split_once(MARKERS[0]).unwrap();
    let (_, after) = rest.split_once(MARKERS[1]).unwrap();
    (name.to_owned(), format!("{before}{}\n{text}\n\n{}{after}", MARKERS[0], MARKERS[1]))
}

#[test]
fn what_is_generated_is_fresh() {
    let stale: Vec<&String> = generated()
        .iter()
        .filter(|(name, text)| std::fs::read_to_string(root().join(name)).unwrap_or_default() != *text)
        .map(|(name, _)| name)
        .collect();
    assert!(stale.is_empty(), "UPDATE_GOLDEN=1 cargo test -p cors-cli --test cli: {stale:?}");
}
