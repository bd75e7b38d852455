//! `--format json` and `--format github`, and what holds for every format.

use std::path::Path;

use serde_json::{Value, json};

use crate::{BAD, GOOD, PEDANTIC, WARNED, code, cors_in, holding, root, scratch, stderr, stdout};

const FORMATS: [&str; 5] = ["human", "plain", "json", "sarif", "github"];

fn json(directory: &Path, arguments: &[&str]) -> Value {
    let output = cors_in(directory, &[&["check", "--format", "json"], arguments].concat());
    serde_json::from_str(&stdout(&output)).unwrap()
}

#[test]
fn the_switches_work_in_every_format() {
    for (text, arguments, expected, id) in [
        (GOOD, &[][..], 0, None),
        (WARNED, &[], 0, Some("empty-origins")),
        (WARNED, &["--deny-warnings"], 1, Some("empty-origins")),
        (BAD, &[], 1, Some("origin-uppercase")),
        (PEDANTIC, &[], 0, None),
        (PEDANTIC, &["--pedantic"], 0, Some("insecure-origin")),
        (PEDANTIC, &["--pedantic", "--deny-warnings"], 0, Some("insecure-origin")),
    ] {
        let directory = holding("p.yaml", text);
        for format in FORMATS {
            let all = [&["check", "p.yaml", "--format", format], arguments].concat();
            let output = cors_in(directory.path(), &all);
            assert_eq!(code(&output), expected, "{all:?}");
            // SARIF names every rule.
            let printed = stdout(&output);
            let printed = if format == "sarif" { sarif_results(&printed) } else { printed };
            for one in ["empty-origins", "origin-uppercase", "insecure-origin"] {
                assert_eq!(printed.contains(one), id == Some(one), "{all:?}: {printed}");
            }
        }
    }
}

fn sarif_results(printed: &str) -> String {
    serde_json::from_str::<Value>(printed).unwrap()["runs"][0]["results"].to_string()
}

#[test]
fn no_format_prints_control_characters() {
    let hostile = "\u{1b}[31m\u{7f}\u{9b}\u{202e}\u{2028}";
    let escaped = r"\e[31m\x7f\x9b\u202e\u2028\u0085\b";
    let text = format!(
        "version: 1\npolicies:\n  p:\n    allow_origins: [\"https://{escaped}.example/\"]\n    \"allow_o{escaped}\": 1\n    max_age: {hostile}\n"
    );
    let directory = scratch();
    std::fs::write(directory.path().join("p.yaml"), &text).unwrap();
    std::fs::write(directory.path().join("q\u{1b}[31m\u{9b}\n.yaml"), BAD).unwrap();
    std::fs::write(directory.path().join("r.yaml"), BAD.replace("/]", "/] # \u{202e}\u{2028}")).unwrap();
    for format in FORMATS {
        for more in [&[][..], &["--fix", "--diff"]] {
            let output =
                cors_in(directory.path(), &[&["check", ".", "no\u{1b}such.yaml", "--format", format], more].concat());
            assert_eq!(code(&output), 2, "{format}");
            for printed in [stdout(&output), stderr(&output)] {
                let control = printed.chars().find(|&c| {
                    (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2028}' | '\u{2029}')
                });
                assert_eq!(control, None, "{format} {more:?}: {printed:?}");
            }
        }
    }
}

#[test]
fn json_is_as_documented() {
    let directory = scratch();
    let text = "version: 1\npolicies:\n  p: {description: é, allow_origins: [https://A.example]}\n";
    std::fs::write(directory.path().join("a.yaml"), text).unwrap();
    let both = "version: 1\npolicies:\n  p:\n    allow_origins: '*'\n    allow_credentials: true\n";
    std::fs::write(directory.path().join("b.yaml"), both).unwrap();
    let document = json(directory.path(), &["a.yaml", "b.yaml", "missing.yaml"]);
    assert_eq!(document["version"], 1);
    assert_eq!(document["tool"], json!({ "name": "cors", "version": env!("CARGO_PKG_VERSION") }));
    let found = &document["diagnostics"][0];
    let start = text.find("A.example").unwrap();
    let column = text.lines().nth(2).unwrap().chars().take_while(|&c| c != 'A').count() + 1;
    let place = json!({
        "start": start, "end": start + 9, "line": 3, "column": column, "end_line": 3, "end_column": column + 9,
    });
    let with = |more: Value| {
        let mut object = more;
        object.as_object_mut().unwrap().extend(place.as_object().unwrap().clone());
        object
    };
    let expected = with(json!({
        "id": "origin-uppercase",
        "severity": "error",
        "message": "browsers send the host in lower case (in `https://A.example`)",
        "help": "write `https://a.example`",
        "file": "a.yaml",
        "labels": [with(json!({ "primary": true, "text": "" }))],
        "fixes": [with(json!({ "replacement": "a.example" }))],
    }));
    assert_eq!(*found, expected);
    let labels = document["diagnostics"][1]["labels"].as_array().unwrap();
    assert_eq!(labels.len(), 2);
    assert_eq!((&labels[1]["primary"], &labels[1]["line"]), (&json!(false), &json!(5)));
    assert_eq!(document["unreadable"][0]["file"], "missing.yaml");
    let summary = json!({
        "files": 2, "unreadable": 1, "errors": 2, "warnings": 0, "infos": 0, "omitted": 0, "fixable": 1, "fixed": 0,
    });
    assert_eq!(document["summary"], summary);
}

#[test]
fn json_says_what_was_fixed_and_explains() {
    let directory = holding("p.yaml", BAD);
    let document = json(directory.path(), &["p.yaml", "--fix", "--explain"]);
    let ids: Vec<&Value> = document["fixed"].as_array().unwrap().iter().map(|fix| &fix["id"]).collect();
    assert_eq!(ids, ["origin-uppercase", "origin-with-path"]);
    assert_eq!(document["summary"]["fixed"], 2);
    assert_eq!(document["diagnostics"], json!([]));
    assert_eq!(document["explanations"], json!({}));
}

/// The fields that `docs/json.md` names are those that are printed, and the other way round.
#[test]
fn every_field_is_documented() {
    let directory = holding("p.yaml", BAD);
    let regex = "version: 1\npolicies:\n  p:\n    allow_origins: [{regex: 'https://a.*'}, https://A.example]\n";
    std::fs::write(directory.path().join("q.yaml"), regex).unwrap();
    let mut printed = std::collections::BTreeSet::new();
    for arguments in [&[".", "missing.yaml", "--explain"][..], &[".", "--fix"]] {
        fields(&json(directory.path(), arguments), &mut printed);
    }
    printed.retain(|name| !name.contains('-'));
    // Refusing a correction takes one that a lint should not offer.
    printed.insert("reason".to_owned());
    assert_eq!(documented("cors check"), printed);
}

/// The fields that the chapter of a command in `docs/json.md` names.
pub(crate) fn documented(command: &str) -> std::collections::BTreeSet<String> {
    let documentation = std::fs::read_to_string(root().join("docs/json.md")).unwrap();
    let chapter = documentation.split("\n# ").map(|chapter| chapter.trim_start_matches("# "));
    let chapter = chapter.into_iter().find(|chapter| chapter.starts_with(&format!("`{command} "))).unwrap();
    chapter
        .lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .flat_map(|line| line.split('|').next().unwrap().split('`').step_by(2).map(str::to_owned).collect::<Vec<_>>())
        .filter(|name| !name.trim_matches([',', ' ']).is_empty())
        .collect()
}

pub(crate) fn fields(value: &Value, names: &mut std::collections::BTreeSet<String>) {
    match value {
        Value::Object(object) => object.iter().for_each(|(name, value)| {
            names.insert(name.clone());
            fields(value, names);
        }),
        Value::Array(items) => items.iter().for_each(|item| fields(item, names)),
        _ => {}
    }
}

#[test]
fn github_annotates_the_line() {
    let directory = holding("p.yaml", BAD);
    let output = cors_in(directory.path(), &["check", ".", "--format", "github"]);
    let printed = stdout(&output);
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(
        lines[0]
            .starts_with("::error file=p.yaml,line=4,endLine=4,col=29,endColumn=38,title=origin-uppercase::browsers"),
        "{printed}"
    );
    assert!(lines[0].ends_with("%0Ahelp: write `https://a.example`"), "{printed}");
}
