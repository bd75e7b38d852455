//! The origins to ask about: what the entries of a policy allow, what lies beside that, and what servers let in by
//! mistake.

use std::collections::HashSet;
use std::mem::discriminant;

use cors_compiler::boundary::{Neighbour, Parts, Shape, general, neighbours, samples, telling};
use cors_compiler::fetch::pattern::{HostPattern, OriginPattern, PortPattern};
use cors_compiler::ir::{Origin, Policy};
use cors_compiler::reference::matches;

/// What stands before a wildcard's suffix, where any number of labels may be.
const FIVE_LABELS: &str = "a.b.c.d.e";
/// Ports that servers often let in beside an origin.
const USUAL_PORTS: [u16; 4] = [80, 443, 3000, 8080];
/// Schemes of applications, of which one is not the entry's own.
const SCHEMES_OF_APPLICATIONS: [&str; 2] = ["app", "capacitor"];

/// An origin to ask about.
#[derive(Debug)]
pub(crate) struct Candidate<'a> {
    pub(crate) origin: String,
    pub(crate) shape: Shape,
    /// The entry that allows it, or beside which it lies.
    pub(crate) near: Option<&'a Origin>,
    /// With a preflight too; else a GET must do.
    pub(crate) by_preflight: bool,
}

impl<'a> Candidate<'a> {
    pub(crate) fn new(origin: String, shape: Shape, near: Option<&'a Origin>) -> Self {
        let by_preflight = !matches!(shape, Shape::Network | Shape::Application);
        Self { origin, shape, near, by_preflight }
    }
}

/// The candidates of a policy, of at most `most` entries of a kind.
pub(crate) fn candidates(policy: &Policy, most: usize) -> Vec<Candidate<'_>> {
    let entries = telling(policy, most);
    let mut found: Vec<Candidate<'_>> = Vec::new();
    for &entry in &entries {
        let samples = samples(&entry.pattern.value).into_iter();
        found.extend(samples.map(|sample| Candidate::new(sample.to_string(), Shape::Listed, Some(entry))));
    }
    for &entry in &entries {
        for (turn, sample) in samples(&entry.pattern.value).iter().enumerate() {
            let around = neighbours(&entry.pattern.value, sample).into_iter();
            // One sample's neighbours tell of the others', but each has ports of its own.
            let around = around.filter(|Neighbour { shape, .. }| turn == 0 || *shape == Shape::Port);
            found.extend(around.map(|Neighbour { shape, origin }| Candidate::new(origin, shape, Some(entry))));
        }
    }
    found.extend(farther(&entries));
    found.extend(general().into_iter().map(|Neighbour { shape, origin }| Candidate::new(origin, shape, None)));
    let mut seen = HashSet::new();
    found.retain(|candidate| seen.insert(candidate.origin.clone()));
    for candidate in &mut found {
        // What allows it says more than what it is near.
        let allowing = |entry: &&Origin| matches(&entry.pattern.value, &candidate.origin);
        candidate.near = policy.origins().iter().find(allowing).or(candidate.near);
    }
    found
}

/// Origins farther from the entries than their neighbours, asked about with a GET alone: many labels at each wildcard
/// for subdomains, and at one entry of each kind usual ports and, where there is an expression, another scheme.
fn farther<'a>(entries: &[&'a Origin]) -> Vec<Candidate<'a>> {
    let mut kinds = HashSet::new();
    let mut found = Vec::new();
    for &entry in entries {
        let pattern = &entry.pattern.value;
        let Some(sample) = samples(pattern).into_iter().next() else { continue };
        let mut add = |parts: Parts, shape| {
            found.push(Candidate { by_preflight: false, ..Candidate::new(parts.to_string(), shape, Some(entry)) });
        };
        let (kind, is_exact) = match pattern {
            OriginPattern::Tuple { host, port, .. } => {
                if let HostPattern::Subdomains { suffix } = host {
                    add(Parts { host: format!("{FIVE_LABELS}.{suffix}"), ..sample.clone() }, Shape::Listed);
                }
                let one_port = matches!(port, PortPattern::Default | PortPattern::Exact(_));
                (Some((discriminant(host), discriminant(port))), one_port && matches!(host, HostPattern::Exact(_)))
            }
            OriginPattern::Null | OriginPattern::Regex(_) => (None, false),
        };
        if !kinds.insert(kind) {
            continue;
        }
        let default = match sample.scheme.as_str() {
            "http" => Some(80),
            "https" => Some(443),
            _ => None,
        };
        // Browsers leave the default port out.
        for port in USUAL_PORTS.into_iter().filter(|&port| Some(port) != default) {
            add(Parts { port: format!(":{port}"), ..sample.clone() }, Shape::Port);
        }
        let scheme = SCHEMES_OF_APPLICATIONS.into_iter().find(|&scheme| scheme != sample.scheme);
        for scheme in scheme.into_iter().filter(|_| !is_exact) {
            add(Parts { scheme: scheme.to_owned(), ..sample.clone() }, Shape::Scheme);
        }
    }
    found
}
