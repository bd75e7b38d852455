//! Origins with a wildcard in the host or the port.

use std::collections::BTreeMap;

use super::Table;
use crate::fetch::pattern::{HostPattern, OriginPattern, PortPattern};

/// The origin patterns that are not exact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Patterns {
    /// A few.
    Few(Vec<Pattern>),
    /// Many.
    Many(Suffixes),
}

/// Many patterns, in a table of their suffixes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suffixes {
    /// The lengths of the suffixes behind a wildcard: those of most suffixes first.
    pub lengths: Vec<usize>,
    /// The length of the longest suffix without a wildcard, which is all there is; 0 if there is none.
    pub longest_whole: usize,
    /// The suffixes.
    pub table: Table,
    /// Which of `heads` may stand before the suffix of each slot; nothing if there is one group only.
    pub heads_of: Vec<usize>,
    /// The groups of heads.
    pub heads: Vec<Vec<Head>>,
}

/// A pattern: the end of its host, and the rest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pattern {
    /// The host behind its wildcard, with the dot; without a wildcard, the origin up to the port.
    pub suffix: String,
    /// The rest.
    pub head: Head,
}

/// A pattern without the end of its host.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Head {
    /// With `://`; nothing if it stands in the suffix.
    pub scheme: String,
    /// What stands between the scheme and the suffix.
    pub wildcard: Wildcard,
    /// What stands behind the host.
    pub port: Port,
}

/// What a `*` in the host stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wildcard {
    /// There is none.
    None,
    /// Whole labels.
    Labels,
    /// A part of the first label, between two texts.
    Label(String, String),
}

/// The ports of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Port {
    /// None.
    Default,
    /// None, or any.
    Any,
    /// Those from the first to the last.
    Range(u16, u16),
}

/// More are found by their suffixes.
const FEW: usize = 6;

impl Pattern {
    /// A pattern that is not exact.
    #[must_use]
    pub fn new(pattern: &OriginPattern) -> Option<Self> {
        let OriginPattern::Tuple { scheme, host, port } = pattern else { return None };
        if pattern.as_exact().is_some() {
            return None;
        }
        let mut start = format!("{scheme}://");
        let (wildcard, suffix) = match host {
            HostPattern::Exact(host) => (Wildcard::None, std::mem::take(&mut start) + host),
            HostPattern::Subdomains { suffix } => (Wildcard::Labels, format!(".{suffix}")),
            HostPattern::Label { before, after, suffix } => {
                (Wildcard::Label(before.clone(), after.clone()), format!(".{suffix}"))
            }
        };
        let port = match *port {
            PortPattern::Default => Port::Default,
            PortPattern::Exact(port) => Port::Range(port, port),
            PortPattern::Any => Port::Any,
            PortPattern::Range(first, last) => Port::Range(first, last),
        };
        Some(Self { suffix, head: Head { scheme: start, wildcard, port } })
    }
}

impl Patterns {
    /// The best table for patterns.
    #[must_use]
    pub fn new(mut patterns: Vec<Pattern>) -> Self {
        if patterns.len() <= FEW {
            return Self::Few(patterns);
        }
        patterns.sort();
        patterns.dedup();
        let mut heads_by_suffix: BTreeMap<String, Vec<Head>> = BTreeMap::new();
        for Pattern { suffix, head } in patterns {
            heads_by_suffix.entry(suffix).or_default().push(head);
        }
        // Most suffixes have the same heads before them; each group of heads stands there once.
        let mut groups: BTreeMap<&[Head], usize> = BTreeMap::new();
        for heads in heads_by_suffix.values() {
            let next = groups.len();
            groups.entry(heads).or_insert(next);
        }
        let suffixes: Vec<String> = heads_by_suffix.keys().cloned().collect();
        let (table, slots) = Table::new(&suffixes);
        let (wild, whole): (Vec<&String>, Vec<&String>) = suffixes.iter().partition(|suffix| suffix.starts_with('.'));
        let mut count: BTreeMap<usize, usize> = BTreeMap::new();
        wild.iter().for_each(|suffix| *count.entry(suffix.len()).or_default() += 1);
        let mut lengths: Vec<usize> = count.keys().copied().collect();
        lengths.sort_by_key(|length| std::cmp::Reverse(count[length]));
        let longest_whole = whole.iter().map(|suffix| suffix.len()).max().unwrap_or_default();
        let mut heads_of = vec![0; if groups.len() > 1 { table.slots.len() } else { 0 }];
        for (heads, slot) in heads_by_suffix.values().zip(slots) {
            if let Some(group) = heads_of.get_mut(slot) {
                *group = groups[heads.as_slice()];
            }
        }
        let mut heads = vec![Vec::new(); groups.len()];
        for (group, index) in groups {
            heads[index] = group.to_vec();
        }
        Self::Many(Suffixes { lengths, longest_whole, table, heads_of, heads })
    }
}
