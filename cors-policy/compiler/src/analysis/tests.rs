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
        let made = portable(&expression, |made| Language::new(made).is_ok_and(|made| made.is_unambiguous())).unwrap();
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
