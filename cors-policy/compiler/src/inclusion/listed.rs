//! All the origins that one entry admits and others do not, where they are few.

use std::cell::Cell;

use super::{Entries, gap, languages, samples, witness};
use crate::analysis::expression::Expression;
use crate::analysis::{Language, TooLarge};
use crate::fetch::pattern::{HostPattern, OriginPattern};

/// The most origins of an entry that are listed one by one.
const MOST_LISTED: usize = 10;

impl Entries<'_> {
    /// All origins that the pattern admits and none of these entries does, if they are few; `first` is one.
    /// What that costs is taken from `work`.
    pub(crate) fn all_lacking(&self, pattern: &OriginPattern, first: String, work: &Cell<usize>) -> Vec<String> {
        let endless = matches!(pattern, OriginPattern::Tuple { host, .. } if !matches!(host, HostPattern::Exact(_)));
        if pattern.as_exact().is_some() {
            return vec![first];
        }
        if samples(pattern).iter().filter(|text| self.lacks(text)).nth(MOST_LISTED).is_some() {
            return Vec::new();
        }
        let near = self.near(pattern);
        // A wildcard leaves finitely many only where others are as wide: an expression, or very many wildcards.
        let is_regex = |other: &&OriginPattern| matches!(other, OriginPattern::Regex(_));
        if endless && !near.iter().any(is_regex) && !gap::find(pattern, &near).is_empty() {
            return Vec::new();
        }
        let (Ok(own), Ok(mut others)) = (Language::of(pattern), languages(near)) else { return Vec::new() };
        let mut found = vec![first];
        while let Some(Ok(known)) = found.last().map(|last| Language::new(&Expression::literal(last))) {
            others = Language::union([&others, &known]);
            match witness(&own, &others, work) {
                Ok(None) => {
                    found.sort();
                    return found;
                }
                Ok(Some(another)) if found.len() < MOST_LISTED => found.push(another),
                Ok(Some(_)) | Err(TooLarge) => break,
            }
        }
        Vec::new()
    }
}
