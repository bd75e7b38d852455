//! Origin patterns as regular expressions, re-printed from their parsed form.
//!
//! The text means the same to PCRE and to RE2: literals, classes, groups, alternation, counted and
//! greedy repetition. It is to match the whole origin; the anchors are the target's.

use crate::fetch::pattern::{HostPattern, OriginPattern, PortPattern};

/// A regular expression and what it costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Regex {
    /// The text.
    pub(super) text: String,
    /// An upper bound of the instructions of the program that RE2 makes of it.
    pub(super) instructions: usize,
}

/// What RE2 adds to every program.
const OVERHEAD: usize = 6;

/// The regular expression of a pattern.
pub(super) fn regex(pattern: &OriginPattern) -> Regex {
    let mut regex = Regex { text: String::new(), instructions: OVERHEAD };
    match pattern {
        OriginPattern::Null => regex.literal("null"),
        OriginPattern::Tuple { scheme, host, port } => {
            regex.literal(scheme);
            regex.literal("://");
            match host {
                HostPattern::Exact(host) => regex.literal(host),
                HostPattern::Subdomains { suffix } => {
                    regex.raw(r"(?:[a-z0-9_-]+\.)+", 10);
                    regex.literal(suffix);
                }
                HostPattern::Label { before, after, suffix } => {
                    regex.literal(before);
                    regex.raw("[a-z0-9_-]+", 8);
                    regex.literal(after);
                    regex.literal(".");
                    regex.literal(suffix);
                }
            }
            match *port {
                PortPattern::Default => {}
                PortPattern::Exact(port) => regex.literal(&format!(":{port}")),
                PortPattern::Any => {
                    regex.raw("(?::", 2);
                    regex.number(1, u16::MAX);
                    regex.raw(")?", 1);
                }
                PortPattern::Range(first, last) => {
                    regex.literal(":");
                    regex.number(first, last);
                }
            }
        }
    }
    regex
}

/// A text in which every character that means something to a regular expression is escaped.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if ".+*?()[]{}|^$\\".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

impl Regex {
    fn literal(&mut self, text: &str) {
        self.text.push_str(&escape(text));
        self.instructions += text.len();
    }

    fn raw(&mut self, text: &str, instructions: usize) {
        self.text.push_str(text);
        self.instructions += instructions;
    }

    /// A decimal number from `first` to `last`, without leading zeros.
    fn number(&mut self, first: u16, last: u16) {
        let alternatives = ranges(u32::from(first), u32::from(last));
        self.text.push_str("(?:");
        for (index, alternative) in alternatives.iter().enumerate() {
            if index > 0 {
                self.raw("|", 1);
            }
            for &(low, high, times) in alternative {
                let class = if low == high { low.to_string() } else { format!("[{low}-{high}]") };
                let repeat = if times > 1 { format!("{{{times}}}") } else { String::new() };
                self.raw(&format!("{class}{repeat}"), times);
            }
        }
        self.text.push(')');
    }
}

/// A run of digits: the lowest, the highest, and how many of them.
type Digits = (u32, u32, usize);

/// Splits a range of numbers into runs that differ in whole trailing digits only: `80-165` becomes
/// `8[0-9]`, `9[0-9]`, `1[0-5][0-9]`, `16[0-5]`.
fn ranges(first: u32, last: u32) -> Vec<Vec<Digits>> {
    let mut alternatives = Vec::new();
    let mut low = first;
    while low <= last {
        // The largest block that begins at `low`, ends by `last`, and keeps the number of digits.
        let mut size = 1;
        while low.is_multiple_of(size * 10) && low + size * 10 - 1 <= last && low >= size * 10 {
            size *= 10;
        }
        // As many such blocks as differ in one digit.
        let digit = low / size % 10;
        let blocks = (1..=10 - digit).take_while(|count| low + count * size - 1 <= last).last().unwrap_or(1);
        let high = low + blocks * size - 1;
        let mut digits: Vec<Digits> = Vec::new();
        for (a, b) in low.to_string().chars().zip(high.to_string().chars()) {
            let (a, b) = (a.to_digit(10).unwrap_or(0), b.to_digit(10).unwrap_or(0));
            match digits.last_mut() {
                Some((x, y, times)) if a != b && (*x, *y) == (a, b) => *times += 1,
                _ => digits.push((a, b, 1)),
            }
        }
        alternatives.push(digits);
        low = high + 1;
    }
    alternatives
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fetch::pattern::parse;

    #[test]
    fn numbers_match_just_their_range() {
        for (first, last) in
            [(1, 65535), (3000, 3999), (80, 165), (1, 9), (7, 10), (999, 1001), (65530, 65535), (19, 20)]
        {
            let mut number = Regex { text: String::new(), instructions: 0 };
            number.number(first, last);
            let compiled = ::regex::Regex::new(&format!("^{}$", number.text)).unwrap();
            for n in 0..=70_000u32 {
                let within = (u32::from(first)..=u32::from(last)).contains(&n);
                assert_eq!(compiled.is_match(&n.to_string()), within, "{first}-{last}: {n} in {}", number.text);
            }
            assert!(!compiled.is_match("01") && !compiled.is_match("") && !compiled.is_match("0080"));
        }
    }

    #[test]
    fn patterns_are_printed_for_both_dialects() {
        for (entry, expected) in [
            ("https://a.example", r"https://a\.example"),
            ("https://*.a.example:8443", r"https://(?:[a-z0-9_-]+\.)+a\.example:8443"),
            ("https://pr-*.a.example", r"https://pr-[a-z0-9_-]+\.a\.example"),
            ("http://[::1]:3000-3999", r"http://\[::1\]:(?:3[0-9]{3})"),
            ("web+app://localhost", r"web\+app://localhost"),
        ] {
            assert_eq!(regex(&parse(entry).unwrap()).text, expected);
        }
        let any_port = regex(&parse("http://localhost:*").unwrap());
        assert_eq!(
            any_port.text,
            "http://localhost(?::(?:[1-9]|[1-9][0-9]|[1-9][0-9]{2}|[1-9][0-9]{3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?"
        );
    }

    /// An origin near the boundary of a pattern: the pattern with its stars filled, then perhaps spoilt.
    fn near(entry: &str, fill: &str, port: &str, spoil: usize, with: &str) -> String {
        let mut origin = entry.replace(":*", port).replace(":3000-3999", port).replace('*', fill);
        let at = spoil % (origin.len() + 8);
        if at <= origin.len() {
            origin.insert_str(at, with);
        }
        origin
    }

    proptest::proptest! {
        #[test]
        fn the_printed_regex_matches_what_the_reference_matches(
            entry in "(https?|web\\+app)://(|\\*\\.|[ab]\\*|\\*-[ab]|a\\*b)(\\.?[ab]{1,3}){0,2}\\.[abx]{2}(|:\\*|:3000-3999|:8080)",
            fill in "[ab._-]{0,5}",
            port in "(|:[0-9]{0,6}|:3[0-9]{3}|:65[0-9]{3})",
            spoil in 0usize..40,
            with in "[a-zA-Z0-9:/.é_\n-]{0,2}",
        ) {
            let Ok(pattern) = parse(&entry) else { return Ok(()) };
            proptest::prop_assert_eq!(pattern.to_string(), entry.clone());
            let compiled = ::regex::Regex::new(&format!(r"\A(?:{})\z", regex(&pattern).text)).unwrap();
            let origin = near(&entry, &fill, &port, spoil, &with);
            proptest::prop_assert_eq!(compiled.is_match(&origin), crate::reference::matches(&pattern, &origin), "{}", origin);
        }
    }
}
