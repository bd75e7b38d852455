//! `regex-replaceable`: an expression that a plain entry says more clearly.

use super::{Findings, Lint};
use crate::analysis::Language;
use crate::analysis::expression::Expression;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::fetch::pattern::{OriginPattern, RegexPattern, parse};
use crate::ir::File;
use crate::source::{Source, Span};

pub(super) static LINT: Lint = Lint::warning(&CODE, check);

static CODE: Code = Code {
    id: "regex-replaceable",
    severity: Severity::Info,
    acceptable: true,
    summary: "a `regex:` that matches just what a plain entry or a wildcard pattern matches",
    explanation: include_str!("../explain/regex-replaceable.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    for policy in &file.policies {
        for origin in policy.origins() {
            let OriginPattern::Regex(pattern) = &origin.pattern.value else { continue };
            // An entry that admits strangers is refused like the regex that does.
            let Some(entry) = pattern.foreign_site.is_none().then(|| replacement(pattern)).flatten() else { continue };
            let mut diagnostic = Diagnostic::new(&CODE, format!("the expression matches just what `{entry}` matches"))
                .at(&origin.pattern, "")
                .help(format!("write the entry `{entry}` instead of the regex"));
            if origin.accepted_risks.is_empty()
                && let Some(span) = whole_item(findings.source, origin.pattern.span())
            {
                diagnostic = diagnostic.fix(span, entry);
            }
            findings.origin(policy, origin, diagnostic);
        }
    }
}

/// The item `regex: …` of a block list, if it stands on a line of its own.
fn whole_item(source: &Source, pattern: Span) -> Option<Span> {
    let before = source.text().get(..pattern.start)?;
    let key = before.trim_end().strip_suffix("regex:")?;
    let is_item = key.trim_end_matches(' ').ends_with('-') && !before.get(key.len()..)?.contains('\n');
    let ends = source.text().get(pattern.end..)?.lines().next().unwrap_or("").trim_start();
    (is_item && (ends.is_empty() || ends.starts_with('#'))).then_some(Span::new(key.len(), pattern.end))
}

/// An entry that matches exactly the same origins.
fn replacement(pattern: &RegexPattern) -> Option<String> {
    let origins = Language::new(&Expression::serialized_origin()).ok()?;
    let wanted = Language::from(&pattern.dfa);
    let same = |entry: &String| {
        let Ok(entry) = parse(entry) else { return false };
        let Ok(entry) = Language::of(&entry) else { return false };
        Language::witness(&[&wanted, &origins], &[&entry]) == Ok(None)
            && Language::witness(&[&entry, &origins], &[&wanted]) == Ok(None)
    };
    let example = Language::witness(&[&wanted, &origins], &[]).ok()??;
    // A few of its origins rule nearly every candidate out, and cost next to nothing.
    let likely = |entry: &String| samples(entry).iter().all(|sample| pattern.dfa.matches(sample.as_bytes()));
    candidates(&example).into_iter().filter(likely).find(same)
}

/// Origins that an entry matches.
fn samples(entry: &str) -> Vec<String> {
    let ports: &[&str] = if entry.ends_with(":*") { &["", ":1", ":65535"] } else { &[""] };
    let host = entry.strip_suffix(":*").unwrap_or(entry);
    let labels: &[&str] = if host.contains("//*.") { &["q", "0-z", "z.q7"] } else { &["q", "0-z", "_"] };
    let filled = labels.iter().map(|label| host.replace('*', label));
    filled.flat_map(|host| ports.iter().map(move |port| format!("{host}{port}"))).collect()
}

/// Entries that match an example: itself; with a `*` for a part of its first label, or for the label;
/// each with any port as well.
fn candidates(example: &str) -> Vec<String> {
    let Some((scheme, rest)) = example.split_once("://") else { return Vec::new() };
    let (host, port) = match rest.rfind(':') {
        Some(colon) if !rest.ends_with(']') => rest.split_at(colon),
        _ => (rest, ""),
    };
    let mut hosts = vec![host.to_owned()];
    if let Some((label, suffix)) = host.split_once('.') {
        hosts.push(format!("*.{suffix}"));
        for from in 0..label.len() {
            hosts.push(format!("{}*{}.{suffix}", &label[..from], &label[from + 1..]));
        }
    }
    let ports = [port, ":*"];
    hosts.iter().flat_map(|host| ports.map(|port| format!("{scheme}://{host}{port}"))).collect()
}
