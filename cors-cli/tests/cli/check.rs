//! `cors check`: what is found, and how it ends.

use crate::{BAD, GOOD, PEDANTIC, WARNED, code, cors, cors_in, holding, scratch, stderr, stdout};

#[test]
fn check_ends_as_documented() {
    let directory = scratch();
    for (name, text) in [("good", GOOD), ("warned", WARNED), ("bad", BAD), ("pedantic", PEDANTIC)] {
        std::fs::write(directory.path().join(format!("{name}.yaml")), text).unwrap();
    }
    std::fs::create_dir(directory.path().join("empty")).unwrap();
    for (arguments, expected, ids) in [
        (&["good.yaml"][..], 0, &[][..]),
        (&["warned.yaml"], 0, &["warning[empty-origins]"]),
        (&["warned.yaml", "--deny-warnings"], 1, &["warning[empty-origins]"]),
        (&["bad.yaml"], 1, &["error[origin-uppercase]", "error[origin-with-path]"]),
        (&["pedantic.yaml"], 0, &[]),
        (&["pedantic.yaml", "--pedantic"], 0, &["info[insecure-origin]"]),
        (&["."], 1, &["warning[empty-origins]", "error[origin-uppercase]"]),
        (&["missing.yaml"], 2, &[]),
        (&["good.yaml", "--frobnicate"], 2, &[]),
        (&["empty"], 3, &[]),
    ] {
        let output = cors_in(directory.path(), &[&["check"], arguments].concat());
        assert_eq!(code(&output), expected, "{arguments:?}: {output:?}");
        let printed = stdout(&output);
        assert!(ids.iter().all(|id| printed.contains(id)), "{arguments:?}: {printed}");
        assert_eq!(printed.is_empty(), ids.is_empty(), "{arguments:?}: {printed}");
    }
}

#[test]
fn the_samples_are_clean() {
    let output = cors(&["check", "--deny-warnings"]);
    assert_eq!(code(&output), 0, "{}", stdout(&output));
    assert_eq!(stderr(&output), "7 files: 0 errors, 0 warnings\n");
}

#[test]
fn one_unreadable_file_does_not_hide_the_others() {
    let directory = scratch();
    std::fs::write(directory.path().join("a.yaml"), [b"version: 1\n# \xff\n".as_slice(), b""].concat()).unwrap();
    std::fs::write(directory.path().join("b.yaml"), BAD).unwrap();
    let output = cors_in(directory.path(), &["check", "."]);
    assert_eq!(code(&output), 1);
    let printed = stdout(&output);
    assert!(printed.contains("a.yaml:2:3: error[unsupported-yaml]: the file is not UTF-8"), "{printed}");
    assert!(printed.contains("b.yaml:4:29: error[origin-uppercase]"), "{printed}");
}

#[test]
fn what_cannot_be_read_is_counted_as_that() {
    let directory = holding("good.yaml", GOOD);
    std::fs::create_dir(directory.path().join("folder.yaml")).unwrap();
    for (paths, summary) in [
        (&["missing.yaml"][..], "0 files: 0 errors, 0 warnings; 1 file could not be read\n"),
        (&["missing.yaml", "good.yaml", "gone.yaml"], "1 file: 0 errors, 0 warnings; 2 files could not be read\n"),
        (&["good.yaml"], "1 file: 0 errors, 0 warnings\n"),
    ] {
        let output = cors_in(directory.path(), &[&["check"], paths].concat());
        assert!(stderr(&output).ends_with(summary), "{paths:?}: {}", stderr(&output));
    }
    let huge = std::fs::File::create(directory.path().join("huge.yaml")).unwrap();
    huge.set_len(17 * 1024 * 1024).unwrap();
    let output = cors_in(directory.path(), &["check", "huge.yaml"]);
    let expected = "cors: cannot read huge.yaml: it is larger than 16 MiB\n\
                    0 files: 0 errors, 0 warnings; 1 file could not be read\n";
    assert_eq!((code(&output), stderr(&output).as_str()), (2, expected));
}

/// The same words in every command, and no number that only the system knows.
#[test]
fn a_missing_file_is_told_alike_everywhere() {
    let directory = holding("good.yaml", GOOD);
    for arguments in [
        "check none.yaml",
        "fmt none.yaml",
        "test none.yaml",
        "compile none.yaml --target nginx",
        "decide none.yaml --origin https://a.example",
        "diff none.yaml good.yaml",
        "diff good.yaml none.yaml",
        "verify none.yaml --url http://127.0.0.1:1",
    ] {
        let output = cors_in(directory.path(), &arguments.split(' ').collect::<Vec<_>>());
        assert_eq!(code(&output), 2, "{arguments}");
        let told = stderr(&output);
        assert_eq!(told.lines().next(), Some("cors: cannot read none.yaml: no such file or directory"), "{arguments}");
    }
}

#[test]
fn both_formats_show_both_places() {
    let directory = scratch();
    let text = "version: 1\npolicies:\n  p:\n    allow_origins: '*'\n    allow_credentials: true\n";
    std::fs::write(directory.path().join("p.yaml"), text).unwrap();
    for format in ["human", "plain"] {
        let output = cors_in(directory.path(), &["check", "p.yaml", "--format", format]);
        let printed = stdout(&output);
        for part in [
            "wildcard-with-credentials",
            "p.yaml:4:20",
            "every origin is allowed here",
            "and credentials here",
            "list the origins",
        ] {
            assert!(printed.contains(part), "{format}: {part}\n{printed}");
        }
    }
}

#[test]
fn hostile_text_reaches_no_terminal() {
    let directory = scratch();
    let text = format!(
        "version: 1\npolicies:\n  p:\n    allow_origins: [\"https://\\e[31mred\u{202e}.example\", {}]\n",
        "x".repeat(200_000)
    );
    std::fs::write(directory.path().join("p.yaml"), text).unwrap();
    for format in ["human", "plain"] {
        let output = cors_in(directory.path(), &["check", "p.yaml", "--format", format]);
        assert_eq!(code(&output), 1, "{format}");
        let printed = stdout(&output);
        assert!(!printed.contains(['\u{1b}', '\u{202e}']), "{format}: {printed:?}");
        assert!(printed.len() < 20_000, "{format}: {} bytes", printed.len());
    }
}

#[test]
fn findings_beyond_the_first_thousand_are_counted() {
    let origins: String = (0..1_500).map(|n| format!("      - https://A{n}.example\n")).collect();
    let directory = holding("many.yaml", format!("version: 1\npolicies:\n  p:\n    allow_origins:\n{origins}"));
    let output = cors_in(directory.path(), &["check", "many.yaml"]);
    assert_eq!(code(&output), 1);
    assert_eq!(stdout(&output).matches("error[origin-uppercase]").count(), 1_000);
    assert!(stderr(&output).contains("500 more"), "{}", stderr(&output));
}

#[test]
fn a_misspelt_key_is_not_missing_as_well() {
    let text = "version: 1\npolicies:\n  p:\n    allowOrigins: [https://a.example]\n";
    let directory = holding("p.yaml", text);
    let printed = stdout(&cors_in(directory.path(), &["check", "p.yaml"]));
    assert!(printed.contains("did you mean `allow_origins`?") && !printed.contains("missing-key"), "{printed}");
}
