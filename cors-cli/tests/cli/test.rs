//! `cors test`: tests, coverage and mutants.

use std::path::Path;

use serde_json::{Value, json};

use crate::documents::Page;
use crate::formats::{documented, fields};
use crate::{BAD, GOOD, code, cors, cors_in, holding, scratch, stderr, stdout};

/// A file in which one test of each kind fails.
const FAILING: &str = "version: 1
policies:
  shop:
    allow_origins: [https://www.shop.example]
    allow_methods: [PUT]
routes:
  - {path: /api/**, policy: shop}
  - {path: /api/health, policy: none}
tests:
  - {it: passes, path: /api/cart, origin: https://www.shop.example, expect: allow}
  - {it: deletes, path: /api/cart, origin: https://www.shop.example, method: DELETE, expect: allow}
  - {it: is closed, path: /api/cart, origin: https://www.shop.example, expect: {refuse: origin}}
  - {it: gives another reason, path: /api, origin: https://evil.example, method: DELETE, expect: {refuse: method}}
  - {it: asks for nothing, path: /api, origin: https://www.shop.example, expect: {refuse: method}}
  - {it: checks the health, path: /api/health, origin: https://www.shop.example, expect: allow}
  - {it: has no route, path: /, origin: https://www.shop.example, expect: allow}
";

/// A file with a test that only one environment passes.
const ENVIRONMENTS: &str = "version: 1
policies:
  shop:
    allow_origins: [https://www.shop.example]
environments:
  staging:
    shop: {add_origins: [https://staging.shop.example]}
  production:
    shop: {set: {max_age: 5}}
tests:
  - {it: is written, origin: https://www.shop.example, expect: allow}
  - {it: is staged, environment: staging, origin: https://staging.shop.example, expect: allow}
  - {it: is not staged, environment: production, origin: https://staging.shop.example, expect: {refuse: origin}}
";

fn test_in(directory: &Path, arguments: &[&str]) -> (i32, String) {
    let output = cors_in(directory, &[&["test"], arguments].concat());
    (code(&output), stdout(&output))
}

fn test(text: &str, arguments: &[&str]) -> (i32, String) {
    test_in(holding("p.yaml", text).path(), &[&["p.yaml"], arguments].concat())
}

/// What CI asks of the samples.
#[test]
fn the_samples_pass_are_covered_and_let_no_mutant_live() {
    let output = cors(&["test", "policies", "--coverage", "--fail-under", "100", "--mutate"]);
    let printed = stdout(&output);
    assert_eq!(code(&output), 0, "{printed}");
    for absent in ["FAILED", "lived", "no test ", "without tests"] {
        assert!(!printed.contains(absent), "{printed}");
    }
    assert!(printed.contains("; 100% covered; ") && printed.contains("storefront: 35 of 35 killed"), "{printed}");
}

#[test]
fn a_failure_says_what_came_and_why_and_what_to_change() {
    let expected = "\
p.yaml
  it passes ... ok
  it deletes ... FAILED
  it is closed ... FAILED
  it gives another reason ... FAILED
  it asks for nothing ... FAILED
  it checks the health ... FAILED
  it has no route ... FAILED

p.yaml:11:5: it deletes
  expected: allowed
  found:    refused (method)
  p.yaml:5:20: `DELETE` is not in `allow_methods`
    allow_methods: [PUT]
  p.yaml:7:12: this route picks the policy
    - {path: /api/**, policy: shop}
  to pass:  add `DELETE` to `allow_methods` of policy `shop`; or the expectation is wrong: `expect: { refuse: method }`

p.yaml:12:5: it is closed
  expected: refused (origin)
  found:    allowed
  p.yaml:4:21: `https://www.shop.example` allows the origin
    allow_origins: [https://www.shop.example]
  p.yaml:7:12: this route picks the policy
    - {path: /api/**, policy: shop}
  to pass:  remove or narrow `https://www.shop.example` in `allow_origins` of policy `shop`; or the expectation is wrong: `expect: allow`

p.yaml:13:5: it gives another reason
  expected: refused (method)
  found:    refused (origin)
  p.yaml:4:20: no entry allows `https://evil.example`
    allow_origins: [https://www.shop.example]
  p.yaml:7:12: this route picks the policy
    - {path: /api/**, policy: shop}
  to pass:  list `https://evil.example` in `allow_origins` of policy `shop`; or the expectation is wrong: `expect: { refuse: origin }`

p.yaml:14:5: it asks for nothing
  expected: refused (method)
  found:    allowed
  p.yaml:4:21: `https://www.shop.example` allows the origin
    allow_origins: [https://www.shop.example]
  p.yaml:7:12: this route picks the policy
    - {path: /api/**, policy: shop}
  to pass:  no policy can do that: `expect: allow`

p.yaml:15:5: it checks the health
  expected: allowed
  found:    refused (origin)
  p.yaml:8:12: this route leaves the path alone
    - {path: /api/health, policy: none}
  to pass:  let a route lead the path to a policy; or the expectation is wrong: `expect: { refuse: origin }`

p.yaml:16:5: it has no route
  expected: allowed
  found:    refused (origin)
  no route leads there: the server adds no CORS headers
  to pass:  let a route lead the path to a policy; or the expectation is wrong: `expect: { refuse: origin }`

1 file: 7 tests, 1 passed, 6 failed, 0 skipped
";
    let (ended, printed) = test(FAILING, &[]);
    assert_eq!(printed, expected);
    assert_eq!(ended, 1);
}

#[test]
fn test_ends_as_documented() {
    let directory = scratch();
    for (name, text) in [("good", GOOD), ("bad", BAD), ("failing", FAILING), ("environments", ENVIRONMENTS)] {
        std::fs::write(directory.path().join(format!("{name}.yaml")), text).unwrap();
    }
    for (arguments, expected, part) in [
        (&["good.yaml"][..], 0, "0 tests, 0 passed, 0 failed, 0 skipped\nwithout tests: good.yaml\n"),
        (&["bad.yaml"], 1, "bad.yaml: not tested: 2 errors\n"),
        (&["failing.yaml"], 1, "1 passed, 6 failed"),
        (&["failing.yaml", "--filter", "pass"], 0, "1 test, 1 passed, 0 failed"),
        (&["failing.yaml", "--mutate"], 1, "1 passed, 6 failed, 0 skipped\n"),
        (&["environments.yaml"], 0, "3 tests, 3 passed"),
        (&["environments.yaml", "--coverage", "--fail-under", "100"], 0, "; 100% covered\n"),
        (&["good.yaml", "--coverage", "--fail-under", "1"], 1, "; 0% covered\n"),
        (&["good.yaml", "--coverage"], 0, "; 0% covered\n"),
        (&["good.yaml", "--mutate"], 1, "mutants killed\n"),
        (&["."], 1, "4 files: 10 tests, 4 passed, 6 failed, 0 skipped\nnot tested, since they have errors: 1 file\n"),
        (&["missing.yaml"], 2, "0 files: 0 tests"),
        (&["good.yaml", "--environment", "staging"], 2, "0 files: 0 tests"),
        (&["good.yaml", "--fail-under", "100"], 2, ""),
        (&["good.yaml", "--coverage", "--fail-under", "101"], 2, ""),
        (&["good.yaml", "--mutate", "--filter", "x"], 2, ""),
        (&[], 3, ""),
    ] {
        let (ended, printed) = test_in(directory.path(), arguments);
        assert_eq!(ended, expected, "{arguments:?}: {printed}");
        assert!(printed.contains(part), "{arguments:?}: {printed}");
    }
    let faulty = cors_in(directory.path(), &["test", "bad.yaml"]);
    assert!(stderr(&faulty).contains("error[origin-uppercase]"), "{}", stderr(&faulty));
}

#[test]
fn tests_of_other_environments_are_skipped() {
    let (ended, printed) = test(ENVIRONMENTS, &["--environment", "staging"]);
    assert_eq!(ended, 0, "{printed}");
    assert!(printed.contains("it is not staged ... skipped: in environment production\n"), "{printed}");
    assert!(printed.contains("3 tests, 2 passed, 0 failed, 1 skipped\n"), "{printed}");
    let removed = ENVIRONMENTS
        .replace("add_origins: [https://staging.shop.example]", "remove_origins: [https://www.shop.example]");
    let (ended, printed) = test(&removed, &["--environment", "staging"]);
    assert_eq!(ended, 1, "a test without an environment is run in the one that is asked for");
    assert!(printed.contains("it is written ... FAILED"), "{printed}");
}

#[test]
fn coverage_names_what_no_test_exercises() {
    let text = "version: 1
policies:
  shop:
    allow_origins: [https://a.example, https://b.example]
    allow_methods: [PUT, DELETE]
    allow_headers: [accept, x-a]
routes:
  - {path: /api/**, policy: shop}
  - {path: /health, policy: none}
environments:
  staging:
    shop: {add_origins: [https://c.example]}
tests:
  - {it: puts, path: /api, origin: https://a.example, method: PUT, expect: allow}
  - {it: is refused, path: /api, origin: https://b.example, method: PATCH, expect: {refuse: method}}
  - {it: says nothing of routes, policy: shop, origin: https://a.example, expect: allow}
";
    let expected = "\
coverage of p.yaml
  shop: 33% (2 of 6)
    p.yaml:4:40: no test is allowed by the origin `https://b.example`
      allow_origins: [https://a.example, https://b.example]
    p.yaml:5:26: no test is allowed the method `DELETE`
      allow_methods: [PUT, DELETE]
    p.yaml:6:29: no test is allowed the header `x-a`
      allow_headers: [accept, x-a]
    p.yaml:12:26: no test is allowed by the origin `https://c.example`, in environment staging
      shop: {add_origins: [https://c.example]}
  routes: 50% (1 of 2)
    p.yaml:9:12: no test takes the route `/health`
      - {path: /health, policy: none}

1 file: 3 tests, 3 passed, 0 failed, 0 skipped; 37% covered
";
    let (ended, printed) = test(text, &["--coverage", "--fail-under", "37"]);
    assert_eq!(printed.split_once("\n\n").unwrap().1, expected);
    assert_eq!(ended, 0);
    assert_eq!(test(text, &["--coverage", "--fail-under", "38"]).0, 1);
}

const MUTATED: &str = "version: 1
policies:
  shop:
    allow_origins: [https://www.shop.example]
    allow_credentials: true
    allow_methods: [GET]
tests:
  - {it: works, origin: https://www.shop.example, credentials: true, expect: allow}
  - {it: is refused, origin: https://evil.example, expect: {refuse: origin}}
never:
  - {origin: \"http://*.shop.example\"}
";

#[test]
fn mutants_that_live_are_shown_with_tests_that_kill_them() {
    let expected = "\
mutants of p.yaml
  shop: 5 of 10 killed: 2 by tests, 1 by assertions, 2 refused by `cors check`
    p.yaml:4:21: lived: widens an origin to subdomains: `https://www.shop.example` -> `https://*.shop.example`
      allow_origins: [https://www.shop.example]
    p.yaml:6:20: lived: adds a method: nothing -> `PUT`
      allow_methods: [GET]
    p.yaml:6:20: lived: adds a method: nothing -> `DELETE`
      allow_methods: [GET]
    p.yaml:6:20: lived: adds a method: nothing -> `PATCH`
      allow_methods: [GET]
    p.yaml:3:3: lived: adds a header: nothing -> `authorization`
      shop:
  tests that would kill them, under the names that you give them:

";
    let (ended, printed) = test(MUTATED, &["--mutate"]);
    assert_eq!(ended, 1);
    let (_, report) = printed.split_once("\n\n").unwrap();
    assert!(report.starts_with(expected), "{report}");
    assert!(
        report.ends_with("\n\n1 file: 2 tests, 2 passed, 0 failed, 0 skipped; 5 of 10 mutants killed\n"),
        "{report}"
    );
    // Whoever pastes them is done.
    let (_, rest) = report.split_once("give them:\n\n").unwrap();
    let (suggested, _) = rest.rsplit_once("\n\n").unwrap();
    let mended = MUTATED.replace("never:", &format!("{suggested}\nnever:"));
    let (ended, printed) = test(&mended, &["--mutate"]);
    assert_eq!(ended, 0, "{suggested}\n{printed}");
    assert!(printed.contains("10 of 10 mutants killed"), "{printed}");
}

#[test]
fn suggested_tests_kill_every_kind_of_mutant() {
    for text in [
        std::fs::read_to_string("../policies/shop.yaml").unwrap(),
        std::fs::read_to_string("../policies/partners.yaml").unwrap(),
    ] {
        let without = text.split_once("\nnever:").unwrap().0;
        let (ended, printed) = test(without, &["--mutate"]);
        assert_eq!(ended, 1, "{printed}");
        let (_, rest) = printed.split_once("give them:\n\n").unwrap();
        let (suggested, _) = rest.rsplit_once("\n\n").unwrap();
        let (ended, printed) = test(&format!("{without}\ntests:\n{suggested}\n"), &["--mutate"]);
        assert_eq!(ended, 0, "{suggested}\n{printed}");
    }
}

#[test]
fn of_thousands_of_entries_some_are_changed() {
    let origins: String = (0..300).map(|n| format!("      - https://*.site{n}.example\n")).collect();
    let text = format!("version: 1\npolicies:\n  p:\n    allow_origins:\n{origins}only:\n  - origins:\n{origins}");
    let (ended, printed) = test(&text, &["--mutate"]);
    assert_eq!(ended, 1);
    assert!(printed.contains(" more were left out\n"), "{}", &printed[..400]);
    assert_eq!(test(&text, &["--mutate"]).1, printed, "the same ones every time");
}

#[test]
fn json_holds_everything() {
    let directory = holding("p.yaml", MUTATED);
    std::fs::write(directory.path().join("q.yaml"), FAILING).unwrap();
    let arguments = ["p.yaml", "q.yaml", "missing.yaml", "--coverage", "--mutate", "--format", "json"];
    let (ended, printed) = test_in(directory.path(), &arguments);
    assert_eq!(ended, 2, "something could not be read");
    let document: Value = serde_json::from_str(&printed).unwrap();
    let mutants = document["files"][0]["mutants"].as_array().unwrap();
    assert_eq!(mutants.len(), 10);
    let lived: Vec<&Value> = mutants.iter().filter(|mutant| mutant["lived"] == true).collect();
    assert_eq!(lived.len(), 5);
    assert!(lived[0]["suggestion"].as_str().unwrap().starts_with("  - it: refuses from https://"), "{}", lived[0]);
    let item = json!({"kind": "origin", "text": "https://www.shop.example", "line": 4, "column": 21, "environment": null, "exercised": true});
    assert_eq!(document["files"][0]["coverage"][0]["items"][0], item);
    let failed = &document["files"][1]["tests"][1];
    assert_eq!(
        (&failed["outcome"], &failed["expected"], &failed["found"]),
        (&json!("failed"), &json!("allow"), &json!("{ refuse: method }"))
    );
    assert_eq!(failed["reasons"][0], json!({"line": 5, "column": 20, "text": "`DELETE` is not in `allow_methods`"}));
    assert_eq!(document["files"][1]["mutants"], Value::Null);
    assert_eq!(document["unreadable"][0]["file"], "missing.yaml");
    let summary = json!({
        "files": 2, "faulty": 0, "unreadable": 1, "tests": 9, "passed": 3, "failed": 6, "skipped": 0,
        "items": 6, "exercised": 4, "mutants": 10, "lived": 5,
    });
    assert_eq!(document["summary"], summary);
}

#[test]
fn junit_has_a_suite_for_each_file() {
    let hostile = FAILING.replace("it: deletes", r#"it: "<deletes> & \e[31m""#);
    let directory = holding("p.yaml", hostile);
    std::fs::write(directory.path().join("bad.yaml"), BAD).unwrap();
    let (ended, printed) = test_in(directory.path(), &[".", "--format", "junit"]);
    assert_eq!(ended, 1);
    for line in [
        r#"<?xml version="1.0" encoding="UTF-8"?>"#,
        r#"<error message="not tested: 2 errors, see `cors check`"/>"#,
        r#"<testsuite name="./p.yaml" tests="7" failures="6" errors="0" skipped="0">"#,
        r#"<testcase classname="./p.yaml" name="passes"/>"#,
        "name=\"&lt;deletes&gt; &amp; \u{fffd}[31m\">",
        r#"<failure message="./p.yaml:12:5: it is closed">./p.yaml:12:5: it is closed"#,
    ] {
        assert!(printed.contains(line), "{line}\n{printed}");
    }
    well_formed(&printed);
}

#[test]
fn a_filter_that_fits_no_test_is_told() {
    let directory = holding("p.yaml", FAILING);
    let output = cors_in(directory.path(), &["test", "p.yaml", "--filter", "no such name"]);
    assert_eq!(code(&output), 3, "{output:?}");
    assert!(stderr(&output).contains("no test's name contains `no such name`"), "{}", stderr(&output));
    let (_, printed) = test_in(directory.path(), &["p.yaml", "--filter", "passes"]);
    assert!(!printed.contains("without tests"), "{printed}");
}

/// The fields that `docs/json.md` names are those that are printed, and the other way round.
#[test]
fn every_field_is_documented() {
    let directory = holding("p.yaml", BAD);
    let tested = "version: 1\npolicies:\n  p: {allow_origins: [https://a.example]}\n";
    let failing = format!("{tested}tests:\n  - {{it: fails, origin: https://b.example, expect: allow}}\n");
    let many: String = (0..301).map(|n| format!("https://a{n}.example, ")).collect();
    let many = format!("version: 1\npolicies:\n  p: {{allow_origins: [{many}]}}\n");
    for (name, text) in [("r.yaml", tested), ("s.yaml", &failing), ("t.yaml", &many)] {
        std::fs::write(directory.path().join(name), text).unwrap();
    }
    let arguments = ["test", ".", "missing.yaml", "--coverage", "--mutate", "--format", "json"];
    let mut printed = std::collections::BTreeSet::new();
    fields(&serde_json::from_str(&stdout(&cors_in(directory.path(), &arguments))).unwrap(), &mut printed);
    assert_eq!(documented("cors test"), printed);
}

/// Every element is closed by its own name, and no character stands for itself that must not.
fn well_formed(xml: &str) {
    let mut open = Vec::new();
    for part in xml.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap();
        assert!(!text.contains('\u{1b}') && text.split('&').skip(1).all(|rest| rest.contains(';')), "{text}");
        let name = tag.split(' ').next().unwrap();
        match name.strip_prefix('/') {
            Some(closed) => assert_eq!(open.pop(), Some(closed)),
            None if tag.ends_with('/') || tag.ends_with('?') => {}
            None => open.push(name),
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

/// The commands of the page are run, on its own example, and print what it shows.
#[test]
fn the_page_shows_what_is_printed() {
    let page = Page::read("docs/testing.md");
    let blocks = |language: &str| -> Vec<String> {
        let blocks = page.blocks().into_iter().filter(|block| block.language == language);
        blocks.map(|block| block.text).collect()
    };
    let yaml = blocks("yaml");
    let directory = holding("shop.yaml", &yaml[0]);
    std::fs::write(directory.path().join("wrong.yaml"), yaml.concat()).unwrap();
    let blocks = blocks("text");
    assert_eq!(blocks.len(), 3);
    for shown in &blocks {
        let (command, expected) = shown.split_once('\n').unwrap();
        let arguments: Vec<&str> = command.strip_prefix("$ cors ").unwrap().split(' ').collect();
        let printed = stdout(&cors_in(directory.path(), &arguments));
        assert!(!expected.is_empty() && printed.contains(expected.trim_end()), "{command}\n{printed}");
    }
}
