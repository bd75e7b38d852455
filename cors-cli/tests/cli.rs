//! The command `cors` from outside: what it prints, what it writes, how it ends.
#![allow(clippy::unwrap_used, reason = "all of this is a test")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Runs `cors` in the repository's root with a scrubbed environment.
fn cors(arguments: &[&str]) -> Output {
    cors_in(&root(), arguments)
}

fn cors_in(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cors")).args(arguments).current_dir(directory).env_clear().output().unwrap()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn scratch() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

const GOOD: &str = "version: 1\npolicies:\n  p:\n    allow_origins: [https://a.example]\n";
const WARNED: &str = "version: 1\npolicies:\n  p:\n    allow_origins: []\n";
const BAD: &str = "version: 1\npolicies:\n  p:\n    allow_origins: [https://A.example/]\n";
const PEDANTIC: &str = "version: 1\npolicies:\n  p:\n    allow_origins: [http://a.example]\n";

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
    let output = cors(&["check", "--deny-warnings", "--pedantic"]);
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
fn compile_prints_every_target() {
    for (target, expected) in [
        ("rust", "pub static SPA: ::cors_policy::Policy"),
        ("nginx", "add_header Access-Control-Allow-Origin $cors_467d49_origin always;"),
        ("envoy", "forward_not_matching_preflights: false"),
    ] {
        let output = cors(&["compile", "policies/spa.yaml", "--target", target]);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        assert!(stdout(&output).contains(expected), "{target}");
        assert!(stdout(&output).contains("from policies/spa.yaml; do not edit."), "{target}");
    }
}

#[test]
fn compile_refuses_what_makes_no_sense() {
    let directory = scratch();
    std::fs::write(directory.path().join("bad.yaml"), BAD).unwrap();
    std::fs::write(directory.path().join("good.yaml"), GOOD).unwrap();
    let two = format!("{GOOD}  q:\n    allow_origins: [https://b.example]\n");
    std::fs::write(directory.path().join("two.yaml"), two).unwrap();
    for (arguments, expected, message) in [
        (&["bad.yaml", "--target", "nginx"][..], 1, "error[origin-uppercase]"),
        (&["good.yaml", "--target", "apache"], 2, "possible values: rust, nginx, envoy"),
        (&["good.yaml", "--target", "nginx", "--shape", "round"], 2, "it has: maps+includes"),
        (
            &["good.yaml", "--target", "envoy", "--shape", "bootstrap"],
            2,
            "needs --listen HOST:PORT and --upstream HOST:PORT",
        ),
        (&["good.yaml", "--target", "envoy", "--listen", "127.0.0.1:1"], 2, "takes neither --listen nor --upstream"),
        (
            &["good.yaml", "--target", "envoy", "--shape", "bootstrap", "--listen", "x", "--upstream", "y:1"],
            2,
            "is not `host:port`",
        ),
        (&["good.yaml", "--target", "nginx", "--policy", "q"], 2, "has no policy `q`; it has: p"),
        (&["two.yaml", "--target", "envoy", "--shape", "rds"], 2, "name one with --policy"),
        (&["good.yaml", "--target", "nginx", "-o", "good.yaml"], 2, "which need a directory"),
        (&["good.yaml", "--target", "nginx", "--check"], 2, "--output"),
        (&["missing.yaml", "--target", "nginx"], 2, "cannot read missing.yaml"),
    ] {
        let output = cors_in(directory.path(), &[&["compile"], arguments].concat());
        assert_eq!(code(&output), expected, "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(message), "{arguments:?}: {}", stderr(&output));
        assert!(stdout(&output).is_empty(), "{arguments:?}");
    }
    assert_eq!(std::fs::read_to_string(directory.path().join("good.yaml")).unwrap(), GOOD);
}

#[test]
fn outputs_are_written_whole_and_checked() {
    let directory = scratch();
    std::fs::write(directory.path().join("p.yaml"), GOOD).unwrap();
    let compile = |extra: &[&str]| {
        cors_in(directory.path(), &[&["compile", "p.yaml", "--target", "nginx", "-o", "out"], extra].concat())
    };

    let stale = compile(&["--check"]);
    assert_eq!(code(&stale), 1);
    assert!(stdout(&stale).contains("+++ out/cors_http.conf (compiled)"), "{}", stdout(&stale));
    assert!(!directory.path().join("out").exists(), "--check writes nothing");

    assert_eq!(code(&compile(&[])), 0);
    assert_eq!(code(&compile(&["--check"])), 0);
    let mut names: Vec<_> =
        std::fs::read_dir(directory.path().join("out")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["cors_http.conf", "cors_policy_p.conf"], "no temporary file is left");

    let written = directory.path().join("out/cors_http.conf");
    std::fs::write(&written, std::fs::read_to_string(&written).unwrap().replace("a.example", "b.example")).unwrap();
    let edited = compile(&["--check"]);
    assert_eq!(code(&edited), 1);
    assert!(stdout(&edited).contains("-    \"https://b.example\" $http_origin;"), "{}", stdout(&edited));
    assert!(stderr(&edited).contains("is stale"), "{}", stderr(&edited));

    std::fs::write(directory.path().join("p.yaml"), BAD).unwrap();
    let before = std::fs::read(&written).unwrap();
    assert_eq!(code(&compile(&[])), 1);
    assert_eq!(std::fs::read(&written).unwrap(), before, "a faulty policy replaces nothing");
}

#[test]
fn decide_says_what_a_browser_makes_of_it() {
    let credentials = "--credentials";
    for (arguments, expected, line) in [
        (
            &["policies/spa.yaml", "--origin", "https://app.example.com"][..],
            0,
            "policies/spa.yaml:8:9: `https://app.example.com` allows the origin",
        ),
        (
            &[
                "policies/spa.yaml",
                "--origin",
                "https://app.example.com",
                "--method",
                "put",
                "--header",
                "X-CSRF-Token",
                credentials,
            ],
            0,
            "`x-csrf-token` is allowed",
        ),
        (
            &["policies/spa.yaml", "--origin", "https://app.example.com.evil.test"],
            1,
            "no entry allows `https://app.example.com.evil.test`",
        ),
        (
            &["policies/spa.yaml", "--origin", "https://app.example.com", "--method", "QUERY"],
            1,
            "`QUERY` is not in `allow_methods`",
        ),
        (
            &["policies/spa.yaml", "--origin", "https://app.example.com", "--header", "x-a"],
            1,
            "`x-a` not in `allow_headers`",
        ),
        (
            &["policies/public-api.yaml", "--origin", "https://x.example", credentials],
            1,
            "`*` never goes with credentials",
        ),
        (
            &["policies/partners.yaml", "--origin", "https://partner.example", credentials],
            1,
            "that takes `allow_credentials: true`",
        ),
        (
            &["policies/shop.yaml", "--path", "/api/x", "--origin", "https://a.b.shop.example"],
            0,
            "under policy storefront",
        ),
        (
            &["policies/shop.yaml", "--path", "/api/health", "--origin", "https://shop.example"],
            1,
            "no policy answers /api/health",
        ),
        (&["policies/spa.yaml", "--origin", "https://App.example.com"], 1, "no browser sends this origin"),
    ] {
        let output = cors(&[&["decide"], arguments].concat());
        assert_eq!(code(&output), expected, "{arguments:?}: {output:?}");
        assert!(stdout(&output).contains(line), "{arguments:?}: {}", stdout(&output));
    }
    for (arguments, message) in [
        (&["policies/shop.yaml", "--origin", "https://a.example"][..], "give --policy or --path"),
        (&["policies/spa.yaml", "--origin", "https://a.example", "--policy", "q"], "it has: spa"),
        (&["policies/spa.yaml", "--origin", "https://a.example", "--method", "A B"], "`A B` is not a method"),
        (&["policies/spa.yaml", "--origin", "https://a.example", "--path", "x"], "--path begins with `/`"),
    ] {
        let output = cors(&[&["decide"], arguments].concat());
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert!(stderr(&output).contains(message), "{arguments:?}: {}", stderr(&output));
    }
}

#[test]
fn the_examples_are_fresh() {
    for arguments in [
        &["policies/spa.yaml", "--target", "nginx", "-o", "examples/nginx"][..],
        &[
            "policies/spa.yaml",
            "--target",
            "envoy",
            "--shape",
            "bootstrap",
            "--listen",
            "127.0.0.1:8083",
            "--upstream",
            "127.0.0.1:8081",
            "-o",
            "examples/envoy/envoy.yaml",
        ],
    ] {
        let output = cors(&[&["compile", "--check"], arguments].concat());
        assert_eq!(code(&output), 0, "{}", stdout(&output));
    }
}
