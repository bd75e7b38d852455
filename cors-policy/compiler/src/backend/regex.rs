//! Origin patterns as regular expressions, re-printed from their parsed form, anchors aside.

use crate::analysis::expression::Expression;
use crate::analysis::portable::portable;
use crate::analysis::print::{Printed, print};
use crate::analysis::{Language, TooLarge};
use crate::fetch::pattern::OriginPattern;

/// What a target asks of a regular expression.
#[derive(Debug, Clone, Copy)]
pub(super) struct Demands {
    /// The longest text, in bytes.
    pub(super) length: usize,
    /// The most instructions of RE2's program.
    pub(super) instructions: usize,
    /// The target's matcher backtracks, so that there must be one way only to match.
    pub(super) unambiguous: bool,
}

/// The regular expression of a pattern for a target.
///
/// # Errors
/// There is none that meets the demands.
pub(super) fn regex(pattern: &OriginPattern, demands: Demands) -> Result<Printed, TooLarge> {
    let fits = |printed: &Printed| printed.text.len() <= demands.length && printed.instructions <= demands.instructions;
    let expression = Expression::from(pattern);
    let expression = match pattern {
        // Wildcards and ports are written so that there is one way to match.
        OriginPattern::Null | OriginPattern::Tuple { .. } => expression.simplified(),
        OriginPattern::Regex(regex) => portable(&expression, &regex.dfa, |candidate, work| {
            Ok(fits(&print(candidate)) && (!demands.unambiguous || Language::new(candidate)?.is_unambiguous(work)?))
        })?,
    };
    Some(print(&expression)).filter(fits).ok_or(TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fetch::pattern::parse;

    const ANY: Demands = Demands { length: usize::MAX, instructions: usize::MAX, unambiguous: true };

    fn text(entry: &str) -> String {
        regex(&parse(entry).unwrap(), ANY).unwrap().text
    }

    #[test]
    fn numbers_match_just_their_range() {
        for (first, last) in
            [(1, 65535), (3000, 3999), (80, 165), (1, 9), (7, 10), (999, 1001), (65530, 65535), (19, 20)]
        {
            let printed = print(&Expression::number(first, last).simplified()).text;
            let compiled = ::regex::Regex::new(&format!("^(?:{printed})$")).unwrap();
            for n in 0..=70_000u32 {
                let within = (first..=last).contains(&n);
                assert_eq!(compiled.is_match(&n.to_string()), within, "{first}-{last}: {n} in {printed}");
            }
            assert!(!compiled.is_match("01") && !compiled.is_match("") && !compiled.is_match("0080"));
        }
    }

    #[test]
    fn wildcards_and_ports_have_one_way_to_match() {
        for entry in ["https://*.a.example:*", "https://a-*-a.a.example:3000-3999", "http://[::1]:*"] {
            let expression = Expression::from(&parse(entry).unwrap()).simplified();
            assert_eq!(Language::new(&expression).unwrap().is_unambiguous(&mut 1_000_000), Ok(true), "{entry}");
        }
    }

    #[test]
    fn patterns_are_printed_for_both_dialects() {
        for (entry, expected) in [
            ("https://a.example", r"https://a\.example"),
            ("https://*.a.example:8443", r"https://(?:[a-z0-9_-]+\.)+a\.example:8443"),
            ("https://pr-*.a.example", r"https://pr-[a-z0-9_-]+\.a\.example"),
            ("http://[::1]:3000-3999", r"http://\[::1\]:3[0-9]{3}"),
            ("web+app://localhost", r"web\+app://localhost"),
        ] {
            assert_eq!(text(entry), expected);
        }
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
            let compiled = ::regex::Regex::new(&format!(r"\A(?:{})\z", regex(&pattern, ANY).unwrap().text)).unwrap();
            let origin = near(&entry, &fill, &port, spoil, &with);
            proptest::prop_assert_eq!(compiled.is_match(&origin), crate::reference::matches(&pattern, &origin), "{}", origin);
        }
    }
}
