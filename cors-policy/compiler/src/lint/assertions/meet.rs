//! Whether two entries can have an origin in common, without an example: so cheap that most pairs end here.

use std::collections::BTreeSet;

use super::work::Work;
use crate::analysis::expression::LABEL;
use crate::analysis::{Dfa, TooLarge};
use crate::fetch::pattern::{HostPattern, OriginPattern, PortPattern};
use crate::inclusion::plain;

/// How many steps of minimal automata, which are looked up in tables, cost one.
const STEPS: usize = 4;

/// Whether they can; if not, they have none in common.
///
/// # Errors
/// Not enough is left of `work`.
pub(super) fn may_meet(one: &OriginPattern, other: &OriginPattern, work: &Work) -> Result<bool, TooLarge> {
    match (one, other) {
        (OriginPattern::Tuple { .. }, OriginPattern::Tuple { .. }) => {
            work.spend(1)?;
            Ok(plain::may_meet(one, other))
        }
        (OriginPattern::Regex(regex), OriginPattern::Tuple { scheme, host, port })
        | (OriginPattern::Tuple { scheme, host, port }, OriginPattern::Regex(regex)) => {
            let Some(start) = regex.dfa.run(&format!("{scheme}://")) else { return Ok(false) };
            work.spend(regex.dfa.accepting.len())?;
            Ok(admits_any(&regex.dfa, start, host, *port))
        }
        (OriginPattern::Regex(one), OriginPattern::Regex(other)) => share_a_word(&one.dfa, &other.dfa, work),
        (OriginPattern::Null, _) | (_, OriginPattern::Null) => Ok(false),
    }
}

/// Whether both automata match some word.
fn share_a_word(one: &Dfa, other: &Dfa, work: &Work) -> Result<bool, TooLarge> {
    // The first class of each is that of the bytes that lead nowhere.
    let classes: BTreeSet<(u8, u8)> =
        one.classes.iter().copied().zip(other.classes.iter().copied()).filter(|(a, b)| *a != 0 && *b != 0).collect();
    let width = other.accepting.len();
    let mut seen = vec![false; one.accepting.len() * width];
    work.spend(one.classes.len() / STEPS + seen.len() / one.classes.len())?;
    let mut open = vec![(usize::from(one.start), usize::from(other.start))];
    while let Some((at, beside)) = open.pop() {
        if one.accepting[at] && other.accepting[beside] {
            return Ok(true);
        }
        work.spend(classes.len().div_ceil(STEPS))?;
        for &(class, paired) in &classes {
            let next = usize::from(one.next[at * one.width + usize::from(class)]);
            let pair = usize::from(other.next[beside * other.width + usize::from(paired)]);
            if next != 0 && pair != 0 && !std::mem::replace(&mut seen[next * width + pair], true) {
                open.push((next, pair));
            }
        }
    }
    Ok(false)
}

/// Whether an automaton matches anything that has such a host from a state on; of a range of ports only whether it
/// has any.
fn admits_any(dfa: &Dfa, start: usize, host: &HostPattern, port: PortPattern) -> bool {
    let (starts, rest) = match host {
        HostPattern::Exact(host) => (BTreeSet::from([start]), host.clone()),
        HostPattern::Subdomains { suffix } => (after_labels(dfa, start), suffix.clone()),
        HostPattern::Label { before, after, suffix } => {
            let inside = dfa.run_from(start, before).map(|start| within_label(dfa, [start].into()));
            (inside.unwrap_or_default(), format!("{after}.{suffix}"))
        }
    };
    let ends = |port: &str| {
        let end = |&start: &usize| dfa.run_from(dfa.run_from(start, &rest)?, port);
        starts.iter().filter_map(end).collect::<Vec<_>>()
    };
    let accepts = |port: &str| ends(port).into_iter().any(|end| dfa.accepting[end]);
    match port {
        PortPattern::Default => accepts(""),
        PortPattern::Exact(port) => accepts(&format!(":{port}")),
        PortPattern::Any => accepts("") || !ends(":").is_empty(),
        PortPattern::Range(..) => !ends(":").is_empty(),
    }
}

/// The states after one or more characters of a label.
fn within_label(dfa: &Dfa, starts: BTreeSet<usize>) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut open: Vec<usize> = starts.into_iter().collect();
    while let Some(state) = open.pop() {
        open.extend(LABEL.iter().filter_map(|byte| dfa.after(state, byte)).filter(|&next| found.insert(next)));
    }
    found
}

/// The states after one or more labels, each with its dot.
fn after_labels(dfa: &Dfa, start: usize) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut fresh = BTreeSet::from([start]);
    while !fresh.is_empty() {
        let dotted = within_label(dfa, fresh).into_iter().filter_map(|state| dfa.after(state, b'.'));
        fresh = dotted.filter(|&next| found.insert(next)).collect();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Language, regex};
    use crate::fetch::pattern::parse;

    /// What is said not to meet does not; ports within a range aside, what is said to meet does.
    #[test]
    fn what_may_meet_is_what_the_automata_say() {
        let regexes = [
            r"https://[a-z]{1,5}-3\.shop\.example",
            r"https://.*x{1,3}[a-z]{5}\.shop\.example:8443",
            r"https://.*\.shop\.example(:[0-9]+)?",
            r"https://[a-z]+\.shop\.example:3[0-9]{3}",
            r"http://(a|b)\.x",
            r"app://.*",
        ];
        let plain = [
            "https://*.shop.example",
            "https://*.shop.example:8443",
            "https://*.a.shop.example:*",
            "https://pr-*.shop.example",
            "https://*-3.shop.example",
            "https://*-4.shop.example:3000-3005",
            "https://shop.example:*",
            "http://*.x",
            "http://a.x:*",
            "app://*.x:1-2",
        ];
        let regexes = regexes.map(|text| regex::pattern(text).unwrap());
        let all: Vec<OriginPattern> =
            plain.map(|text| parse(text).unwrap()).into_iter().chain(regexes.clone()).collect();
        for (one, other) in regexes.iter().flat_map(|one| all.iter().map(move |other| (one, other))) {
            let [a, b] = [one, other].map(|pattern| Language::of(pattern).unwrap());
            let expected = Language::witness(&[&a, &b], &[]).unwrap();
            for found in [may_meet(one, other, &Work::default()), may_meet(other, one, &Work::default())] {
                assert_eq!(found, Ok(expected.is_some()), "{one} and {other}: {expected:?}");
            }
        }
    }
}
