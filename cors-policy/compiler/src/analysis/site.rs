//! The sites of a regular expression: which registrable domains and addresses its origins are on.

mod address;
mod hosts;

use std::collections::BTreeSet;

use self::hosts::Hosts;
use super::Dfa;
use crate::fetch::public_suffix::is_public_suffix;

/// How deep public suffixes may stand below names and other suffixes.
const DEPTH: usize = 8;

/// An origin on a registrable domain, or at a public address, that the author did not write.
///
/// The hosts are read from right to left, label by label, until a name is reached that somebody can
/// register. Where a label is one of few, each written in `text`, it is taken for intended.
#[must_use]
pub fn foreign_site(dfa: &Dfa, text: &str) -> Option<String> {
    let search = Search { hosts: Hosts::new(dfa), text };
    search.top_level().or_else(|| address::foreign(dfa))
}

/// A name, and the states before it.
type Name<'a> = (&'a str, &'a BTreeSet<usize>);

struct Search<'a> {
    hosts: Hosts<'a>,
    text: &'a str,
}

impl Search<'_> {
    /// Among all hosts.
    fn top_level(&self) -> Option<String> {
        let ends = self.hosts.ends();
        let (labels, many) = self.hosts.labels(&ends);
        let below = |label: &str, before: &BTreeSet<usize>| {
            let before = self.hosts.back(before, b'.');
            // Other names are a private network's own domains; what is registered in them is not known.
            let witness = || self.foreign((label, &before), 0);
            is_public_suffix(label).then(witness).flatten()
        };
        if many {
            // Any top-level domain will do: the name may be the author's in one of them only.
            let evil = || self.hosts.origin("evil.com");
            let elsewhere = || ["net", "org", "io", "com"].into_iter().find_map(|label| self.named(&ends, label));
            if let Some(witness) = evil().or_else(elsewhere) {
                return Some(witness);
            }
        }
        labels.iter().find_map(|(label, before)| below(label, before))
    }

    /// The first origin of a name that can be registered in a top-level domain.
    fn named(&self, ends: &BTreeSet<usize>, domain: &str) -> Option<String> {
        let before = self.hosts.back(&self.hosts.back_over(ends, domain)?, b'.');
        let (labels, _) = self.hosts.labels(&before);
        let mut labels = labels.into_iter().map(|(label, _)| label).filter(|label| is_registrable(label));
        labels.find_map(|label| self.hosts.origin(&format!("{label}.{domain}")))
    }

    /// Among the hosts below a public suffix.
    fn foreign(&self, (suffix, states): Name<'_>, depth: usize) -> Option<String> {
        if depth > DEPTH {
            return None;
        }
        let (labels, many) = self.hosts.labels(states);
        let named: Vec<(String, &str, BTreeSet<usize>)> = labels
            .iter()
            .map(|(label, before)| (format!("{label}.{suffix}"), label.as_str(), self.hosts.back(before, b'.')))
            .collect();
        // Names under which others are registered are looked into; they make the best examples.
        let (suffixes, registrable): (Vec<_>, Vec<_>) = named.iter().partition(|(name, ..)| is_public_suffix(name));
        if let Some(witness) = suffixes.iter().find_map(|(name, _, before)| self.foreign((name, before), depth + 1)) {
            return Some(witness);
        }
        // A named site may itself be the parent of a suffix: `s3.amazonaws.com` below `amazonaws.com`.
        if !many {
            let below = |(name, _, before): &&(String, &str, BTreeSet<usize>)| self.below((name, before), depth + 1);
            if let Some(witness) = registrable.iter().find_map(below) {
                return Some(witness);
            }
        }
        let shortest = registrable.first().map_or("", |(_, label, _)| label);
        let plain: String = self.text.chars().filter(|&c| c != '\\').collect();
        let unwritten = registrable.iter().map(|(_, label, _)| (*label).to_owned());
        let unwritten = unwritten.filter(|label| is_registrable(label) && !plain.contains(label.as_str()));
        let likely = many.then(|| likely(shortest)).into_iter().flatten();
        likely.chain(unwritten).find_map(|label| self.hosts.origin(&format!("{label}.{suffix}")))
    }

    /// Among the hosts below a name that somebody has registered: those under a public suffix there.
    fn below(&self, (name, states): Name<'_>, depth: usize) -> Option<String> {
        let (mut labels, many) = self.hosts.labels(states);
        if depth > DEPTH {
            return None;
        }
        if many {
            // Too many to try; a rule such as `*.compute.amazonaws.com` makes suffixes of all of them.
            labels.retain(|(label, _)| is_public_suffix(&format!("{label}.{name}")));
        }
        labels.iter().find_map(|(label, before)| {
            let (longer, before) = (format!("{label}.{name}"), self.hosts.back(before, b'.'));
            match is_public_suffix(&longer) {
                true => self.foreign((&longer, &before), depth + 1),
                false => self.below((&longer, &before), depth + 1),
            }
        })
    }
}

/// Labels that a person sees through, made from the shortest of many. Any of its characters may be what
/// a class made of it.
fn likely(shortest: &str) -> Vec<String> {
    let core = shortest.get(1..).unwrap_or("");
    let around = [format!("evil-{shortest}"), format!("evil-{core}"), format!("evil{core}"), format!("evil{shortest}")];
    let inside = (0..shortest.len()).rev().map(|at| format!("{}evil{}", &shortest[..at], &shortest[at + 1..]));
    let mut labels: Vec<String> = around.into_iter().chain([format!("{shortest}-evil")]).chain(inside).collect();
    // A class by itself needs nothing of the shortest.
    labels.insert(if shortest.len() == 1 { 0 } else { labels.len() }, "evil".to_owned());
    labels.retain(|label| is_registrable(label));
    labels
}

/// Whether registries take such a label (RFC 5891, section 4.2.3.1; RFC 1123, section 2.1).
fn is_registrable(label: &str) -> bool {
    !label.starts_with('-') && !label.ends_with('-') && !label.contains('_') && label.get(2..4) != Some("--")
}

#[cfg(all(test, feature = "suffixes"))]
mod tests {
    use super::*;
    use crate::analysis::regex;
    use crate::fetch::pattern::OriginPattern;

    #[test]
    fn witnesses_are_names_that_an_attacker_registers() {
        let mut wrong = Vec::new();
        for (text, expected) in [
            (r"https://.*example\.com", Some("https://evil-example.com")),
            (r"https://[a-z]+example\.com", Some("https://evilexample.com")),
            (r"https://example\.com.*", Some("https://example.com.evil.com")),
            (r"https://[a-z]+\.example\.com", None),
            (r"https://.*\.example\.com", None),
            (r"https://(www|shop)\.example\.(com|org)", None),
            (r"https://example\.[a-z]+", Some("https://example.net")),
            (r"https://(a|b)\.com", None),
            (r"https://[a-c]\.com", Some("https://b.com")),
            (r"https://[_-]+\.com", None),
            (r"https://[a-z-]+-?\.github\.io", Some("https://evil.github.io")),
            (r"https://app-[a-z]+\.vercel\.app", Some("https://app-evil.vercel.app")),
            (r"https://.*", Some("https://evil.com")),
            (r"https://[a-z]+(:\d+)?", None),
            (r"https://www.example\.com", Some("https://wwwaexample.com")),
            (r"https://[a-z]+\.s3\.amazonaws\.com", Some("https://evil.s3.amazonaws.com")),
            (r"https://api-[a-z0-9]+-uc\.a\.run\.app", Some("https://api-evil-uc.a.run.app")),
            (r"https://[a-z0-9-]+\.[a-z0-9-]+\.run\.app", Some("https://evil.a.run.app")),
            (
                r"https://ec2-[0-9-]+\.eu-west-1\.compute\.amazonaws\.com",
                Some("https://ec2-0.eu-west-1.compute.amazonaws.com"),
            ),
            (r"https://[a-z]+\.[a-z0-9-]+\.compute\.amazonaws\.com", Some("https://evil.a.compute.amazonaws.com")),
            (r"https://10\.0\.0\.[0-9]+", None),
            (r"https://203\.0\.113\.[0-9]+", None),
            (r"https?://\d+\.\d+\.\d+\.\d+", Some("http://1.0.0.0")),
            (r"https://[0-9.]+", Some("https://1.0.0.0")),
            (r"https://\[[0-9a-f:]+\]", Some("https://[2aaa::a]")),
            (r"https://\[2001:db8:[0-9a-f:]+\]", None),
            (r"http://localhost(:\d+)?", None),
            (r"https://[a-z]+\.corp\.internal", None),
        ] {
            let Ok(OriginPattern::Regex(pattern)) = regex::pattern(text) else { panic!("{text}") };
            let found = foreign_site(&pattern.dfa, text);
            if found.as_deref() != expected {
                wrong.push(format!("{text}: {found:?}, not {expected:?}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
