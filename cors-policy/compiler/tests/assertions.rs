//! `never` and `only`: what is decided entry by entry is what the automata of whole lists say, and every
//! witness is one.

use cors_compiler::analysis::Language;
use cors_compiler::diagnostic::Diagnostic;
use cors_compiler::fetch::pattern::{OriginPattern, parse};
use cors_compiler::source::Source;
use proptest::prelude::*;

/// What a list of entries admits.
fn language(entries: &[String]) -> Language {
    let one = |entry: &String| match entry.strip_prefix("regex: ") {
        Some(text) => Language::of(&cors_compiler::analysis::regex::pattern(text).unwrap()).unwrap(),
        None => Language::of(&parse(entry).unwrap()).unwrap(),
    };
    Language::union(&entries.iter().map(one).collect::<Vec<_>>())
}

/// Entries near each other, so that they meet often.
fn entry() -> impl Strategy<Value = String> {
    let plain = "https?://(\\*\\.|[ab]?\\*[ab]?\\.|a\\.|)(b\\.)?x(:\\*|:[1-3]-[3-5]|:3|)"
        .prop_filter("it has a meaning", |text: &String| matches!(parse(text), Ok(OriginPattern::Tuple { .. })));
    let regex = "https\\?://(\\[ab\\]|a|\\[a-z\\]\\+)(\\.b|)\\.x(\\(:3\\)\\?|)".prop_map(|text| {
        let text = text.replace(".b", "\\.b").replace(".x", "\\.x");
        format!("regex: {text}")
    });
    prop_oneof![3 => plain, 1 => regex, 1 => Just("null".to_owned())]
}

fn list(entries: &[String]) -> String {
    let item = |entry: &String| match entry.strip_prefix("regex: ") {
        Some(text) => format!("{{regex: '{text}'}}"),
        None => format!("'{entry}'"),
    };
    entries.iter().map(item).collect::<Vec<_>>().join(", ")
}

/// The witnesses of the violations of a kind.
fn witnesses(found: &[Diagnostic], id: &str) -> Vec<String> {
    let of = found.iter().filter(|found| found.code.id == id);
    of.map(|found| found.message.split('`').nth(3).unwrap().to_owned()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn what_is_decided_is_what_the_automata_say(
        admitted in prop::collection::vec(entry(), 0..4),
        asserted in prop::collection::vec(entry(), 1..4),
    ) {
        let never: String = asserted.iter().map(|entry| format!("  - {{origin: {}}}\n", list(std::slice::from_ref(entry)))).collect();
        let text = format!(
            "version: 1\npolicies:\n  p:\n    allow_origins: [{}]\n    accept_risks: {{null-origin: a test}}\nnever:\n{never}only:\n  - {{origins: [{}]}}\n",
            list(&admitted), list(&asserted),
        );
        let found = cors_compiler::check(&Source::new("f", &text)).diagnostics;
        let (admitted, asserted) = (language(&admitted), language(&asserted));
        let both = Language::witness(&[&admitted, &asserted], &[]).unwrap();
        let more = Language::witness(&[&admitted], &[&asserted]).unwrap();
        let (never, only) = (witnesses(&found, "never-violated"), witnesses(&found, "only-violated"));
        prop_assert_eq!(!never.is_empty(), both.is_some(), "{}", text);
        prop_assert_eq!(!only.is_empty(), more.is_some(), "{}", text);
        for witness in never {
            prop_assert!(admitted.contains(&witness) && asserted.contains(&witness), "{} in {}", witness, text);
        }
        for witness in only {
            prop_assert!(admitted.contains(&witness) && !asserted.contains(&witness), "{} in {}", witness, text);
        }
    }
}

/// A file with a policy and items of `never`, entries of regexes.
fn file(admitted: impl Iterator<Item = String>, never: impl Iterator<Item = String>) -> String {
    let admitted: String = admitted.map(|text| format!("      - regex: '{text}'\n")).collect();
    let never: String = never.map(|text| format!("  - origin: {{regex: '{text}'}}\n")).collect();
    format!("version: 1\npolicies:\n  p:\n    max_age: 600\n    allow_origins:\n{admitted}never:\n{never}")
}

#[test]
fn dozens_of_regexes_are_decided() {
    let admitted = (0..30).map(|n| format!(r"https://[a-z0-9-]{{1,30}}-{n}\.(preview|stage)\.shop\.example(:[0-9]+)?"));
    let never = (0..30).map(|n| format!(r"https://[a-z0-9-]+\.internal-{n}\.shop\.example(:[0-9]+)?"));
    let text = file(admitted, never);
    let only = "only:\n  - origins: [{regex: 'https://.*\\.shop\\.example(:[0-9]+)?'}]\n";
    let environments: String = (0..3).map(|n| format!("  e{n}: {{}}\n")).collect();
    let found = cors_compiler::check(&Source::new("f", format!("{text}{only}environments:\n{environments}")));
    assert!(found.file.is_some(), "{:?}", found.diagnostics);
}
