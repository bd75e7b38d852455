//! `--format sarif`, against the schema that OASIS publishes.

use std::path::Path;

use cors_compiler::diagnostic::Code;
use serde_json::Value;

use crate::validator::Validator;
use crate::{BAD, code, cors_in, holding, root, scratch, stdout};

fn sarif(directory: &Path, arguments: &[&str]) -> Value {
    let output = cors_in(directory, &[&["check", "--format", "sarif"], arguments].concat());
    serde_json::from_str(&stdout(&output)).unwrap()
}

fn validator() -> Validator {
    let schema = std::fs::read_to_string(root().join("cors-cli/tests/data/sarif-schema-2.1.0.json")).unwrap();
    Validator::new(serde_json::from_str(&schema).unwrap())
}

#[test]
fn whatever_is_found_the_document_is_valid() {
    let validator = validator();
    let rejected = root().join("cors-policy/compiler/tests/reject");
    let all = sarif(&rejected, &[".", "--pedantic"]);
    assert_eq!(validator.fault(&all), None);
    let results = all["runs"][0]["results"].as_array().unwrap();
    assert!(results.len() > 60 && results.iter().any(|result| result.get("fixes").is_some()));

    let directory = scratch();
    std::fs::write(directory.path().join("not utf-8 ü%.yaml"), b"version: 1\n# \xff\n").unwrap();
    std::fs::write(directory.path().join("empty.yaml"), "").unwrap();
    let odd = sarif(directory.path(), &[".", "no-such-file.yaml"]);
    assert_eq!(validator.fault(&odd), None);
    assert_eq!(odd["runs"][0]["invocations"][0]["executionSuccessful"], false);
    let uri = &odd["runs"][0]["artifacts"][1]["location"]["uri"];
    assert_eq!(uri, "not%20utf-8%20%C3%BC%25.yaml");

    let mut broken = all;
    broken["runs"][0]["results"][0]["level"] = "fatal".into();
    assert!(validator.fault(&broken).is_some(), "the validator validates");
}

#[test]
fn every_rule_is_described() {
    let directory = holding("p.yaml", BAD);
    let document = sarif(directory.path(), &["p.yaml"]);
    let rules = document["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), Code::all().count());
    for (rule, code) in rules.iter().zip(Code::all()) {
        assert_eq!(rule["id"], code.id);
        assert!(rule["help"]["markdown"].as_str().unwrap().contains("## Good"), "{rule}");
        assert!(!rule["fullDescription"]["text"].as_str().unwrap().starts_with('#'), "{rule}");
    }
}

#[test]
fn a_result_says_what_and_where_and_how_to_mend_it() {
    // Two bytes, one column; the brace would be a placeholder.
    let text = "version: 1\npolicies:\n  p: {description: é, allow_origins: ['https://A.example', 'https://b{0}']}\n";
    let directory = holding("p.yaml", text);
    let document = sarif(directory.path(), &["p.yaml"]);
    let run = &document["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let result = &run["results"][0];
    assert_eq!((&result["ruleId"], &result["level"]), (&"origin-uppercase".into(), &"error".into()));
    let rule = result["ruleIndex"].as_u64().unwrap();
    assert_eq!(run["tool"]["driver"]["rules"][usize::try_from(rule).unwrap()]["id"], "origin-uppercase");
    let message = result["message"]["text"].as_str().unwrap();
    assert!(message.ends_with("help: write `https://a.example`"), "{message}");

    let place = &result["locations"][0]["physicalLocation"];
    let artifact = serde_json::json!({ "uri": "p.yaml", "uriBaseId": "%SRCROOT%", "index": 0 });
    assert_eq!(place["artifactLocation"], artifact);
    let start = text.find("A.example").unwrap();
    let column = text.lines().nth(2).unwrap().chars().take_while(|&c| c != 'A').count() + 1;
    let region = serde_json::json!({
        "startLine": 3, "startColumn": column, "endLine": 3, "endColumn": column + 9,
        "byteOffset": start, "byteLength": 9,
    });
    assert_eq!(place["region"], region);
    let change = &result["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["artifactLocation"], artifact);
    let replacement = serde_json::json!({ "deletedRegion": region, "insertedContent": { "text": "a.example" } });
    assert_eq!(change["replacements"], serde_json::json!([replacement]));

    let braces = run["results"][1]["message"]["text"].as_str().unwrap();
    assert!(braces.contains("https://b{{0}}"), "{braces}");
}

#[test]
fn further_places_are_related_locations() {
    let text = "version: 1\npolicies:\n  p:\n    allow_origins: '*'\n    allow_credentials: true\n";
    let directory = holding("p.yaml", text);
    let document = sarif(directory.path(), &["p.yaml"]);
    let related = &document["runs"][0]["results"][0]["relatedLocations"][0];
    assert_eq!(related["message"]["text"], "and credentials here");
    assert_eq!(related["physicalLocation"]["region"]["startLine"], 5);
}

#[test]
fn a_file_elsewhere_has_an_absolute_uri() {
    let directory = holding("p.yaml", BAD);
    let path = directory.path().join("p.yaml");
    let document = sarif(&root(), &[path.to_str().unwrap()]);
    let location = &document["runs"][0]["artifacts"][0]["location"];
    let canonical = std::fs::canonicalize(&path).unwrap();
    assert_eq!(location["uri"], format!("file://{}", canonical.to_str().unwrap()));
    assert_eq!(location.get("uriBaseId"), None);
}

#[test]
fn the_exit_code_is_that_of_every_format() {
    let directory = holding("p.yaml", BAD);
    for format in ["human", "plain", "json", "sarif", "github"] {
        let output = cors_in(directory.path(), &["check", "p.yaml", "--format", format]);
        assert_eq!(code(&output), 1, "{format}");
    }
}
