//! What our reader accepts means the same to an independent YAML library.

use serde_yaml::Value;

use crate::diagnostic::Diagnostics;
use crate::source::Source;
use crate::syntax::{File, Map, WildcardOr, de, yaml};

const ACCEPTED: &[&str] = &[
    "a: b\n",
    "a: {b: [1, -2, 3.5, 1e3, .inf, 0x1F, 0o17, +4, 18446744073709551615]}\n",
    "- ~\n- null\n- Null\n-\n- ''\n- \"\"\n",
    "[true, True, FALSE, yes, no, on, off, y, n, nUll]\n",
    "a: 1_000\nb: 1:30:00\nc: 10m\nd: 2001-01-01\ne: 1.2.3\nf: .\ng: -x\n",
    "\u{feff}a: 'it''s'\nb: \"\\u00e9\\n\\t\\\"\\x41\"\nc: é😀\n",
    "a: x\r\nb:\r\n- y\r\n- z\r\n",
    "a: |\n  one\n  two\n\nb: >-\n  three\n  four\n\n  five\nc: |+\n  six\n\n",
    "a: one\n  two\n\n  three\nb: \"one\n  two\"\n",
    "a: &x [1, {b: c}]\nd: *x\ne: [*x, *x]\n",
    "a: &x {b: &y c, d: *y}\ne: *x\n",
    "a:\n- b\n-\n  - c\n- d: e\n  f: g\n",
    "? a\n: b\n? \"c d\"\n: - e\n",
    "p:\n  a: [\n    x,\n  ]\n  b: {c: d,\n}\n",
    "[a: b, {c: d}, [e]]\n",
    "https://a.example: https://*.b.example:*\nc: http://[::1]:80 # d\n",
    "---\na: b # c\n",
    "{\"a\":1, b, 'c': }\n",
    "plain text\n",
    "'quoted'\n",
    "-1\n",
];

#[test]
fn accepted_documents_mean_the_same_to_serde_yaml() {
    for text in ACCEPTED {
        let source = Source::new("f", *text);
        let mut diagnostics = Diagnostics::new();
        let root = yaml::parse(&source, &mut diagnostics).unwrap_or_else(|| panic!("{text}: {diagnostics:?}"));
        let ours: Option<Value> = de::from_tree(&root, &source, &mut diagnostics).value;
        assert!(!diagnostics.has_errors(), "{text}: {diagnostics:?}");
        // The library takes a byte order mark for a document of its own.
        let bare = text.trim_start_matches('\u{feff}');
        let theirs: Value = serde_yaml::from_str(bare).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(ours, Some(theirs), "{text}");
    }
}

#[test]
fn the_model_reads_the_same_through_serde_yaml() {
    let text = "version: 1\norigin_sets: {a: [https://a.example, {set: b}]}\npolicies:\n  p:\n    allow_origins: \"*\"\n    \
                allow_methods: [PUT]\n    max_age: 600\nroutes:\n- {path: /, policy: p}\n";
    let source = Source::new("f", text);
    let mut diagnostics = Diagnostics::new();
    let ours = crate::syntax::parse(&source, &mut diagnostics).unwrap().value.unwrap();
    let theirs: File = serde_yaml::from_str(text).unwrap();
    assert_eq!(without_places(&ours), without_places(&theirs));
    let Some(WildcardOr::Wildcard) = theirs.policies.unwrap().value.unwrap().0[0]
        .1
        .value
        .as_ref()
        .and_then(|policy| policy.allow_origins.as_ref()?.value.as_ref())
    else {
        panic!()
    };
    let map: Map<u8> = serde_json::from_str(r#"{"a": 1}"#).unwrap();
    assert_eq!((map.0[0].0.value.as_str(), map.0[0].1.value), ("a", Some(1)));
}

/// A file's debug text without its numbers of bytes.
fn without_places(file: &File) -> String {
    let text = format!("{file:?}");
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("place: Place {") {
        out += before;
        // `span: Span {…}, alias: None }`
        rest = after.split_once("alias: None }").map_or("", |(_, rest)| rest);
    }
    out + rest
}
