//! The entries of a policy or an assertion, and what they admit together.

use std::collections::{HashMap, HashSet};

use crate::analysis::sent::witness;
use crate::analysis::{Language, TooLarge};
use crate::fetch::pattern::OriginPattern;
use crate::inclusion::plain::{self, end};
use crate::ir::Origin;

/// The most patterns of a policy that are walked together with those of an assertion.
const MOST_WALKS: usize = 20_000;

/// The entries of a list, by how they are decided.
pub(super) struct Entries<'a> {
    exact: HashSet<String>,
    /// In the order of the list, the same as `exact`.
    pub(super) order: Vec<(String, &'a Origin)>,
    pub(super) wide: Vec<(&'a Origin, Language)>,
    /// The plain ones of `wide`, by their scheme and what their hosts end in.
    by_end: HashMap<(&'a str, &'a str), Vec<usize>>,
    regexes: Vec<usize>,
}

impl<'a> Entries<'a> {
    pub(super) fn new(origins: &'a [Origin]) -> Result<Self, TooLarge> {
        let mut entries = Self {
            exact: HashSet::new(),
            order: Vec::new(),
            wide: Vec::new(),
            by_end: HashMap::new(),
            regexes: Vec::new(),
        };
        for origin in origins {
            let pattern = &origin.pattern.value;
            if let Some(exact) = pattern.as_exact() {
                entries.exact.insert(exact.clone());
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
    pub(super) fn admits(&self, origin: &str) -> bool {
        if self.exact.contains(origin) {
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
    pub(super) fn one_of(
        &self,
        entry: &Origin,
        language: &Language,
        walks: &mut usize,
    ) -> Result<Option<String>, TooLarge> {
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

/// Whether two patterns can have an origin in common; of expressions only the schemes are looked at.
fn may_meet(one: &OriginPattern, other: &OriginPattern) -> bool {
    match (one, other) {
        (OriginPattern::Tuple { .. }, OriginPattern::Tuple { .. }) => plain::may_meet(one, other),
        (OriginPattern::Regex(regex), OriginPattern::Tuple { scheme, .. })
        | (OriginPattern::Tuple { scheme, .. }, OriginPattern::Regex(regex)) => {
            regex.dfa.run(&format!("{scheme}://")).is_some()
        }
        (OriginPattern::Regex(_), OriginPattern::Regex(_)) => true,
        (OriginPattern::Null, _) | (_, OriginPattern::Null) => false,
    }
}
