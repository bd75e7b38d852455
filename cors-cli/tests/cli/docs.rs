//! The documentation: what can be generated is fresh, every block is tested as its marks say, no link is broken,
//! and every page stands in the book.

mod blocks;
mod diagnostics;
mod language;
mod links;
mod shell;

use crate::documents::{Page, root};

/// Compares a page with what it is to say, or writes it with `UPDATE_GOLDEN=1 cargo test -p cors-cli --test cli`.
fn fresh(name: &str, text: &str) {
    let path = root().join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == text, "{name} is stale: UPDATE_GOLDEN=1 cargo test -p cors-cli --test cli");
}

/// Puts a text between the markers of a page: comments that Markdown does not show.
fn generated(name: &str, text: &str) {
    const MARKERS: [&str; 2] =
        ["<!-- generated: what stands here is overwritten -->\n", "<!-- end of what is generated -->\n"];
    let page = Page::read(name);
    let (before, rest) = page.text.split_once(MARKERS[0]).unwrap();
    let (_, after) = rest.split_once(MARKERS[1]).unwrap();
    fresh(name, &format!("{before}{}\n{text}\n\n{}{after}", MARKERS[0], MARKERS[1]));
}
