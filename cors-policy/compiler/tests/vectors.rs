//! Configurations and patterns that another CORS library refuses (`vectors/`, extracted from jub0bs/cors,
//! MIT): ours are refused too, with the fitting id; where our language means to differ, it says why.

use std::collections::BTreeSet;

use cors_compiler::fetch::pattern;
use cors_compiler::source::Source;
use serde_json::Value;

fn vectors(name: &str) -> Value {
    let path = format!("{}/tests/vectors/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// What we say of each configuration; warnings where the entry says so.
const CONFIGURATIONS: [(&str, &[&str]); 23] = [
    ("invalid-01", &["missing-key"]),
    ("invalid-02", &["null-origin"]),
    ("invalid-03", &["origin-with-path"]),
    ("invalid-04", &["invalid-method"]),
    ("invalid-05", &["invalid-method"]),
    ("invalid-06", &["forbidden-method"]),
    ("invalid-07", &["invalid-header-name"]),
    ("invalid-08", &["invalid-header-name"]),
    ("invalid-09", &["forbidden-request-header"]),
    ("invalid-10", &["forbidden-request-header"]),
    ("invalid-11", &["forbidden-request-header"]),
    ("invalid-12", &["response-header-in-allow-headers"]),
    ("invalid-13", &["invalid-max-age"]),
    // A warning: the age is legal, browsers cap it.
    ("invalid-14", &["max-age-capped"]),
    ("invalid-15", &["invalid-header-name"]),
    ("invalid-16", &["invalid-header-name"]),
    ("invalid-17", &["forbidden-response-header"]),
    ("invalid-18", &["request-header-in-expose-headers"]),
    ("invalid-19", &["wildcard-with-credentials"]),
    ("invalid-20", &["insecure-origin"]),
    ("invalid-21", &["subdomains-of-public-suffix"]),
    ("invalid-22", &["literal-wildcard-with-credentials"]),
    (
        "invalid-23",
        &[
            "origin-with-path",
            "forbidden-method",
            "invalid-method",
            "invalid-header-name",
            "response-header-in-allow-headers",
            "max-age-capped",
        ],
    ),
];

/// The configuration as a policy file.
fn yaml(config: &Value) -> String {
    let mut text = "version: 1\npolicies:\n  p:\n    description: a vector\n".to_owned();
    let keys = [
        ("Origins", "allow_origins"),
        ("Methods", "allow_methods"),
        ("RequestHeaders", "allow_headers"),
        ("ResponseHeaders", "expose_headers"),
        ("Credentialed", "allow_credentials"),
        ("MaxAgeInSeconds", "max_age"),
    ];
    for (theirs, ours) in keys {
        if let Some(value) = config.get(theirs) {
            text.push_str(&format!("    {ours}: {value}\n"));
        }
    }
    text
}

#[test]
fn every_invalid_configuration_is_refused_for_its_reason() {
    let vectors = vectors("jub0bs_config.json");
    let invalid = vectors["invalid"].as_array().unwrap();
    assert_eq!(invalid.len(), CONFIGURATIONS.len());
    for (vector, (id, expected)) in invalid.iter().zip(CONFIGURATIONS) {
        assert_eq!(vector["id"], id);
        let text = yaml(&vector["config"]);
        let checked = cors_compiler::check(&Source::new(id, text.as_str()));
        let found: BTreeSet<&str> = checked.diagnostics.iter().map(|diagnostic| diagnostic.code.id).collect();
        assert!(expected.iter().all(|id| found.contains(id)), "{id}: {found:?}\n{text}");
        assert_eq!(checked.file.is_some(), expected == ["max-age-capped"], "{id}: {found:?}");
    }
}

/// Patterns on which our language means to differ.
const DIFFERENT: &[(&str, &str)] = &[(
    "http://*example.com:3999",
    "a `*` may stand inside the first label; under a public suffix `label-wildcard-at-public-suffix` says so",
)];

#[test]
fn patterns_are_valid_for_both_or_for_a_reason() {
    let vectors = vectors("jub0bs_patterns.json");
    let (mut wrong, mut seen) = (Vec::new(), BTreeSet::new());
    for vector in vectors["patterns"].as_array().unwrap() {
        let (text, valid) = (vector["input"].as_str().unwrap(), vector["valid"].as_bool().unwrap());
        // `null` and `*` are entries of their own kind, which `parse` and `check` tell apart.
        let ours = text != "null" && text != "*" && pattern::parse(text).is_ok();
        if ours != valid {
            match DIFFERENT.iter().find(|(different, _)| *different == text) {
                Some((different, _)) => _ = seen.insert(*different),
                None => wrong.push(format!("{text} (theirs: {valid})")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(seen.len(), DIFFERENT.len(), "stale rows");
}
