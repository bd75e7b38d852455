//! Spans are exact: the text at a node's span is what was written.

use super::{found, read};
use crate::diagnostic::Diagnostics;
use crate::source::{Source, Span};
use crate::syntax::tree::{Kind, Node};
use crate::syntax::{Entry, WildcardOr, yaml};

/// Every key and value of a tree as it is written, depth first.
fn written<'a>(node: &Node, source: &'a Source, out: &mut Vec<&'a str>) {
    out.push(source.slice(node.span));
    match &node.kind {
        Kind::Sequence(items) => items.iter().for_each(|item| written(item, source, out)),
        Kind::Mapping(entries) => {
            for (key, value) in entries.iter() {
                out.push(source.slice(key.span()));
                written(value, source, out);
            }
        }
        Kind::Empty | Kind::Scalar { .. } | Kind::Bad => {}
    }
}

#[test]
fn spans_are_exactly_what_is_written() {
    let table: &[(&str, &[&str])] = &[
        ("a: b\n", &["a: b", "a", "b"]),
        ("\u{feff}a: b # c\n\n# d\n", &["a: b", "a", "b"]),
        (
            "é😀: 'x''y'  \r\n\"k\": \"\\u00e9\"\r\n",
            &["é😀: 'x''y'  \r\n\"k\": \"\\u00e9\"", "é😀", "'x''y'", "\"k\"", "\"\\u00e9\""],
        ),
        ("a:\n  - b\n  - c # d\n\ne: f\n", &["a:\n  - b\n  - c # d\n\ne: f", "a", "- b\n  - c", "b", "c", "e", "f"]),
        ("a:\n- b\n- - c\n  - d\n", &["a:\n- b\n- - c\n  - d", "a", "- b\n- - c\n  - d", "b", "- c\n  - d", "c", "d"]),
        ("a:\n-\n- \n", &["a:\n-\n-", "a", "-\n-", "-", "-"]),
        ("a:\nb: ~\n", &["a:\nb: ~", "a", "a", "b", "~"]),
        ("a: [ b, {c: d} ,]\n", &["a: [ b, {c: d} ,]", "a", "[ b, {c: d} ,]", "b", "{c: d}", "c", "d"]),
        ("a: [b: c]\n", &["a: [b: c]", "a", "[b: c]", "b: c", "b", "c"]),
        ("a: []\nb: {}\n", &["a: []\nb: {}", "a", "[]", "b", "{}"]),
        ("a: |\n  b\n  c\n\n\nd: e\n", &["a: |\n  b\n  c\n\n\nd: e", "a", "b\n  c", "d", "e"]),
        ("a: b\n  c\nd: e", &["a: b\n  c\nd: e", "a", "b\n  c", "d", "e"]),
        ("a: &x [b]\nc: *x\n", &["a: &x [b]\nc: *x", "a", "[b]", "b", "c", "[b]", "b"]),
        ("a: &x b\rc: *x\r", &["a: &x b\rc: *x", "a", "b", "c", "b"]),
    ];
    for (text, expected) in table {
        let source = Source::new("f", *text);
        let mut diagnostics = Diagnostics::new();
        let root = yaml::parse(&source, &mut diagnostics).unwrap();
        assert!(!diagnostics.has_errors(), "{text}");
        let mut out = Vec::new();
        written(&root, &source, &mut out);
        assert_eq!(out, *expected, "{text}");
    }
}

#[test]
fn the_model_knows_its_places() {
    let text = "policies:\n  shop:\n    allow_origins: [https://a.example, {set: b}]\n    max_age: 2h\n  open: {allow_origins: '*'}\n";
    let (file, diagnostics, source) = read(text);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let policies = file.unwrap().value.unwrap().policies.unwrap().value.unwrap().0;
    let (name, shop) = &policies[0];
    assert_eq!((name.value.as_str(), source.slice(name.span())), ("shop", "shop"));
    let shop = shop.value.as_ref().unwrap();
    let Some(WildcardOr::List(entries)) = &shop.allow_origins.as_ref().unwrap().value else { panic!() };
    let Some(Entry::Text(origin)) = &entries[0].value else { panic!() };
    assert_eq!((origin.as_str(), source.slice(entries[0].span())), ("https://a.example", "https://a.example"));
    let Some(Entry::Mapping(mapping)) = &entries[1].value else { panic!() };
    let set = mapping.set.as_ref().unwrap();
    assert_eq!((set.value.as_deref(), source.slice(set.span())), (Some("b"), "b"));
    assert_eq!(source.slice(entries[1].span()), "{set: b}");
    let age = shop.max_age.as_ref().unwrap();
    assert_eq!((age.value.as_ref().unwrap().0.as_str(), source.slice(age.span())), ("2h", "2h"));
    let open = policies[1].1.value.as_ref().unwrap().allow_origins.as_ref().unwrap();
    assert!(matches!(open.value, Some(WildcardOr::Wildcard)));
    assert_eq!(source.slice(open.span()), "'*'");
}

#[test]
fn what_stands_behind_an_alias_has_both_places() {
    let text = "origin_sets:\n  a: &a [https://a.example]\n  b: &b [*c]\n  d: *a\npolicies: *b\n";
    let text = text.replace("[*c]", "[{set: 5}]");
    let (file, diagnostics, source) = read(&text);
    let labels: Vec<_> =
        diagnostics.iter().map(|d| d.labels.iter().map(|l| source.slice(l.span)).collect::<Vec<_>>()).collect();
    assert_eq!(labels, [vec!["[{set: 5}]", "*b"], vec!["5"]]);
    let sets = file.unwrap().value.unwrap().origin_sets.unwrap().value.unwrap().0;
    let d = &sets[2].1;
    assert_eq!(source.slice(d.span()), "[https://a.example]");
    assert_eq!(d.place.alias.map(|alias| source.slice(alias)), Some("*a"));
    let item = &d.value.as_ref().unwrap()[0];
    assert_eq!(item.place.alias.map(|alias| source.slice(alias)), Some("*a"));
    assert_eq!(sets[0].1.place.alias, None);
}

#[test]
fn a_fault_behind_an_alias_has_no_fix() {
    let (_, diagnostics, _) = read("policies:\n  a: {description: &x yes}\n  b: {allow_credentials: *x}\n");
    assert_eq!((diagnostics.len(), diagnostics[0].fix.as_ref()), (1, None));
    assert_eq!(diagnostics[0].labels[1].span, Span::new(62, 64));
}

#[test]
fn columns_are_counted_in_characters() {
    assert_eq!(found("policies: {\"😀é漢\": {description: [] }}\n"), ["wrong-type 1:33"]);
}
