//! The automata, against the `regex` crate and against each other.

use super::expression::Expression;
use super::portable::portable;
use super::print::print;
use super::{Dfa, Language};

fn origins() -> Language {
    Language::new(&Expression::serialized_origin()).unwrap()
}

fn parsed(text: &str) -> Expression {
    super::regex::parse(text).unwrap_or_else(|faults| panic!("{text}: {faults:?}")).expression
}

const PORT: &str = "(?:[1-9][0-9]|[1-9][0-9]{2}|[1-9][0-9]{3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]|[1-9])";

#[test]
fn expressions_become_portable_and_stay_what_they_are() {
    for (text, expected) in [
        (r"https://branch-[0-9a-f]{7}\.preview\.shop\.example", r"https://branch-[a-f0-9]{7}\.preview\.shop\.example"),
        (r"^https://(a|b)\.example$", r"https://[ab]\.example"),
        (r"https://.*\.example\.com", r"https://(?:[a-z0-9_-]+\.)*[a-z0-9_-]+\.example\.com"),
        (r"https://.*example\.com", r"https://(?:[a-z0-9_-]+\.)*[a-z0-9_-]*example\.com"),
        (r"https://[^/]+\.example\.com", r"https://(?:[a-z0-9_-]+\.)*[a-z0-9_-]+\.example\.com"),
        (r"https://\w+\.example\.com", r"https://[a-z0-9_]+\.example\.com"),
        (r"https://a.example", r"https://a[a-z0-9._-]example"),
        // What would make PCRE backtrack is rewritten.
        (r"https://(?:[a-z]+)*\.example", r"https://[a-z]+\.example"),
        (r"https://(a|a)*\.example", r"https://a+\.example"),
        (r"https://(?:a+)+\.x", r"https://a+\.x"),
        (r"https://[a-z]*[a-z0-9]*\.x", r"https://[a-z0-9]+\.x"),
        // Ports are numbers, and what a dot can be depends on where it stands.
        (r"http://localhost:300\d", r"http://localhost:300[0-9]"),
        (r"http://localhost:[0-9]+", &format!("http://localhost:{PORT}")),
        (r"https://a\.example.*", &format!(r"https://a\.example[a-z0-9_-]*(?:\.[a-z0-9_-]+)*\.?(?::{PORT})?")),
        (r"https://.*", &format!(r"https://(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|\[[a-f0-9:]{{2,}}\])(?::{PORT})?")),
        (r".*example\.com", r"[a-z][a-z0-9+.-]*://(?:[a-z0-9_-]+\.)*[a-z0-9_-]*example\.com"),
    ] {
        let expression = parsed(text);
        let dfa = Dfa::intersection(&[&Language::new(&expression).unwrap(), &origins()]).unwrap();
        let made = portable(&expression, &dfa, |made, work| Language::new(made)?.is_unambiguous(work)).unwrap();
        assert_eq!(print(&made).text, expected, "{text}");
    }
}

#[test]
fn a_table_matches_what_its_expressions_match() {
    let expression = parsed(r"https://.*example\.com");
    let dfa = Dfa::intersection(&[&Language::new(&expression).unwrap(), &origins()]).unwrap();
    for (word, expected) in [
        ("https://example.com", true),
        ("https://evil-example.com", true),
        ("https://a.b.example.com", true),
        ("https://.example.com", false),
        ("https://a..example.com", false),
        ("https://example.com.", false),
        ("https://x/example.com", false),
        ("https://Xexample.com", false),
    ] {
        assert_eq!(dfa.matches(word.as_bytes()), expected, "{word}");
    }
}

/// A small random regular expression over an alphabet on which origins are made.
fn expressions() -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::prelude::*;
    let atom = prop_oneof![
        "[ab]".prop_map(|c| c),
        Just(r"\.".to_owned()),
        Just("[a-c]".to_owned()),
        Just("[^a.]".to_owned()),
        Just(".".to_owned()),
        Just("-".to_owned()),
    ];
    atom.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 1..3).prop_map(|parts| parts.concat()),
            proptest::collection::vec(inner.clone(), 1..3).prop_map(|parts| format!("(?:{})", parts.join("|"))),
            (inner, "[*+?]").prop_map(|(inner, op)| format!("(?:{inner}){op}")),
        ]
    })
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(400))]

    /// The table, the language and the portable form agree with the reference, which uses the `regex`
    /// crate; and the portable form is one that PCRE matches in linear time.
    #[test]
    fn every_form_of_a_regex_matches_what_the_reference_matches(
        host in expressions(),
        words in proptest::collection::vec("https://[abcz.-]{0,7}(:8)?", 12),
    ) {
        let text = format!("https://{host}");
        let Ok(pattern) = super::regex::pattern(&text) else { return Ok(()) };
        let crate::fetch::pattern::OriginPattern::Regex(regex) = &pattern else { unreachable!() };
        let unambiguous = |made: &Expression, work: &mut usize| Language::new(made)?.is_unambiguous(work);
        let printed = portable(&regex.regex.expression, &regex.dfa, unambiguous).ok().map(|made| print(&made).text);
        let compiled = printed.map(|printed| ::regex::Regex::new(&format!(r"\A(?:{printed})\z")).unwrap());
        for word in &words {
            let expected = crate::reference::matches(&pattern, word);
            proptest::prop_assert_eq!(regex.dfa.matches(word.as_bytes()), expected, "table: {} {}", &text, word);
            if let Some(compiled) = &compiled {
                proptest::prop_assert_eq!(compiled.is_match(word), expected, "{} for {} {}", compiled, &text, word);
            }
        }
        // The witness of the automaton is a word of the language.
        let wanted = Language::new(&regex.regex.expression).unwrap();
        let witness = Language::witness(&[&wanted, &origins()], &[]).unwrap().unwrap();
        proptest::prop_assert!(crate::reference::matches(&pattern, &witness), "{} is no {}", witness, text);
    }

    /// A policy's language is what its entries match, one by one.
    #[test]
    fn a_union_matches_what_its_patterns_match(
        entries in proptest::collection::vec("https://(\\*\\.|a\\*|)[ab]{1,2}\\.x(:\\*|:3-9|)", 1..5),
        words in proptest::collection::vec("https://[ab.]{0,5}\\.x(:[0-9]{1,2})?", 12),
    ) {
        let patterns: Vec<_> = entries.iter().filter_map(|entry| crate::fetch::pattern::parse(entry).ok()).collect();
        let languages: Vec<Language> =
            patterns.iter().map(|pattern| Language::new(&Expression::from(pattern)).unwrap()).collect();
        let all = Language::union(&languages);
        for word in &words {
            let expected = patterns.iter().any(|pattern| crate::reference::matches(pattern, word));
            proptest::prop_assert_eq!(all.contains(word), expected, "{}", word);
        }
    }
}

/// What took seconds: each of these is decided by steps that are counted, or over pairs.
#[test]
fn an_expression_that_is_costly_to_rewrite_is_rewritten_or_refused() {
    let mut compiled = 0;
    let stars = "(?:[a-z0-9-]*[a-f0-9]{0,9}[^.]?){0,6}";
    for text in [
        format!(r"https://{stars}\.example"),
        format!(r"https?://(?:{stars}|pr-.*|.*x{{2}}|a+b*)\.(?:{stars})?\.example(:[0-9]+)?"),
        r"https://(?:.*\.)?(?:a|b|.*c|.*d.*)*\.[a-z]{2,3}(?::[0-9]+)?".to_owned(),
        r"https://(a|b)*a(a|b){6}\.example".to_owned(),
    ] {
        let Ok(pattern) = super::regex::pattern(&text) else { continue };
        let crate::fetch::pattern::OriginPattern::Regex(regex) = &pattern else { unreachable!() };
        compiled += 1;
        let made = portable(&regex.regex.expression, &regex.dfa, |candidate, work| {
            Language::new(candidate)?.is_unambiguous(work)
        });
        if let Ok(made) = made {
            let (made, wanted) = (Language::new(&made).unwrap(), Language::from(&regex.dfa));
            assert_eq!(made.is_within(&regex.dfa), Ok(true), "{text}");
            assert_eq!(Language::witness(&[&wanted], &[&made]), Ok(None), "{text}");
        }
    }
    assert!(compiled > 1, "they are refused before");
}

#[test]
fn pairs_decide_what_sets_of_positions_decide() {
    let dfa = |text: &str| Dfa::intersection(&[&Language::new(&parsed(text)).unwrap(), &origins()]).unwrap();
    for (text, other, meets, within) in [
        (r"https://[ab]+\.x", r"https://a+\.x", true, false),
        (r"https://a+\.x", r"https://[ab]+\.x", true, true),
        (r"https://a+\.x", r"https://b+\.x", false, false),
        (r"https://(a|b){3}\.x", r"https://[a-c]{2,3}\.x", true, true),
        (r"(?:https://a\.x)?", r"https://a\.x", true, false),
    ] {
        let language = Language::new(&parsed(text)).unwrap();
        assert_eq!(
            (language.meets(&dfa(other)), language.is_within(&dfa(other))),
            (Ok(meets), Ok(within)),
            "{text} {other}"
        );
    }
    let (wanted, other) =
        (Language::new(&parsed(r"https://[a-c]\.x")).unwrap(), Language::new(&parsed(r"https://b.*")).unwrap());
    let difference = Dfa::difference(&[&wanted], &[&other]).unwrap();
    for (word, expected) in
        [("https://a.x", true), ("https://b.x", false), ("https://c.x", true), ("https://a.xx", false)]
    {
        assert_eq!(difference.matches(word.as_bytes()), expected, "{word}");
    }
}
