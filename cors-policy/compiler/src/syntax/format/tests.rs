//! Layouts and orders, one by one; whole files are in `tests/format`.

use super::*;

/// The formatted text, which does not change when it is formatted again.
fn formatted(text: &str) -> String {
    let once = format(&Source::new("p.yaml", text)).unwrap_or_else(|refused| panic!("{refused:?}\n{text}"));
    let twice = format(&Source::new("p.yaml", once.as_str())).unwrap();
    assert_eq!(once, twice, "not stable: {text}");
    once
}

#[test]
fn it_works() {
    println!("{}", formatted(&std::fs::read_to_string("../../policies/shop.yaml").unwrap()));
}
