//! What differs from an allowed origin in one place: what a careless comparison takes for it.

use super::Parts;
use crate::fetch::pattern::{HostPattern, OriginPattern, PortPattern};

/// In what an origin differs from the allowed one beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shape {
    /// In nothing: it is the sample itself.
    Listed,
    /// It has nothing to do with the policy.
    Unrelated,
    /// It is `null`.
    Null,
    /// It is on the developer's own machine.
    Local,
    /// It is on a private network.
    Network,
    /// It is of an application or a browser extension, with a scheme of its own.
    Application,
    /// Another policy of the file lists it.
    Elsewhere,
    /// Something stands behind the host.
    Suffix,
    /// Something stands before the host.
    Prefix,
    /// A letter stands before the wildcard's suffix, where a label and a dot must be.
    Glued,
    /// Something stands before the scheme: no browser sends such an origin.
    Unanchored,
    /// A letter stands in the place of a dot.
    Dot,
    /// Another scheme.
    Scheme,
    /// Another port, or one where there is none, or none.
    Port,
    /// One more label before the host.
    Subdomain,
    /// The host without its first label.
    Parent,
    /// Nothing, or an empty label, stands for the wildcard.
    EmptyLabel,
    /// Two labels stand where one may be.
    MoreLabels,
    /// A character beyond `[a-z0-9_-]` stands for the wildcard.
    ForeignCharacter,
    /// A dot behind the host.
    TrailingDot,
    /// Upper case.
    UpperCase,
}

/// An origin beside an allowed one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighbour {
    /// In what it differs.
    pub shape: Shape,
    /// The origin.
    pub origin: String,
}

/// Origins that are near no entry, but are often allowed by mistake.
#[must_use]
pub fn general() -> Vec<Neighbour> {
    [
        (Shape::Unrelated, "https://refused.test"),
        (Shape::Null, "null"),
        (Shape::Local, "http://localhost"),
        (Shape::Local, "http://localhost:3000"),
        (Shape::Local, "http://127.0.0.1:8080"),
        (Shape::Network, "http://192.168.1.10"),
        (Shape::Network, "http://10.0.0.1"),
        (Shape::Application, "capacitor://localhost"),
        (Shape::Application, "chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
    ]
    .into_iter()
    .map(|(shape, origin)| Neighbour { shape, origin: origin.to_owned() })
    .collect()
}

/// The origins beside a sample of the pattern. Some may be allowed all the same.
#[must_use]
pub fn neighbours(pattern: &OriginPattern, sample: &Parts) -> Vec<Neighbour> {
    let Parts { scheme, host, port } = sample;
    let with_host = |host: String| Parts { host, ..sample.clone() }.to_string();
    let with_port = |port: String| Parts { port, ..sample.clone() }.to_string();
    let mut found: Vec<(Shape, String)> = Vec::new();
    // An address has no labels.
    if !host.starts_with('[') {
        found.push((Shape::Suffix, with_host(format!("{host}.evil.test"))));
        found.push((Shape::Prefix, with_host(format!("evil{host}"))));
        let dots = host.match_indices('.').map(|(at, _)| format!("{}x{}", &host[..at], &host[at + 1..]));
        found.extend(dots.map(|host| (Shape::Dot, with_host(host))));
        found.push((Shape::Subdomain, with_host(format!("sub.{host}"))));
        let parent = host.split_once('.').map(|(_, rest)| rest).filter(|rest| rest.contains('.'));
        found.extend(parent.map(|parent| (Shape::Parent, with_host(parent.to_owned()))));
        let dotted = host.strip_suffix('.').map_or_else(|| format!("{host}."), str::to_owned);
        found.push((Shape::TrailingDot, with_host(dotted)));
    }
    let other = if scheme == "https" { "http" } else { "https" };
    found.push((Shape::Scheme, Parts { scheme: other.to_owned(), ..sample.clone() }.to_string()));
    found.extend(other_ports(port).into_iter().map(|port| (Shape::Port, with_port(port))));
    let fillings = fillings(pattern).into_iter().map(|(shape, host)| (shape, with_host(host)));
    found.extend(fillings);
    if is_set(pattern) {
        found.push((Shape::Unanchored, format!("evil{sample}")));
    }
    found.push((Shape::UpperCase, with_host(host.to_ascii_uppercase())));
    let itself = sample.to_string();
    found.retain(|(_, origin)| *origin != itself);
    found.into_iter().map(|(shape, origin)| Neighbour { shape, origin }).collect()
}

/// Whether it stands for more than one origin: servers compare it as an expression.
fn is_set(pattern: &OriginPattern) -> bool {
    match pattern {
        OriginPattern::Null => false,
        OriginPattern::Regex(_) => true,
        OriginPattern::Tuple { host, port, .. } => {
            !matches!((host, port), (HostPattern::Exact(_), PortPattern::Default | PortPattern::Exact(_)))
        }
    }
}

/// None, the ones beside it, and one that it is the beginning of.
fn other_ports(port: &str) -> Vec<String> {
    let Ok(number) = port.trim_start_matches(':').parse::<u16>() else { return vec![":8443".to_owned()] };
    let near = [number.checked_sub(1), number.checked_add(1), number.checked_mul(10)];
    let near = near.into_iter().flatten().filter(|&near| near > 0).map(|near| format!(":{near}"));
    near.chain([String::new()]).collect()
}

/// Hosts with something else where the wildcard is.
fn fillings(pattern: &OriginPattern) -> Vec<(Shape, String)> {
    let OriginPattern::Tuple { host, .. } = pattern else { return Vec::new() };
    match host {
        HostPattern::Exact(_) => Vec::new(),
        HostPattern::Subdomains { suffix } => vec![
            (Shape::Prefix, format!("evil{suffix}")),
            (Shape::Glued, format!("x{suffix}")),
            (Shape::Parent, suffix.clone()),
            (Shape::EmptyLabel, format!(".{suffix}")),
            (Shape::EmptyLabel, format!("a..{suffix}")),
            (Shape::ForeignCharacter, format!("a!b.{suffix}")),
        ],
        HostPattern::Label { before, after, suffix } => vec![
            (Shape::EmptyLabel, format!("{before}{after}.{suffix}")),
            (Shape::MoreLabels, format!("{before}a.b{after}.{suffix}")),
            (Shape::ForeignCharacter, format!("{before}a!b{after}.{suffix}")),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boundary::samples;
    use crate::fetch::pattern::parse;

    fn around(text: &str) -> Vec<(Shape, String)> {
        let Ok(pattern) = parse(text) else { return Vec::new() };
        let samples = samples(&pattern);
        neighbours(&pattern, &samples[0]).into_iter().map(|found| (found.shape, found.origin)).collect()
    }

    #[test]
    fn an_exact_origin_has_neighbours_on_all_sides() {
        let found = around("https://www.shop.example");
        for (shape, origin) in [
            (Shape::Suffix, "https://www.shop.example.evil.test"),
            (Shape::Prefix, "https://evilwww.shop.example"),
            (Shape::Dot, "https://wwwxshop.example"),
            (Shape::Dot, "https://www.shopxexample"),
            (Shape::Scheme, "http://www.shop.example"),
            (Shape::Port, "https://www.shop.example:8443"),
            (Shape::Subdomain, "https://sub.www.shop.example"),
            (Shape::Parent, "https://shop.example"),
            (Shape::TrailingDot, "https://www.shop.example."),
            (Shape::UpperCase, "https://WWW.SHOP.EXAMPLE"),
        ] {
            assert!(found.contains(&(shape, origin.to_owned())), "{origin}: {found:?}");
        }
        assert!(found.iter().all(|(shape, _)| *shape != Shape::Unanchored), "{found:?}");
    }

    #[test]
    fn a_wildcard_has_edges() {
        let found = around("https://pr-*.shop.example:3000");
        for (shape, origin) in [
            (Shape::EmptyLabel, "https://pr-.shop.example:3000"),
            (Shape::MoreLabels, "https://pr-a.b.shop.example:3000"),
            (Shape::ForeignCharacter, "https://pr-a!b.shop.example:3000"),
            (Shape::Port, "https://pr-7.shop.example"),
            (Shape::Port, "https://pr-7.shop.example:30000"),
            (Shape::Unanchored, "evilhttps://pr-7.shop.example:3000"),
        ] {
            assert!(found.contains(&(shape, origin.to_owned())), "{origin}: {found:?}");
        }
        let found = around("https://*.a.example");
        for (shape, origin) in [(Shape::Prefix, "https://evila.example"), (Shape::Glued, "https://xa.example")] {
            assert!(found.contains(&(shape, origin.to_owned())), "{origin}: {found:?}");
        }
    }

    #[test]
    fn an_address_has_no_labels() {
        let found = around("http://[::1]");
        let shapes: Vec<Shape> = found.iter().map(|(shape, _)| *shape).collect();
        assert_eq!(shapes, [Shape::Scheme, Shape::Port], "{found:?}");
    }
}
