//! `credentials-with-wildcard-subdomain`: the weakest subdomain decides.

use std::collections::BTreeSet;

use super::reach::{LOOPBACK, admits_strangers, is_page, origins};
use super::{Findings, Lint};
use crate::analysis::expression::Expression;
use crate::analysis::labels::PAGE_SCHEMES;
use crate::analysis::sent::witness;
use crate::analysis::{Dfa, Language};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::fetch::host::LONGEST_LABEL;
use crate::fetch::pattern::{HostPattern, OriginPattern};
use crate::ir::File;

pub(super) static LINT: Lint = Lint::warning(&CODE, check);

static CODE: Code = Code {
    id: "credentials-with-wildcard-subdomain",
    severity: Severity::Info,
    acceptable: true,
    summary: "every subdomain may use credentials",
    explanation: include_str!("../explain/credentials-with-wildcard-subdomain.md"),
};

fn check(file: &File, findings: &mut Findings<'_>) {
    for policy in file.policies.iter().filter(|policy| policy.allows_credentials()) {
        for origin in policy.origins().iter().filter(|origin| !admits_strangers(policy, origin)) {
            let pattern = &origin.pattern.value;
            let message = match pattern {
                OriginPattern::Tuple { host: HostPattern::Subdomains { .. }, .. }
                    if is_page(pattern) && !pattern.is_loopback() =>
                {
                    format!("`{pattern}` lets every subdomain use credentials")
                }
                OriginPattern::Null | OriginPattern::Tuple { .. } => continue,
                OriginPattern::Regex(regex) => match any_subdomain(&regex.dfa) {
                    Some(example) => format!("the expression lets any subdomain use credentials, such as `{example}`"),
                    None => continue,
                },
            };
            let diagnostic = Diagnostic::new(&CODE, message)
                .at(&origin.pattern, "the takeover of any one of them suffices")
                .help("list the subdomains that need credentials");
            findings.origin(policy, origin, diagnostic);
        }
    }
}

/// The fewest letters that the labels of "any subdomain" have: one or two may be meant to be few.
const FEWEST: usize = 3;

/// An origin of a subdomain that nobody wrote, if every label of some length will do there.
fn any_subdomain(dfa: &Dfa) -> Option<String> {
    let length = dfa.page_hosts().label_starts().into_iter().find_map(|start| any_label(dfa, start))?;
    let label: String = "takeover".chars().chain(std::iter::repeat('x')).take(length).collect();
    let labels = Expression::concat([Expression::label(), Expression::literal(".")]).at_least(0);
    let below = [labels, Expression::literal(&format!("{label}.")), Expression::host()];
    let pages = origins(&PAGE_SCHEMES, Expression::concat(below))?;
    witness(&[&Language::from(dfa), &pages], &[LOOPBACK.as_ref()?]).ok()?
}

/// The number of letters of which every label may stand from a state on, with more of the host behind.
fn any_label(dfa: &Dfa, start: usize) -> Option<usize> {
    let mut here = BTreeSet::from([start]);
    for length in 1..=LONGEST_LABEL {
        let next = here.iter().flat_map(|&state| (b'a'..=b'z').map(move |letter| dfa.after(state, letter)));
        here = next.collect::<Option<_>>()?;
        if length >= FEWEST && here.iter().all(|&state| dfa.after(state, b'.').is_some()) {
            return Some(length);
        }
    }
    None
}
