//! Tests as a policy file writes them.

use std::fmt::Write as _;

use crate::fetch::Refusal;
use crate::ir::{Expect, Target, Test};

/// The value of `expect`.
#[must_use]
pub fn expect(expect: Expect) -> String {
    match expect {
        Expect::Allow => "allow".to_owned(),
        Expect::Refuse(reason) => format!("{{ refuse: {} }}", word(reason)),
    }
}

/// The word for what is refused. A status is the server's own affair, and stands for the origin.
#[must_use]
pub fn word(reason: Refusal) -> &'static str {
    Refusal::WORDS.iter().find(|(_, known)| *known == reason).map_or("origin", |(word, _)| word)
}

/// An item of `tests`, indented by two spaces.
#[must_use]
pub fn item(test: &Test) -> String {
    let mut out = String::new();
    let mut line = |key: &str, value: &str| {
        let lead = if out.is_empty() { "  - " } else { "    " };
        let _ = writeln!(out, "{lead}{key}: {value}");
    };
    line("it", &scalar(&test.name.value));
    match &test.target {
        Target::Policy(name) => line("policy", &scalar(name)),
        Target::Path(path) => line("path", &scalar(path)),
    }
    if let Some(environment) = &test.environment {
        line("environment", &scalar(environment));
    }
    line("origin", &scalar(&test.origin.value));
    if test.method != "GET" {
        line("method", &scalar(&test.method));
    }
    if !test.headers.is_empty() {
        let headers: Vec<String> = test.headers.iter().map(|name| scalar(name)).collect();
        line("headers", &format!("[{}]", headers.join(", ")));
    }
    if test.credentials {
        line("credentials", "true");
    }
    line("expect", &expect(test.expect.value));
    out
}

/// A string as a scalar: plain if no reader of YAML could take it for anything else.
fn scalar(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || " /.:_-".contains(c);
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && text.chars().all(is_plain)
        && !text.contains(": ")
        && !text.ends_with([':', ' '])
        && !["null", "true", "false", "yes", "no", "on", "off", "y", "n"].contains(&text.to_ascii_lowercase().as_str());
    if plain { text.to_owned() } else { format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")) }
}
