//! The port of an entry: none, one, a range, or any.

use std::ops::Range;

use super::Parser;
use crate::diagnostic::code::{INVALID_WILDCARD, ORIGIN_DEFAULT_PORT, ORIGIN_INVALID_PORT};
use crate::fetch::pattern::{PortPattern, default_port};

impl Parser<'_> {
    /// Reads the port at `range`, which begins behind the colon; `None` for the range if there is no colon.
    pub(super) fn port(&mut self, scheme: &str, range: Option<Range<usize>>) -> Option<PortPattern> {
        let Some(range) = range else { return Some(PortPattern::Default) };
        let text = &self.text[range.clone()];
        let default = default_port(scheme);
        if text == "*" {
            return Some(PortPattern::Any);
        }
        let whole = range.start - 1..range.end;
        if text.contains('*') {
            let help = "`:*` stands for any port, `:3000-3999` for a range";
            self.fault(&INVALID_WILDCARD, whole, "`*` cannot stand for a part of a port", help);
            return None;
        }
        if let Some((first, last)) = text.split_once('-') {
            return match (port_number(first), port_number(last)) {
                (Some(first), Some(last)) if first < last => Some(PortPattern::Range(first, last)),
                (first, last) => {
                    let help = match (first, last) {
                        (Some(first), Some(last)) if first == last => format!("write `:{first}`"),
                        (Some(first), Some(last)) => format!("write the lower port first: `:{last}-{first}`"),
                        _ => "a range has two ports from 1 to 65535, such as `:3000-3999`".to_owned(),
                    };
                    self.fault(&ORIGIN_INVALID_PORT, whole, format!("`{text}` is not a range of ports"), help);
                    None
                }
            };
        }
        match port_number(text) {
            Some(port) if default == Some(port) => {
                let message = format!("browsers leave the default port of `{scheme}` out");
                self.replace(&ORIGIN_DEFAULT_PORT, whole, message, String::new());
                None
            }
            Some(port) => Some(PortPattern::Exact(port)),
            None => {
                let message =
                    if text.is_empty() { "the port is empty".to_owned() } else { format!("`{text}` is not a port") };
                let help = "a port is a number from 1 to 65535 without leading zeros; without one, leave the `:` out";
                self.fault(&ORIGIN_INVALID_PORT, whole, message, help);
                None
            }
        }
    }
}

/// A port from 1 to 65535 in decimal without leading zeros.
fn port_number(text: &str) -> Option<u16> {
    let canonical = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    text.parse().ok().filter(|_| canonical)
}
