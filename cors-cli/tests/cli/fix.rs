//! `cors check --fix`.

use std::path::Path;

use crate::{BAD, GOOD, code, cors, cors_in, holding, root, scratch, stderr, stdout};

fn read(directory: &Path, name: &str) -> String {
    String::from_utf8(std::fs::read(directory.join(name)).unwrap()).unwrap()
}

#[test]
fn what_can_be_corrected_is_and_the_rest_is_reported() {
    let text = "version: 1 # the first\npolicies:\n  p:\n    allow_origins:\n      - https://A.example/   # kept\n\n      - 'https://b.example:443'\n      - https://u@c.example\n    allow_methods: [patch] # and this\n";
    let directory = holding("p.yaml", text);
    let output = cors_in(directory.path(), &["check", "p.yaml", "--fix"]);
    assert_eq!(code(&output), 1);
    let expected = text.replace("A.example/", "a.example").replace(":443", "").replace("patch", "PATCH");
    assert_eq!(read(directory.path(), "p.yaml"), expected);
    let printed = stdout(&output);
    assert!(printed.contains("error[origin-with-userinfo]") && !printed.contains("origin-uppercase"), "{printed}");
    let told = stderr(&output);
    for line in [
        "p.yaml:5:17: fixed origin-uppercase: ",
        "p.yaml:5:26: fixed origin-with-path: ",
        "p.yaml:7:27: fixed origin-default-port: ",
        "p.yaml:9:21: fixed unnormalized-method: ",
        "1 file: 1 error, 0 warnings",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1, "no temporary file is left");
}

#[test]
fn line_breaks_and_byte_order_mark_survive() {
    let text = "\u{feff}version: 1\r\npolicies:\r\n  p:\r\n    allow_origins: [\"https://A.example/\"] # x\r\n";
    let directory = holding("p.yaml", text);
    assert_eq!(code(&cors_in(directory.path(), &["check", "p.yaml", "--fix"])), 0);
    assert_eq!(read(directory.path(), "p.yaml"), text.replace("A.example/", "a.example"));
}

#[test]
fn a_fault_that_hides_another_takes_a_second_round() {
    // Unquoted, it is an alias; quoted, it lacks a scheme.
    let directory = holding("p.yaml", "version: 1\npolicies:\n  p:\n    allow_origins: [*.a.example]\n");
    let output = cors_in(directory.path(), &["check", "p.yaml", "--fix"]);
    assert_eq!(code(&output), 0, "{}", stdout(&output));
    assert!(read(directory.path(), "p.yaml").contains("[\"https://*.a.example\"]"));
}

#[test]
fn diff_shows_what_would_change_and_writes_nothing() {
    let directory = holding("p.yaml", BAD);
    let output = cors_in(directory.path(), &["check", "p.yaml", "--fix", "--diff"]);
    assert_eq!(code(&output), 1);
    let expected = "--- p.yaml\n+++ p.yaml\n@@ -1,4 +1,4 @@\n version: 1\n policies:\n   p:\n-    allow_origins: [https://A.example/]\n+    allow_origins: [https://a.example]\n";
    assert_eq!(stdout(&output), expected);
    assert!(stderr(&output).contains("would fix origin-uppercase"), "{}", stderr(&output));
    assert_eq!(read(directory.path(), "p.yaml"), BAD);

    let good = holding("p.yaml", GOOD);
    let output = cors_in(good.path(), &["check", "p.yaml", "--fix", "--diff"]);
    assert_eq!((code(&output), stdout(&output)), (0, String::new()));
    assert_eq!(code(&cors_in(good.path(), &["check", "p.yaml", "--diff"])), 2, "--diff needs --fix");
}

#[test]
fn a_file_without_corrections_is_not_touched() {
    let directory = holding("p.yaml", GOOD);
    let path = directory.path().join("p.yaml");
    let long_ago = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    std::fs::File::options().write(true).open(&path).unwrap().set_modified(long_ago).unwrap();
    std::fs::write(
        directory.path().join("q.yaml"),
        b"version: 1\npolicies: {p: {allow_origins: [https://A.example, \xff]}}",
    )
    .unwrap();
    assert_eq!(code(&cors_in(directory.path(), &["check", ".", "--fix"])), 1);
    assert_eq!(std::fs::metadata(&path).unwrap().modified().unwrap(), long_ago);
    let kept = std::fs::read(directory.path().join("q.yaml")).unwrap();
    assert!(kept.contains(&0xff) && kept.windows(9).any(|part| part == b"A.example"));
}

#[cfg(unix)]
#[test]
fn links_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let directory = scratch();
    let (file, link) = (directory.path().join("real.txt"), directory.path().join("p.yaml"));
    std::fs::write(&file, BAD).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real.txt", &link).unwrap();
    assert_eq!(code(&cors_in(directory.path(), &["check", "p.yaml", "--fix"])), 0);
    assert!(std::fs::symlink_metadata(&link).unwrap().file_type().is_symlink());
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(read(directory.path(), "real.txt").contains("https://a.example]"));
}

#[test]
fn a_correction_that_would_change_the_meaning_is_refused() {
    let text = "version: 1\npolicies:\n  p:\n    allow_origins:\n      - regex: https://www.shop\\.example\n      - https://a.example\n      - https://a.example\n    allow_methods: [put, delete]\n";
    let directory = holding("p.yaml", text);
    let output = cors_in(directory.path(), &["check", "p.yaml", "--fix"]);
    assert_eq!(code(&output), 0);
    // The others are made all the same.
    let expected = text.replacen("      - https://a.example\n", "", 1).replace("put, delete", "PUT, DELETE");
    assert_eq!(read(directory.path(), "p.yaml"), expected);
    assert!(stdout(&output).contains("warning[regex-unescaped-dot]"), "{}", stdout(&output));
    let told = stderr(&output);
    let refused =
        "p.yaml:5:27: not fixed regex-unescaped-dot: it would change what policy `p` says: whether `https://www";
    assert!(told.contains(refused), "{told}");
    assert!(!told.contains(": fixed regex-unescaped-dot"), "{told}");

    let output = cors_in(directory.path(), &["check", "p.yaml", "--fix", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(document["refused"][0]["id"], "regex-unescaped-dot");
    assert!(document["refused"][0]["reason"].as_str().unwrap().contains("is allowed"), "{document}");
}

#[test]
fn new_lines_end_as_the_others_do() {
    let text =
        "version: 1\r\npolicies:\r\n  p:\r\n    allow_origins:\r\n      - https://a.example, https://b.example\r\n";
    let directory = holding("p.yaml", text);
    assert_eq!(code(&cors_in(directory.path(), &["check", "p.yaml", "--fix"])), 0);
    assert_eq!(read(directory.path(), "p.yaml"), text.replace(", ", "\r\n      - "));
}

#[test]
fn a_regex_that_others_cover_is_deleted() {
    let kept = "version: 1\npolicies:\n  p:\n    allow_origins:\n      - https://*.a.example\n";
    let directory = holding("p.yaml", format!("{kept}      - regex: https://(b|c)\\.a\\.example\n"));
    assert_eq!(code(&cors_in(directory.path(), &["check", "p.yaml", "--fix"])), 0);
    assert_eq!(read(directory.path(), "p.yaml"), kept);
}

/// What could never have matched may be given a meaning: that is what its correction is for.
#[test]
fn a_dead_entry_comes_to_life() {
    let text = "version: 1\npolicies:\n  p:\n    allow_origins: [wss://a.example]\n    allow_methods: [PACTH]\n";
    let directory = holding("p.yaml", text);
    let output = cors_in(directory.path(), &["check", "p.yaml", "--fix"]);
    assert_eq!(code(&output), 0);
    let told = stderr(&output);
    assert_eq!(read(directory.path(), "p.yaml"), text.replace("wss:", "https:"), "{told}");
    // A script may call with any token: whoever means `PACTH` would lose it.
    assert!(told.contains("not fixed misspelled-method: it would change what policy `p` says"), "{told}");
}

/// Whatever a fixture has wrong, what is left can be read, has no correction that was forgotten, and a
/// second run has nothing to do.
#[test]
fn every_fixture_is_corrected_as_far_as_it_goes() {
    let directory = scratch();
    let mut texts = std::collections::BTreeMap::new();
    for entry in std::fs::read_dir(root().join("cors-policy/compiler/tests/reject")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            std::fs::copy(&path, directory.path().join(&name)).unwrap();
            texts.insert(name, std::fs::read(&path).unwrap());
        }
    }
    let fix = || {
        let output = cors_in(directory.path(), &["check", ".", "--fix", "--pedantic", "--format", "json"]);
        serde_json::from_str::<serde_json::Value>(&stdout(&output)).unwrap()
    };
    let first = fix();
    let now = |name: &String| std::fs::read(directory.path().join(name)).unwrap();
    let changed = texts.iter().filter(|(name, text)| now(name) != **text).count();
    assert!(changed >= 15, "{changed}");
    assert!(first["summary"]["fixed"].as_u64().unwrap() >= 20, "{}", first["summary"]);
    let once: Vec<_> = texts.keys().map(now).collect();
    let second = fix();
    assert_eq!(second["fixed"], serde_json::json!([]));
    assert_eq!(second["diagnostics"], first["diagnostics"]);
    assert_eq!(once, texts.keys().map(now).collect::<Vec<_>>());
}

/// The samples compile: their corrections, if any, are refused or change nothing.
#[test]
fn the_samples_have_nothing_to_correct() {
    let output = cors(&["check", "--fix", "--diff", "--pedantic"]);
    assert_eq!((code(&output), stdout(&output)), (0, String::new()), "{}", stderr(&output));
}
