//! Which plain entries admit all hosts of another one: by their parts, so that thousands take no time.

use std::collections::HashMap;

use crate::fetch::pattern::{HostPattern, OriginPattern, PortPattern};
use crate::ir::Origin;

/// The plain entries with a wildcard, by what they end in.
pub(crate) struct Index<'a> {
    by_end: HashMap<(&'a str, &'a str), Vec<&'a Origin>>,
}

impl<'a> Index<'a> {
    pub(crate) fn new(origins: &'a [Origin]) -> Self {
        let mut by_end: HashMap<(&str, &str), Vec<&Origin>> = HashMap::new();
        for origin in origins.iter().filter(|origin| origin.pattern.value.as_exact().is_none()) {
            if let OriginPattern::Tuple { scheme, host, .. } = &origin.pattern.value {
                by_end.entry((scheme, end(host))).or_default().push(origin);
            }
        }
        Self { by_end }
    }

    /// The entries that admit every host of the pattern, with its scheme and some port of it.
    pub(crate) fn around(&self, pattern: &OriginPattern) -> Vec<&'a Origin> {
        let OriginPattern::Tuple { host, port, .. } = pattern else { return Vec::new() };
        let ports = Ports::of(*port);
        let around = self.at_ends(pattern).filter(|other| match &other.pattern.value {
            OriginPattern::Tuple { host: wider, port, .. } => covers(wider, host) && Ports::of(*port).meet(ports),
            OriginPattern::Null | OriginPattern::Regex(_) => false,
        });
        around.filter(|other| other.pattern.value != *pattern).collect()
    }

    /// The entries whose hosts end in what the hosts of the pattern end in, or in a part of it.
    pub(crate) fn at_ends<'b>(&'b self, pattern: &'b OriginPattern) -> impl Iterator<Item = &'a Origin> {
        ends(pattern).filter_map(|end| self.by_end.get(&end)).flatten().copied()
    }
}

/// The scheme of a plain pattern with what every host of it ends in, and with each part of that, the whole first.
pub(crate) fn ends(pattern: &OriginPattern) -> impl Iterator<Item = (&str, &str)> {
    let whole = match pattern {
        OriginPattern::Tuple { scheme, host, .. } => Some((scheme.as_str(), end(host))),
        OriginPattern::Null | OriginPattern::Regex(_) => None,
    };
    std::iter::successors(whole, |(scheme, end)| end.split_once('.').map(|(_, rest)| (*scheme, rest)))
}

/// Whether the two plain patterns may have an origin in common; if one is exact, whether they have.
pub(crate) fn may_meet(one: &OriginPattern, other: &OriginPattern) -> bool {
    let (
        OriginPattern::Tuple { scheme, host, port },
        OriginPattern::Tuple { scheme: other_scheme, host: other_host, port: other_port },
    ) = (one, other)
    else {
        return false;
    };
    let hosts = match (host, other_host) {
        (wide, exact @ HostPattern::Exact(_)) | (exact @ HostPattern::Exact(_), wide) => covers(wide, exact),
        (
            HostPattern::Label { before, after, suffix },
            HostPattern::Label { before: start, after: stop, suffix: end },
        ) => {
            let starts = before.starts_with(start.as_str()) || start.starts_with(before.as_str());
            suffix == end && starts && (after.ends_with(stop.as_str()) || stop.ends_with(after.as_str()))
        }
        (subdomains, wide) => covers(subdomains, wide) || covers(wide, subdomains),
    };
    scheme == other_scheme && hosts && Ports::of(*port).meet(Ports::of(*other_port))
}

/// What every host of a pattern ends in.
pub(crate) fn end(host: &HostPattern) -> &str {
    match host {
        HostPattern::Exact(host) => host,
        HostPattern::Subdomains { suffix } | HostPattern::Label { suffix, .. } => suffix,
    }
}

/// Whether one pattern matches every host that the other one matches.
pub(crate) fn covers(wider: &HostPattern, host: &HostPattern) -> bool {
    let below = |end: &str, suffix: &str| end.strip_suffix(suffix).is_some_and(|rest| rest.ends_with('.'));
    match (wider, host) {
        (HostPattern::Exact(wider), HostPattern::Exact(host)) => wider == host,
        (HostPattern::Exact(_), _) | (HostPattern::Label { .. }, HostPattern::Subdomains { .. }) => false,
        (HostPattern::Subdomains { suffix }, HostPattern::Exact(host)) => below(host, suffix),
        (
            HostPattern::Subdomains { suffix },
            HostPattern::Subdomains { suffix: end } | HostPattern::Label { suffix: end, .. },
        ) => end == suffix || below(end, suffix),
        (HostPattern::Label { before, after, suffix }, HostPattern::Exact(host)) => {
            host.split_once('.').is_some_and(|(label, rest)| {
                let inside = label.strip_prefix(before.as_str()).and_then(|label| label.strip_suffix(after.as_str()));
                rest == suffix && inside.is_some_and(|inside| !inside.is_empty())
            })
        }
        (
            HostPattern::Label { before, after, suffix },
            HostPattern::Label { before: start, after: stop, suffix: end },
        ) => end == suffix && start.starts_with(before.as_str()) && stop.ends_with(after.as_str()),
    }
}

/// A set of ports: perhaps none, and a range of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ports {
    none: bool,
    first: u16,
    last: u16,
}

impl Ports {
    pub(crate) fn of(port: PortPattern) -> Self {
        match port {
            PortPattern::Default => Self { none: true, first: 1, last: 0 },
            PortPattern::Exact(port) => Self { none: false, first: port, last: port },
            PortPattern::Any => Self { none: true, first: 1, last: u16::MAX },
            PortPattern::Range(first, last) => Self { none: false, first, last },
        }
    }

    pub(crate) fn meet(self, other: Self) -> bool {
        (self.none && other.none) || self.first.max(other.first) <= self.last.min(other.last)
    }
}

/// Ports of a pattern of which one is among every range of its ports that others tell apart, as a pattern each.
pub(crate) fn telling_ports(port: PortPattern, others: impl Iterator<Item = PortPattern>) -> Vec<PortPattern> {
    let own = Ports::of(port);
    let mut firsts = vec![own.first];
    for other in others.map(Ports::of).filter(|other| other.first <= other.last) {
        firsts.extend([Some(other.first), other.last.checked_add(1)].into_iter().flatten());
    }
    firsts.retain(|first| (own.first..=own.last).contains(first));
    firsts.sort_unstable();
    firsts.dedup();
    own.none.then_some(PortPattern::Default).into_iter().chain(firsts.into_iter().map(PortPattern::Exact)).collect()
}

/// Whether the ports of these entries together are all that the pattern has.
pub(crate) fn cover_ports(entries: &[&Origin], pattern: &OriginPattern) -> bool {
    let ports = |pattern: &OriginPattern| match pattern {
        OriginPattern::Tuple { port, .. } => Some(Ports::of(*port)),
        OriginPattern::Null | OriginPattern::Regex(_) => None,
    };
    let Some(wanted) = ports(pattern) else { return false };
    let mut given: Vec<Ports> = entries.iter().filter_map(|entry| ports(&entry.pattern.value)).collect();
    given.sort_by_key(|ports| ports.first);
    let mut next = u32::from(wanted.first);
    for ports in given.iter().filter(|ports| ports.first <= ports.last) {
        if u32::from(ports.first) <= next {
            next = next.max(u32::from(ports.last) + 1);
        }
    }
    next > u32::from(wanted.last) && (!wanted.none || given.iter().any(|ports| ports.none))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Language;
    use crate::fetch::pattern::parse;
    use crate::source::{Place, Span, Spanned};

    fn origin(pattern: OriginPattern) -> Origin {
        let place = Place::from(Span::new(0, 0));
        Origin { pattern: Spanned::new(pattern, place), through: Vec::new(), accepted_risks: Vec::new() }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(200))]

        /// The parts say what the automata say.
        #[test]
        fn an_entry_is_covered_if_its_language_is(
            entries in proptest::collection::vec("https://(\\*\\.|[ab]?\\*[ab]?\\.|a\\.|)(b\\.)?x(:\\*|:[1-3]-[3-5]|:3|)", 2..5),
        ) {
            let patterns: Vec<OriginPattern> = entries.iter().filter_map(|entry| parse(entry).ok()).collect();
            let Some((first, others)) = patterns.split_first() else { return Ok(()) };
            let others: Vec<Origin> = others.iter().filter(|other| *other != first).cloned().map(origin).collect();
            let wide: Vec<Language> = others.iter().filter(|other| other.pattern.value.as_exact().is_none())
                .map(|other| Language::of(&other.pattern.value).unwrap()).collect();
            let own = Language::of(first).unwrap();
            let expected = Language::witness(&[&own], &[&Language::union(&wide)]) == Ok(None);
            let index = Index::new(&others);
            let around = index.around(first);
            proptest::prop_assert_eq!(cover_ports(&around, first), expected, "{:?}", entries);
        }
    }
}
