//! Deciding `never` and `only` for all origins: which ones a policy admits against them, and by which entry.
//!
//! Exact entries, which there may be thousands of, are looked up or read by the automata of the others;
//! only patterns are walked together.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Findings;
use crate::analysis::expression::Expression;
use crate::analysis::{Language, TooLarge};
use crate::diagnostic::{Code, Diagnostic};
use crate::fetch::pattern::{HostPattern, OriginPattern};
use crate::ir::{Access, Assertion, File, Kind, Origin, Policy};

/// What has the form of an origin, but is sent by no browser.
static NEVER_SENT: LazyLock<Option<Language>> = LazyLock::new(|| Language::new(&Expression::never_serialized()).ok());

/// The most violations of an assertion that are reported for one policy.
const MOST_REPORTED: usize = 5;
/// The most patterns of a policy that are walked together with those of an assertion.
const MOST_WALKS: usize = 20_000;

/// An origin that is admitted against an assertion.
struct Violation<'a> {
    witness: String,
    /// The entry that admits it; `None` for `*`.
    entry: Option<&'a Origin>,
}

/// The entries of a list, by how they are decided.
struct Entries<'a> {
    exact: HashMap<String, &'a Origin>,
    /// In the order of the list, the keys of `exact`.
    order: Vec<(String, &'a Origin)>,
    wide: Vec<(&'a Origin, Language)>,
    /// The plain ones of `wide`, by their scheme and what their hosts end in.
    by_end: HashMap<(&'a str, &'a str), Vec<usize>>,
    regexes: Vec<usize>,
}

/// Looks for violations of one kind of assertion.
pub(super) fn check(kind: Kind, code: &'static Code, file: &File, findings: &mut Findings<'_>) {
    let own = file.environment.as_ref().map(|environment| environment.name.value.as_str());
    let holds_here = |assertion: &&Assertion| {
        let excepted = |name: &String| Some(name.as_str()) == own;
        assertion.kind == kind && !assertion.except_environments.iter().any(excepted)
    };
    // What is left out because it is faulty might be what makes an `only` hold.
    if kind == Kind::Only && !findings.complete {
        return;
    }
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
            for (entry, language) in &admitted.wide {
                let witness = match kind {
                    Kind::Never => asserted.one_of(entry, language, &mut walks)?,
                    Kind::Only => asserted.none_of(entry, language, &mut walks)?,
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

impl<'a> Entries<'a> {
    fn new(origins: &'a [Origin]) -> Result<Self, TooLarge> {
        let mut entries = Self {
            exact: HashMap::new(),
            order: Vec::new(),
            wide: Vec::new(),
            by_end: HashMap::new(),
            regexes: Vec::new(),
        };
        for origin in origins {
            let pattern = &origin.pattern.value;
            if let Some(exact) = pattern.as_exact() {
                entries.exact.insert(exact.clone(), origin);
                entries.order.push((exact, origin));
                continue;
            }
            match pattern {
                OriginPattern::Tuple { scheme, host, .. } => {
                    entries.by_end.entry((scheme, end(host))).or_default().push(entries.wide.len());
                }
                OriginPattern::Null | OriginPattern::Regex(_) => entries.regexes.push(entries.wide.len()),
            }
            entries.wide.push((origin, Language::of(pattern)?));
        }
        Ok(entries)
    }

    /// Whether one of them admits an origin.
    fn admits(&self, origin: &str) -> bool {
        if self.exact.contains_key(origin) {
            return true;
        }
        let Some((scheme, rest)) = origin.split_once("://") else { return false };
        // Without the port; what is within brackets has no dots and no end in common with a pattern.
        let host = rest.rsplit_once(':').map_or(rest, |(host, _)| host);
        let ends = std::iter::successors(Some(host), |end| end.split_once('.').map(|(_, rest)| rest));
        let ends = ends.chain((host != rest).then_some(rest));
        let plain = ends.filter_map(|end| self.by_end.get(&(scheme, end))).flatten();
        plain.chain(&self.regexes).any(|&index| {
            let (entry, language) = &self.wide[index];
            matches(&entry.pattern.value, language, origin)
        })
    }

    /// The shortest origin that both a pattern and one of these admit.
    fn one_of(&self, entry: &Origin, language: &Language, walks: &mut usize) -> Result<Option<String>, TooLarge> {
        let pattern = &entry.pattern.value;
        if let Some((exact, _)) = self.order.iter().find(|(exact, _)| matches(pattern, language, exact)) {
            return Ok(Some(exact.clone()));
        }
        let near: Vec<&Language> = self.near(pattern).collect();
        if near.is_empty() {
            return Ok(None);
        }
        step(walks)?;
        witness(&[language, &Language::union(near)], &[])
    }

    /// The shortest origin that a pattern admits and none of these does.
    fn none_of(&self, entry: &Origin, language: &Language, walks: &mut usize) -> Result<Option<String>, TooLarge> {
        let pattern = &entry.pattern.value;
        if self.wide.iter().any(|(other, _)| other.pattern.value == *pattern) {
            return Ok(None);
        }
        step(walks)?;
        let exact = self.order.iter().filter(|(exact, _)| matches(pattern, language, exact));
        let exact =
            exact.map(|(exact, _)| Language::new(&Expression::literal(exact))).collect::<Result<Vec<_>, _>>()?;
        let covered = Language::union(self.near(pattern).chain(&exact));
        witness(&[language], &[&covered])
    }

    /// What a pattern can have origins in common with, of those that are not exact.
    fn near(&self, pattern: &OriginPattern) -> impl Iterator<Item = &Language> {
        self.wide.iter().filter(|(other, _)| may_meet(pattern, &other.pattern.value)).map(|(_, language)| language)
    }
}

/// Counts a walk.
fn step(walks: &mut usize) -> Result<(), TooLarge> {
    *walks += 1;
    if *walks > MOST_WALKS { Err(TooLarge) } else { Ok(()) }
}

/// The shortest origin within all of these and without the others, of those that browsers send.
fn witness(within: &[&Language], without: &[&Language]) -> Result<Option<String>, TooLarge> {
    let never_sent = NEVER_SENT.as_ref().ok_or(TooLarge)?;
    let without: Vec<&Language> = without.iter().copied().chain([never_sent]).collect();
    Language::witness(within, &without)
}

/// Whether a pattern admits an origin; a minimal automaton says so at once.
fn matches(pattern: &OriginPattern, language: &Language, origin: &str) -> bool {
    match pattern {
        OriginPattern::Regex(regex) => regex.dfa.matches(origin.as_bytes()),
        OriginPattern::Null => origin == "null",
        OriginPattern::Tuple { scheme, host, .. } => {
            origin.starts_with(scheme.as_str()) && origin.contains(end(host)) && language.contains(origin)
        }
    }
}

/// Whether two patterns can have an origin in common, as far as their schemes and the ends of their hosts tell.
fn may_meet(one: &OriginPattern, other: &OriginPattern) -> bool {
    match (one, other) {
        (
            OriginPattern::Tuple { scheme, host, .. },
            OriginPattern::Tuple { scheme: other_scheme, host: other_host, .. },
        ) => {
            let (end, other_end) = (end(host), end(other_host));
            scheme == other_scheme && (end.ends_with(other_end) || other_end.ends_with(end))
        }
        (OriginPattern::Regex(_), _) | (_, OriginPattern::Regex(_)) => true,
        (OriginPattern::Null, _) | (_, OriginPattern::Null) => false,
    }
}

/// What every host of a pattern ends in.
fn end(host: &HostPattern) -> &str {
    match host {
        HostPattern::Exact(host) => host,
        HostPattern::Subdomains { suffix } | HostPattern::Label { suffix, .. } => suffix,
    }
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
            diagnostic = diagnostic.at(*place, format!("admits `{witness}`, as every origin"))
        }
        (None, Access::Listed { .. }) => {}
    }
    diagnostic
}
