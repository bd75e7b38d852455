//! Text of the user breaks no line of what is printed: it forges no finding, and no command of a CI server.

use std::process::Output;

use crate::{code, cors_in, holding, stderr, stdout};

/// Texts that would begin a line with `FORGED`, or with a workflow command, if they could.
const HOSTILE: [&str; 9] = [
    "\nFORGED.yaml:1:1: error[forged]: x",
    "\rFORGED.yaml:1:1: error[forged]: x",
    "\r\n::error file=FORGED.yaml::x",
    "a\n::error file=FORGED.yaml::x\n",
    "a\n\t::stop-commands::FORGED",
    "\u{85}FORGED",
    "\u{2028}FORGED\u{2029}FORGED",
    "\u{b}FORGED\u{c}FORGED",
    "%0AFORGED%0D%0A::error::FORGED",
];

/// Files in which a hostile text takes the place of `@`, in quotes. Most are refused, in many ways.
const PLACES: [&str; 22] = [
    "version: @\npolicies: {p: {allow_origins: []}}\n",
    "version: 1\n@: 1\npolicies: {p: {allow_origins: []}}\n",
    "version: 1\npolicies: {@: {allow_origins: []}}\n",
    "version: 1\npolicies: {p: {allow_origins: [], @: 1}}\n",
    "version: 1\npolicies: {p: {allow_origins: [@]}}\n",
    "version: 1\npolicies: {p: {allow_origins: {a: @}}}\n",
    "version: 1\npolicies: {p: {allow_origins: [{regex: @}]}}\n",
    "version: 1\npolicies: {p: {allow_origins: [{set: @}]}}\n",
    "version: 1\npolicies: {p: {allow_origins: [], allow_methods: [@]}}\n",
    "version: 1\npolicies: {p: {allow_origins: [], allow_headers: [@]}}\n",
    "version: 1\npolicies: {p: {allow_origins: [], expose_headers: [@, @]}}\n",
    "version: 1\npolicies: {p: {allow_origins: [], max_age: @}}\n",
    "version: 1\npolicies: {p: {allow_origins: [], allow_credentials: @}}\n",
    "version: 1\npolicies: {p: {allow_origins: [http://a.example], accept_risks: {@: why}}}\n",
    "version: 1\npolicies: {p: {allow_origins: [], accept_risks: {insecure-origin: @}}}\n",
    "version: 1\norigin_sets: {@: [https://a.example]}\npolicies: {p: {allow_origins: []}}\n",
    "version: 1\npolicies: {p: {allow_origins: []}}\nroutes: [{path: @, policy: p}]\n",
    "version: 1\npolicies: {p: {allow_origins: []}}\nroutes: [{path: /a, policy: @}]\n",
    "version: 1\npolicies: {p: {allow_origins: []}}\nenvironments: {@: {p: {}}}\n",
    "version: 1\npolicies: {p: {allow_origins: []}}\nenvironments: {e: {@: {}}}\n",
    "version: 1\npolicies: {p: {allow_origins: []}}\nnever: [{origin: @}]\n",
    "version: 1\npolicies: {p: {allow_origins: []}}\ntests: [{it: @, policy: @, origin: @, method: @, expect: @}]\n",
];

/// Valid but for what they promise; a line of the first begins with a command, and holds the entry that decides.
const VALID: [&str; 2] = [
    "version: 1\npolicies:\n  p: {max_age: 600, description: \"x\n    ::error file=FORGED.yaml::x\", allow_origins: [https://a.example]}\n",
    "version: 1\npolicies: {p: {max_age: 600, description: @, allow_origins: [https://a.example]}}\n\
     tests: [{it: @, policy: p, origin: https://a.example, expect: {refuse: origin-not-allowed}}]\n",
];

/// Every line that a terminal or a CI server sees.
fn assert_unbroken(output: &Output, what: &str) {
    let printed = stdout(output) + &stderr(output);
    for line in printed.split(['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}']) {
        let line = line.trim_start();
        assert!(!line.starts_with("FORGED"), "{what}: {printed}");
        let command =
            line.starts_with("::") && !line.split("::").nth(1).is_some_and(|head| head.contains("file=p.yaml"));
        assert!(!command, "{what}: {printed}");
    }
}

fn files(hostile: &str) -> impl Iterator<Item = String> {
    // A string of JSON is one of YAML.
    let quoted = serde_json::to_string(hostile).unwrap();
    PLACES.into_iter().chain(VALID).map(move |place| place.replace('@', &quoted))
}

#[test]
fn nothing_in_a_file_breaks_a_line_of_a_finding() {
    for hostile in HOSTILE {
        for text in files(hostile) {
            let directory = holding("p.yaml", &text);
            for format in ["plain", "human", "github", "json", "sarif"] {
                let output = cors_in(directory.path(), &["check", "p.yaml", "--pedantic", "--format", format]);
                assert!(code(&output) < 2, "{text}: {}", stderr(&output));
                assert_unbroken(&output, &format!("{format}: {text}"));
                let printed = stdout(&output);
                // A command for a finding, a document for all.
                match format {
                    "github" => assert!(printed.lines().all(|line| line.starts_with("::")), "{printed}"),
                    "json" | "sarif" => {
                        assert!(serde_json::from_str::<serde_json::Value>(&printed).is_ok(), "{printed}");
                    }
                    _ => {}
                }
            }
            assert_unbroken(&cors_in(directory.path(), &["check", "p.yaml", "--fix"]), &text);
        }
    }
}

#[test]
fn nothing_in_a_file_breaks_a_line_of_the_other_commands() {
    let old = VALID[1].replace('@', "x");
    for hostile in HOSTILE {
        for text in files(hostile) {
            let directory = holding("p.yaml", &text);
            let directory = directory.path();
            std::fs::write(directory.join("old.yaml"), &old).unwrap();
            let decide = ["decide", "p.yaml", "--origin"];
            for arguments in [
                &[&decide[..], &["https://a.example"]].concat()[..],
                &[&decide[..], &["https://b.example", "--credentials"]].concat(),
                &["test", "p.yaml"],
                &["test", "p.yaml", "--coverage"],
                &["test", "p.yaml", "--format", "junit"],
                &["test", "p.yaml", "--format", "json"],
                &["diff", "old.yaml", "p.yaml"],
                &["diff", "p.yaml", "old.yaml", "--format", "markdown"],
                &["diff", "old.yaml", "p.yaml", "--format", "json"],
                // Nobody answers there.
                &["verify", "p.yaml", "--url", "http://127.0.0.1:1/"],
            ] {
                let output = cors_in(directory, arguments);
                // Attributes of XML write line breaks as references.
                assert_unbroken(&output, &format!("{arguments:?}: {text}"));
            }
        }
    }
}

#[test]
fn nothing_in_an_argument_breaks_a_line() {
    let directory = holding("p.yaml", VALID[1].replace('@', "x"));
    for hostile in HOSTILE {
        let option = format!("--format={hostile}");
        for arguments in [
            &["decide", "p.yaml", "--origin", hostile][..],
            &["decide", "p.yaml", "--origin", "https://a.example", "--method", hostile],
            &["decide", "p.yaml", "--origin", "https://a.example", "--header", hostile],
            &["decide", "p.yaml", "--origin", "https://a.example", "--path", &format!("/{hostile}")],
            &["decide", "p.yaml", "--origin", "https://a.example", "--policy", hostile],
            &["decide", "p.yaml", "--origin", "https://a.example", "--environment", hostile],
            &["check", "p.yaml", "--environment", hostile],
            &["check", hostile],
            &["check", "--format", hostile],
            &["check", &option],
            &["test", "p.yaml", "--filter", hostile],
            &["diff", "p.yaml", hostile],
            &["verify", "p.yaml", "--url", &format!("http://127.0.0.1:1/{hostile}")],
            &["verify", "p.yaml", "--url", "http://127.0.0.1:1/", "--methods", hostile],
            &["compile", "p.yaml", "--target", "nginx", "-o", hostile, "--check"],
            &["explain", hostile],
            &[hostile],
        ] {
            assert_unbroken(&cors_in(directory.path(), arguments), &format!("{arguments:?}"));
        }
    }
}

#[test]
fn the_name_of_a_file_breaks_no_line() {
    for hostile in ["\nFORGED.yaml", "a\n::error file=FORGED::x\n.yaml", "a\t\u{2028}FORGED.yaml", "\rFORGED.yaml"] {
        for text in [PLACES[4], VALID[0], VALID[1]] {
            // A name has no slash.
            let directory = holding(hostile, text.replace('@', "https://A.example"));
            for arguments in [
                &["check", hostile, "--format", "plain"][..],
                &["check", hostile, "--format", "human"],
                &["check", hostile, "--fix"],
                &["decide", hostile, "--origin", "https://a.example"],
                &["test", hostile],
                &["diff", hostile, hostile],
                &["fmt", hostile],
                &["fmt", hostile, "--check"],
                &["compile", hostile, "--target", "nginx", "-o", "out/"],
                &["verify", hostile, "--url", "http://127.0.0.1:1/"],
            ] {
                assert_unbroken(&cors_in(directory.path(), arguments), &format!("{arguments:?}"));
            }
        }
    }
}
