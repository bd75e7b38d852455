//! `regex-admits-foreign-site`: an expression that matches origins which anyone can register.

use super::regex_unescaped_dot::escaped;
use super::{Findings, Lint, Scope, error_with_credentials, with_credentials};
use crate::analysis::regex;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::fetch::pattern::{OriginPattern, RegexPattern};
use crate::ir::File;

pub(super) static LINT: Lint = Lint::error(Scope::Entry, &CODE, check);

static CODE: Code = Code {
    id: "regex-admits-foreign-site",
    severity: Severity::Warning,
    acceptable: true,
    summary: "a `regex:` admits origins on registrable domains that it does not name",
    explanation: include_str!("../explain/regex-admits-foreign-site.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    for policy in &file.policies {
        for origin in policy.origins() {
            let OriginPattern::Regex(pattern) = &origin.pattern.value else { continue };
            let Some(witness) = &pattern.foreign_site else { continue };
            let message = format!("the expression admits `{witness}`{}", with_credentials(policy));
            let diagnostic = Diagnostic::new(&CODE, message)
                .severity(error_with_credentials(policy, Severity::Warning))
                .at(&origin.pattern, "an attacker can register a name that matches")
                .help(match proposal(pattern) {
                    Some(text) => format!("write `{text}`"),
                    None => {
                        "end the host in `\\.` and your domain, with dots escaped, or list origins and `https://*.` \
                             patterns"
                            .to_owned()
                    }
                });
            findings.origin(policy, origin, diagnostic);
        }
    }
}

/// The expression with dots where they seem to be missing, if it admits no strangers then: its loose dots
/// escaped, or one more between a repetition and the name behind it.
fn proposal(pattern: &RegexPattern) -> Option<String> {
    let escaped = escaped(&pattern.text, &pattern.regex.loose_dots, 0..pattern.text.len(), "\\");
    let is_seam = |at: &usize| {
        let (before, after) = escaped.split_at(*at);
        before.ends_with(['*', '+', '}', ')']) && after.starts_with(|c: char| c.is_ascii_alphanumeric())
    };
    let split = (1..escaped.len()).filter(|at| escaped.is_char_boundary(*at)).filter(is_seam);
    let dotted = split.map(|at| format!("{}\\.{}", &escaped[..at], &escaped[at..]));
    let is_own = |text: &String| match regex::pattern(text) {
        Ok(OriginPattern::Regex(made)) => made.foreign_site.is_none() && *text != pattern.text,
        _ => false,
    };
    std::iter::once(escaped.clone()).chain(dotted).take(MOST_PROPOSALS).find(is_own)
}

/// How many proposals are tried at the most.
const MOST_PROPOSALS: usize = 8;
