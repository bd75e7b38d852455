//! The entries of a policy or an assertion, and what they admit together.

use std::collections::{HashMap, HashSet};

use super::meet::may_meet;
use super::work::Work;
use crate::analysis::sent::witness_for;
use crate::analysis::{Language, TooLarge};
use crate::fetch::pattern::OriginPattern;
use crate::inclusion::plain::end;
use crate::ir::Origin;

/// What it costs to look an origin up, or to have an expression read it.
const READING: usize = 4;
/// What it costs to have an expression read what another one matches, and to add its automaton to others.
const COMPARING: usize = 1_000;

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
    ///
    /// # Errors
    /// The walk would be too large, or not enough is left of `work`.
    pub(super) fn one_of(&self, entry: &Origin, language: &Language, work: &Work) -> Result<Option<String>, TooLarge> {
        let pattern = &entry.pattern.value;
        work.spend(self.order.len() * READING)?;
        if let Some((exact, _)) = self.order.iter().find(|(exact, _)| matches(pattern, language, exact)) {
            return Ok(Some(exact.clone()));
        }
        let mut near = Vec::new();
        for (other, language) in &self.wide {
            if may_meet(pattern, &other.pattern.value, work)? {
                near.push(language);
            }
        }
        if near.is_empty() {
            return Ok(None);
        }
        work.walk(|left| witness_for(&[language, &Language::union(near)], &[], left))
    }

    /// What it costs to see whether one of them admits an origin.
    pub(super) fn reading(&self) -> usize {
        (1 + self.regexes.len()) * READING
    }

    /// What it costs to see which of them has something to do with a pattern, a few origins tried.
    pub(super) fn comparing(&self) -> usize {
        self.order.len() + self.wide.len() + self.regexes.len() * COMPARING
    }
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
