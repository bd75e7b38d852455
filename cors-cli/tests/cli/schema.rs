//! `cors schema`: fresh, and right about every policy there is.

use std::path::PathBuf;

use serde_json::Value;

use crate::validator::Validator;
use crate::{code, cors, root, stdout};

fn schema() -> String {
    let output = cors(&["schema"]);
    assert_eq!(code(&output), 0);
    stdout(&output)
}

fn validator() -> Validator {
    Validator::new(serde_json::from_str(&schema()).unwrap())
}

/// What an independent YAML reader makes of a text.
fn read(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap()
}

fn policy_files(directory: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join(directory)).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    paths.sort();
    paths
}

/// `UPDATE_GOLDEN=1 cargo test -p cors-cli --test cli` writes it anew.
#[test]
fn the_committed_schema_is_fresh() {
    let path = root().join("policies/cors-policy.schema.json");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, schema()).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == schema(), "{} is stale; see `cors schema`", path.display());
}

#[test]
fn every_sample_names_the_schema_and_is_valid() {
    let validator = validator();
    let samples = policy_files("policies");
    assert!(samples.len() >= 7);
    for path in samples {
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.lines().next(), Some("# yaml-language-server: $schema=cors-policy.schema.json"), "{path:?}");
        assert_eq!(validator.fault(&read(&text)), None, "{}", path.display());
    }
}

#[test]
fn every_accepted_fixture_is_valid() {
    let validator = validator();
    let fixtures = policy_files("cors-policy/compiler/tests/accept");
    assert!(fixtures.len() > 50, "{}", fixtures.len());
    for path in fixtures {
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(validator.fault(&read(&text)), None, "{}", path.display());
    }
}

/// The checker has the last word: the schema refuses nothing that it accepts.
#[test]
fn what_the_checker_accepts_is_valid() {
    let validator = validator();
    let mut accepted = 0;
    for path in policy_files("cors-policy/compiler/tests/reject") {
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        let checked = cors_compiler::check(&cors_compiler::source::Source::new("f", &text));
        if checked.file.is_some() {
            accepted += 1;
            assert_eq!(validator.fault(&read(&text)), None, "{}", path.display());
        }
    }
    assert!(accepted > 5, "{accepted} fixtures have no errors");
}

#[test]
fn wrong_documents_are_refused() {
    let validator = validator();
    let policy = |body: &str| format!("version: 1\npolicies:\n  p: {{allow_origins: [https://a.example], {body}}}\n");
    let origin = |entry: &str| format!("version: 1\npolicies:\n  p: {{allow_origins: [{entry}]}}\n");
    let route = |route: &str| format!("version: 1\npolicies: {{p: {{allow_origins: \"*\"}}}}\nroutes: [{route}]\n");
    let more = |keys: &str| format!("version: 1\npolicies: {{p: {{allow_origins: \"*\"}}}}\n{keys}\n");
    for right in [
        more("environments: {}"),
        more(
            "environments: {e: {development: true, p: {add_origins: [{set: s}], remove_origins: [], set: {max_age: 1h}}}}",
        ),
        more("never: [{origin: \"http://*.a.example\"}, {policy: p, origin: {regex: x}, credentials: true}]"),
        more("only: [{origins: [https://a.example, {set: s}], except_environments: [e]}]"),
        more("tests: [{it: works, origin: x, expect: allow}]"),
        more("tests: [{it: works, path: /a, origin: \"null\", method: PUT, headers: [x-a], expect: {refuse: header}}]"),
        policy("max_age: 600"),
        policy("allow_methods: \"*\""),
        origin("{regex: x, accept_risks: {insecure-origin: so}}"),
        origin("\"null\", \"*\", \"http://[::1]:*\", capacitor://localhost, {set: x}"),
        route("{path: /, policy: none}, {path: /**, policy: p}, {path: /a/, policy: p}, {path: /a/b/**, policy: p}"),
    ] {
        assert_eq!(validator.fault(&read(&right)), None, "{right}");
    }
    for wrong in [
        "{}".to_owned(),
        "[]".to_owned(),
        "version: 1".to_owned(),
        "policies: {p: {allow_origins: \"*\"}}".to_owned(),
        "version: 2\npolicies: {p: {allow_origins: \"*\"}}".to_owned(),
        "version: \"1\"\npolicies: {p: {allow_origins: \"*\"}}".to_owned(),
        "version: 1\npolicies: {}".to_owned(),
        "version: 1\npolicies: {p: {}}".to_owned(),
        "version: 1\npolicies: {p: ~}".to_owned(),
        "version: 1\npolicies: {P: {allow_origins: \"*\"}}".to_owned(),
        "version: 1\npolicies: {none: {allow_origins: \"*\"}}".to_owned(),
        "version: 1\norigin_sets: {s: https://a.example}\npolicies: {p: {allow_origins: \"*\"}}".to_owned(),
        "version: 1\npolicies: {p: {allow_origins: https://a.example}}".to_owned(),
        policy("allowMethods: [PUT]"),
        policy("allow_methods: PUT"),
        policy("allow_methods: [PUT, 1]"),
        policy("allow_methods: [\"A B\"]"),
        policy("allow_methods: [TRACE]"),
        policy("allow_headers: [\"x y\"]"),
        policy("allow_headers: ~"),
        policy("expose_headers: [set-cookie]"),
        policy("allow_credentials: \"true\""),
        policy("allow_credentials: ~"),
        policy("max_age: -1"),
        policy("max_age: 1.5"),
        policy("max_age: 1h30m"),
        policy("max_age: 2147483648"),
        policy("accept_risks: {no-such-id: because}"),
        policy("accept_risks: {wildcard-with-credentials: because}"),
        policy("accept_risks: {insecure-origin: \" \"}"),
        origin("a.example"),
        origin("https://A.example"),
        origin("https://a.example/"),
        origin("https://ä.example"),
        origin("~"),
        origin("{}"),
        origin("{origin: https://a.example, set: s}"),
        origin("{regex: x, set: s}"),
        origin("{set: s, accept_risks: {insecure-origin: because}}"),
        origin("{wildcard: x}"),
        more("environments: {E: {}}"),
        more("environments: {e: {development: yes}}"),
        more("environments: {e: {development: {add_origins: []}}}"),
        more("environments: {e: {p: {allow_origins: []}}}"),
        more("environments: {e: {p: {set: {allow_methods: [PUT]}}}}"),
        more("never: [{policy: p}]"),
        more("never: {origin: https://a.example}"),
        more("only: [{policy: p, origin: https://a.example}]"),
        more("tests: [{it: works, expect: allow}]"),
        more("tests: [{it: \" \", origin: x, expect: allow}]"),
        more("tests: [{it: works, origin: x, expect: refuse}]"),
        more("tests: [{it: works, origin: x, expect: {refuse: status}}]"),
        route("{path: /a}"),
        route("{policy: p}"),
        route("{path: a, policy: p}"),
        route("{path: \"\", policy: p}"),
        route("{path: /a/*, policy: p}"),
        route("{path: /a//b, policy: p}"),
        route("{path: /a/../b, policy: p}"),
        route("{path: /a, policy: p, methods: [GET]}"),
    ] {
        assert!(validator.fault(&read(&wrong)).is_some(), "{wrong}");
    }
}

/// The wrappers by which our reader keeps places are no part of the language; nothing in it is null.
#[test]
fn the_schema_is_about_the_language_only() {
    let text = schema();
    for word in ["Spanned", "Parsed", "null\"", "anyOf", "Nullable"] {
        assert!(!text.contains(word), "{word}");
    }
    let schema: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let keys = |object: &Value| object.as_object().unwrap().clone();
    let mut objects = vec![keys(&schema)];
    objects.extend(keys(&schema["$defs"]).into_iter().map(|(_, definition)| keys(&definition)));
    let mut described = 0;
    for object in objects {
        let Some(properties) = object.get("properties") else { continue };
        assert_eq!(object["additionalProperties"], false);
        for (key, property) in keys(properties) {
            assert!(property["description"].as_str().is_some_and(|text| !text.contains('\n')), "{key}: {property}");
            described += 1;
        }
    }
    assert!(described > 20, "{described}");
}
