//! `wildcard-equivalent-with-credentials`: patterns that together admit every https origin.

use super::{Findings, Lint, Scope};
use crate::analysis::Language;
use crate::analysis::expression::Expression;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::fetch::pattern::OriginPattern;
use crate::ir::{Access, File, Origin};

pub(super) static LINT: Lint = Lint::error(Scope::Policy, &CODE, check);

static CODE: Code = Code {
    id: "wildcard-equivalent-with-credentials",
    severity: Severity::Error,
    acceptable: false,
    summary: "patterns that admit every https origin, with credentials",
    explanation: include_str!("../explain/wildcard-equivalent-with-credentials.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    for policy in &file.policies {
        let Access::Listed { origins, credentials: Some(credentials), .. } = &policy.access else { continue };
        // Only a regex is so wide: every other pattern names a host or a suffix.
        let is_regex = |origin: &&Origin| matches!(origin.pattern.value, OriginPattern::Regex(_));
        let wide: Vec<&Origin> = origins.iter().filter(is_regex).collect();
        let languages: Vec<Language> =
            wide.iter().filter_map(|origin| Language::of(&origin.pattern.value).ok()).collect();
        if languages.is_empty() || !admit_every_https_origin(&Language::union(&languages)) {
            continue;
        }
        let mut diagnostic = Diagnostic::new(&CODE, "these patterns admit every https origin, with credentials");
        for (index, origin) in wide.iter().enumerate() {
            diagnostic =
                diagnostic.at(&origin.pattern, if index == 0 { "every site is allowed by this" } else { "and this" });
        }
        let help = "list the origins that may use credentials, or remove `allow_credentials`";
        findings.file(diagnostic.at(*credentials, "with credentials").help(help));
    }
}

fn admit_every_https_origin(language: &Language) -> bool {
    // Hosts with a dot: names without one are of nobody's site.
    let dot_label = Expression::concat([Expression::literal("."), Expression::label()]);
    let sites = Expression::concat([Expression::literal("https://"), Expression::label(), dot_label.at_least(1)]);
    Language::new(&sites).is_ok_and(|sites| Language::witness(&[&sites], &[language]) == Ok(None))
}
