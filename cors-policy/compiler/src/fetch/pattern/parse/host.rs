//! The host of an entry: one host, or one with a `*` for subdomains or in its first label.

use std::ops::Range;

use super::{Parser, read, with_scheme};
use crate::diagnostic::code::{
    INVALID_WILDCARD, ORIGIN_INVALID_HOST, ORIGIN_NON_ASCII, ORIGIN_NON_CANONICAL_IP, ORIGIN_UPPERCASE,
};
use crate::fetch::host::{self, HostFault, is_label_character};
use crate::fetch::pattern::HostPattern;
use crate::fetch::punycode::to_a_label;

impl Parser<'_> {
    /// Reads the host at `range`.
    pub(super) fn host(&mut self, range: Range<usize>) -> Option<HostPattern> {
        let written = &self.text[range.clone()];
        if !written.is_ascii() {
            // Browsers take some other full stops for dots.
            let dotted = written.replace(['\u{3002}', '\u{ff0e}', '\u{ff61}'], ".");
            let a_labels = dotted.split('.').map(|label| match label.is_ascii() {
                true => Some(label.to_ascii_lowercase()),
                false => to_a_label(label),
            });
            let message = "browsers send a host with non-ASCII characters as A-labels (punycode)";
            let host = a_labels.collect::<Option<Vec<_>>>().map(|labels| labels.join("."));
            let rest = |host: &str| format!("{}{host}{}", &self.text[..range.start], &self.text[range.end..]);
            match host.filter(|host| with_scheme(&rest(host)).is_some() || read(&rest(host)).is_ok()) {
                Some(host) => self.replace(&ORIGIN_NON_ASCII, range, message, host),
                None => {
                    let help = "write the host as the browser does, each such label in its `xn--` form";
                    self.fault(&ORIGIN_NON_ASCII, range, message, help);
                }
            }
            return None;
        }
        let host = written.to_ascii_lowercase();
        if host != written {
            self.replace(&ORIGIN_UPPERCASE, range.clone(), "browsers send the host in lower case", host.clone());
        }
        if host.contains('*') { self.wildcard_host(&host, range) } else { self.exact_host(host, range) }
    }

    fn exact_host(&mut self, host: String, range: Range<usize>) -> Option<HostPattern> {
        match host::check(&host) {
            Ok(()) => Some(HostPattern::Exact(host)),
            Err(HostFault::Invalid(why)) => {
                self.fault(
                    &ORIGIN_INVALID_HOST,
                    range,
                    why,
                    "write a host name or an IP address, as in the browser's address bar",
                );
                None
            }
            Err(HostFault::NonCanonicalIp(Some(canonical))) => {
                self.replace(
                    &ORIGIN_NON_CANONICAL_IP,
                    range,
                    "browsers send an IP address in its canonical form",
                    canonical,
                );
                None
            }
            Err(HostFault::NonCanonicalIp(None)) => {
                let (message, help) = match host.starts_with('[') {
                    true => (
                        format!("`{host}` is an IPv4 address written as an IPv6 address"),
                        "write the IPv4 address itself, as the pages that you mean are opened by it",
                    ),
                    false => (
                        format!("`{host}` is not an IP address in the form that browsers send"),
                        "a host whose last label is a number must be an IPv4 address such as `192.0.2.1`",
                    ),
                };
                self.fault(&ORIGIN_NON_CANONICAL_IP, range, message, help);
                None
            }
        }
    }

    fn wildcard_host(&mut self, host: &str, range: Range<usize>) -> Option<HostPattern> {
        let (first, suffix) = host.split_once('.').unwrap_or((host, ""));
        let stars = host.matches('*').count();
        let in_first = first.matches('*').count();
        let after_star = range.start + host.find('*').unwrap_or(0);
        let star = after_star..after_star + 1;
        if suffix.is_empty() {
            let help = match first {
                "*" => {
                    "to allow every origin a policy has `allow_origins: \"*\"`; to name subdomains write `https://*.example.com`"
                }
                _ => "`*` needs a domain behind it, such as `https://pr-*.preview.example.com`",
            };
            self.fault(&INVALID_WILDCARD, star, "a `*` in a host needs a domain behind it", help);
            return None;
        }
        if in_first != 1 || stars != 1 {
            let help = "`*` stands once, for whole leading labels (`https://*.example.com`) or inside the first label (`https://pr-*.example.com`)";
            let message = if stars > 1 {
                "more than one `*` in a host"
            } else {
                "`*` can only stand in the first label of a host"
            };
            self.fault(&INVALID_WILDCARD, star, message, help);
            return None;
        }
        if host::ends_in_a_number(suffix) {
            self.fault(&INVALID_WILDCARD, star, "an IP address has no subdomains", "write the address without `*`");
            return None;
        }
        if let Err(HostFault::Invalid(why)) = host::check_domain(suffix) {
            self.fault(&ORIGIN_INVALID_HOST, range, why, "write a host name behind the `*`");
            return None;
        }
        let suffix = suffix.to_owned();
        if first == "*" {
            if suffix.len() + 2 > host::LONGEST_DOMAIN {
                let message = "no label fits before so long a suffix";
                self.fault(
                    &ORIGIN_INVALID_HOST,
                    range,
                    message,
                    format!("a host has at most {} bytes", host::LONGEST_DOMAIN),
                );
                return None;
            }
            return Some(HostPattern::Subdomains { suffix });
        }
        let (before, after) = first.split_once('*')?;
        if let Some(bad) = first.chars().find(|&c| c != '*' && !is_label_character(c)) {
            self.fault(
                &ORIGIN_INVALID_HOST,
                range,
                format!("`{bad}` cannot stand in a host"),
                "a label is made of `[a-z0-9_-]`",
            );
            return None;
        }
        if first.len() > host::LONGEST_LABEL || host.len() > host::LONGEST_DOMAIN {
            let help = format!("a label has at most {} bytes, a host {}", host::LONGEST_LABEL, host::LONGEST_DOMAIN);
            self.fault(&ORIGIN_INVALID_HOST, range, "the host is too long", help);
            return None;
        }
        Some(HostPattern::Label { before: before.to_owned(), after: after.to_owned(), suffix })
    }
}
