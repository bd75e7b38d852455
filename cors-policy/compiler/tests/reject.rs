//! Every diagnostic, from outside: a file in `reject/` for each id, with what is printed for it.
//!
//! `UPDATE_GOLDEN=1 cargo test -p cors-compiler` writes the `.txt` files anew.

use std::path::{Path, PathBuf};

use cors_compiler::diagnostic::{Code, Diagnostic, Severity, render_plain};
use cors_compiler::source::Source;

use crate::golden::compare;

fn fixtures() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reject");
    let mut files: Vec<PathBuf> = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    files.sort();
    files
}

fn stem(path: &Path) -> &str {
    path.file_stem().unwrap().to_str().unwrap()
}

/// Ids that no policy file can cause by itself: what a target cannot say is found when compiling.
const BY_COMPILING: [&str; 1] = ["not-expressible"];

#[test]
fn every_fixture_is_diagnosed_as_it_says() {
    for path in fixtures() {
        let name = path.file_name().unwrap().to_str().unwrap();
        let source = Source::new(name, std::fs::read_to_string(&path).unwrap());
        let checked = cors_compiler::check(&source);
        compare(&path.with_extension("txt"), &render_plain(&source, &checked.diagnostics));
        let ids: Vec<&str> = checked.diagnostics.iter().map(|diagnostic| diagnostic.code.id).collect();
        if let Some(code) = Code::all().find(|code| stem(&path).starts_with(code.id)) {
            assert!(ids.contains(&code.id), "{name}: {ids:?}");
        }
    }
}

#[test]
fn every_id_has_a_fixture() {
    let files = fixtures();
    for code in Code::all().filter(|code| !BY_COMPILING.contains(&code.id)) {
        assert!(files.iter().any(|path| stem(path) == code.id), "add tests/reject/{}.yaml", code.id);
    }
}

/// Faults of reading hide those of checking.
const READING: [&str; 2] = ["unsupported-yaml", "yaml-syntax"];

#[test]
fn a_fix_mends_its_own_fault_and_makes_no_other() {
    for path in fixtures() {
        let text = std::fs::read_to_string(&path).unwrap();
        let before = cors_compiler::check(&Source::new("f", text.as_str())).diagnostics;
        for diagnostic in &before {
            let Some(fix) = &diagnostic.fix else { continue };
            let fixed = format!("{}{}{}", &text[..fix.span.start], fix.replacement, &text[fix.span.end..]);
            let after = cors_compiler::check(&Source::new("f", fixed.as_str())).diagnostics;
            let count = |found: &[Diagnostic]| found.iter().filter(|other| other.code == diagnostic.code).count();
            let what = format!("{} of {}:\n{fixed}", diagnostic.code.id, path.display());
            assert!(count(&after) < count(&before), "not gone: {what}");
            if READING.contains(&diagnostic.code.id) {
                continue;
            }
            let is_new = |found: &&Diagnostic| before.iter().all(|other| other.code != found.code);
            let new: Vec<_> = after.iter().filter(|found| found.severity == Severity::Error).filter(is_new).collect();
            assert!(new.is_empty(), "{new:?} by {what}");
        }
    }
}

/// The ids whose faults have a correction that a machine may apply, by the catalogue.
const WITH_FIX: [&str; 21] = [
    "duplicate-header",
    "duplicate-method",
    "duplicate-origin",
    "lowercase-method",
    "misspelled-method",
    "origin-default-port",
    "origin-list-in-string",
    "origin-non-ascii",
    "origin-non-canonical-ip",
    "origin-uppercase",
    "origin-websocket-scheme",
    "origin-with-path",
    "origin-without-scheme",
    "redundant-exposed-header",
    "redundant-method",
    "redundant-request-header",
    "unknown-key",
    "unnormalized-method",
    "wildcard-with-headers",
    "wildcard-with-methods",
    "wildcard-with-origins",
];

#[test]
fn what_a_machine_can_correct_has_a_fix() {
    let mut without = Vec::new();
    for id in WITH_FIX {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/reject/{id}.yaml"));
        let checked = cors_compiler::check(&Source::new("f", std::fs::read_to_string(path).unwrap()));
        let has_fix = |found: &Diagnostic| found.code.id == id && found.fix.is_some();
        without.extend((!checked.diagnostics.iter().any(has_fix)).then_some(id));
    }
    assert!(without.is_empty(), "{without:?}");
}

#[test]
fn ten_faults_are_reported_at_once() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reject/ten-faults.yaml");
    let checked = cors_compiler::check(&Source::new("f", std::fs::read_to_string(path).unwrap()));
    let mut ids: Vec<&str> = checked.diagnostics.iter().map(|diagnostic| diagnostic.code.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert!(ids.len() >= 10, "{ids:?}");
    assert!(checked.file.is_none());
}

/// What the help proposes for an expression that admits strangers admits none.
#[test]
fn the_proposed_expression_admits_no_strangers() {
    for (text, expected) in [
        (r"https://.*example\.com", r"https://.*\.example\.com"),
        (r"https://.*.example.com", r"https://.*\.example\.com"),
        (r"https://app.example.com", r"https://app\.example\.com"),
        (r"https://[a-z]+example\.com(:8443)?", r"https://[a-z]+\.example\.com(:8443)?"),
        (r"https://.*example\.com:8443", r"https://.*\.example\.com:8443"),
        (r"https://[a-z]+example\.com:(3000|3001)", r"https://[a-z]+\.example\.com:(3000|3001)"),
    ] {
        let policy = |text: &str| {
            let head = "version: 1\npolicies:\n  p:\n    allow_credentials: true\n    allow_origins:\n";
            cors_compiler::check(&Source::new("f", format!("{head}      - regex: '{text}'\n")))
        };
        let refused = policy(text);
        let found = refused.diagnostics.iter().find(|found| found.code.id == "regex-admits-foreign-site").expect(text);
        assert_eq!(found.help.as_deref(), Some(format!("write `{expected}`").as_str()));
        assert!(refused.file.is_none() && policy(expected).file.is_some(), "{text}");
    }
}

/// The place of a missing key is the first character of the mapping, also where that has several bytes.
#[test]
fn the_place_of_a_missing_key_is_a_whole_character() {
    for (text, shown, at) in [
        ("\u{feff}policies: {p: {allow_origins: []}}\n", "\u{feff}", "f:1:1: error[missing-key]"),
        ("version: 1\npolicies:\n  p:\n    allow_origins:\n      - é: 1\n", "é", "f:5:9: error[missing-key]"),
        ("version: 1\npolicies: {p: {allow_origins: []}}\nroutes:\n  - 😀: 1\n", "😀", "f:4:5: error[missing-key]"),
    ] {
        let source = Source::new("f", text);
        let found = cors_compiler::check(&source).diagnostics;
        let missing: Vec<_> = found.iter().filter(|found| found.code.id == "missing-key").collect();
        assert!(!missing.is_empty(), "{text}: {found:?}");
        for found in &missing {
            assert_eq!(source.slice(found.span()), shown, "{text}");
        }
        assert!(render_plain(&source, &found).contains(at), "{}", render_plain(&source, &found));
    }
}
