//! Reads one entry of a policy as an origin pattern, and says all that is wrong with it.

mod host;
mod port;
#[cfg(test)]
mod tests;

use std::net::Ipv6Addr;
use std::ops::Range;

use super::{LONGEST_SCHEME, OPAQUE_SCHEMES, OriginPattern};
use crate::diagnostic::Code;
use crate::diagnostic::code::{
    INVALID_WILDCARD, ORIGIN_INVALID_HOST, ORIGIN_LIST_IN_STRING, ORIGIN_NON_CANONICAL_IP, ORIGIN_OPAQUE_SCHEME,
    ORIGIN_UPPERCASE, ORIGIN_WITH_PATH, ORIGIN_WITH_USERINFO, ORIGIN_WITHOUT_SCHEME,
};

/// Something wrong with an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Which rule it breaks.
    pub code: &'static Code,
    /// The bytes of the entry that break it.
    pub range: Range<usize>,
    /// What is wrong, in a few words.
    pub message: String,
    /// What to write instead.
    pub help: String,
    /// What a machine may put in place of `range`.
    pub replacement: Option<String>,
}

/// Reads an entry.
///
/// # Errors
/// Everything that keeps it from equalling a serialized origin, byte for byte.
pub fn parse(text: &str) -> Result<OriginPattern, Vec<Fault>> {
    read(text).map_err(|mut faults| {
        // A fault's own remedy leaves the others in: what to write is all of them applied.
        if faults.len() > 1
            && let Some(fixed) = corrected(text, &faults)
        {
            for fault in faults.iter_mut().filter(|fault| fault.replacement.is_some()) {
                fault.help = format!("write `{fixed}`");
            }
        }
        faults
    })
}

/// Reads an entry; each fault has its own remedy only.
fn read(text: &str) -> Result<OriginPattern, Vec<Fault>> {
    if text == "null" {
        return Ok(OriginPattern::Null);
    }
    let mut parser = Parser { text, faults: Vec::new() };
    match parser.tuple() {
        Some(pattern) if parser.faults.is_empty() => Ok(pattern),
        _ => Err(parser.faults),
    }
}

/// The entry with every replacement applied, if that makes a pattern of it.
fn corrected(text: &str, faults: &[Fault]) -> Option<String> {
    let mut edits: Vec<(&Range<usize>, &String)> =
        faults.iter().filter_map(|fault| Some((&fault.range, fault.replacement.as_ref()?))).collect();
    edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    let mut fixed = text.to_owned();
    for (range, replacement) in edits {
        fixed.replace_range(range.clone(), replacement);
    }
    read(&fixed).ok().map(|pattern| pattern.to_string())
}

/// The origin that was probably meant by a text without `://`: corrected as far as possible.
fn with_scheme(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let scheme = ["https", "http"].into_iter().find(|scheme| lower.starts_with(&format!("{scheme}:")));
    let rest = scheme.map_or(text, |scheme| text.get(scheme.len() + 1..).unwrap_or("")).trim_start_matches('/');
    let whole = format!("{}://{rest}", scheme.unwrap_or("https"));
    match read(&whole) {
        Ok(_) => Some(whole),
        Err(faults) => corrected(&whole, &faults),
    }
}

struct Parser<'t> {
    text: &'t str,
    faults: Vec<Fault>,
}

impl Parser<'_> {
    fn fault(&mut self, code: &'static Code, range: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.faults.push(Fault { code, range, message: message.into(), help: help.into(), replacement: None });
    }

    /// A fault whose remedy is to write `replacement` for `range`.
    fn replace(&mut self, code: &'static Code, range: Range<usize>, message: impl Into<String>, replacement: String) {
        let fixed = format!("{}{replacement}{}", &self.text[..range.start], &self.text[range.end..]);
        let help = format!("write `{fixed}`");
        self.faults.push(Fault { code, range, message: message.into(), help, replacement: Some(replacement) });
    }

    fn tuple(&mut self) -> Option<OriginPattern> {
        let all = 0..self.text.len();
        let is_separator = |c: char| c.is_whitespace() || matches!(c, ',' | ';');
        let parts = self.text.split(is_separator).filter(|part| !part.is_empty()).count();
        if parts > 1 {
            let help = "write each origin as an entry of its own";
            self.fault(&ORIGIN_LIST_IN_STRING, all, format!("{parts} origins in one string"), help);
            return None;
        }
        if self.text.chars().any(is_separator) {
            let bare = self.text.trim_matches(is_separator).to_owned();
            self.replace(&ORIGIN_INVALID_HOST, all, "an origin has no white space, `,` or `;`", bare);
            return None;
        }
        let scheme_end = self.scheme()?;
        let scheme = self.text[..scheme_end].to_ascii_lowercase();
        let start = scheme_end + "://".len();
        let end = self.cut_path(start);
        let authority = &self.text[start..end];
        if let Some(at) = authority.rfind('@') {
            let range = start..start + at + 1;
            self.fault(
                &ORIGIN_WITH_USERINFO,
                range,
                "an origin has no user name or password",
                "leave the part up to the `@` out",
            );
            return None;
        }
        let (host, port) = self.split_port(start, end)?;
        let port = self.port(&scheme, port);
        let host = self.host(host);
        Some(OriginPattern::Tuple { scheme, host: host?, port: port? })
    }

    /// Finds where the scheme ends.
    fn scheme(&mut self) -> Option<usize> {
        let all = 0..self.text.len();
        let before_colon = self.text.split(':').next().unwrap_or("").to_ascii_lowercase();
        if OPAQUE_SCHEMES.contains(&before_colon.as_str()) && self.text.contains(':') {
            let message = format!("an origin with the scheme `{before_colon}` is opaque: browsers send `null` for it");
            self.fault(
                &ORIGIN_OPAQUE_SCHEME,
                0..before_colon.len(),
                message,
                "such pages cannot be told apart; serve them over https",
            );
            return None;
        }
        let Some(end) = self.text.find("://") else {
            let message =
                if self.text.is_empty() { "an empty string is no origin" } else { "an origin begins with its scheme" };
            match with_scheme(self.text) {
                Some(fixed) => self.replace(&ORIGIN_WITHOUT_SCHEME, all, message, fixed),
                None => self.fault(
                    &ORIGIN_WITHOUT_SCHEME,
                    all,
                    message,
                    "write an origin such as `https://www.example.com`",
                ),
            }
            return None;
        };
        let scheme = &self.text[..end];
        if scheme.contains('*') {
            let message = "`*` cannot stand for a scheme";
            let help = format!("write one entry for each scheme: `https{}`", &self.text[end..]);
            self.fault(&INVALID_WILDCARD, 0..end, message, help);
            return None;
        }
        let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
        if !is_scheme {
            let help = format!("write `https{}`", &self.text[end..]);
            self.fault(&ORIGIN_WITHOUT_SCHEME, 0..end, format!("`{scheme}` is not a scheme"), help);
            return None;
        }
        if scheme.len() > LONGEST_SCHEME {
            let message = format!("the scheme has {} bytes", scheme.len());
            self.fault(&ORIGIN_WITHOUT_SCHEME, 0..end, message, "a scheme is shorter than that; write `https`");
            return None;
        }
        if scheme.bytes().any(|b| b.is_ascii_uppercase()) {
            self.replace(
                &ORIGIN_UPPERCASE,
                0..end,
                "browsers send the scheme in lower case",
                scheme.to_ascii_lowercase(),
            );
        }
        Some(end)
    }

    /// Reports a path, query or fragment, and returns where the authority ends.
    fn cut_path(&mut self, start: usize) -> usize {
        let Some(length) = self.text[start..].find(['/', '\\', '?', '#']) else { return self.text.len() };
        let end = start + length;
        let rest = end..self.text.len();
        let message = match &self.text[rest.clone()] {
            "/" => "an origin has no trailing slash",
            rest if rest.starts_with('?') => "an origin has no query",
            rest if rest.starts_with('#') => "an origin has no fragment",
            _ => "an origin has no path",
        };
        self.replace(&ORIGIN_WITH_PATH, rest, message, String::new());
        end
    }

    /// Splits `host:port`; both come back as ranges, the port without its colon.
    fn split_port(&mut self, start: usize, end: usize) -> Option<(Range<usize>, Option<Range<usize>>)> {
        let authority = &self.text[start..end];
        let after_host = match authority.rfind(']') {
            Some(bracket) => authority[bracket..].find(':').map(|colon| bracket + colon),
            None => authority.rfind(':'),
        };
        let (host, port) = match after_host {
            Some(colon) => (start..start + colon, Some(start + colon + 1..end)),
            None => (start..end, None),
        };
        let text = &self.text[host.clone()];
        let bracketed = text.starts_with('[') && text.ends_with(']');
        if !bracketed && text.contains([':', '[', ']']) {
            match authority.parse::<Ipv6Addr>() {
                Ok(address) => {
                    let message = "an IPv6 address stands in brackets";
                    self.replace(&ORIGIN_NON_CANONICAL_IP, start..end, message, format!("[{address}]"));
                }
                Err(_) => {
                    let help = "write `scheme://host` or `scheme://host:port`";
                    self.fault(
                        &ORIGIN_INVALID_HOST,
                        start..end,
                        format!("`{authority}` is not a host and a port"),
                        help,
                    );
                }
            }
            return None;
        }
        Some((host, port))
    }
}
