//! `-`, which stands for standard input in the place of a policy file.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::{BAD, GOOD, code, holding, root, stderr, stdout};

pub(crate) fn through_stdin(arguments: &[&str], text: &str) -> Output {
    through_stdin_in(&root(), arguments, text)
}

fn through_stdin_in(directory: &Path, arguments: &[&str], text: &str) -> Output {
    let mut cors = Command::new(env!("CARGO_BIN_EXE_cors"));
    cors.args(arguments).current_dir(directory).env_clear();
    let mut child = cors.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A command that refuses its arguments reads nothing.
    let _ = child.stdin.take().unwrap().write_all(text.as_bytes());
    child.wait_with_output().unwrap()
}

#[test]
fn every_command_reads_it() {
    let directory = holding("good.yaml", GOOD);
    let tested = "tests: [{it: works, policy: p, origin: 'https://a.example', expect: allow}]\n";
    for (arguments, text, expected, told) in [
        ("check -", BAD, 1, "<stdin>:4:29: error[origin-uppercase]"),
        ("check - good.yaml -", GOOD, 0, "2 files: 0 errors"),
        ("check - --fix --diff", BAD, 1, "+++ <stdin>"),
        ("test -", &format!("{GOOD}{tested}"), 0, "it works ... ok"),
        ("compile - --target rust", GOOD, 0, "from <stdin>; do not edit."),
        ("compile - --target rust", BAD, 1, "<stdin>:4:29: error[origin-uppercase]"),
        ("decide - --origin https://a.example", GOOD, 0, "<stdin>:4:21: "),
        ("diff - good.yaml", &GOOD.replace("a.example", "b.example"), 0, "https://a.example"),
        ("diff good.yaml -", &GOOD.replace("a.example", "b.example"), 0, "https://b.example"),
        ("verify - --url http://127.0.0.1:1", BAD, 1, "<stdin>:4:29: error[origin-uppercase]"),
    ] {
        let output = through_stdin_in(directory.path(), &arguments.split(' ').collect::<Vec<_>>(), text);
        let printed = stdout(&output) + &stderr(&output);
        assert_eq!(code(&output), expected, "{arguments}: {printed}");
        assert!(printed.contains(told), "{arguments}: {printed}");
    }
}

#[test]
fn what_it_cannot_stand_for_is_told() {
    let directory = holding("good.yaml", GOOD);
    for (arguments, told) in [
        ("check - --fix", "--fix cannot write to standard input; add --diff"),
        ("diff - -", "OLD and NEW are both `-`"),
        ("fmt - good.yaml", "`-` goes to standard output, so it stands alone"),
    ] {
        let output = through_stdin_in(directory.path(), &arguments.split(' ').collect::<Vec<_>>(), GOOD);
        assert_eq!((code(&output), stdout(&output)), (2, String::new()), "{arguments}");
        assert!(stderr(&output).contains(told), "{arguments}: {}", stderr(&output));
    }
}

/// A file of that name has another path.
#[test]
fn a_file_that_is_called_so_can_be_named() {
    let directory = holding("-", BAD);
    for (arguments, expected) in [(&["check", "-"][..], 0), (&["check", "./-"], 1), (&["check", "-", "./-"], 1)] {
        let output = through_stdin_in(directory.path(), arguments, GOOD);
        assert_eq!(code(&output), expected, "{arguments:?}: {}", stderr(&output));
    }
}

/// What was compiled from it has no path to tell it from another.
#[test]
fn what_was_compiled_from_it_is_replaced_by_it_only() {
    let directory = holding("p.yaml", GOOD);
    let compile =
        |file: &str| through_stdin_in(directory.path(), &["compile", file, "--target", "rust", "-o", "out.rs"], GOOD);
    assert_eq!(code(&compile("-")), 0);
    assert_eq!(code(&compile("-")), 0);
    let refused = compile("p.yaml");
    assert_eq!(code(&refused), 2);
    assert!(stderr(&refused).contains("out.rs was compiled from <stdin>; remove it"), "{}", stderr(&refused));
}
