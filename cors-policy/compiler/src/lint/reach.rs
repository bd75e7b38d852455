//! Where the pages of an entry come from: the visitor's machine, a private network, the internet.
//!
//! Of a plain entry its own text tells; of a regular expression its automaton, with an example.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use super::regex_admits_foreign_site;
use crate::analysis::Language;
use crate::analysis::expression::Expression;
use crate::analysis::labels::PAGE_SCHEMES;
use crate::analysis::sent::{self, Fixed, PAGES};
use crate::fetch::pattern::{HostPattern, OriginPattern, RegexPattern};
use crate::ir::{Origin, Policy};

/// Every origin that does not leave the machine.
pub(super) static LOOPBACK: Fixed = LazyLock::new(|| Language::new(&any_scheme(loopback_hosts()).with_port()).ok());

/// The same, and those that do not leave a private network.
static LOCAL: Fixed = LazyLock::new(|| {
    let hosts = Expression::any_of([loopback_hosts(), private_hosts()]);
    Language::new(&any_scheme(hosts).with_port()).ok()
});

/// The origins with one of the schemes and a host of these, with any port.
pub(super) fn origins(schemes: &[&str], hosts: Expression) -> Option<Language> {
    let schemes = schemes.iter().map(|scheme| Expression::literal(scheme));
    let parts = [Expression::any_of(schemes), Expression::literal("://"), hosts];
    Language::new(&Expression::concat(parts).with_port()).ok()
}

fn any_scheme(hosts: Expression) -> Expression {
    Expression::concat([Expression::scheme(), Expression::literal("://"), hosts])
}

/// `localhost`, the names below it, and the loopback addresses.
fn loopback_hosts() -> Expression {
    let labels = Expression::concat([Expression::label(), Expression::literal(".")]).at_least(0);
    let localhost = Expression::concat([labels, Expression::literal("localhost"), Expression::literal(".").optional()]);
    Expression::any_of([localhost, Expression::ipv4(Expression::literal("127"), 3), Expression::literal("[::1]")])
}

/// Private and link-local addresses, names without a dot, and domains that are resolved locally only.
fn private_hosts() -> Expression {
    let second = Expression::concat([Expression::literal("172."), Expression::number(16, 31)]);
    let hex = Expression::any_of([Expression::range(b'0', b'9'), Expression::range(b'a', b'f')]);
    // Of four digits, the last ones whatever they are: a shorter first group is another network.
    let block = |start: &str, next: &str| {
        let digit = Expression::any_of(next.chars().map(|c| Expression::literal(&c.to_string())));
        let (hex, colon) = (|| hex.clone(), || Expression::literal(":"));
        let others = u32::try_from("[ffff".len() - start.len() - 1).unwrap_or(0);
        let rest = Expression::any_of([hex(), colon()]).at_least(0);
        Expression::concat([
            Expression::literal(start),
            digit,
            hex().times(others, others),
            colon(),
            rest,
            Expression::literal("]"),
        ])
    };
    let dot = Expression::literal(".").optional();
    let labels = Expression::concat([Expression::label(), Expression::literal(".")]).at_least(0);
    let local = LOCAL_DOMAINS.map(|domain| Expression::literal(domain.trim_start_matches('.')));
    let named = Expression::concat([labels, Expression::any_of(local), dot.clone()]);
    let single = Expression::concat([Expression::label(), dot]);
    let addresses = [
        (Expression::literal("10"), 3),
        (second, 2),
        (Expression::literal("192.168"), 2),
        (Expression::literal("169.254"), 2),
    ]
    .map(|(start, numbers)| Expression::ipv4(start, numbers));
    let private = [block("[f", "cd"), block("[fe", "89ab"), named, single];
    Expression::any_of(addresses.into_iter().chain(private))
}

/// Domains that are resolved locally only.
const LOCAL_DOMAINS: [&str; 4] = [".local", ".internal", ".home.arpa", ".test"];

/// The shortest origin of a regular expression that is in `within`.
pub(super) fn witness(regex: &RegexPattern, within: &Language) -> Option<String> {
    sent::witness(&[&Language::from(&regex.dfa), within], &[]).ok()?
}

/// Whether `regex-admits-foreign-site` is reported for an entry: what else it risks is not worth a word then.
pub(super) fn admits_strangers(policy: &Policy, origin: &Origin) -> bool {
    let OriginPattern::Regex(regex) = &origin.pattern.value else { return false };
    let mut accepted = policy.accepted_risks.iter().chain(&origin.accepted_risks).map(|risk| risk.id.value.as_str());
    regex.foreign_site.is_some() && !accepted.any(|id| id == regex_admits_foreign_site::LINT.code.id)
}

/// The shortest origin of these whose pages may come from the internet.
pub(super) fn public_witness(origins: &Language) -> Option<String> {
    Language::witness(&[origins, PAGES.as_ref()?], &[LOCAL.as_ref()?]).ok()?
}

/// Whether the pattern is about web pages.
pub(super) fn is_page(pattern: &OriginPattern) -> bool {
    matches!(pattern, OriginPattern::Tuple { scheme, .. } if PAGE_SCHEMES.contains(&scheme.as_str()))
}

/// What an entry admits of the pages that come from this very machine: all of it, or an example.
pub(super) fn loopback_page(pattern: &OriginPattern) -> Option<String> {
    static LOOPBACK_PAGES: Fixed = LazyLock::new(|| origins(&PAGE_SCHEMES, loopback_hosts()));
    match pattern {
        OriginPattern::Regex(regex) => witness(regex, LOOPBACK_PAGES.as_ref()?),
        plain => (is_page(plain) && plain.is_loopback()).then(|| plain.to_string()),
    }
}

/// What an entry admits of the pages that may come from the internet: all of it, or an example.
pub(super) fn public_page(pattern: &OriginPattern) -> Option<String> {
    match pattern {
        OriginPattern::Null => None,
        OriginPattern::Regex(regex) => public_witness(&Language::from(&regex.dfa)),
        OriginPattern::Tuple { host, .. } => {
            (is_page(pattern) && !pattern.is_loopback() && is_public(host)).then(|| pattern.to_string())
        }
    }
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
    (name.contains('.') || !matches!(host, HostPattern::Exact(_)))
        && !LOCAL_DOMAINS.iter().any(|suffix| name.ends_with(suffix) || *name == suffix[1..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::regex;
    use crate::fetch::pattern::parse;

    /// The automata and the rules for plain entries say the same of every host, with every scheme and port.
    #[test]
    fn a_regex_reaches_what_its_plain_entry_reaches() {
        let mut wrong = Vec::new();
        for host in [
            "localhost",
            "localhost.",
            "a.localhost",
            "127.0.0.1",
            "[::1]",
            "[::2]",
            "10.1.2.3",
            "172.16.0.1",
            "172.32.0.1",
            "192.168.1.1",
            "192.169.1.1",
            "169.254.0.9",
            "8.8.8.8",
            "[fd00::1]",
            "[fd::1]",
            "[fc1::2]",
            "[fe80::1]",
            "[fe8::1]",
            "[febf::1]",
            "[fec0::1]",
            "[2001:db8::1]",
            "printer",
            "printer.",
            "3com",
            "internal",
            "printer.local",
            "printer.local.",
            "wiki.corp.internal",
            "wiki.corpinternal",
            "router.home.arpa",
            "a.test",
            "a.example",
            "a.example.",
            "*.a.example",
            "*.internal",
            "*.corp.internal",
            "*.localhost",
            "*.local.",
            "*.printer",
            "pr-*.local",
            "pr-*.home.arpa",
            "pr-*.a.example",
        ] {
            for (scheme, port) in
                ["https", "http", "wss", "capacitor"].into_iter().flat_map(|s| ["", ":8443", ":*"].map(|p| (s, p)))
            {
                let plain = format!("{scheme}://{host}{port}");
                let Ok(entry) = parse(&plain) else { panic!("{plain}") };
                let text = crate::analysis::print::escape(&plain)
                    .replace(r"://\*\.", r"://([a-z0-9_-]+\.)+")
                    .replace(r":\*", "(:[0-9]+)?")
                    .replace(r"\*", "[a-z0-9_-]+");
                let Ok(regex) = regex::pattern(&text) else { panic!("{text}") };
                for (what, page) in [("public", public_page as fn(&OriginPattern) -> _), ("loopback", loopback_page)] {
                    let (found, expected) = (page(&regex), page(&entry));
                    let is_same = found == expected || plain.contains('*');
                    if found.is_some() != expected.is_some() || !is_same {
                        wrong.push(format!("{what} of {plain}: {found:?} by {text}, {expected:?} by the rules"));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
