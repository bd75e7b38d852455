//! Origins that a wildcard admits and others beside it do not, by the parts of them all.
//!
//! `b*a.s` admits the labels that begin with `b`, end in `a` and have something between. What is between is read
//! from both ends: where it leaves, at its start, everything that others begin with and, at its end, everything
//! that they end in, only those admit the label whose own start and end were passed on the way. So one label for
//! each pair of such ways tells, and whatever stands between the two makes endlessly many more of it.

use std::collections::{BTreeMap, HashSet};

use super::plain::{Ports, covers, telling_ports};
use crate::analysis::expression::LABEL;
use crate::fetch::pattern::{HostPattern, OriginPattern, PortPattern, parse};

/// The most ways from one end that are told apart: there are so many only where each has dozens of neighbours.
const MOST_WAYS: usize = 500;
/// What is put between the two ends of a label, one after the other, in case an exact entry is just that.
const BETWEEN: [&str; 6] = ["", "a", "x", "aa", "axa", "x0-a"];

/// Origins that a plain wildcard admits and of the plain wildcards among `near` none does; none if there are none,
/// or if the parts do not tell.
pub(super) fn find(pattern: &OriginPattern, near: &[&OriginPattern]) -> Vec<String> {
    let OriginPattern::Tuple { scheme, host, port } = pattern else { return Vec::new() };
    let wide = near.iter().filter(|other| other.as_exact().is_none());
    let wide: Vec<(&HostPattern, PortPattern)> = wide.filter_map(|other| parts(other)).collect();
    let ports = telling_ports(*port, wide.iter().map(|(_, port)| *port));
    for port in ports {
        let here = wide.iter().filter(|(_, other)| Ports::of(*other).meet(Ports::of(port)));
        let here: Vec<&HostPattern> = here.map(|(host, _)| *host).collect();
        if here.iter().any(|other| covers(other, host)) {
            continue;
        }
        let hosts = match host {
            HostPattern::Exact(_) => Vec::new(),
            // Whatever is below a name that no other entry has.
            HostPattern::Subdomains { suffix } => {
                let named = |other: &&HostPattern| match other {
                    HostPattern::Exact(host) => host.contains("axe"),
                    HostPattern::Subdomains { suffix } | HostPattern::Label { suffix, .. } => suffix.contains("axe"),
                };
                match here.iter().any(named) {
                    true => Vec::new(),
                    false => BETWEEN.map(|between| format!("a.axe{between}.{suffix}")).to_vec(),
                }
            }
            HostPattern::Label { before, after, suffix } => {
                let inner = between(before, after, &here);
                let labels =
                    inner.iter().flat_map(|(start, end)| BETWEEN.map(|between| format!("{start}{between}{end}")));
                labels.map(|label| format!("{before}{label}{after}.{suffix}")).collect()
            }
        };
        let origin = |host: String| {
            OriginPattern::Tuple { scheme: scheme.clone(), host: HostPattern::Exact(host), port }.to_string()
        };
        // A default port is never sent.
        let sent: Vec<String> = hosts.into_iter().map(origin).filter(|origin| parse(origin).is_ok()).collect();
        if !sent.is_empty() {
            return sent;
        }
    }
    Vec::new()
}

fn parts(pattern: &OriginPattern) -> Option<(&HostPattern, PortPattern)> {
    match pattern {
        OriginPattern::Tuple { host, port, .. } => Some((host, *port)),
        OriginPattern::Null | OriginPattern::Regex(_) => None,
    }
}

/// A start and an end of what is between `before` and `after`, so that no other wildcard admits the label.
fn between(before: &str, after: &str, others: &[&HostPattern]) -> Option<(String, String)> {
    let rest = |other: &HostPattern| {
        let HostPattern::Label { before: start, after: stop, .. } = other else { return None };
        let start = start.strip_prefix(before).or_else(|| before.starts_with(start.as_str()).then_some(""))?;
        let stop = stop.strip_suffix(after).or_else(|| after.ends_with(stop.as_str()).then_some(""))?;
        Some((start.to_owned(), stop.chars().rev().collect::<String>()))
    };
    let rests: HashSet<(String, String)> = others.iter().filter_map(|other| rest(other)).collect();
    let (starts, stops) = (ways(rests.iter().map(|(start, _)| start))?, ways(rests.iter().map(|(_, stop)| stop))?);
    let admitted = |start: &str, stop: &str| {
        rests.iter().any(|(before, after)| start.starts_with(before.as_str()) && stop.starts_with(after.as_str()))
    };
    starts.iter().find_map(|start| {
        let stop = stops.iter().find(|stop| !admitted(start, stop))?;
        Some((start.clone(), stop.chars().rev().collect()))
    })
}

/// Words that leave all of these, after the same ones each way that there is; the shortest first.
fn ways<'a>(words: impl Iterator<Item = &'a String>) -> Option<Vec<String>> {
    let words: HashSet<&str> = words.map(String::as_str).collect();
    let nodes: HashSet<&str> =
        words.iter().flat_map(|word| (0..=word.len()).filter_map(|length| word.get(..length))).chain([""]).collect();
    // By the longest word on the way.
    let mut ways: BTreeMap<(usize, &str), String> = BTreeMap::new();
    for &node in &nodes {
        let passed = (0..=node.len()).rev().filter_map(|length| node.get(..length)).find(|start| words.contains(start));
        let passed = passed.unwrap_or("");
        let leaving = |byte: &u8| {
            let word = format!("{node}{}", char::from(*byte));
            (!nodes.contains(word.as_str())).then_some(word)
        };
        let Some(word) = b"axe".iter().copied().chain(LABEL.iter()).find_map(|byte| leaving(&byte)) else { continue };
        let known = ways.entry((passed.len(), passed)).or_insert_with(|| word.clone());
        if (word.len(), &word) < (known.len(), known) {
            *known = word;
        }
        if ways.len() > MOST_WAYS {
            return None;
        }
    }
    Some(ways.into_values().collect())
}
