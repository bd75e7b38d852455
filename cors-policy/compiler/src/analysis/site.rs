//! The sites of a regular expression: which registrable domains its origins are on.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque};

use super::Dfa;
use crate::fetch::public_suffix::is_public_suffix;

/// The most labels of one place in a host, and the most domains, that are taken for written on purpose.
const MOST: usize = 16;
/// The most partial labels that are looked at in search of whole ones.
const MOST_TRIED: usize = 20_000;

/// An origin on a registrable domain that the author did not write.
///
/// The hosts are read from right to left, label by label, until a name is reached that somebody can
/// register. Where a label is one of few, each written in `text`, it is taken for intended.
#[must_use]
pub fn foreign_site(dfa: &Dfa, text: &str) -> Option<String> {
    let hosts = Hosts::new(dfa);
    let ends = hosts.ends.clone();
    hosts.foreign(&ends, "", text, 0)
}

/// The hosts of an automaton, read backwards.
struct Hosts<'a> {
    dfa: &'a Dfa,
    /// The states at the start of a host, with the shortest scheme that leads to each.
    starts: BTreeMap<usize, String>,
    /// The states at the end of one.
    ends: BTreeSet<usize>,
    /// For each state, how many characters a label has at the least that ends there.
    to_boundary: BTreeMap<usize, usize>,
    /// For each state and byte, the states before.
    before: BTreeMap<(usize, u8), BTreeSet<usize>>,
}

/// The bytes of labels, those first that read well in an example.
const LABEL: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789-_";

impl<'a> Hosts<'a> {
    fn new(dfa: &'a Dfa) -> Self {
        let mut hosts = Self {
            dfa,
            starts: BTreeMap::new(),
            ends: BTreeSet::new(),
            to_boundary: BTreeMap::new(),
            before: BTreeMap::new(),
        };
        for scheme in ["https", "http"] {
            if let Some(state) = hosts.run(usize::from(dfa.start), &format!("{scheme}://")) {
                hosts.starts.entry(state).or_insert_with(|| scheme.to_owned());
            }
        }
        let mut seen: BTreeSet<usize> = hosts.starts.keys().copied().collect();
        let mut open: Vec<usize> = seen.iter().copied().collect();
        while let Some(state) = open.pop() {
            if dfa.accepting[state] || dfa.after(state, b':').is_some() {
                hosts.ends.insert(state);
            }
            for &byte in LABEL.iter().chain(b".") {
                if let Some(next) = dfa.after(state, byte) {
                    hosts.before.entry((next, byte)).or_default().insert(state);
                    if seen.insert(next) {
                        open.push(next);
                    }
                }
            }
        }
        let after_dot = hosts.before.keys().filter(|(_, byte)| *byte == b'.').map(|(state, _)| *state);
        let boundary: Vec<usize> = hosts.starts.keys().copied().chain(after_dot).collect();
        let mut open: VecDeque<(usize, usize)> = boundary.into_iter().map(|state| (state, 0)).collect();
        while let Some((state, length)) = open.pop_front() {
            if hosts.to_boundary.contains_key(&state) {
                continue;
            }
            hosts.to_boundary.insert(state, length);
            open.extend(LABEL.iter().filter_map(|&byte| Some((dfa.after(state, byte)?, length + 1))));
        }
        hosts
    }

    fn run(&self, from: usize, text: &str) -> Option<usize> {
        text.bytes().try_fold(from, |state, byte| self.dfa.after(state, byte))
    }

    fn back(&self, states: &BTreeSet<usize>, byte: u8) -> BTreeSet<usize> {
        let before = |state: &usize| self.before.get(&(*state, byte)).into_iter().flatten().copied();
        states.iter().flat_map(before).collect()
    }

    /// The labels that may stand before `states`, shortest first, each with the states before it; and
    /// whether there are more than [`MOST`].
    fn labels(&self, states: &BTreeSet<usize>) -> (Vec<(String, BTreeSet<usize>)>, bool) {
        let mut found: Vec<(String, BTreeSet<usize>)> = Vec::new();
        // Best first: by the length that a label will have at the least, then those nearly done.
        let key = |label: String, states: BTreeSet<usize>| {
            let rest = *states.iter().filter_map(|state| self.to_boundary.get(state)).min()?;
            Some(Reverse((label.len() + rest, rest, label, states)))
        };
        let mut open: BinaryHeap<_> = key(String::new(), states.clone()).into_iter().collect();
        let mut tried = 0;
        while let Some(Reverse((_, rest, label, states))) = open.pop() {
            tried += 1;
            if found.len() > MOST || tried > MOST_TRIED {
                return (found, true);
            }
            let longer = LABEL.iter().filter(|_| label.len() < 63).filter_map(|&byte| {
                let before = self.back(&states, byte);
                key(format!("{}{label}", char::from(byte)), before)
            });
            open.extend(longer.collect::<Vec<_>>());
            if rest == 0 && !label.is_empty() {
                found.push((label, states));
            }
        }
        (found, false)
    }

    /// An origin on a foreign site, among those that end in `suffix`.
    fn foreign(&self, states: &BTreeSet<usize>, suffix: &str, text: &str, depth: usize) -> Option<String> {
        if depth > 8 {
            return None;
        }
        let (labels, many) = self.labels(states);
        let join = |label: &str| if suffix.is_empty() { label.to_owned() } else { format!("{label}.{suffix}") };
        // An IPv4 address is nobody's domain.
        let is_number = |label: &str| label.chars().all(|c| c.is_ascii_digit());
        if suffix.is_empty() && labels.iter().all(|(label, _)| is_number(label)) && self.origin("evil.com").is_none() {
            return None;
        }
        // Names under which others are registered are looked into; they make the best examples.
        for (label, before) in &labels {
            let name = join(label);
            if is_public_suffix(&name)
                && let Some(witness) = self.foreign(&self.back(before, b'.'), &name, text, depth + 1)
            {
                return Some(witness);
            }
        }
        let registrable: Vec<&(String, BTreeSet<usize>)> =
            labels.iter().filter(|(label, _)| !is_public_suffix(&join(label))).collect();
        // A named site may itself be the parent of a suffix: `s3.amazonaws.com` below `amazonaws.com`.
        if !many {
            for (label, before) in &registrable {
                if let Some(witness) = self.below(&self.back(before, b'.'), &join(label), text, depth + 1) {
                    return Some(witness);
                }
            }
        }
        if suffix.is_empty() && !many {
            // A name without a dot, or below a top-level domain that nobody registers names in.
            return None;
        }
        if suffix.is_empty()
            && let Some(witness) = self.origin("evil.com")
        {
            return Some(witness);
        }
        let plain: String = text.chars().filter(|&c| c != '\\').collect();
        let written = |label: &str| plain.contains(label);
        let shortest = registrable.first().map_or("", |(label, _)| label.as_str());
        // The first or the last character may be what a class made of it.
        let core = shortest.get(1..).unwrap_or("");
        let stem = shortest.get(..shortest.len().saturating_sub(1)).unwrap_or("");
        let likely = [
            format!("evil-{shortest}"),
            format!("evil-{core}"),
            format!("evil{core}"),
            format!("evil{shortest}"),
            format!("{shortest}-evil"),
            format!("{stem}evil"),
            "evil".to_owned(),
        ];
        let unwritten = registrable.iter().map(|(label, _)| label.clone()).filter(|label| !written(label));
        let candidates: Vec<String> =
            if many { likely.into_iter().chain(unwritten).collect() } else { unwritten.collect() };
        candidates.iter().find_map(|label| self.origin(&join(label)))
    }

    /// An origin on a foreign site under a public suffix below a name that somebody has registered.
    fn below(&self, states: &BTreeSet<usize>, name: &str, text: &str, depth: usize) -> Option<String> {
        let (labels, many) = self.labels(states);
        if depth > 4 || many {
            return None;
        }
        labels.iter().find_map(|(label, before)| {
            let (longer, before) = (format!("{label}.{name}"), self.back(before, b'.'));
            match is_public_suffix(&longer) {
                true => self.foreign(&before, &longer, text, depth + 1),
                false => self.below(&before, &longer, text, depth + 1),
            }
        })
    }

    /// The shortest origin whose host is the name, or ends in it.
    fn origin(&self, name: &str) -> Option<String> {
        self.starts.iter().find_map(|(start, scheme)| {
            let mut seen = BTreeSet::from([(*start, true)]);
            let mut open = VecDeque::from([(*start, String::new())]);
            while let Some((state, host)) = open.pop_front() {
                let at_label = host.is_empty() || host.ends_with('.');
                if at_label && let Some(end) = self.run(state, name) {
                    let port = self.run(end, ":8080").filter(|&end| self.dfa.accepting[end]);
                    match (self.dfa.accepting[end], port) {
                        (true, _) => return Some(format!("{scheme}://{host}{name}")),
                        (false, Some(_)) => return Some(format!("{scheme}://{host}{name}:8080")),
                        (false, None) => {}
                    }
                }
                for &byte in LABEL.iter().chain(b".") {
                    if let Some(next) = self.dfa.after(state, byte)
                        && seen.insert((next, byte == b'.'))
                    {
                        open.push_back((next, format!("{host}{}", char::from(byte))));
                    }
                }
            }
            None
        })
    }
}

#[cfg(all(test, feature = "suffixes"))]
mod tests {
    use super::*;
    use crate::analysis::regex;
    use crate::fetch::pattern::OriginPattern;

    #[test]
    fn witnesses_are_names_that_an_attacker_registers() {
        for (text, expected) in [
            (r"https://.*example\.com", Some("https://evil-example.com")),
            (r"https://[a-z]+example\.com", Some("https://evilexample.com")),
            (r"https://example\.com.*", Some("https://example.com.evil.com")),
            (r"https://[a-z]+\.example\.com", None),
            (r"https://.*\.example\.com", None),
            (r"https://(www|shop)\.example\.(com|org)", None),
            (r"https://(a|b)\.com", None),
            (r"https://[a-c]\.com", Some("https://b.com")),
            (r"https://app-[a-z]+\.vercel\.app", Some("https://app-evil.vercel.app")),
            (r"https://.*", Some("https://evil.com")),
            (r"https://www.example\.com", Some("https://www-example.com")),
            (r"https://[a-z]+\.s3\.amazonaws\.com", Some("https://evil.s3.amazonaws.com")),
            (r"https://10\.0\.0\.[0-9]+", None),
            (r"http://localhost(:\d+)?", None),
            (r"https://[a-z]+\.corp\.internal", None),
        ] {
            let Ok(OriginPattern::Regex(pattern)) = regex::pattern(text) else { panic!("{text}") };
            assert_eq!(foreign_site(&pattern.dfa, text).as_deref(), expected, "{text}");
        }
    }
}
