//! `regex-unescaped-dot`: a `.` that matches any character where a dot seems to be meant.

use std::ops::Range;

use super::{Findings, Lint};
use crate::analysis::expression::Expression;
use crate::analysis::{Language, regex};
use crate::check::part_of;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::fetch::pattern::OriginPattern;
use crate::fetch::public_suffix::site;
use crate::ir::File;
use crate::source::Place;

pub(super) static LINT: Lint = Lint::warning(&CODE, check);

static CODE: Code = Code {
    id: "regex-unescaped-dot",
    severity: Severity::Warning,
    acceptable: true,
    summary: "a `.` between characters of labels matches any character",
    explanation: include_str!("../explain/regex-unescaped-dot.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    for policy in &file.policies {
        for origin in policy.origins() {
            let OriginPattern::Regex(pattern) = &origin.pattern.value else { continue };
            let (text, dots) = (&pattern.text, &pattern.regex.loose_dots);
            let witnesses: Vec<(usize, String)> =
                dots.iter().filter_map(|&dot| Some((dot, witness(text, dots, dot)?))).collect();
            // A name that somebody can register makes the better example.
            let registrable = witnesses.iter().find(|(_, witness)| site(witness).is_some());
            let Some((dot, witness)) = registrable.or(witnesses.first()).cloned() else { continue };
            let place = origin.pattern.place;
            let part = |part: Range<usize>| part_of(findings.source, place, text, &part);
            let label = Place { span: part(dot..dot + 1).unwrap_or(place.span), alias: place.alias };
            let message = format!("`.` matches any character: the expression admits `{witness}`");
            let mut diagnostic = Diagnostic::new(&CODE, message)
                .at(label, "this `.` is not escaped")
                .help(format!("write `{}`", escaped(text, dots, 0..text.len(), "\\")));
            // All of it, or else what has no escape of YAML in it.
            let dotted = dots.iter().fold(dot..dot + 1, |part, &dot| part.start.min(dot)..part.end.max(dot + 1));
            let as_written = |range: &Range<usize>| {
                let span = part(range.clone())?;
                (text.get(range.clone()) == Some(findings.source.slice(span))).then_some(span)
            };
            let fix = [0..text.len(), dotted].into_iter().find_map(|range| Some((as_written(&range)?, range)));
            if let Some((span, range)) = fix {
                let quoted = findings.source.slice(place.span).starts_with('"');
                let backslash = if quoted { "\\\\" } else { "\\" };
                diagnostic = diagnostic.fix(span, escaped(text, dots, range, backslash));
            }
            findings.origin(policy, origin, diagnostic);
        }
    }
}

/// The shortest origin in which something else stands for the dot, and dots for the other loose ones.
fn witness(text: &str, dots: &[usize], dot: usize) -> Option<String> {
    let meant = escaped(text, dots, 0..text.len(), "\\");
    let [before, after] = [0..dot, dot + 1..text.len()].map(|part| escaped(text, dots, part, "\\"));
    let other = format!("{before}x{after}");
    let language = |text: &str| Language::new(&regex::parse(text).ok()?.expression).ok();
    let origins = Language::new(&Expression::serialized_origin()).ok()?;
    Language::witness(&[&language(&other)?, &origins], &[&language(&meant)?]).ok()?
}

/// A part of the expression with its loose dots escaped.
pub(super) fn escaped(text: &str, dots: &[usize], part: Range<usize>, backslash: &str) -> String {
    let characters = text.char_indices().filter(|(at, _)| part.contains(at));
    characters.fold(String::new(), |mut out, (at, c)| {
        if dots.contains(&at) {
            out.push_str(backslash);
        }
        out.push(c);
        out
    })
}
