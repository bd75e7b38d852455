//! Environments, and assertions over all origins, on the command line.

use crate::{code, cors_in, holding, stderr, stdout};

const SHOP: &str = "version: 1
origin_sets:
  testers: [https://tester.example]
  nobody: [https://nobody.example]
policies:
  shop:
    allow_origins: [https://www.shop.example, https://pay.example]
    max_age: 600
environments:
  staging:
    shop:
      add_origins: [{set: testers}, https://staging.example.]
      remove_origins: [https://pay.example]
      set: {max_age: 5}
  production:
    shop:
      add_origins: [https://B.example]
never:
  - {origin: https://staging.example.}
";

/// The file without its errors.
fn right() -> String {
    SHOP.replace("  - {origin: https://staging.example.}\n", "  - {origin: https://evil.example}\n").replace("B.", "b.")
}

#[test]
fn every_environment_is_checked_and_each_finding_is_shown_once() {
    let directory = holding("shop.yaml", SHOP);
    let output = cors_in(directory.path(), &["check", "shop.yaml"]);
    assert_eq!(code(&output), 1);
    let printed = stdout(&output);
    let headlines: Vec<&str> = printed.lines().filter(|line| line.starts_with("shop.yaml:")).collect();
    assert_eq!(headlines.len(), 3, "{printed}");
    for (headline, found, place) in [
        (headlines[0], "warning[origin-trailing-dot]", ", in environment `staging`"),
        (headlines[1], "error[origin-uppercase]", ", in environment `production`"),
        (headlines[2], "error[never-violated]: policy `shop` admits `https://staging.example.`", "`staging`"),
    ] {
        assert!(headline.contains(found) && headline.ends_with(place), "{printed}");
    }
}

#[test]
fn what_is_unused_is_so_everywhere() {
    let directory = holding("shop.yaml", right());
    let output = cors_in(directory.path(), &["check", "shop.yaml"]);
    assert_eq!(code(&output), 0);
    let printed = stdout(&output);
    assert_eq!(printed.matches("warning[unused-set]").count(), 1, "{printed}");
    assert!(printed.contains("no policy uses origin set `nobody`\n"), "{printed}");
    for environment in ["staging", "production"] {
        let output = cors_in(directory.path(), &["check", "shop.yaml", "--environment", environment]);
        assert!(!stdout(&output).contains("unused"), "{output:?}");
    }
}

#[test]
fn one_environment_is_checked_if_it_is_named() {
    let directory = holding("shop.yaml", SHOP);
    for (environment, expected, found) in [
        (&["--environment", "staging"][..], 1, "error[never-violated]"),
        (&["--environment", "production"], 1, "error[origin-uppercase]"),
    ] {
        let output = cors_in(directory.path(), &[&["check", "shop.yaml"], environment].concat());
        assert_eq!(code(&output), expected);
        let printed = stdout(&output);
        assert!(printed.contains(found) && !printed.contains("in environment `"), "{printed}");
        assert_eq!(printed.matches("error[").count(), 1, "{printed}");
    }
}

#[test]
fn an_unknown_environment_is_a_mistake_of_the_caller() {
    let directory = holding("shop.yaml", right());
    for command in [
        &["check", "shop.yaml"][..],
        &["compile", "shop.yaml", "--target", "rust"],
        &["decide", "shop.yaml", "--origin", "https://a.example"],
    ] {
        let output = cors_in(directory.path(), &[command, &["--environment", "stagin"]].concat());
        assert_eq!(code(&output), 2, "{command:?}");
        let said = stderr(&output);
        let expected = "shop.yaml has no environment `stagin`; did you mean `staging`? it has: staging, production";
        assert!(said.contains(expected), "{said}");
        assert_eq!(stdout(&output), "");
    }
    let both = cors_in(directory.path(), &["check", "shop.yaml", "--fix", "--environment", "staging"]);
    assert_eq!(code(&both), 2, "a correction is one of the file for all environments");
}

#[test]
fn each_target_is_compiled_for_one_environment() {
    let directory = holding("shop.yaml", right());
    for target in ["rust", "nginx", "envoy"] {
        let compile =
            |more: &[&str]| cors_in(directory.path(), &[&["compile", "shop.yaml", "--target", target], more].concat());
        let (written, staging) = (stdout(&compile(&[])), stdout(&compile(&["--environment", "staging"])));
        assert!(written.contains("pay.example") && !written.contains("tester.example"), "{written}");
        assert!(!staging.contains("pay.example") && staging.contains("tester.example"), "{staging}");
        assert!(staging.contains(" Environment: staging\n") && !written.contains("Environment: "), "{staging}");
        let out = format!("out-{target}/");
        assert_eq!(code(&compile(&["-o", &out, "--environment", "staging"])), 0);
        assert_eq!(code(&compile(&["-o", &out, "--environment", "staging", "--check"])), 0);
        assert_eq!(code(&compile(&["-o", &out, "--check"])), 1, "what is there is another environment's");
    }
}

#[test]
fn a_request_is_decided_in_an_environment() {
    let directory = holding("shop.yaml", right());
    let decide = |more: &[&str]| {
        code(&cors_in(directory.path(), &[&["decide", "shop.yaml", "--origin", "https://pay.example"], more].concat()))
    };
    assert_eq!(decide(&[]), 0);
    assert_eq!(decide(&["--environment", "production"]), 0);
    assert_eq!(decide(&["--environment", "staging"]), 1);
}

#[test]
fn a_broken_assertion_keeps_a_policy_from_being_compiled() {
    let directory = holding("shop.yaml", SHOP.replace("B.example", "b.example"));
    let compile =
        |more: &[&str]| cors_in(directory.path(), &[&["compile", "shop.yaml", "--target", "rust"], more].concat());
    assert_eq!(code(&compile(&[])), 0, "it holds as the file is written");
    let staging = compile(&["--environment", "staging"]);
    assert_eq!(code(&staging), 1);
    assert!(stdout(&staging).is_empty() && stderr(&staging).contains("error[never-violated]"), "{}", stderr(&staging));
}

/// An entry that is dead as the file is written lives in an environment that removes what covers it.
#[test]
fn a_correction_that_would_change_an_environment_is_refused() {
    let text = "version: 1
policies:
  p:
    allow_origins: [\"https://*.a.example\", https://b.a.example]
environments:
  staging:
    p:
      remove_origins: [\"https://*.a.example\"]
      add_origins: [https://c.example, https://c.example]
";
    let directory = holding("p.yaml", text);
    let output = cors_in(directory.path(), &["check", "p.yaml", "--fix"]);
    assert_eq!(code(&output), 0);
    assert_eq!(std::fs::read_to_string(directory.path().join("p.yaml")).unwrap(), text);
    assert!(stderr(&output).contains("not fixed shadowed-origin: it would change what policy `p` says"), "{output:?}");
    assert!(stdout(&output).contains("warning[duplicate-origin]"), "{output:?}");
}

/// Where a file has no such environment, what is written runs there.
#[test]
fn of_several_files_those_without_the_environment_are_taken_as_they_are() {
    let directory = holding("shop.yaml", right());
    let plain = "version: 1
policies:
  plain: {allow_origins: [https://A.example]}
tests:
  - {it: works, origin: https://a.example, expect: allow}
";
    std::fs::write(directory.path().join("plain.yaml"), plain).unwrap();
    let staging = |command: &str, more: &[&str]| {
        cors_in(directory.path(), &[&[command, "--environment", "staging"], more].concat())
    };
    let check = staging("check", &["."]);
    assert_eq!(code(&check), 1);
    let found = stdout(&check);
    for found_in in ["plain.yaml:3:35: error[origin-uppercase]", "shop.yaml:12:37: warning[origin-trailing-dot]"] {
        assert!(found.contains(found_in), "{found}");
    }
    std::fs::write(directory.path().join("plain.yaml"), plain.replace("A.example", "a.example")).unwrap();
    let test = staging("test", &["."]);
    assert_eq!(code(&test), 0, "{test:?}");
    assert!(stdout(&test).contains("it works ... ok"), "{test:?}");
    // A file that is named alone must have it, and of several at least one.
    let alone = staging("check", &["plain.yaml"]);
    assert_eq!(code(&alone), 2);
    assert!(stderr(&alone).contains("plain.yaml has no environment `staging`; it defines none"), "{alone:?}");
    for command in ["check", "test"] {
        let none = cors_in(directory.path(), &[command, ".", "--environment", "stagin"]);
        assert_eq!((code(&none), stdout(&none)), (2, String::new()), "{command}");
        let expected =
            "none of the 2 files has an environment `stagin`; did you mean `staging`? they have: staging, production";
        assert!(stderr(&none).contains(expected), "{}", stderr(&none));
    }
}

#[test]
fn what_an_environment_changes_without_effect_is_told() {
    let file = "version: 1
policies:
  shop:
    allow_origins: [\"https://*.shop.example\", https://pay.shop.example:8443]
environments:
  staging:
    shop:
      remove_origins: [https://pay.shop.example:8443]
      add_origins: [\"https://*.shop.example:8000-8999\"]
never:
  - {policy: shop, origin: \"http://*.shop.example\", credentials: true}
";
    let directory = holding("shop.yaml", file);
    let output = cors_in(directory.path(), &["check", "shop.yaml", "--deny-warnings"]);
    assert_eq!(code(&output), 1);
    let printed = stdout(&output);
    for found in [
        "shop.yaml:8:24: warning[removed-origin-admitted]: policy `shop` still admits `https://pay.shop.example:8443`",
        "shop.yaml:11:28: warning[unused-assertion]: this item of `never` says nothing",
    ] {
        assert!(printed.contains(found), "{printed}");
    }
    // In one environment the assertion is about something.
    let file = file
        .replace("      add_origins: [\"https://*.shop.example:8000-8999\"]", "      set: {allow_credentials: true}");
    let directory = holding("shop.yaml", file);
    let output = cors_in(directory.path(), &["check", "shop.yaml", "--deny-warnings"]);
    assert_eq!(code(&output), 0, "{output:?}");
}
