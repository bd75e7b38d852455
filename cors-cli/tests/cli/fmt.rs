//! `cors fmt`.

use crate::standard_input::through_stdin;
use crate::{BAD, GOOD, code, cors, cors_in, holding, stderr, stdout};

/// Right, but not formatted.
const UNTIDY: &str = "policies:\n p: {allow_origins: ['*']} # everyone\nversion: 1\n";
const TIDY: &str = "version: 1\n\npolicies:\n  p: { allow_origins: [\"*\"] } # everyone\n";

#[test]
fn a_file_is_written_once() {
    let directory = holding("p.yaml", UNTIDY);
    let output = cors_in(directory.path(), &["fmt", "."]);
    assert_eq!((code(&output), stdout(&output).as_str()), (0, ""));
    assert!(stderr(&output).contains("formatted ./p.yaml"), "{}", stderr(&output));
    assert_eq!(std::fs::read_to_string(directory.path().join("p.yaml")).unwrap(), TIDY);
    let output = cors_in(directory.path(), &["fmt", "p.yaml"]);
    assert_eq!((code(&output), stderr(&output).as_str()), (0, ""));
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1, "no temporary file is left");
}

#[test]
fn check_and_diff_write_nothing() {
    let directory = holding("p.yaml", UNTIDY);
    std::fs::write(directory.path().join("q.yaml"), TIDY).unwrap();
    let output = cors_in(directory.path(), &["fmt", ".", "--check"]);
    assert_eq!(
        (code(&output), stdout(&output).as_str(), stderr(&output).as_str()),
        (1, "", "not formatted: ./p.yaml\n")
    );
    let output = cors_in(directory.path(), &["fmt", "p.yaml", "--check", "--diff"]);
    assert_eq!(code(&output), 1);
    let expected = "--- p.yaml\n+++ p.yaml\n@@ -1,3 +1,4 @@\n-policies:\n- p: {allow_origins: ['*']} # everyone\n version: 1\n+\n+policies:\n+  p: { allow_origins: [\"*\"] } # everyone\n";
    assert_eq!(stdout(&output), expected);
    assert_eq!(std::fs::read_to_string(directory.path().join("p.yaml")).unwrap(), UNTIDY);
    assert_eq!(code(&cors_in(directory.path(), &["fmt", "q.yaml", "--check"])), 0);
}

#[test]
fn standard_input_goes_to_standard_output() {
    let output = through_stdin(&["fmt", "-"], UNTIDY);
    assert_eq!((code(&output), stdout(&output).as_str(), stderr(&output).as_str()), (0, TIDY, ""));
    assert_eq!(code(&through_stdin(&["fmt", "-", "--check"], UNTIDY)), 1);
    let output = through_stdin(&["fmt", "-"], "version: [");
    assert_eq!((code(&output), stdout(&output).as_str()), (1, ""));
    assert!(stderr(&output).contains("<stdin>:1:10: error[yaml-syntax]"), "{}", stderr(&output));
}

#[test]
fn only_what_cannot_be_read_is_left_alone() {
    // An error of the policy is no matter of layout.
    let wrong = BAD.replace("[https", "[ https").replace("\npolicies", "\n\npolicies");
    let directory = holding("wrong.yaml", &wrong);
    std::fs::write(directory.path().join("unreadable.yaml"), "version: 1\nversions:   2\n").unwrap();
    let output = cors_in(directory.path(), &["fmt", "."]);
    assert_eq!(code(&output), 1);
    assert!(stderr(&output).contains("error[unknown-key]"), "{}", stderr(&output));
    let read = |name: &str| std::fs::read_to_string(directory.path().join(name)).unwrap();
    assert_eq!(read("wrong.yaml"), wrong.replace("[ https", "[https"));
    assert_eq!(read("unreadable.yaml"), "version: 1\nversions:   2\n");
    assert_eq!(code(&cors_in(directory.path(), &["fmt", "missing.yaml"])), 2);
    std::fs::write(directory.path().join("unreadable.yaml"), GOOD).unwrap();
    assert_eq!(code(&cors_in(directory.path(), &["fmt", "."])), 0);
}

#[test]
fn the_samples_are_formatted() {
    let output = cors(&["fmt", "--check", "--diff", "policies"]);
    assert_eq!((code(&output), stdout(&output).as_str()), (0, ""), "{}", stderr(&output));
}
