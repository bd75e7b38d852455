//! Every block is of a kind that is tested; those that need nothing but the compiler are tested here.

use cors_compiler::diagnostic::Severity;
use cors_compiler::source::Source;
use serde_json::{Value, json};

use super::{pages, shell};
use crate::documents::{Block, Page, root};
use crate::validator::Validator;
use crate::{cors, cors_in, holding, stderr, stdout};

/// The pages whose commands the tests of the servers run (`cors-cli/tests/servers`).
const SERVED: [&str; 4] = ["README.md", "docs/tutorial.md", "docs/nginx.md", "docs/envoy.md"];

/// Why a block is not what its marks say.
fn fault(page: &Page, block: &Block) -> Option<String> {
    let marks: Vec<&str> = block.marks.iter().map(String::as_str).collect();
    let name = page.name.as_str();
    match (block.language.as_str(), &marks[..]) {
        ("yaml", []) => policy(&block.text),
        ("yaml", ["reject", id]) => rejected(&block.text, id),
        ("yaml", ["fragment"]) => fragment(&block.text),
        ("yaml" | "nginx" | "rust" | "text", ["golden"]) => golden(&block.language, &block.text),
        ("toml", []) => features(&block.text),
        // Tested where they can be run: shell.rs and pipelines.rs here, the tests of the servers, the doctests.
        ("sh", [] | ["fails"]) | ("text", []) => None,
        ("sh", ["manual"]) => shell::syntax(&block.text),
        ("sh", ["servers"] | ["servers", "fails"]) if SERVED.contains(&name) => None,
        ("yaml", ["pipeline"]) if name == "docs/ci.md" => None,
        ("yaml", ["envoy"]) if name == "docs/envoy.md" => None,
        ("nginx", []) if name == "docs/nginx.md" => None,
        ("rust", [] | ["no_run"]) if name == "docs/rust.md" => None,
        ("text", ["output"]) if follows_commands(page, block) => None,
        _ => Some("is of no kind that is tested here; CONTRIBUTING.md lists the marks".to_owned()),
    }
}

/// Whether the block before this one is of commands that are run.
fn follows_commands(page: &Page, block: &Block) -> bool {
    let blocks = page.blocks();
    let before = blocks.iter().rfind(|other| other.line < block.line);
    before.is_some_and(|before| before.language == "sh" && !before.is("sh", &["manual"]))
}

/// A policy file without errors or warnings.
fn policy(text: &str) -> Option<String> {
    let checked = cors_compiler::check(&Source::new("block.yaml", text));
    let found: Vec<String> = checked
        .diagnostics
        .iter()
        .filter(|found| found.severity >= Severity::Warning)
        .map(|found| format!("{}: {}", found.code.id, found.message))
        .collect();
    (!found.is_empty()).then(|| found.join("\n"))
}

/// A policy file that is refused with that id, by the checker or for a target.
fn rejected(text: &str, id: &str) -> Option<String> {
    let checked = cors_compiler::check(&Source::new("block.yaml", text));
    let mut ids: Vec<String> = checked.diagnostics.iter().map(|found| found.code.id.to_owned()).collect();
    if !ids.iter().any(|found| found == id) {
        let output = cors_in(holding("block.yaml", text).path(), &["compile", "block.yaml", "--target", "nginx"]);
        ids.push(stderr(&output));
    }
    (!ids.iter().any(|found| found.contains(id))).then(|| format!("does not raise {id}, but {ids:?}"))
}

/// A part of a policy file: some keys of the file or of a policy, or a list of what lists of it hold.
fn fragment(text: &str) -> Option<String> {
    let part: Value = match serde_yaml::from_str(text) {
        Ok(part) => part,
        Err(error) => return Some(error.to_string()),
    };
    let schema: Value = serde_json::from_str(&stdout(&cors(&["schema"]))).unwrap();
    let mut file = schema.clone();
    file.as_object_mut().unwrap().remove("required");
    let mut candidates = vec![file];
    for definition in ["Policy", "Entry", "Route", "Never", "Only", "Test"] {
        let mut optional = schema["$defs"].clone();
        optional["Policy"].as_object_mut().unwrap().remove("required");
        let of = json!({ "$ref": format!("#/$defs/{definition}") });
        let one = if definition == "Policy" { of } else { json!({ "type": "array", "items": of }) };
        candidates.push(json!({ "allOf": [one], "$defs": optional }));
    }
    let fits = candidates.iter().any(|schema| Validator::new(schema.clone()).fault(&part).is_none());
    (!fits).then(|| "is no part of a policy file".to_owned())
}

/// A piece of what the compiler prints: for a sample policy, or about the example of a diagnostic.
fn golden(language: &str, text: &str) -> Option<String> {
    let folder = match language {
        "yaml" => "cors-policy/compiler/tests/golden/envoy".to_owned(),
        "text" => "docs/diagnostics".to_owned(),
        target => format!("cors-policy/compiler/tests/golden/{target}"),
    };
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            match path.is_dir() {
                true => folders.push(path),
                false if std::fs::read_to_string(&path).unwrap().contains(text) => return None,
                false => {}
            }
        }
    }
    Some("is in no golden file".to_owned())
}

/// A dependency on the crate, with features that it has.
fn features(text: &str) -> Option<String> {
    let manifest = std::fs::read_to_string(root().join("cors-policy/Cargo.toml")).unwrap();
    let (_, rest) = text.split_once("features = [")?;
    let named = rest.split_once(']').unwrap().0.split(',').map(|name| name.trim().trim_matches('"'));
    let unknown: Vec<&str> = named.filter(|name| !manifest.contains(&format!("\n{name} = ["))).collect();
    (!unknown.is_empty()).then(|| format!("names features that there are not: {unknown:?}"))
}

#[test]
fn every_block_is_what_its_marks_say() {
    let mut faults = Vec::new();
    let mut count = 0;
    for page in pages() {
        for block in page.blocks() {
            count += 1;
            let kind = [vec![block.language.clone()], block.marks.clone()].concat().join(",");
            let told = fault(&page, &block).map(|fault| format!("{}:{}: `{kind}`: {fault}", page.name, block.line));
            faults.extend(told);
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(count > 250, "{count} blocks were found");
}

#[test]
fn a_block_that_is_not_what_it_says_is_found() {
    let good = "version: 1\npolicies: {p: {allow_origins: [https://a.example]}}\n";
    assert_eq!(policy(good), None);
    assert!(policy("version: 1\npolicies: {p: {allow_origins: []}}\n").is_some());
    assert!(rejected(good, "empty-origins").is_some());
    for part in
        ["never: [{origin: https://a.example}]", "max_age: 2h", "- https://a.example", "- {path: /a, policy: p}"]
    {
        assert_eq!(fragment(part), None, "{part}");
    }
    for wrong in ["nevr: []", "- {path: a, policy: p}", "max_age: soon", "a: ["] {
        assert!(fragment(wrong).is_some(), "{wrong}");
    }
    assert!(features("cors-policy = { features = [\"tower\", \"axum\"] }").is_some());
    assert!(golden("nginx", "no such line").is_some());
    let page =
        Page { name: "docs/x.md".to_owned(), text: "```\na\n```\n```nginx\n```\n```text,output\n```\n".to_owned() };
    assert!(page.blocks().iter().all(|block| fault(&page, block).is_some()));
}
