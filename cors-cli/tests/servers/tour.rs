//! The tour of the README, line by line as it stands there.

use crate::documented::{run_blocks, served};
use crate::documents::Page;

#[test]
fn the_tour_of_the_readme_runs() {
    let blocks = served(&Page::read("README.md"));
    assert_eq!(blocks.len(), 2);
    let outputs = run_blocks(&blocks);
    let printed = format!("{}\n{}", outputs[0].text, outputs[1].text);
    assert_eq!(outputs[0].codes, [0, 0, 0, 0, 0, 0, 0], "{printed}");
    assert_eq!(outputs[1].codes, [1, 0], "{printed}");
    assert_eq!(printed.matches("holds: http://127.0.0.1").count(), 2, "{printed}");
    // Both servers merge slashes.
    assert!(!printed.contains("double slashes"), "{printed}");
    assert!(printed.contains("an unescaped dot") && printed.contains("previewxshop.example"), "{printed}");
    assert!(printed.contains("widens") && printed.contains("`https://*.shop.example`"), "{printed}");
}
