//! Deciding `never` and `only` for all origins: which ones a policy admits against them, and by which entry.
//!
//! Exact entries, which there may be thousands of, are looked up or read by the automata of the others;
//! only patterns are walked together, as far as the budget of the file goes.

mod entries;
mod meet;
mod work;

use std::cell::OnceCell;
use std::collections::HashMap;

use self::entries::Entries;
pub(crate) use self::work::Work;
use super::Findings;
use crate::analysis::expression::Expression;
use crate::analysis::sent::witness_for;
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
    // That was reported, and the rest of the file may have been left undecided.
    if findings.work.is_used_up() {
        return;
    }
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
                (Ok(asserted), Ok(admitted)) => violations(assertion, asserted, policy, admitted, findings.work),
                _ => Err(TooLarge),
            };
            match violations {
                Ok(violations) => {
                    for violation in violations {
                        findings.file(diagnostic(code, assertion, policy, &violation, own));
                    }
                }
                Err(TooLarge) if findings.work.is_used_up() => {
                    findings.file(undecided(code, assertion, policy));
                    return;
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

/// The error that nothing is left of the work for this file.
fn undecided(code: &'static Code, assertion: &Assertion, policy: &Policy) -> Diagnostic {
    let name = &policy.name.value;
    let message = format!(
        "whether policy `{name}` keeps to this is undecided: to compare all patterns of the file takes too long"
    );
    Diagnostic::new(code, message)
        .at(assertion.place, "undecided, and so may be what comes after it")
        .at(&policy.name, "with the patterns of this policy")
        .help(
            "write `https://*.` patterns in place of regexes, shorter repetitions than such as `{1,30}`, or fewer items \
             of `never` and `only`",
        )
}

fn violations<'a>(
    assertion: &Assertion,
    asserted: &Entries<'_>,
    policy: &Policy,
    admitted: &Entries<'a>,
    work: &Work,
) -> Result<Vec<Violation<'a>>, TooLarge> {
    let mut found = Vec::new();
    match (assertion.kind, &policy.access) {
        (Kind::Never, Access::Anyone(_)) => {
            let witness = match (asserted.order.first(), asserted.wide.first()) {
                (Some((exact, _)), _) => Some(exact.clone()),
                (None, Some((_, wide))) => work.walk(|left| witness_for(&[wide], &[], left))?,
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
                None => {
                    let found = work.walk(|left| witness_for(&[&origins], &[&wide], left))?;
                    found.filter(|origin| !asserted.admits(origin))
                }
            };
            found.extend(witness.map(|witness| Violation { witness, entry: None }));
        }
        (kind, Access::Listed { .. }) => {
            for (exact, entry) in &admitted.order {
                work.spend(asserted.reading())?;
                if asserted.admits(exact) == (kind == Kind::Never) {
                    found.push(Violation { witness: exact.clone(), entry: Some(entry) });
                }
                if found.len() >= MOST_REPORTED {
                    return Ok(found);
                }
            }
            let listed = OnceCell::new();
            for (entry, language) in &admitted.wide {
                let witness = match kind {
                    Kind::Never => asserted.one_of(entry, language, work)?,
                    Kind::Only => {
                        work.spend(asserted.comparing())?;
                        let listed = listed.get_or_init(|| inclusion::Entries::new(&assertion.origins));
                        work.walk(|left| listed.lack_for(&entry.pattern.value, left))?
                    }
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

#[cfg(test)]
mod tests {
    use super::Work;
    use crate::diagnostic::{Diagnostics, Severity};
    use crate::source::Source;

    /// However little may be spent, what is not decided is an error, of which there is one for all readings of a file.
    #[test]
    fn what_is_left_undecided_is_said_once() {
        let head =
            "version: 1\npolicies:\n  p:\n    max_age: 600\n    allow_origins: [{regex: 'https://(a|b)+\\.x'}]\n";
        let never = "never:\n  - origin: {regex: 'https://(b|c)+c\\.x'}\n  - origin: {regex: 'https://d+\\.x'}\n";
        let only = "only:\n  - origins: [{regex: 'https://[a-c]+\\.x'}]\n";
        for (claims, id) in [(format!("{never}{only}"), "never-violated"), (only.to_owned(), "only-violated")] {
            let source = Source::new("f", format!("{head}{claims}"));
            let file = crate::check(&source).file.unwrap();
            let found = |work: &Work| {
                let mut diagnostics = Diagnostics::new();
                crate::lint::run(&source, &file, work, &mut diagnostics);
                let of_claims = |id: &str| matches!(id, "never-violated" | "only-violated");
                diagnostics.into_sorted().into_iter().filter(|found| of_claims(found.code.id)).collect::<Vec<_>>()
            };
            assert!(found(&Work::default()).is_empty());
            for steps in [1, 10, 60] {
                let work = Work::of(steps);
                let undecided = found(&work);
                assert_eq!(undecided.len(), 1, "{steps}: {undecided:?}");
                assert_eq!((undecided[0].code.id, undecided[0].severity), (id, Severity::Error));
                assert!(undecided[0].message.contains("is undecided"), "{}", undecided[0].message);
                assert!(found(&work).is_empty(), "it was said before");
            }
        }
    }
}
