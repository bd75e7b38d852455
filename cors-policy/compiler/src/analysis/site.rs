//! The sites of a regular expression: which registrable domains and addresses its origins are on.

mod address;
mod hosts;

use std::collections::BTreeSet;

use self::hosts::Hosts;
use super::Dfa;
use crate::fetch::public_suffix::{KNOWN_BELOW_NAMES, is_public_suffix};
use crate::fetch::punycode::is_valid_a_label;

/// How deep public suffixes may stand below names and other suffixes.
const DEPTH: usize = 8;

/// Top-level domains that people register names in.
const TOP_LEVEL: [&str; 24] = [
    "com", "net", "org", "io", "dev", "app", "co", "me", "ai", "eu", "de", "uk", "us", "xyz", "biz", "top", "info",
    "club", "shop", "site", "store", "cloud", "online", "tech",
];

/// An expression that admits more of those than this, unwritten, admits any.
const MOST_TOP_LEVEL: usize = 2;

/// An origin on a registrable domain, or at a public address, that the author did not write.
///
/// The hosts are read from right to left, label by label, until a name is reached that somebody can
/// register. Where a label is one of few it is taken for intended.
#[must_use]
pub fn foreign_site(dfa: &Dfa, text: &str) -> Option<String> {
    let search = Search { hosts: Hosts::new(dfa), plain: text.replace('\\', "") };
    search.top_level().or_else(|| search.known()).or_else(|| address::foreign(dfa))
}

/// A name, and the states before it.
type Name<'a> = (&'a str, &'a BTreeSet<usize>);

struct Search<'a> {
    hosts: Hosts<'a>,
    /// The expression without its backslashes.
    plain: String,
}

impl Search<'_> {
    /// Among all hosts.
    fn top_level(&self) -> Option<String> {
        let ends = self.hosts.ends();
        let admitted = || {
            let before = |label: &&str| self.hosts.back_over(&ends, label);
            TOP_LEVEL.iter().filter_map(move |label| Some((*label, before(label)?)))
        };
        let open = || admitted().filter(|(label, _)| !self.plain.contains(label));
        if open().count() > MOST_TOP_LEVEL {
            // Any will do: the name may be the author's in one of them only.
            let evil = || self.hosts.origin("evil.com");
            if let Some(witness) = evil().or_else(|| open().find_map(|(label, before)| self.named((label, &before)))) {
                return Some(witness);
            }
        }
        let (labels, _) = self.hosts.labels(&ends);
        let labels = labels.into_iter().chain(admitted().map(|(label, before)| (label.to_owned(), before)));
        // Other names are a private network's own domains; what is registered in them is not known.
        let mut domains = labels.filter(|(label, _)| is_public_suffix(label));
        domains.find_map(|(label, before)| self.foreign((&label, &self.hosts.back(&before, b'.')), 0))
    }

    /// The first origin of a name that can be registered in a top-level domain.
    fn named(&self, (domain, before): Name<'_>) -> Option<String> {
        let (labels, _) = self.hosts.labels(&self.hosts.back(before, b'.'));
        let mut labels = labels.into_iter().map(|(label, _)| label).filter(|label| is_registrable(label));
        labels.find_map(|label| self.hosts.origin(&format!("{label}.{domain}")))
    }

    /// Among the hosts below public suffixes that stand below names, where a class hides which they are.
    fn known(&self) -> Option<String> {
        let ends = self.hosts.ends();
        let before = |suffix: &str| {
            let mut labels = suffix.rsplit('.');
            labels.try_fold(ends.clone(), |states, label| {
                Some(self.hosts.back(&self.hosts.back_over(&states, label)?, b'.'))
            })
        };
        KNOWN_BELOW_NAMES.iter().find_map(|suffix| self.foreign((suffix, &before(suffix)?), 0))
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
        if !many {
            // A named site may itself be the parent of a suffix: `s3.amazonaws.com` below `amazonaws.com`.
            return registrable.iter().find_map(|(name, _, before)| self.below((name, before), depth + 1));
        }
        let shortest = registrable.first().map_or("", |(_, label, _)| label);
        let unwritten = registrable.iter().map(|(_, label, _)| (*label).to_owned());
        let unwritten = unwritten.filter(|label| is_registrable(label) && !self.plain.contains(label.as_str()));
        likely(shortest).into_iter().chain(unwritten).find_map(|label| self.hosts.origin(&format!("{label}.{suffix}")))
    }

    /// Among the hosts below a name that somebody has registered: those under a public suffix there.
    fn below(&self, (name, states): Name<'_>, depth: usize) -> Option<String> {
        let (labels, many) = self.hosts.labels(states);
        if depth > DEPTH {
            return None;
        }
        labels.iter().find_map(|(label, before)| {
            let (longer, before) = (format!("{label}.{name}"), self.hosts.back(before, b'.'));
            match (is_public_suffix(&longer), many) {
                // By a rule such as `*.compute.amazonaws.com`: the hosts themselves are the strangers'.
                (true, true) => self.foreign((&longer, &before), depth + 1).or_else(|| self.hosts.exact(&longer)),
                (true, false) => self.foreign((&longer, &before), depth + 1),
                // Too many to look below each.
                (false, true) => None,
                (false, false) => self.below((&longer, &before), depth + 1),
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
    !label.starts_with('-')
        && !label.ends_with('-')
        && !label.contains('_')
        && (label.get(2..4) != Some("--") || is_valid_a_label(label))
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
            (r"https://example\.[a-z]+", Some("https://example.com")),
            (r"https://(a|b)\.com", None),
            (r"https://[a-c]\.com", None),
            (r"https://example(-staging)?\.com", None),
            (r"https://example-(dev|stage)\.com", None),
            (r"https://example.com", None),
            (r"https://app.example.com", Some("https://appaexample.com")),
            (r"https://[^.]+.example.com", Some("https://evil-example.com")),
            (r"https://([a-z0-9-]+|www\.example\.com)", None),
            (r"https://[a-z0-9-]+(\.example\.com)?", None),
            (r"https://[a-z]{64}|https://a\.com", None),
            (r"https://example\.[a-z]{4,6}", Some("https://example.info")),
            (r"https://[a-z]+\.github\.io\.", Some("https://evil.github.io.")),
            (r"https://xn--[a-z0-9]+\.com", Some("https://xn--evil.com")),
            (r"https://[a-z]+\.run\.app", Some("https://a.run.app")),
            (r"https://run\.app", None),
            (r"https://[a-z]+\.kobe\.jp", Some("https://a.kobe.jp")),
            (r"https://ec2-[0-9-]+\.compute-1\.amazonaws\.com", Some("https://ec2-0.compute-1.amazonaws.com")),
            (r"https://[a-z0-9-]+\.s3\.[a-z0-9-]+\.amazonaws\.com", Some("https://evil.s3.us-east-1.amazonaws.com")),
            (r"https://mine\.s3\.[a-z0-9-]+\.amazonaws\.com", None),
            (r"https://.*\.windows\.net", Some("https://evil.blob.core.windows.net")),
            (r"https://.*\.amazonaws\.com", Some("https://evil.s3.us-east-1.amazonaws.com")),
            (r"https://52\.\d+\.\d+\.\d+", Some("https://52.0.0.0")),
            (r"https://\[2a01:[0-9a-f:]+\]", Some("https://[2a01:a:a:a:a:a:a:a]")),
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
            (r"https://\[[0-9a-f:]+\]", Some("https://[2aaa:a:a:a:a:a:a:a]")),
            (r"https://\[2001:db8:a:[0-9a-f:]+\]", None),
            (r"http://localhost(:\d+)?", None),
            (r"https://[a-z]+\.corp\.internal", None),
            (r"https://.*\.com:8443", Some("https://evil.com:8443")),
            (r"https://[a-z]+\.github\.io:8443", Some("https://evil.github.io:8443")),
            (r"https://.*example\.com:8443", Some("https://evil-example.com:8443")),
            (r"https://[a-z]+\.com:(3000|3001|3002)", Some("https://evil.com:3000")),
            (r"https://[a-z.]+:8443", Some("https://evil.com:8443")),
            (r"https://shop\.com.*:8443", Some("https://shop.com.evil.com:8443")),
            (r"https://.*\.com:\d+", Some("https://evil.com:1")),
            (r"https://.*\.com:\d{4,5}", Some("https://evil.com:1000")),
            (r"https://[a-z]+\.github\.io\.:8443", Some("https://evil.github.io.:8443")),
            (r"https://[a-z]+\.com(\.|:81)", Some("https://evil.com.")),
            (r"https://[a-z]+\.run\.app:8443", Some("https://a.run.app:8443")),
            (r"https://.*\.windows\.net:8443", Some("https://evil.blob.core.windows.net:8443")),
            (r"https://example\.[a-z]+:8443", Some("https://example.com:8443")),
            (r"https://52\.\d+\.\d+\.\d+:8443", Some("https://52.0.0.0:8443")),
            (r"https://.*\.example\.com:8443", None),
            (r"https://(a|b)\.com:[0-9]+", None),
            // Browsers leave the default port of a scheme out.
            (r"https?://[a-z]+\.com:443", Some("http://evil.com:443")),
            (r"https?://[a-z]+\.com:80", Some("https://evil.com:80")),
            (r"https?://[a-z]+\.com:(443|8443)", Some("https://evil.com:8443")),
            (r"https://[a-z]+\.com:44[34]", Some("https://evil.com:444")),
            (r"https?://52\.\d+\.\d+\.\d+:(80|443)", Some("https://52.0.0.0:80")),
            // Whoever writes an application chooses the names in its origins.
            (r"app://[a-z]+\.com", Some("app://evil.com")),
            (r"(https|capacitor)://[a-z]+\.com", Some("https://evil.com")),
            (r"https://a\.com|capacitor://.*\.com:8443", Some("capacitor://evil.com:8443")),
            (r"[dx]ata://[a-z]+\.com", Some("xata://evil.com")),
            (r"[a-z-]+://www\.example\.com", None),
            (r"chrome-extension://[a-p]{32}", None),
        ] {
            let Ok(OriginPattern::Regex(pattern)) = regex::pattern(text) else { panic!("{text}") };
            let found = foreign_site(&pattern.dfa, text);
            let admitted = found.as_ref().is_none_or(|found| pattern.dfa.matches(found.as_bytes()));
            if found.as_deref() != expected || !admitted {
                wrong.push(format!("{text}: {found:?}, not {expected:?}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
