//! The lookup of an origin: a hash of exact origins, regular expressions, and, when a policy has many
//! patterns, hashes of host names.
//!
//! nginx looks up a hash in constant time, whatever its size, and tries regular expressions one after
//! the other. A hash has three limits: its keys have at most [`LONGEST_KEY`] bytes by default, they
//! compare without regard to case, and `*` in them stands for anything. Maps with `hostnames` keep one
//! key for each label, so that longer hosts fit; and what is looked up there is no origin but a text
//! that a strict regular expression made of one.

use std::collections::{BTreeMap, HashSet};

use super::super::regex::regex;
use super::maps::{Entry, entry};
use super::{DEMANDS, Policy, Variables, shared};
use crate::analysis::expression::Expression;
use crate::analysis::print::{escape, print};
use crate::fetch::pattern::{HostPattern, OriginPattern, PortPattern};

/// The longest key, in bytes, that fits a bucket of 64 bytes, the smallest `map_hash_bucket_size` by
/// default. A second `map_hash_bucket_size` in a configuration is an error, so none is emitted.
const LONGEST_KEY: usize = 46;

/// Up to how many patterns are a regular expression each, which is easier to read and not slower.
const FEW: usize = 10;

/// One map of the lookup; what it does not find is looked up in the next.
#[derive(Debug)]
pub(super) struct Stage {
    /// What it is, for those who read the output.
    pub(super) comment: &'static str,
    /// The map that makes the text to look up, if it is not the origin itself.
    pub(super) gate: Option<(String, Entry)>,
    /// What is looked up.
    pub(super) key: String,
    /// The variable that holds the result.
    pub(super) target: String,
    /// `*` at either end of a key stands for labels.
    pub(super) hostnames: bool,
    /// The keys.
    pub(super) entries: Vec<Entry>,
}

/// Where a pattern is looked up.
#[derive(Debug)]
enum Key {
    /// Among the exact origins.
    Exact(String),
    /// Among the hosts, followed by scheme and port.
    Hosts(String),
    /// Among the hosts, followed by the scheme: any port does.
    AnyPort(String),
    /// Nowhere; it needs a regular expression.
    Nowhere,
}

/// The maps from an origin to itself. The first one's target is the policy's `origin`.
pub(super) fn stages(policy: &Policy, variables: &Variables) -> Vec<Stage> {
    let keys = || policy.origins().iter().map(|origin| (key(&origin.pattern.value), &origin.pattern.value));
    let hashed = keys().filter(|(key, _)| matches!(key, Key::Hosts(_) | Key::AnyPort(_))).count() > FEW;
    let (mut exact, mut hosts, mut any_port, mut patterns) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    // nginx refuses a key that stands there twice.
    let mut seen = HashSet::new();
    for (key, pattern) in keys() {
        let (list, text) = match key {
            Key::Exact(text) => (&mut exact, text),
            Key::Hosts(text) if hashed => (&mut hosts, text),
            Key::AnyPort(text) if hashed => (&mut any_port, text),
            _ => {
                patterns.push(pattern);
                continue;
            }
        };
        if seen.insert(text.clone()) {
            list.push(entry(&text, "$http_origin"));
        }
    }
    exact.extend(expressions(policy, &patterns).iter().map(|text| entry(text, "$http_origin")));
    let any_number = !any_port.is_empty() || hosts.iter().any(|(key, _)| key.ends_with(".=.*\""));
    let gate = |part: &str, to: &str| {
        let port =
            if any_number { print(&Expression::number(1, 65535).simplified()).text } else { "[0-9]{1,5}".to_owned() };
        let limit = policy.longest_origin();
        let text = format!(r"~^(?=.{{1,{limit}}}\z)(https?)://([a-z0-9_-]+(?:\.[a-z0-9_-]+)*)((?::(?:{port}))?)\z");
        (variables.get(part), entry(&text, &format!("\"{to}\"")))
    };
    let mut stages = vec![
        Stage {
            comment: "",
            gate: None,
            key: shared("lower_origin"),
            target: variables.get("exact"),
            hostnames: false,
            entries: exact,
        },
        Stage {
            comment: "Hosts, looked up by label as host.scheme.=.p:port.x, so that their number does not matter.",
            gate: Some(gate("hosts_key", "$2.$1.=.p$3.x")),
            key: variables.get("hosts_key"),
            target: variables.get("hosts"),
            hostnames: true,
            entries: hosts,
        },
        Stage {
            comment: "Subdomains with any port, looked up as host.scheme.",
            gate: Some(gate("any_port_key", "$2.$1")),
            key: variables.get("any_port_key"),
            target: variables.get("any_port"),
            hostnames: true,
            entries: any_port,
        },
    ];
    // A map without keys refuses everything: what a policy without origins does.
    if stages.iter().any(|stage| !stage.entries.is_empty()) {
        stages.retain(|stage| !stage.entries.is_empty());
    } else {
        stages.truncate(1);
    }
    if let Some(first) = stages.first_mut() {
        first.target = variables.get("origin");
    }
    stages
}

/// Where a pattern can be looked up.
///
/// In the map of the hosts, a host stands before the scheme and the port: `*` before it stands for
/// subdomains, `*` behind it for what follows, the `x` at the end at least. No label of a host is `=`, so that
/// the scheme before it ends the host: `localhost.http.evil.test` is no `localhost` of any port.
fn key(pattern: &OriginPattern) -> Key {
    if let Some(text) = pattern.as_exact().filter(|text| text.len() <= LONGEST_KEY) {
        return Key::Exact(text);
    }
    let OriginPattern::Tuple { scheme, host, port } = pattern else { return Key::Nowhere };
    let (HostPattern::Exact(name) | HostPattern::Subdomains { suffix: name }) = host else { return Key::Nowhere };
    let fits = |label: &str| (1..=LONGEST_KEY).contains(&label.len()) && !label.starts_with('[');
    if !matches!(scheme.as_str(), "http" | "https") || !name.split('.').all(fits) {
        return Key::Nowhere;
    }
    let port = match port {
        PortPattern::Default => ".p".to_owned(),
        PortPattern::Exact(port) => format!(".p:{port}"),
        PortPattern::Any => String::new(),
        PortPattern::Range(..) => return Key::Nowhere,
    };
    match host {
        HostPattern::Exact(_) => Key::Hosts(format!("{name}.{scheme}.={port}.*")),
        _ if port.is_empty() => Key::AnyPort(format!("*.{name}.{scheme}")),
        _ => Key::Hosts(format!("*.{name}.{scheme}.={port}.x")),
    }
}

/// The keys for patterns that need regular expressions: one each if they are few, else as few as
/// nginx reads.
fn expressions(policy: &Policy, patterns: &[&OriginPattern]) -> Vec<String> {
    let longest = policy.longest_origin();
    // `check` has refused the file if there is no expression; without one nothing matches.
    let texts = patterns.iter().filter_map(|pattern| Some((*pattern, regex(pattern, DEMANDS).ok()?.text)));
    if patterns.len() <= FEW {
        let whole = |(pattern, text): (&OriginPattern, String)| {
            let limit = if pattern.as_exact().is_some() { String::new() } else { format!(r"(?=.{{1,{longest}}}\z)") };
            format!(r"~^{limit}{}\z", grouped(text))
        };
        return texts.map(whole).collect();
    }
    // By scheme, which is then compared once.
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (pattern, text) in texts {
        let scheme = match pattern {
            OriginPattern::Tuple { scheme, .. } => format!("{}://", escape(scheme)),
            OriginPattern::Null | OriginPattern::Regex(_) => String::new(),
        };
        let (head, rest) = text.strip_prefix(&scheme).map_or(("", text.as_str()), |rest| (scheme.as_str(), rest));
        groups.entry(head.to_owned()).or_default().push(grouped(rest.to_owned()));
    }
    let mut keys = Vec::new();
    for (scheme, texts) in groups {
        let mut chunk = String::new();
        let mut close = |chunk: &mut String| {
            keys.push(format!(r"~^(?=.{{1,{longest}}}\z){scheme}(?:{})\z", std::mem::take(chunk)));
        };
        for text in texts {
            if !chunk.is_empty() && scheme.len() + chunk.len() + 1 + text.len() > DEMANDS.length {
                close(&mut chunk);
            }
            if !chunk.is_empty() {
                chunk.push('|');
            }
            chunk.push_str(&text);
        }
        close(&mut chunk);
    }
    keys
}

/// An expression that can stand beside others.
fn grouped(text: String) -> String {
    if text.contains('|') { format!("(?:{text})") } else { text }
}
