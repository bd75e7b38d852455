//! Explanation pages: every id has one, and its examples are what they say they are.

use cors_compiler::diagnostic::Code;
use cors_compiler::source::Source;

/// The text of a page between a heading and the next one; empty if there is no such heading.
fn section(code: &Code, heading: &str) -> &'static str {
    let rest = code.explanation.split_once(&format!("\n## {heading}\n")).map_or("", |(_, rest)| rest);
    rest.split("\n## ").next().unwrap()
}

/// The YAML blocks of a text.
fn blocks(text: &str) -> Vec<&str> {
    text.split("```yaml\n").skip(1).map(|block| block.split("```").next().unwrap()).collect()
}

/// Whether the block is a file of its own, and not a part of one.
fn is_complete(block: &str) -> bool {
    block.lines().any(|line| line.starts_with("policies:"))
}

/// The ids that a file raises.
fn ids(text: &str) -> Vec<&'static str> {
    cors_compiler::check(&Source::new("f", text)).diagnostics.iter().map(|diagnostic| diagnostic.code.id).collect()
}

#[test]
fn every_id_has_a_page() {
    for code in Code::all() {
        let page = code.explanation;
        assert!(page.starts_with(&format!("# {}\n\n", code.id)), "{}", code.id);
        for heading in ["Bad", "Good", "Reference"] {
            assert!(!section(code, heading).trim().is_empty(), "{}: {heading}", code.id);
        }
        assert!((15..=40).contains(&page.lines().count()), "{}: {} lines", code.id, page.lines().count());
    }
}

#[test]
fn the_bad_examples_are_faulty_and_the_good_ones_clean() {
    for code in Code::all() {
        for block in blocks(section(code, "Bad")).into_iter().filter(|block| is_complete(block)) {
            assert!(code.id == "not-expressible" || ids(block).contains(&code.id), "{}: {:?}", code.id, ids(block));
        }
        for block in blocks(section(code, "Good")) {
            assert!(is_complete(block), "{}: {block}", code.id);
            let checked = cors_compiler::check(&Source::new("f", block));
            assert!(!ids(block).contains(&code.id), "{}", code.id);
            assert!(checked.file.is_some(), "{}: {:?}", code.id, ids(block));
        }
    }
}
