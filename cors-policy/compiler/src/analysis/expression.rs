//! Regular expressions over bytes as trees: what entries are turned into, and what is printed.

#[cfg(feature = "files")]
mod simplified;

use super::byte_set::ByteSet;
use crate::fetch::pattern::{HostPattern, OPAQUE_SCHEMES, OriginPattern, PortPattern};

/// A regular expression.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Expression {
    /// One byte of the set.
    Bytes(ByteSet),
    /// One after the other; of none, the empty string.
    Concatenation(Vec<Expression>),
    /// One of them; of none, nothing at all.
    Alternation(Vec<Expression>),
    /// Repeated at least `min` and, if there is a limit, at most `max` times.
    Repetition {
        /// What is repeated.
        inner: Box<Expression>,
        /// The least number of times.
        min: u32,
        /// The greatest number of times.
        max: Option<u32>,
    },
}

/// The characters of a label: `[a-z0-9_-]`.
pub const LABEL: ByteSet =
    ByteSet::range(b'a', b'z').union(ByteSet::range(b'0', b'9')).union(ByteSet::byte(b'_')).union(ByteSet::byte(b'-'));

impl Expression {
    /// The empty string.
    pub const EMPTY: Self = Self::Concatenation(Vec::new());

    /// A text, byte by byte.
    #[must_use]
    pub fn literal(text: &str) -> Self {
        Self::Concatenation(text.bytes().map(|byte| Self::Bytes(ByteSet::byte(byte))).collect())
    }

    /// One of the bytes from `first` to `last`.
    #[must_use]
    pub fn range(first: u8, last: u8) -> Self {
        Self::Bytes(ByteSet::range(first, last))
    }

    /// All of these, one after the other.
    #[must_use]
    pub fn concat(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::Concatenation(parts.into_iter().collect())
    }

    /// One of these.
    #[must_use]
    pub fn any_of(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::Alternation(parts.into_iter().collect())
    }

    /// This at least `min` times.
    #[must_use]
    pub fn at_least(self, min: u32) -> Self {
        Self::Repetition { inner: Box::new(self), min, max: None }
    }

    /// This from `min` to `max` times.
    #[must_use]
    pub fn times(self, min: u32, max: u32) -> Self {
        Self::Repetition { inner: Box::new(self), min, max: Some(max) }
    }

    /// This or nothing.
    #[must_use]
    pub fn optional(self) -> Self {
        self.times(0, 1)
    }

    /// One label.
    #[must_use]
    pub fn label() -> Self {
        Self::Bytes(LABEL).at_least(1)
    }

    /// A decimal number from `first` to `last`, without leading zeros.
    #[must_use]
    pub fn number(first: u32, last: u32) -> Self {
        Self::any_of(
            decimal_runs(first, last)
                .into_iter()
                .map(|run| Self::concat(run.into_iter().map(|(low, high)| Self::range(b'0' + low, b'0' + high)))),
        )
    }

    /// Every serialized origin with a scheme, as far as a finite automaton tells: hosts are labels of
    /// `[a-z0-9_-]+` or something in the brackets of an IPv6 address, ports are numbers from 1 to 65535.
    #[must_use]
    pub fn serialized_origin() -> Self {
        Self::concat([Self::scheme(), Self::literal("://"), Self::host_and_port()])
    }

    /// Every origin that a browser serializes for http and https, default ports left out.
    #[must_use]
    pub fn web_origin() -> Self {
        let web = |scheme: &str, default: u32| {
            let ports = Self::any_of([Self::number(1, default - 1), Self::number(default + 1, 65_535)]);
            let port = Self::concat([Self::literal(":"), ports]).optional();
            Self::concat([Self::literal(scheme), Self::canonical_host(), port])
        };
        Self::any_of([web("https://", 443), web("http://", 80)])
    }

    /// What has the form of an origin but is none that a browser serializes: with the default port of its
    /// scheme ([port state](https://url.spec.whatwg.org/#port-state)), or with a scheme whose origins are
    /// [opaque](https://url.spec.whatwg.org/#concept-url-origin).
    #[must_use]
    pub fn never_serialized() -> Self {
        let schemes = |names: &[&str]| {
            Self::concat([Self::any_of(names.iter().map(|name| Self::literal(name))), Self::literal("://")])
        };
        let with = |names: &[&str], port| Self::concat([schemes(names), Self::host(), Self::literal(port)]);
        let opaque = Self::concat([schemes(&OPAQUE_SCHEMES), Self::host_and_port()]);
        Self::any_of([with(&["http", "ws"], ":80"), with(&["https", "wss"], ":443"), with(&["ftp"], ":21"), opaque])
    }

    /// A scheme, without `://`.
    #[must_use]
    pub fn scheme() -> Self {
        let lower = ByteSet::range(b'a', b'z');
        let others = lower.union(ByteSet::range(b'0', b'9')).union("+-.".bytes().collect());
        Self::concat([Self::Bytes(lower), Self::Bytes(others).at_least(0)])
    }

    /// Labels, or something in brackets.
    #[must_use]
    pub fn host() -> Self {
        let dot_label = Self::concat([Self::literal("."), Self::label()]);
        let domain = Self::concat([Self::label(), dot_label.at_least(0), Self::literal(".").optional()]);
        Self::any_of([domain, Self::ipv6()])
    }

    /// The same, as the [host parser](https://url.spec.whatwg.org/#concept-host-parser) leaves them: what ends
    /// in a number is an IPv4 address of four numbers.
    #[must_use]
    pub fn canonical_host() -> Self {
        let digit = Self::range(b'0', b'9');
        let other = Self::any_of([Self::range(b'a', b'z'), Self::literal("_"), Self::literal("-")]);
        let last = Self::concat([digit.at_least(0), other, Self::Bytes(LABEL).at_least(0)]);
        let labels = Self::concat([Self::label(), Self::literal(".")]).at_least(0);
        let domain = Self::concat([labels, last, Self::literal(".").optional()]);
        Self::any_of([domain, Self::ipv4(Self::number(0, 255), 3), Self::ipv6()])
    }

    /// The IPv4 addresses that begin so, with that many numbers to come.
    #[must_use]
    pub fn ipv4(start: Self, numbers: u32) -> Self {
        let dot_number = Self::concat([Self::literal("."), Self::number(0, 255)]);
        Self::concat([start, dot_number.times(numbers, numbers)])
    }

    /// Something in the brackets of an IPv6 address.
    fn ipv6() -> Self {
        let in_brackets = ByteSet::range(b'0', b'9').union(ByteSet::range(b'a', b'f')).union(ByteSet::byte(b':'));
        Self::concat([Self::literal("["), Self::Bytes(in_brackets).at_least(2), Self::literal("]")])
    }

    /// A host, and perhaps a port.
    #[must_use]
    pub fn host_and_port() -> Self {
        Self::host().with_port()
    }

    /// This, and perhaps a port.
    #[must_use]
    pub fn with_port(self) -> Self {
        let port = Self::concat([Self::literal(":"), Self::number(1, 65_535)]);
        Self::concat([self, port.optional()])
    }
}

/// What a pattern matches.
impl From<&OriginPattern> for Expression {
    fn from(pattern: &OriginPattern) -> Self {
        let (scheme, host, port) = match pattern {
            OriginPattern::Null => return Self::literal("null"),
            OriginPattern::Regex(pattern) => return pattern.regex.expression.clone(),
            OriginPattern::Tuple { scheme, host, port } => (scheme, host, port),
        };
        let host = match host {
            HostPattern::Exact(host) => Self::literal(host),
            HostPattern::Subdomains { suffix } => {
                let label_dot = Self::concat([Self::label(), Self::literal(".")]);
                Self::concat([label_dot.at_least(1), Self::literal(suffix)])
            }
            HostPattern::Label { before, after, suffix } => {
                let suffix = format!("{after}.{suffix}");
                Self::concat([Self::literal(before), Self::label(), Self::literal(&suffix)])
            }
        };
        let colon = |number| Self::concat([Self::literal(":"), number]);
        let port = match *port {
            PortPattern::Default => Self::EMPTY,
            PortPattern::Exact(port) => Self::literal(&format!(":{port}")),
            PortPattern::Any => colon(Self::number(1, u32::from(u16::MAX))).optional(),
            PortPattern::Range(first, last) => colon(Self::number(u32::from(first), u32::from(last))),
        };
        Self::concat([Self::literal(scheme), Self::literal("://"), host, port])
    }
}

/// Splits a range of numbers into runs in which each digit ranges by itself: `80-165` becomes
/// `8[0-9]`, `9[0-9]`, `1[0-5][0-9]`, `16[0-5]`.
pub(crate) fn decimal_runs(first: u32, last: u32) -> Vec<Vec<(u8, u8)>> {
    let mut runs = Vec::new();
    let mut low = first;
    while low <= last {
        // The largest block that begins at `low`, ends by `last`, and keeps the number of digits.
        let mut size = 1;
        while low.is_multiple_of(size * 10) && low >= size * 10 && low + size * 10 - 1 <= last {
            size *= 10;
        }
        // As many such blocks as differ in one digit.
        let digit = low / size % 10;
        let blocks = (1..=10 - digit).take_while(|count| low + count * size - 1 <= last).last().unwrap_or(1);
        let high = low + blocks * size - 1;
        let digit = |c: char| c.to_digit(10).and_then(|digit| u8::try_from(digit).ok()).unwrap_or(0);
        runs.push(low.to_string().chars().zip(high.to_string().chars()).map(|(a, b)| (digit(a), digit(b))).collect());
        low = high + 1;
    }
    runs
}
