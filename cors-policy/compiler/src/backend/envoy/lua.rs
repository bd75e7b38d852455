//! Lua scripts: the origins of a policy as tables, and what looks them up.
//!
//! Everything that comes from the policy is printed through [`literal`]; the functions are fixed text.

mod automaton;

use std::collections::{BTreeMap, BTreeSet};

use self::automaton::{joined, print};
use super::super::text::Text;
use crate::analysis::Dfa;
use crate::fetch::pattern::{HostPattern, OriginPattern, PortPattern};
use crate::ir::Policy;

/// A string literal that Lua reads as `text`, whatever stands in it.
pub(super) fn literal(text: &str) -> String {
    let mut printed = String::from("\"");
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => printed.extend(['\\', char::from(byte)]),
            b' '..=b'~' => printed.push(char::from(byte)),
            // Three digits always: one that follows must not be taken for part of the number.
            _ => printed.push_str(&format!("\\{byte:03}")),
        }
    }
    printed + "\""
}

/// A file of fixed text without its first line, `--! …`: that is for those who read the file, and not for Envoy.
pub(super) fn body(file: &str) -> &str {
    file.strip_prefix("--!").and_then(|heading| heading.split_once('\n')).map_or(file, |(_, body)| body)
}

/// The first and the last of some ports; 0 stands for none.
type Ports = (u16, u16);

/// What a policy's origins are looked up in.
#[derive(Debug, Default)]
struct Tables<'a> {
    exact: BTreeSet<String>,
    /// `scheme://host`, where several ports match.
    hosts: BTreeMap<String, Vec<Ports>>,
    /// `scheme://*.suffix`, `scheme://before*after.suffix`.
    wildcards: BTreeMap<String, Vec<Ports>>,
    /// `scheme://before*.suffix` of each wildcard inside a label; `false` for a bare `scheme://*.suffix`
    /// that only says that there is one.
    beginnings: BTreeMap<String, bool>,
    longest_suffix: usize,
    regexes: Vec<&'a Dfa>,
}

impl<'a> Tables<'a> {
    fn new(policy: &'a Policy) -> Self {
        let mut tables = Self::default();
        for origin in policy.origins() {
            tables.add(&origin.pattern.value);
        }
        tables
    }

    fn add(&mut self, pattern: &'a OriginPattern) {
        if let Some(exact) = pattern.as_exact() {
            self.exact.insert(exact);
            return;
        }
        let (scheme, host, port) = match pattern {
            OriginPattern::Null => return,
            OriginPattern::Regex(regex) => return self.regexes.push(&regex.dfa),
            OriginPattern::Tuple { scheme, host, port } => (scheme, host, port),
        };
        let ports = match *port {
            PortPattern::Default => (0, 0),
            PortPattern::Exact(port) => (port, port),
            PortPattern::Any => (0, u16::MAX),
            PortPattern::Range(first, last) => (first, last),
        };
        let key = format!("{scheme}://{host}");
        let (suffix, table) = match host {
            HostPattern::Exact(_) => (None, &mut self.hosts),
            HostPattern::Subdomains { suffix } | HostPattern::Label { suffix, .. } => {
                (Some(suffix), &mut self.wildcards)
            }
        };
        table.entry(key).or_default().push(ports);
        self.longest_suffix = self.longest_suffix.max(suffix.map_or(0, String::len));
        if let HostPattern::Label { before, suffix, .. } = host {
            self.beginnings.entry(format!("{scheme}://*.{suffix}")).or_insert(false);
            self.beginnings.insert(format!("{scheme}://{before}*.{suffix}"), true);
        }
    }
}

/// A function `allows` that says whether the policy allows an origin.
pub(super) fn allows(policy: &Policy) -> Text {
    let tables = Tables::new(policy);
    let mut text = Text::default();
    let table = |text: &mut Text, name: &str, rows: Vec<String>| {
        if rows.is_empty() {
            return text.line(format_args!("local {name} = {{}}"));
        }
        text.line(format_args!("local {name} = {{"));
        rows.iter().for_each(|row| text.line(format_args!("  {row},")));
        text.line("}");
    };
    let mut conditions = Vec::new();
    if !tables.exact.is_empty() {
        table(&mut text, "EXACT", tables.exact.iter().map(|origin| format!("[{}] = true", literal(origin))).collect());
        conditions.push("EXACT[origin]");
    }
    if !tables.hosts.is_empty() || !tables.wildcards.is_empty() {
        let keyed = |patterns: &BTreeMap<String, Vec<Ports>>| {
            let rows = patterns.iter().map(|(key, ports)| format!("[{}] = {}", literal(key), printed_ports(ports)));
            rows.collect::<Vec<_>>()
        };
        table(&mut text, "HOSTS", keyed(&tables.hosts));
        table(&mut text, "WILDCARDS", keyed(&tables.wildcards));
        table(
            &mut text,
            "BEGINNINGS",
            tables.beginnings.iter().map(|(key, is)| format!("[{}] = {is}", literal(key))).collect(),
        );
        text.line(format_args!("local LONGEST_SUFFIX = {}", tables.longest_suffix));
        text.line("");
        text.verbatim(body(include_str!("lua/matches.lua")));
        conditions.push("matches_pattern(origin)");
    }
    if !tables.regexes.is_empty() {
        text.line("local AUTOMATA = {");
        joined(&tables.regexes).iter().for_each(|dfa| print(&mut text, dfa));
        text.line("}");
        text.line("");
        text.verbatim(body(include_str!("lua/regex.lua")));
        conditions.push("matches_regex(origin)");
    }
    text.line("");
    text.line("local function allows(origin)");
    text.line(format_args!("  if #origin > {} then", policy.longest_origin()));
    text.verbatim("    return false\n  end");
    let conditions = if conditions.is_empty() { "false".to_owned() } else { conditions.join(" or ") };
    text.line(format_args!("  return {conditions} or false"));
    text.line("end");
    text
}

/// Overlapping ranges are one.
fn printed_ports(ports: &[Ports]) -> String {
    let mut sorted = ports.to_vec();
    sorted.sort_unstable();
    let mut merged: Vec<Ports> = Vec::new();
    for (first, last) in sorted {
        match merged.last_mut() {
            Some((_, end)) if first <= end.saturating_add(1) => *end = last.max(*end),
            _ => merged.push((first, last)),
        }
    }
    if merged == [(0, 0)] {
        return "true".to_owned();
    }
    literal(&merged.iter().map(|(first, last)| format!("{first}-{last}")).collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_ends_where_it_is_meant_to() {
        for (text, expected) in [
            ("https://a.example", "\"https://a.example\""),
            ("a\"] = true} os.exit() --", r#""a\"] = true} os.exit() --""#),
            ("a\\", r#""a\\""#),
            ("a\\\"b", r#""a\\\"b""#),
            ("]]--[[ ' %s ${x} #{y} `z` \u{7f}", "\"]]--[[ ' %s ${x} #{y} `z` \\127\""),
            ("a\nb\r\t\0", "\"a\\010b\\013\\009\\000\""),
            ("\u{1}2", "\"\\0012\""),
            ("\u{e9}\u{2028}", "\"\\195\\169\\226\\128\\168\""),
            ("", "\"\""),
        ] {
            assert_eq!(literal(text), expected);
        }
    }

    #[test]
    fn a_literal_is_one_line_of_ascii_whatever_stands_in_it() {
        for byte in 0..=u8::MAX {
            let printed = literal(&format!("a{}\\", char::from(byte)));
            assert!(printed.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{printed}");
            let inside = &printed[1..printed.len() - 1];
            let escaped = inside.replace("\\\\", "").replace("\\\"", "");
            assert!(!escaped.contains('"') && !escaped.ends_with('\\'), "{printed}");
        }
    }

    #[test]
    fn ranges_of_ports_that_touch_are_one() {
        for (ports, expected) in [
            (&[(0, 0)][..], "true"),
            (&[(8443, 8443)], "\"8443-8443\""),
            (&[(3000, 3999), (0, 0), (3500, 4000), (4001, 4001)], "\"0-0,3000-4001\""),
            (&[(0, u16::MAX), (1, 2)], "\"0-65535\""),
        ] {
            assert_eq!(printed_ports(ports), expected);
        }
    }
}
