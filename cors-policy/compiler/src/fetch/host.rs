//! Hosts as browsers serialize them: <https://url.spec.whatwg.org/#host-serializing>.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::punycode;

/// The longest domain, in bytes, without a trailing dot (RFC 1035).
pub const LONGEST_DOMAIN: usize = 253;
/// The longest label, in bytes (RFC 1035).
pub const LONGEST_LABEL: usize = 63;

/// Why a text is not a serialized host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostFault {
    /// It cannot be a host at all; says why.
    Invalid(String),
    /// An IP address in another form than browsers send, and that form if there is one.
    NonCanonicalIp(Option<String>),
}

/// Checks a whole host: a domain, an IPv4 address, or an IPv6 address in brackets. Lower-case ASCII.
///
/// # Errors
/// See [`HostFault`].
pub fn check(host: &str) -> Result<(), HostFault> {
    if let Some(rest) = host.strip_prefix('[') {
        return check_ipv6(rest.strip_suffix(']').unwrap_or(rest));
    }
    if ends_in_a_number(host) {
        return match host.parse::<Ipv4Addr>() {
            Ok(_) => Ok(()),
            Err(_) => Err(HostFault::NonCanonicalIp(parse_loose_ipv4(host).map(|address| address.to_string()))),
        };
    }
    check_domain(host)
}

/// Checks a domain: labels of `[a-z0-9_-]`, each at most 63 bytes, 253 in all; a trailing dot is allowed.
///
/// # Errors
/// [`HostFault::Invalid`].
pub fn check_domain(domain: &str) -> Result<(), HostFault> {
    let invalid = |why: String| Err(HostFault::Invalid(why));
    let labels = domain.strip_suffix('.').unwrap_or(domain);
    if labels.is_empty() {
        return invalid("the host is empty".to_owned());
    }
    if labels.len() > LONGEST_DOMAIN {
        return invalid(format!("the host has {} bytes; at most {LONGEST_DOMAIN} are allowed", labels.len()));
    }
    for label in labels.split('.') {
        if label.is_empty() {
            return invalid("a label of the host is empty".to_owned());
        }
        if label.len() > LONGEST_LABEL {
            return invalid(format!("a label has {} bytes; at most {LONGEST_LABEL} are allowed", label.len()));
        }
        if let Some(bad) = label.chars().find(|&c| !is_label_character(c)) {
            return invalid(format!("`{bad}` cannot stand in a host"));
        }
        if label.starts_with("xn--") && !punycode::is_valid_a_label(label) {
            return invalid(format!("`{label}` is not a valid A-label (punycode)"));
        }
    }
    Ok(())
}

/// Whether a character can stand in a label of an origin, and be matched by a `*`: `[a-z0-9_-]`.
#[must_use]
pub fn is_label_character(c: char) -> bool {
    matches!(c, 'a'..='z' | '0'..='9' | '_' | '-')
}

/// The [ends-in-a-number checker](https://url.spec.whatwg.org/#ends-in-a-number-checker): such a host
/// is an IPv4 address or nothing.
#[must_use]
pub fn ends_in_a_number(host: &str) -> bool {
    let last = host.strip_suffix('.').unwrap_or(host).rsplit('.').next().unwrap_or("");
    let hex = last.strip_prefix("0x").is_some_and(|digits| digits.chars().all(|c| c.is_ascii_hexdigit()));
    hex || (!last.is_empty() && last.chars().all(|c| c.is_ascii_digit()))
}

/// Whether only this machine answers under that host: `localhost`, names below it, loopback addresses.
///
/// [Potentially trustworthy origin](https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy).
#[must_use]
pub fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let name = host.strip_suffix('.').unwrap_or(host);
    name == "localhost"
        || name.ends_with(".localhost")
        || bare.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || bare.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback())
}

fn check_ipv6(text: &str) -> Result<(), HostFault> {
    let without_zone = text.split('%').next().unwrap_or("");
    let Ok(address) = without_zone.parse::<Ipv6Addr>() else {
        return Err(HostFault::Invalid(format!("`[{text}]` is not an IPv6 address")));
    };
    let canonical = address.to_string();
    if address.to_ipv4_mapped().is_some() {
        return Err(HostFault::NonCanonicalIp(None));
    }
    if canonical == text { Ok(()) } else { Err(HostFault::NonCanonicalIp(Some(format!("[{canonical}]")))) }
}

/// The [IPv4 parser](https://url.spec.whatwg.org/#concept-ipv4-parser): up to four parts, decimal,
/// octal or hexadecimal, the last one filling what is left.
fn parse_loose_ipv4(host: &str) -> Option<Ipv4Addr> {
    let parts: Vec<&str> = host.strip_suffix('.').unwrap_or(host).split('.').collect();
    let number = |part: &str| match part.strip_prefix("0x") {
        Some("") => Some(0),
        Some(hex) => u64::from_str_radix(hex, 16).ok(),
        None if part.len() > 1 && part.starts_with('0') => u64::from_str_radix(part, 8).ok(),
        None => part.parse().ok(),
    };
    let numbers: Vec<u64> = parts.into_iter().map(number).collect::<Option<_>>()?;
    let (last, leading) = numbers.split_last()?;
    if leading.len() > 3
        || leading.iter().any(|&n| n > 255)
        || *last >= 256u64.pow(4 - u32::try_from(leading.len()).ok()?)
    {
        return None;
    }
    let high: u64 = leading.iter().enumerate().map(|(i, n)| n << (24 - 8 * i)).sum();
    Some(Ipv4Addr::from(u32::try_from(high + last).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_accepted_in_the_form_that_browsers_send() {
        let ip = |fixed: &str| Err(HostFault::NonCanonicalIp(Some(fixed.to_owned())));
        for (host, expected) in [
            ("a.example", Ok(())),
            ("a_b.example", Ok(())),
            ("a.example.", Ok(())),
            ("xn--bcher-kva.example", Ok(())),
            ("127.0.0.1", Ok(())),
            ("[::1]", Ok(())),
            ("[2001:db8::1]", Ok(())),
            ("127.1", ip("127.0.0.1")),
            ("0x7f.1", ip("127.0.0.1")),
            ("0177.0.0.1", ip("127.0.0.1")),
            ("2130706433", ip("127.0.0.1")),
            ("127.0.0.1.", ip("127.0.0.1")),
            ("a.1", Err(HostFault::NonCanonicalIp(None))),
            ("256.256.256.256", Err(HostFault::NonCanonicalIp(None))),
            ("[0:0:0:0:0:0:0:1]", ip("[::1]")),
            ("[fe80::1%eth0]", ip("[fe80::1]")),
            ("[::ffff:1.2.3.4]", Err(HostFault::NonCanonicalIp(None))),
        ] {
            assert_eq!(check(host), expected, "{host}");
        }
        for host in ["", ".", "a..b", ".a", "a b", "a%41", "xn--a.example", "[1]", "a*b", &"a".repeat(64)] {
            assert!(check(host).is_err(), "{host}");
        }
    }
}
