//! Origins at the boundary of a policy: what its entries allow, and what lies just beside it.
//!
//! Nothing here says what is allowed; [`allows_origin`](crate::reference::allows_origin) does.

mod neighbours;
mod regex;

use std::fmt;
use std::mem::discriminant;

pub use neighbours::{Neighbour, Shape, general, neighbours};

use crate::fetch::pattern::{HostPattern, OriginPattern, PortPattern};
use crate::ir::{Origin, Policy};

/// An origin in parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// Without `://`.
    pub scheme: String,
    /// A domain or an address; IPv6 addresses in brackets.
    pub host: String,
    /// With its colon; empty if there is none.
    pub port: String,
}

impl fmt::Display for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scheme, host, port } = self;
        write!(f, "{scheme}://{host}{port}")
    }
}

/// Origins that the pattern allows: one for each kind of port, one for each kind of label; of a `regex:`
/// the three shortest. None for `null`, which has no parts.
#[must_use]
pub fn samples(pattern: &OriginPattern) -> Vec<Parts> {
    let (scheme, host, port) = match pattern {
        OriginPattern::Null => return Vec::new(),
        OriginPattern::Regex(pattern) => return regex::samples(&pattern.regex.expression),
        OriginPattern::Tuple { scheme, host, port } => (scheme, host, port),
    };
    let hosts = match host {
        HostPattern::Exact(host) => vec![host.clone()],
        HostPattern::Subdomains { suffix } => vec![format!("a.{suffix}"), format!("b.a-1_.{suffix}")],
        HostPattern::Label { before, after, suffix } => {
            vec![format!("{before}7{after}.{suffix}"), format!("{before}a-1_{after}.{suffix}")]
        }
    };
    let ports = match port {
        PortPattern::Default => vec![String::new()],
        PortPattern::Exact(port) => vec![format!(":{port}")],
        PortPattern::Any => vec![String::new(), ":8080".to_owned()],
        PortPattern::Range(first, last) => vec![format!(":{first}"), format!(":{last}")],
    };
    let pairs = hosts.iter().flat_map(|host| ports.iter().map(move |port| (host.clone(), port.clone())));
    pairs.map(|(host, port)| Parts { scheme: scheme.clone(), host, port }).collect()
}

/// The policy's entries, or, of many, at most `most` of each kind (exact host, subdomains, part of a label;
/// each kind of port; `regex:` and `null`): the first, the last, and some in between, the same every time.
#[must_use]
pub fn telling(policy: &Policy, most: usize) -> Vec<&Origin> {
    let kind = |origin: &Origin| match &origin.pattern.value {
        OriginPattern::Tuple { host, port, .. } => Some((discriminant(host), discriminant(port))),
        OriginPattern::Null | OriginPattern::Regex(_) => None,
    };
    let mut kinds: Vec<(_, Vec<&Origin>)> = Vec::new();
    for origin in policy.origins() {
        match kinds.iter_mut().find(|(known, _)| *known == kind(origin)) {
            Some((_, origins)) => origins.push(origin),
            None => kinds.push((kind(origin), vec![origin])),
        }
    }
    kinds.into_iter().flat_map(|(_, origins)| spread(&origins, most)).collect()
}

/// At most `most` of the items (but two of more), at even distances, the first and the last among them.
#[must_use]
pub fn spread<T: Copy>(items: &[T], most: usize) -> Vec<T> {
    let most = most.max(2);
    if items.len() <= most {
        return items.to_vec();
    }
    (0..most).filter_map(|turn| items.get(turn * (items.len() - 1) / (most - 1)).copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn the_first_and_the_last_are_among_a_few_of_many() {
        let many: Vec<usize> = (0..1000).collect();
        assert_eq!(spread(&many, 4), [0, 333, 666, 999]);
        assert_eq!(spread(&many, 2), [0, 999]);
        assert_eq!(spread(&many[..3], 4), [0, 1, 2]);
    }
}
