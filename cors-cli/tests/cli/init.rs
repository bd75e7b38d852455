//! `cors init`: the starter is right as it is, and nothing is overwritten.

use std::path::Path;

use cors_compiler::source::Source;

use crate::{code, cors_in, scratch, stderr, stdout};

const FILE: &str = "policies/cors.yaml";

/// What `cors init` writes for these origins.
fn written(directory: &Path, origins: &[&str]) -> String {
    let mut arguments = vec!["init", "--force"];
    arguments.extend(origins.iter().flat_map(|origin| ["--origin", origin]));
    let output = cors_in(directory, &arguments);
    assert_eq!((code(&output), stderr(&output)), (0, String::new()), "{origins:?}");
    std::fs::read_to_string(directory.join(FILE)).unwrap()
}

/// Every command that the output names does its work.
#[test]
fn the_next_steps_work() {
    let directory = scratch();
    let output = cors_in(directory.path(), &["init"]);
    assert_eq!((code(&output), stderr(&output)), (0, String::new()));
    let text = stdout(&output);
    assert!(text.starts_with("wrote policies/cors.yaml; "), "{text}");
    let mut commands = Vec::new();
    for line in text.lines().filter_map(|line| line.trim().strip_prefix("cors ")) {
        let arguments: Vec<&str> = line.split_whitespace().take_while(|word| !matches!(*word, "#" | ">")).collect();
        commands.push(arguments[0].to_owned());
        assert_eq!(code(&cors_in(directory.path(), &arguments)), 0, "{line}");
    }
    assert_eq!(commands, ["check", "test", "compile", "schema"]);
}

#[test]
fn the_starter_has_no_fault_and_means_what_its_tests_say() {
    let directory = scratch();
    for (origins, page) in [
        (&[][..], "https://www.example.com"),
        (&["https://shop.example:8443", "https://*.shop.example"], "https://shop.example:8443"),
        (&["https://pr-*.shop.example"], "https://pr-a.shop.example"),
        (&["http://intranet.example"], "http://intranet.example"),
        (&["http://[2001:db8::1]:3000"], "http://[2001:db8::1]:3000"),
        (&["capacitor://localhost"], "capacitor://localhost"),
    ] {
        let text = written(directory.path(), origins);
        assert!(!["ORIGINS", "NEVER", "PAGE", "STRANGER"].iter().any(|mark| text.contains(mark)), "{text}");
        for arguments in
            [&["check", "--deny-warnings"][..], &["fmt", "--check"], &["test"], &["compile", FILE, "--target", "nginx"]]
        {
            let output = cors_in(directory.path(), arguments);
            assert_eq!(code(&output), 0, "{origins:?}: {}{}", stdout(&output), stderr(&output));
        }
        let tests = cors_compiler::check(&Source::new(FILE, &text)).file.unwrap().tests;
        assert_eq!(tests.len(), 2);
        let value: serde_json::Value = serde_yaml::from_str(&text).unwrap();
        let tests = value["tests"].as_array().unwrap();
        assert_eq!(tests[0]["origin"], page);
        for test in tests {
            let of = |key: &str| test[key].as_str().unwrap_or("GET");
            let arguments = ["decide", FILE, "--path", of("path"), "--origin", of("origin"), "--method", of("method")];
            let output = cors_in(directory.path(), &arguments);
            assert_eq!(code(&output) == 0, test["expect"] == "allow", "{test}: {}", stdout(&output));
        }
    }
}

/// Whoever appends to the file appends to its tests: nothing stands behind them, no comment either.
#[test]
fn tests_can_be_pasted_at_the_end_of_the_starter() {
    let directory = scratch();
    let text = written(directory.path(), &[]);
    assert!(!text.lines().last().unwrap().starts_with('#'), "{text}");
    let pasted = "  - it: refuses a stranger\n    path: /api/items\n    origin: https://stranger.example\n    \
                  expect: { refuse: origin }\n";
    std::fs::write(directory.path().join(FILE), text.clone() + pasted).unwrap();
    let tests = cors_compiler::check(&Source::new(FILE, text + pasted)).file.unwrap().tests;
    assert_eq!(tests.len(), 3);
    for arguments in [&["test"][..], &["check", "--deny-warnings"], &["fmt", "--check"]] {
        let output = cors_in(directory.path(), arguments);
        assert_eq!(code(&output), 0, "{arguments:?}: {}{}", stdout(&output), stderr(&output));
    }
}

/// Nobody who admits `https` means the same host without encryption.
#[test]
fn the_starter_holds_off_what_is_not_encrypted() {
    let directory = scratch();
    for (origin, twin) in
        [("https://shop.example:8443", "http://shop.example"), ("https://*.shop.example", "http://*.shop.example")]
    {
        let text = written(directory.path(), &[origin]);
        let wider = text.replace("    allow_methods", &format!("      - {twin}\n    allow_methods"));
        assert_ne!(text, wider);
        std::fs::write(directory.path().join(FILE), wider).unwrap();
        let output = cors_in(directory.path(), &["check"]);
        assert_eq!(code(&output), 1);
        assert!(stdout(&output).contains("error[never-violated]"), "{}", stdout(&output));
    }
}

#[test]
fn the_starter_names_the_schema_and_every_key_of_it_somewhere() {
    let directory = scratch();
    let text = written(directory.path(), &[]);
    assert_eq!(text.lines().next(), Some("# yaml-language-server: $schema=cors-policy.schema.json"));
    let schema = stdout(&cors_in(directory.path(), &["schema"]));
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    let policy = &schema["$defs"]["Policy"]["properties"];
    let keys: Vec<&String> =
        [&schema["properties"], policy].into_iter().flat_map(|keys| keys.as_object().unwrap().keys()).collect();
    assert!(keys.len() > 12, "{keys:?}");
    for key in keys {
        assert!(text.contains(&format!("{key}:")) || text.contains(&format!("`{key}`")), "{key}");
    }
}

#[test]
fn what_is_there_is_not_overwritten() {
    let directory = scratch();
    written(directory.path(), &[]);
    let file = directory.path().join(FILE);
    std::fs::write(&file, "mine").unwrap();
    let output = cors_in(directory.path(), &["init"]);
    assert_eq!((code(&output), stdout(&output).as_str()), (2, ""));
    assert!(
        stderr(&output).contains("policies/cors.yaml is there already; --force replaces it"),
        "{}",
        stderr(&output)
    );
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
    assert_eq!(code(&cors_in(directory.path(), &["init", "--force"])), 0);
    assert_ne!(std::fs::read_to_string(&file).unwrap(), "mine");
}

#[test]
fn what_makes_no_sense_is_refused_and_nothing_is_written() {
    let directory = scratch();
    for (arguments, message) in [
        (&["policies"][..], "policies does not end in .yaml; name a file, such as policies/cors.yaml"),
        (&["--origin", "example.com"], "error[origin-without-scheme]"),
        (&["--origin", "https://A.example", "--origin", "https://a.example/"], "error[origin-with-path]"),
        (&["--origin", "https://A.example", "--origin", "https://a.example/"], "error[origin-uppercase]"),
        (&["--origin", "null"], "nothing is written; name origins that have no such faults"),
        (&["--origin", "https://*.co.uk"], "[subdomains-of-public-suffix]"),
        (&["--origin", "*"], "name the origins one by one"),
        (&["--origin", ""], "nothing is written"),
        (&["--origin", "https://a.example\n    allow_credentials: true"], "nothing is written"),
        (&["--origin", "https://a.example, set: b"], "nothing is written"),
        (&["--origin", "http://localhost:5173"], "admits in the environment `development`"),
        (&["--origin", "https://a.example", "--origin", "http://a.example"], "error[never-violated]"),
    ] {
        let arguments = [&["init"][..], arguments].concat();
        let output = cors_in(directory.path(), &arguments);
        assert_eq!((code(&output), stdout(&output).as_str()), (2, ""), "{arguments:?}");
        assert!(stderr(&output).contains(message), "{arguments:?}: {}", stderr(&output));
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0, "{arguments:?}");
    }
}

/// Nobody has a file that these lines are of.
#[test]
fn a_fault_of_an_origin_names_the_origin_and_no_line() {
    let directory = scratch();
    for (origins, expected) in [
        (
            &["foo"][..],
            "error[origin-without-scheme]: an origin begins with its scheme (in `foo`)\n  help: write `https://foo`\n",
        ),
        (
            &["https://a.example", "http://a.example"],
            "error[never-violated]: policy `app` admits `http://a.example`, which is never to be admitted\n  \
             help: remove or narrow the entry\n",
        ),
    ] {
        let arguments: Vec<&str> =
            std::iter::once("init").chain(origins.iter().flat_map(|of| ["--origin", of])).collect();
        let output = cors_in(directory.path(), &arguments);
        let last = "cors: nothing is written; name origins that have no such faults\n";
        assert_eq!((code(&output), stderr(&output)), (2, format!("{expected}{last}")));
    }
}

#[test]
fn a_path_is_shown_as_a_shell_takes_it() {
    let directory = scratch();
    let output = cors_in(directory.path(), &["init", "it's/a b.yml"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(stdout(&output).contains(r"cors check 'it'\''s/a b.yml'"), "{}", stdout(&output));
    assert!(directory.path().join("it's/a b.yml").is_file());
}
