//! Origins with a wildcard in the host or the port.

use super::text::{is_label, is_labels, strip_prefix, strip_suffix};

/// An origin pattern: the origins whose host ends with `suffix`, with `head` around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pattern {
    /// What stands before the suffix, and the port.
    pub head: Head,
    /// The host behind its wildcard, with the dot. Of a pattern without a wildcard, the origin up to the port.
    pub suffix: &'static str,
}

/// A pattern without the end of its host, in which it differs from most others.
///
/// `https://pr-*.a.example:*` is `https://`, [`Wildcard::Label`] with `pr-`, [`Port::ANY`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The scheme, with `://`; nothing if that stands in the suffix.
    pub scheme: &'static str,
    /// What stands between the scheme and the suffix.
    pub wildcard: Wildcard,
    /// What stands behind the host.
    pub port: Port,
}

/// What a `*` in a pattern's host stands for. It is never empty and never holds a `:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wildcard {
    /// There is no `*`: nothing.
    None,
    /// `*.a.example`: one or more labels of `[a-z0-9_-]+`, joined by dots.
    Labels,
    /// `pr-*-b.a.example`: the text before the `*`, one or more of `[a-z0-9_-]`, and the text behind it.
    Label(&'static str, &'static str),
}

/// Which ports a pattern allows: the numbers from the first to the last. 0 stands for no port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Port {
    first: u16,
    last: u16,
}

impl Pattern {
    /// Whether it matches the origin that is `rest` and then `port`.
    #[inline(always)]
    pub(super) fn matches(&self, rest: &[u8], port: u16) -> bool {
        strip_suffix(rest, self.suffix).is_some_and(|start| self.head.matches(start, port))
    }
}

impl Head {
    /// Whether `start` and `port` are what it allows around the suffix.
    #[inline(always)]
    pub(super) fn matches(&self, start: &[u8], port: u16) -> bool {
        let Some(text) = strip_prefix(start, self.scheme) else { return false };
        self.port.matches(port)
            && match &self.wildcard {
                Wildcard::None => text.is_empty(),
                Wildcard::Labels => is_labels(text),
                Wildcard::Label(before, after) => is_between(text, before, after),
            }
    }

    /// The same, for one of several.
    #[inline(never)]
    pub(super) fn matches_too(&self, start: &[u8], port: u16) -> bool {
        self.matches(start, port)
    }
}

#[inline(never)]
fn is_between(label: &[u8], before: &str, after: &str) -> bool {
    strip_prefix(label, before).and_then(|rest| strip_suffix(rest, after)).is_some_and(is_label)
}

impl Port {
    /// None: the scheme's default one.
    pub const DEFAULT: Self = Self { first: 0, last: 0 };
    /// None, or any.
    pub const ANY: Self = Self { first: 0, last: u16::MAX };

    /// One from the first to the last, both included.
    #[must_use]
    pub const fn range(first: u16, last: u16) -> Self {
        Self { first, last }
    }

    #[inline(always)]
    pub(super) const fn matches(self, port: u16) -> bool {
        self.first <= port && port <= self.last
    }
}

/// An origin without its port, and the port: from 1 to 65535, without a sign or a leading zero, or 0 for
/// none. What looks otherwise is none, and stays where it is: no pattern has a `:` there.
#[inline(always)]
pub(super) fn split_port(origin: &[u8]) -> (&[u8], u16) {
    if may_have_port(origin) { split_digits(origin) } else { (origin, 0) }
}

/// Whether an origin ends as one with a port does.
#[inline(always)]
pub(super) fn may_have_port(origin: &[u8]) -> bool {
    origin.last().is_some_and(u8::is_ascii_digit)
}

#[inline(never)]
fn split_digits(origin: &[u8]) -> (&[u8], u16) {
    let (mut port, mut unit) = (0, 1);
    for (index, &byte) in origin.iter().enumerate().rev().take(6) {
        if byte == b':' && origin.get(index + 1) != Some(&b'0') {
            return u16::try_from(port).map_or((origin, 0), |port| (&origin[..index], port));
        }
        if !byte.is_ascii_digit() {
            break;
        }
        port += u32::from(byte - b'0') * unit;
        unit *= 10;
    }
    (origin, 0)
}

#[cfg(test)]
mod tests {
    use super::split_port;

    #[test]
    fn a_port_is_written_in_one_way() {
        for port in 1..=u16::MAX {
            let mut buffer = *b"a:00000";
            let mut digits = port;
            let mut start = 7;
            while digits > 0 {
                start -= 1;
                buffer[start] = b'0' + (digits % 10) as u8;
                digits /= 10;
            }
            buffer[start - 1] = b':';
            let host = &buffer[..start - 1];
            assert_eq!(split_port(&buffer), (host, port), "{port}");
        }
        for none in ["", "a", "a:", "a:0", "a:01", "a:65536", "a:99999", "a:100000", "a:1x", "1", "123456789", "a:+1"] {
            assert_eq!(split_port(none.as_bytes()), (none.as_bytes(), 0), "{none}");
        }
        assert_eq!(split_port(b"http://[::1]:80"), (&b"http://[::1]"[..], 80));
        assert_eq!(split_port(b"a://1"), (&b"a://1"[..], 0));
    }
}
