//! `regex-unescaped-dot`: a `.` that matches any character where a dot seems to be meant.

use super::{Findings, Lint};
use crate::analysis::expression::Expression;
use crate::analysis::{Language, regex};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::fetch::pattern::OriginPattern;
use crate::ir::File;

pub(super) static LINT: Lint = Lint { code: &CODE, check };

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
            let Some(witness) = pattern.regex.loose_dots.iter().find_map(|&dot| witness(&pattern.text, dot)) else {
                continue;
            };
            let escaped = escaped(&pattern.text, &pattern.regex.loose_dots);
            let message = format!("`.` matches any character: the expression admits `{witness}`");
            let mut diagnostic = Diagnostic::new(&CODE, message)
                .at(&origin.pattern, "a `.` here is not escaped")
                .help(format!("write `{escaped}`"));
            // In double quotes the backslash would need another one.
            let span = origin.pattern.span();
            let written = findings.source.slice(span);
            if written == pattern.text {
                diagnostic = diagnostic.fix(span, escaped);
            } else if written == format!("'{}'", pattern.text) {
                diagnostic = diagnostic.fix(span, format!("'{escaped}'"));
            }
            findings.origin(policy, origin, diagnostic);
        }
    }
}

/// The shortest origin in which something else stands for the dot.
fn witness(text: &str, dot: usize) -> Option<String> {
    let other = format!("{}x{}", text.get(..dot)?, text.get(dot + 1..)?);
    let other = Language::new(&regex::parse(&other).ok()?.expression).ok()?;
    let origins = Language::new(&Expression::serialized_origin()).ok()?;
    Language::witness(&[&other, &origins], &[]).ok()?
}

/// The expression with its loose dots escaped.
fn escaped(text: &str, dots: &[usize]) -> String {
    text.char_indices().fold(String::new(), |mut out, (at, c)| {
        if dots.contains(&at) {
            out.push('\\');
        }
        out.push(c);
        out
    })
}
