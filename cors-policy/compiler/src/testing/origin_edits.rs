//! The slips of a pen in one entry of `allow_origins`.

use crate::fetch::pattern::{HostPattern, OriginPattern, PortPattern};
use crate::fetch::public_suffix;

/// What stands in place of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum New {
    /// Nothing.
    Nothing,
    /// A pattern.
    Pattern(String),
    /// The entry itself, and a pattern.
    Beside(String),
    /// A regular expression.
    Regex(String),
}

/// What an edit does, and what it makes of an entry: nothing if it does not apply.
type OriginEdit = (&'static str, fn(&OriginPattern) -> Vec<New>);

/// Every edit of an entry.
pub(super) const ORIGIN_EDITS: [OriginEdit; 9] = [
    ("drops an entry", |_| vec![New::Nothing]),
    ("widens an origin to subdomains", subdomains),
    ("widens a wildcard by a label", label_up),
    ("widens a part of a label to subdomains", whole_labels),
    ("allows http as well", over_http),
    ("allows any port", any_port),
    ("drops the escape of a dot", unescaped_dots),
    ("lets the host begin with anything", open_front),
    ("lets the origin end in anything", open_end),
];

/// The parts of a plain entry with a name (not an address) as its host.
fn parts(pattern: &OriginPattern) -> Option<(&str, &HostPattern, &PortPattern)> {
    match pattern {
        OriginPattern::Tuple { scheme, host, port } => Some((scheme, host, port)),
        OriginPattern::Null | OriginPattern::Regex(_) => None,
    }
}

fn subdomains(pattern: &OriginPattern) -> Vec<New> {
    let Some((scheme, HostPattern::Exact(host), port)) = parts(pattern) else { return Vec::new() };
    let is_name = host.contains('.') && !host.starts_with('[') && !crate::fetch::host::ends_in_a_number(host);
    if !is_name {
        return Vec::new();
    }
    let labels = host.split('.').filter(|label| !label.is_empty()).count();
    let parent = host.split_once('.').map_or("", |(_, parent)| parent);
    let site = public_suffix::site(&format!("{scheme}://{host}")).map(str::to_owned);
    // A name that the list does not know: its last two labels, where there are more.
    let site = site.unwrap_or_else(|| if labels > 2 { parent.to_owned() } else { host.clone() });
    match site == *host {
        true => vec![New::Beside(format!("{scheme}://*.{host}{port}"))],
        false => vec![New::Pattern(format!("{scheme}://*.{site}{port}"))],
    }
}

fn label_up(pattern: &OriginPattern) -> Vec<New> {
    let Some((scheme, HostPattern::Subdomains { suffix }, port)) = parts(pattern) else { return Vec::new() };
    let up = suffix.split_once('.').map(|(_, rest)| rest).filter(|rest| !rest.is_empty());
    up.map(|up| New::Pattern(format!("{scheme}://*.{up}{port}"))).into_iter().collect()
}

fn whole_labels(pattern: &OriginPattern) -> Vec<New> {
    let Some((scheme, HostPattern::Label { suffix, .. }, port)) = parts(pattern) else { return Vec::new() };
    vec![New::Pattern(format!("{scheme}://*.{suffix}{port}"))]
}

fn over_http(pattern: &OriginPattern) -> Vec<New> {
    if let OriginPattern::Regex(regex) = pattern {
        return insertions(&regex.text, "https:", "https".len(), "?");
    }
    let Some(("https", host, port)) = parts(pattern) else { return Vec::new() };
    vec![New::Beside(format!("http://{host}{port}"))]
}

fn any_port(pattern: &OriginPattern) -> Vec<New> {
    match parts(pattern) {
        None | Some((_, _, PortPattern::Any)) => Vec::new(),
        Some((scheme, host, _)) => vec![New::Pattern(format!("{scheme}://{host}:*"))],
    }
}

fn unescaped_dots(pattern: &OriginPattern) -> Vec<New> {
    let OriginPattern::Regex(regex) = pattern else { return Vec::new() };
    let text = &regex.text;
    let mut edits = Vec::new();
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        if byte == b'\\' && bytes.next().is_some_and(|(_, escaped)| escaped == b'.') {
            edits.push(New::Regex(format!("{}{}", &text[..at], &text[at + 1..])));
        }
    }
    edits
}

fn open_front(pattern: &OriginPattern) -> Vec<New> {
    let OriginPattern::Regex(regex) = pattern else { return Vec::new() };
    let slashes = ["://", r":\/\/"];
    slashes.into_iter().flat_map(|slashes| insertions(&regex.text, slashes, slashes.len(), ".*")).collect()
}

/// The expressions with something more, so many bytes behind the start of one of the places where `mark` is; not
/// before a repetition, which would be one of what is put in.
fn insertions(text: &str, mark: &str, behind: usize, more: &str) -> Vec<New> {
    let places = text.match_indices(mark).map(|(at, _)| text.split_at(at + behind));
    let places = places.filter(|(_, after)| !after.starts_with(['?', '*', '+', '{']));
    places.map(|(before, after)| New::Regex(format!("{before}{more}{after}"))).collect()
}

fn open_end(pattern: &OriginPattern) -> Vec<New> {
    let OriginPattern::Regex(regex) = pattern else { return Vec::new() };
    let text = regex.text.strip_suffix('$').unwrap_or(&regex.text);
    vec![New::Regex(format!("(?:{text}).*"))]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::regex;
    use crate::fetch::pattern::parse;

    #[test]
    fn each_edit_makes_what_it_says() {
        let pattern = |text: &str| New::Pattern(text.to_owned());
        let beside = |text: &str| New::Beside(text.to_owned());
        let expression = |text: &str| New::Regex(text.to_owned());
        for (entry, edit, expected) in [
            ("https://www.a.test", "widens an origin to subdomains", vec![pattern("https://*.a.test")]),
            ("https://a.test:8443", "widens an origin to subdomains", vec![beside("https://*.a.test:8443")]),
            ("https://127.0.0.1", "widens an origin to subdomains", vec![]),
            ("https://[::1]", "widens an origin to subdomains", vec![]),
            ("http://localhost", "widens an origin to subdomains", vec![]),
            ("https://*.b.a.test", "widens a wildcard by a label", vec![pattern("https://*.a.test")]),
            ("https://*.test", "widens a wildcard by a label", vec![]),
            ("https://pr-*.a.test", "widens a part of a label to subdomains", vec![pattern("https://*.a.test")]),
            ("https://a.test", "allows http as well", vec![beside("http://a.test")]),
            ("http://a.test", "allows http as well", vec![]),
            ("http://a.test:3000-3999", "allows any port", vec![pattern("http://a.test:*")]),
            ("http://a.test:*", "allows any port", vec![]),
            ("null", "allows any port", vec![]),
            (
                r"regex: https://x\.a\.test",
                "drops the escape of a dot",
                vec![expression(r"https://x.a\.test"), expression(r"https://x\.a.test")],
            ),
            (r"regex: https://x\.test", "lets the host begin with anything", vec![expression(r"https://.*x\.test")]),
            (
                r"regex: (https://x\.test|https:\/\/(y|z)\.test)",
                "lets the host begin with anything",
                vec![
                    expression(r"(https://.*x\.test|https:\/\/(y|z)\.test)"),
                    expression(r"(https://x\.test|https:\/\/.*(y|z)\.test)"),
                ],
            ),
            (
                r"regex: https://x\.test|https://y\.test",
                "allows http as well",
                vec![expression(r"https?://x\.test|https://y\.test"), expression(r"https://x\.test|https?://y\.test")],
            ),
            (r"regex: https?://x\.test", "allows http as well", vec![]),
            (r"regex: https://x\.test$", "lets the origin end in anything", vec![expression(r"(?:https://x\.test).*")]),
        ] {
            let found = match entry.strip_prefix("regex: ") {
                Some(text) => regex::pattern(text).unwrap(),
                None => parse(entry).unwrap(),
            };
            let (_, make) = ORIGIN_EDITS.iter().find(|(name, _)| *name == edit).unwrap();
            assert_eq!(make(&found), expected, "{entry}: {edit}");
        }
    }
}
