//! Deciding `never` and `only` for all origins: which ones a policy admits against them, and by which entry.
//!
//! Exact entries, which there may be thousands of, are looked up or read by the automata of the others;
//! only patterns are walked together.

mod entries;

use std::collections::HashMap;

use self::entries::Entries;
use super::Findings;
use crate::analysis::expression::Expression;
use crate::analysis::sent::witness;
use crate::analysis::{Language, TooLarge};
use crate::diagnostic::{Code, Diagnostic};
use crate::inclusion;
use crate::ir::{Access, Assertion, File, Kind, Origin, Policy};

/// The most violations of an assertion that are reported for one policy.
const MOST_REPORTED: usize = 5;

/// An origin that is admitted against an assertion.
struct Violation<'a> {
    witness: String,
    /// The entry that admits it; `None` for `*`.
    entry: Option<&'a Origin>,
}

/// Looks for violations of one kind of assertion.
pub(super) fn check(kind: Kind, code: &'static Code, file: &File, findings: &mut Findings<'_>) {
    let own = file.environment.as_ref().map(|environment| environment.name.value.as_str());
    let holds_here = |assertion: &&Assertion| {
        let excepted = |name: &String| Some(name.as_str()) == own;
        assertion.kind == kind && !assertion.except_environments.iter().any(excepted)
    };
    let mut policies: HashMap<&str, Result<Entries<'_>, TooLarge>> = HashMap::new();
    for assertion in file.assertions.iter().filter(holds_here) {
        let asserted = Entries::new(&assertion.origins);
        for policy in &file.policies {
            let name = policy.name.value.as_str();
            let is_meant = assertion.policy.as_deref().is_none_or(|meant| meant == name)
                && (!assertion.credentialed || policy.allows_credentials());
            if !is_meant {
                continue;
            }
            let admitted = policies.entry(name).or_insert_with(|| Entries::new(policy.origins()));
            let violations = match (&asserted, &*admitted) {
                (Ok(asserted), Ok(admitted)) => violations(assertion, asserted, policy, admitted),
                _ => Err(TooLarge),
            };
            match violations {
                Ok(violations) => {
                    for violation in violations {
                        findings.file(diagnostic(code, assertion, policy, &violation, own));
                    }
                }
                Err(TooLarge) => {
                    let message = format!("whether policy `{name}` keeps to this cannot be decided");
                    let diagnostic = Diagnostic::new(code, message)
                        .at(assertion.place, "too many or too large patterns to compare")
                        .at(&policy.name, "with those of this policy");
                    findings.file(diagnostic.help("write fewer, or simpler, patterns here or in the policy"));
                }
            }
        }
    }
}

fn violations<'a>(
    assertion: &Assertion,
    asserted: &Entries<'_>,
    policy: &Policy,
    admitted: &Entries<'a>,
) -> Result<Vec<Violation<'a>>, TooLarge> {
    let mut found = Vec::new();
    match (assertion.kind, &policy.access) {
        (Kind::Never, Access::Anyone(_)) => {
            let witness = match (asserted.order.first(), asserted.wide.first()) {
                (Some((exact, _)), _) => Some(exact.clone()),
                (None, Some((_, wide))) => witness(&[wide], &[])?,
                (None, None) => None,
            };
            found.extend(witness.map(|witness| Violation { witness, entry: None }));
        }
        (Kind::Only, Access::Anyone(_)) => {
            let readable = ["https://evil.example", "https://a.example", "null"];
            let unlisted = readable.into_iter().find(|origin| !asserted.admits(origin));
            let origins = Language::new(&Expression::serialized_origin())?;
            let wide = Language::union(asserted.wide.iter().map(|(_, language)| language));
            let witness = match unlisted {
                Some(origin) => Some(origin.to_owned()),
                None => witness(&[&origins], &[&wide])?.filter(|origin| !asserted.admits(origin)),
            };
            found.extend(witness.map(|witness| Violation { witness, entry: None }));
        }
        (kind, Access::Listed { .. }) => {
            for (exact, entry) in &admitted.order {
                if asserted.admits(exact) == (kind == Kind::Never) {
                    found.push(Violation { witness: exact.clone(), entry: Some(entry) });
                }
                if found.len() >= MOST_REPORTED {
                    return Ok(found);
                }
            }
            let mut walks = 0;
            let listed = inclusion::Entries::new(&assertion.origins);
            for (entry, language) in &admitted.wide {
                let witness = match kind {
                    Kind::Never => asserted.one_of(entry, language, &mut walks)?,
                    Kind::Only => listed.lack(&entry.pattern.value)?,
                };
                found.extend(witness.map(|witness| Violation { witness, entry: Some(entry) }));
                if found.len() >= MOST_REPORTED {
                    break;
                }
            }
        }
    }
    Ok(found)
}

fn diagnostic(
    code: &'static Code,
    assertion: &Assertion,
    policy: &Policy,
    violation: &Violation<'_>,
    environment: Option<&str>,
) -> Diagnostic {
    let Violation { witness, entry } = violation;
    let name = &policy.name.value;
    let (why, label, help) = match assertion.kind {
        Kind::Never => ("which is never to be admitted", "not to be admitted", "remove or narrow the entry"),
        Kind::Only => (
            "which is not among these",
            "nothing else is to be admitted",
            "remove or narrow the entry, or list it here",
        ),
    };
    let mut diagnostic = Diagnostic::new(code, format!("policy `{name}` admits `{witness}`, {why}"))
        .at(assertion.place, label)
        .help(match environment {
            Some(name) => format!("{help}; if this environment may differ, write `except_environments: [{name}]`"),
            None => help.to_owned(),
        });
    match (entry, &policy.access) {
        (Some(entry), _) => {
            diagnostic = diagnostic.at(&entry.pattern, format!("admits `{witness}`"));
            for place in &entry.through {
                diagnostic = diagnostic.at(*place, "used through this set");
            }
        }
        (None, Access::Anyone(place)) => {
            diagnostic = diagnostic.at(*place, format!("admits `{witness}`, as every origin"));
        }
        (None, Access::Listed { .. }) => {}
    }
    diagnostic
}
