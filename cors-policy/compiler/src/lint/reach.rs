//! Where the pages of an origin pattern come from: the visitor's machine, a private network, the internet.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::fetch::pattern::{HostPattern, OriginPattern};

/// Whether the pattern is about web pages. Applications and browser extensions have schemes of their own.
pub(super) fn is_page(pattern: &OriginPattern) -> bool {
    matches!(pattern, OriginPattern::Tuple { scheme, .. } if matches!(scheme.as_str(), "http" | "https"))
}

/// Whether its pages come from this very machine.
pub(super) fn is_loopback_page(pattern: &OriginPattern) -> bool {
    is_page(pattern) && pattern.is_loopback()
}

/// Whether its pages may come from the internet.
pub(super) fn is_public_page(pattern: &OriginPattern) -> bool {
    matches!(pattern, OriginPattern::Tuple { host, .. } if is_page(pattern) && !pattern.is_loopback() && is_public(host))
}

/// Whether a host may be reached from the internet: not a private address, not a name without a dot,
/// not one of the domains that are resolved locally only.
pub(super) fn is_public(host: &HostPattern) -> bool {
    let name = match host {
        HostPattern::Exact(host) => host,
        HostPattern::Subdomains { suffix } | HostPattern::Label { suffix, .. } => suffix,
    };
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = bare.parse::<Ipv4Addr>() {
        return !(address.is_private() || address.is_link_local());
    }
    if let Ok(address) = bare.parse::<Ipv6Addr>() {
        return !(address.is_unique_local() || address.is_unicast_link_local());
    }
    let name = name.trim_end_matches('.');
    let local = [".local", ".internal", ".home.arpa", ".test"];
    (name.contains('.') || !matches!(host, HostPattern::Exact(_))) && !local.iter().any(|suffix| name.ends_with(suffix))
}
