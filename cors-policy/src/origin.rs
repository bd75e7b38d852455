//! The listed origins of a policy: tables, and the algorithms over them.
//!
//! Origins compare byte for byte, as the [CORS check] compares them in the browser. What a browser
//! sends is canonical (lower case, punycode, no default port), so nothing is ever normalized here.
//!
//! [CORS check]: https://fetch.spec.whatwg.org/#concept-cors-check

/// The origins that a policy lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origins {
    /// The length in bytes of the longest origin that can match: longer ones are refused unread.
    pub longest: usize,
    /// Origins without a wildcard, and `null`; sorted by their bytes.
    pub exact: &'static [&'static str],
    /// Origins with wildcards.
    pub patterns: &'static [Pattern],
    /// Origins that a regular expression describes.
    pub automata: &'static [Automaton],
}

/// An origin pattern: the origins that are `prefix`, then `wildcard`, then `suffix`, then `port`.
///
/// `https://pr-*.a.example` is `https://pr-`, [`Wildcard::Label`], `.a.example`, [`Port::Fixed`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pattern {
    /// What the origin begins with: scheme, `://`, and the host up to the wildcard.
    pub prefix: &'static str,
    /// What stands between the prefix and the suffix.
    pub wildcard: Wildcard,
    /// The host behind the wildcard; with [`Port::Fixed`] also the port, if there is one.
    pub suffix: &'static str,
    /// What stands behind the suffix.
    pub port: Port,
}

/// What a `*` in a pattern's host stands for. It is never empty and never holds a `:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wildcard {
    /// There is no `*`: nothing.
    None,
    /// `*.a.example`: one or more labels of `[a-z0-9_-]+`, joined by dots.
    Labels,
    /// `pr-*.a.example`: one or more of `[a-z0-9_-]`, without a dot.
    Label,
}

/// Which ports a pattern allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Port {
    /// Nothing follows: the suffix already says the port.
    Fixed,
    /// Nothing, or `:` and a number from 1 to 65535 without a leading zero.
    Any,
    /// `:` and a number from the first to the last, both included, without a leading zero.
    Range(u16, u16),
}

impl Origins {
    /// `origin` as text, if it is listed.
    pub(crate) fn find<'r>(&self, origin: &'r [u8]) -> Option<&'r str> {
        if origin.len() > self.longest {
            return None;
        }
        if let Ok(index) = self.exact.binary_search_by(|known| known.as_bytes().cmp(origin)) {
            return self.exact.get(index).copied();
        }
        // A match consists of the pattern's own text and ASCII: it is text, too.
        let listed = self.patterns.iter().any(|pattern| pattern.matches(origin))
            || self.automata.iter().any(|automaton| automaton.matches(origin));
        if listed { str::from_utf8(origin).ok() } else { None }
    }
}

/// The minimal deterministic automaton of the origins that a regular expression matches. State 0 is
/// dead: nothing matches from there on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Automaton {
    /// The class of each byte; bytes of one class lead to the same states.
    pub classes: &'static [u8; 256],
    /// How many classes there are.
    pub width: usize,
    /// The next state for each state and class, row by row.
    pub next: &'static [u16],
    /// Whether a match may end in each state.
    pub accepting: &'static [bool],
    /// The state in which a match begins.
    pub start: u16,
}

impl Automaton {
    fn matches(&self, origin: &[u8]) -> bool {
        let mut state = usize::from(self.start);
        for &byte in origin {
            let cell = state * self.width + usize::from(self.classes[usize::from(byte)]);
            match self.next.get(cell) {
                Some(&next) if next != 0 => state = usize::from(next),
                _ => return false,
            }
        }
        self.accepting.get(state).is_some_and(|&accepts| accepts)
    }
}

impl Pattern {
    fn matches(&self, origin: &[u8]) -> bool {
        origin
            .strip_prefix(self.prefix.as_bytes())
            .and_then(|rest| self.port.strip(rest))
            .and_then(|host| host.strip_suffix(self.suffix.as_bytes()))
            .is_some_and(|text| self.wildcard.matches(text))
    }
}

impl Wildcard {
    fn matches(self, text: &[u8]) -> bool {
        match self {
            Self::None => text.is_empty(),
            Self::Labels => text.split(|byte| *byte == b'.').all(is_label),
            Self::Label => is_label(text),
        }
    }
}

impl Port {
    /// `rest` without its port; `None` if it has a port that is not allowed, or lacks one.
    fn strip(self, rest: &[u8]) -> Option<&[u8]> {
        if self == Self::Fixed {
            return Some(rest);
        }
        let (host, port) = split_port(rest);
        match (self, port) {
            (Self::Fixed | Self::Any, None) => Some(host),
            (Self::Fixed | Self::Any, Some(port)) => port_number(port).map(|_| host),
            (Self::Range(first, last), port) => {
                let number = port_number(port?)?;
                (first..=last).contains(&number).then_some(host)
            }
        }
    }
}

/// What stands before and behind the last colon, unless that one is inside an IPv6 address.
fn split_port(rest: &[u8]) -> (&[u8], Option<&[u8]>) {
    match rest.iter().rposition(|byte| matches!(byte, b':' | b']')) {
        Some(colon) if rest[colon] == b':' => (&rest[..colon], Some(&rest[colon + 1..])),
        _ => (rest, None),
    }
}

/// The number from 1 to 65535 that `text` is, written without a sign and without a leading zero.
fn port_number(text: &[u8]) -> Option<u16> {
    let ([b'1'..=b'9', ..], true) = (text, text.len() <= 5) else { return None };
    text.iter().try_fold(0_u16, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| u16::from(byte - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

fn is_label(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'))
}
