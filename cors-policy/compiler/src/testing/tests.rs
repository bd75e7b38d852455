//! Which mutants there are, and what becomes of them.

use super::Suite;
use super::mutants::{Fate, Mutants, mutants};
use crate::source::Source;

fn of(text: &str) -> Mutants {
    let source = Source::new("f", text);
    let checked = crate::check(&source);
    let suite = Suite::new(checked).unwrap_or_else(|| panic!("{text}"));
    mutants(&source, &suite, &mut |_, _| {})
}

/// A file with one policy, of which this is the body.
fn policy(body: &str) -> Mutants {
    of(&format!("version: 1\npolicies:\n  p:\n    {}\n", body.replace("; ", "\n    ")))
}

fn changes(mutants: &Mutants) -> Vec<String> {
    mutants.list.iter().map(|mutant| format!("{}: {} -> {}", mutant.what, mutant.old, mutant.new)).collect()
}

#[test]
fn what_means_the_same_is_no_mutant() {
    for (body, change) in [
        // Covered by another entry.
        ("allow_origins: [https://*.a.example, https://b.a.example]", "drops an entry: https://b.a.example"),
        ("allow_origins: [https://a.example, 'http://a.example']", "allows http as well: https://a.example"),
        (
            "allow_origins: [{regex: 'https://x\\.a[.]test'}, {regex: 'https://[a-z0-9_.-]+'}]",
            "drops the escape of a dot",
        ),
        // Nobody asks.
        ("allow_origins: [https://a.example]; allow_methods: [GET]", "drops a method: GET"),
        ("allow_origins: [https://a.example]; allow_headers: [accept]", "drops a header: accept"),
        // Nobody is there to be refused.
        ("allow_origins: []", "adds a method"),
        ("allow_origins: []", "turns credentials on"),
        // Covered by `*`.
        ("allow_origins: '*'; allow_methods: ['*', PUT]", "drops a method: PUT"),
    ] {
        let changes = changes(&policy(body));
        assert!(!changes.iter().any(|found| found.starts_with(change)), "{body}: {changes:?}");
    }
    let twin = "version: 1
policies:
  a: {allow_origins: [https://a.example], expose_headers: [etag]}
  b: {allow_origins: [https://a.example], max_age: 60}
routes:
  - {path: /a/**, policy: a}
  - {path: /a/b, policy: b}
";
    let changes = changes(&of(twin));
    for absent in ["picks another policy: a -> b", "drops a route: /a/b", "lets a route answer what is below"] {
        assert!(!changes.iter().any(|found| found.starts_with(absent)), "{absent}: {changes:?}");
    }
    assert!(changes.contains(&"drops a route: /a/** -> ".to_owned()), "{changes:?}");
}

#[test]
fn no_mutant_has_what_the_language_does_not() {
    let changes = changes(&policy("allow_origins: [https://a.example]; allow_credentials: true"));
    assert!(!changes.iter().any(|found| found.contains('*') && !found.contains("://")), "{changes:?}");
    let changes = self::changes(&policy("allow_origins: '*'"));
    assert!(!changes.iter().any(|found| found.contains("credentials")), "{changes:?}");
}

#[test]
fn each_killer_is_told_apart() {
    let text = "version: 1
policies:
  p:
    allow_origins: [https://www.a.example]
    allow_credentials: true
never:
  - {origin: 'http://*.a.example'}
tests:
  - {it: works, origin: https://www.a.example, credentials: true, expect: allow}
";
    let mutants = of(text);
    let fate = |what: &str| &mutants.list.iter().find(|mutant| mutant.what == what).unwrap().fate;
    assert!(matches!(fate("drops an entry"), Fate::Test(name) if name == "works"));
    assert!(matches!(fate("turns credentials off"), Fate::Test(_)));
    assert!(matches!(fate("allows http as well"), Fate::Assertion("never-violated")));
    assert!(matches!(fate("allows sandboxed pages"), Fate::Checker("null-origin")));
    assert!(matches!(fate("adds a header"), Fate::Lived(Some(_))));
}

/// An entry of one environment is changed there, and a test of that environment is asked for.
#[test]
fn environments_have_mutants_of_their_own() {
    let text = "version: 1
policies:
  p: {allow_origins: [https://a.example]}
environments:
  staging:
    p: {add_origins: [https://b.example]}
";
    let mutants = of(text);
    let suggested = |entry: &str| {
        let dropped = |mutant: &&super::mutants::Mutant| mutant.what == "drops an entry" && mutant.old == entry;
        let Fate::Lived(Some(test)) = mutants.list.iter().find(dropped).unwrap().fate else { panic!("{entry}") };
        mutants.tests[test].environment.clone()
    };
    assert_eq!(suggested("https://a.example"), None);
    assert_eq!(suggested("https://b.example").as_deref(), Some("staging"));
}

/// What an environment takes away comes back: an entry, or a set as a whole.
#[test]
fn a_removal_that_nothing_tests_lives() {
    let text = "version: 1
origin_sets:
  partners: [https://b.example, https://c.example]
policies:
  p: {allow_origins: [https://a.example, {set: partners}, https://d.example]}
environments:
  staging:
    p: {remove_origins: [https://d.example, {set: partners}]}
tests:
  - {it: loses d, environment: staging, origin: https://d.example, expect: {refuse: origin}}
";
    let mutants = of(text);
    let back: Vec<_> =
        mutants.list.iter().filter(|mutant| mutant.what == "leaves in what an environment removes").collect();
    let [set, entry] = back[..] else { panic!("{:?}", changes(&mutants)) };
    assert_eq!((set.new.as_str(), entry.new.as_str()), ("https://b.example, https://c.example", "https://d.example"));
    assert!(matches!(&entry.fate, Fate::Test(name) if name == "loses d"));
    let Fate::Lived(Some(test)) = set.fate else { panic!("{:?}", set.fate) };
    assert_eq!(mutants.tests[test].environment.as_deref(), Some("staging"));
    assert_eq!(mutants.tests[test].origin.value, "https://b.example");
}

#[test]
fn tests_are_printed_so_that_they_can_be_read_back() {
    let text = "version: 1
policies:
  \"true\": {allow_origins: ['null', 'http://[::1]:*', capacitor://localhost], allow_methods: [\"1E5\", \"NULL\"]}
routes:
  - {path: \"/a':\", policy: \"true\"}
";
    let text = text.replace("allow_methods", "accept_risks: {null-origin: fine}, allow_methods");
    let tests: String = of(&text).tests.iter().map(super::yaml::item).collect();
    let again = of(&format!("{text}tests:\n{tests}"));
    assert!(!tests.is_empty());
    let lived = again.list.iter().filter(|mutant| matches!(mutant.fate, Fate::Lived(_)));
    assert_eq!(lived.count(), 0, "{tests}");
}
