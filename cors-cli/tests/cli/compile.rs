//! `cors compile`, and the examples that it has written.

use crate::{BAD, GOOD, code, cors, cors_in, scratch, stderr, stdout};

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
        (&["good.yaml", "--target", "nginx", "--profile", "native"], 2, "--profile means nothing to --target nginx"),
        (&["good.yaml", "--target", "rust", "--format", "yaml"], 2, "--format means nothing to --target rust"),
        (&["good.yaml", "--target", "nginx", "--envoy-version", "1.40"], 2, "only to envoy"),
        (&["good.yaml", "--target", "envoy", "--nginx-version", "1.18"], 2, "only to nginx"),
        (
            &["good.yaml", "--target", "envoy", "--envoy-version", "1.25.9"],
            2,
            "Envoy 1.25.9 is too old; the oldest to compile for is 1.26.0",
        ),
        (
            &["good.yaml", "--target", "envoy", "--envoy-version", "1.29"],
            1,
            "compile for Envoy 1.30.0 or later: --envoy-version 1.30.0",
        ),
        (&["good.yaml", "--target", "envoy", "--profile", "nearly"], 2, "possible values: native, exact"),
        (&["good.yaml", "--target", "nginx", "--policy", "q"], 2, "has no policy `q`; it has: p"),
        (&["two.yaml", "--target", "envoy", "--shape", "rds"], 2, "name one with --policy"),
        (&["good.yaml", "--target", "nginx", "-o", "good.yaml"], 2, "which need a directory"),
        (&["good.yaml", "--target", "nginx", "--check"], 2, "--output"),
        (
            &["good.yaml", "--target", "nginx", "--nginx-version", "1.17.9"],
            2,
            "nginx 1.17.9 is too old; the oldest to compile for is 1.18.0",
        ),
        (&["missing.yaml", "--target", "nginx"], 2, "cannot read missing.yaml"),
    ] {
        let output = cors_in(directory.path(), &[&["compile"], arguments].concat());
        assert_eq!(code(&output), expected, "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(message), "{arguments:?}: {}", stderr(&output));
        assert!(stdout(&output).is_empty(), "{arguments:?}");
    }
    assert_eq!(std::fs::read_to_string(directory.path().join("good.yaml")).unwrap(), GOOD);
}

/// What only some versions do is said for those only.
#[test]
fn the_version_of_nginx_decides_what_is_said() {
    for (version, several_fields, inherit) in [("1.18", true, false), ("1.23", false, false), ("1.29.3", false, true)] {
        let output = cors(&["compile", "policies/spa.yaml", "--target", "nginx", "--nginx-version", version]);
        let text = stdout(&output);
        assert!(text.contains(&format!("Needs nginx {version}")), "{text}");
        assert_eq!(text.contains("reads only the first of several fields"), several_fields, "{version}");
        assert_eq!(text.contains("add_header_inherit"), inherit, "{version}");
    }
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

/// JSON has no header, which says what a YAML output was compiled from.
#[test]
fn json_is_checked_like_yaml() {
    let directory = scratch();
    let policy = directory.path().join("p.yaml");
    std::fs::write(&policy, GOOD).unwrap();
    let compile = |extra: &[&str]| {
        let arguments = ["compile", "p.yaml", "--target", "envoy", "--format", "json", "-o", "out.json"];
        cors_in(directory.path(), &[&arguments, extra].concat())
    };
    assert_eq!(code(&compile(&["--check"])), 1);
    assert_eq!(code(&compile(&[])), 0);
    assert_eq!(code(&compile(&["--check"])), 0);
    let written = std::fs::read_to_string(directory.path().join("out.json")).unwrap();
    let value: serde_json::Value = serde_json::from_str(&written).unwrap();
    assert_eq!(
        value["policies"]["p"]["typed_per_filter_config"]["envoy.filters.http.cors"]["allow_origin_string_match"][0]["exact"],
        "https://a.example"
    );
    std::fs::write(&policy, GOOD.replace("a.example", "b.example")).unwrap();
    let stale = compile(&["--check"]);
    assert_eq!(code(&stale), 1);
    assert!(stdout(&stale).contains("https://b.example"), "{}", stdout(&stale));
    assert_eq!(code(&compile(&[])), 0, "what was there is replaced");
    assert_eq!(code(&compile(&["--check"])), 0);
}

#[test]
fn the_examples_are_fresh() {
    for arguments in [
        &["policies/spa.yaml", "--target", "nginx", "-o", "examples/nginx"][..],
        &["policies/shop.yaml", "--target", "rust", "-o", "examples/generated/src/cors_policies.rs"],
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
