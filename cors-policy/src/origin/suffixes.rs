//! Many patterns: found by the end of the host.

use super::pattern::Head;
use super::table::Table;
use super::text::{equal, find_dot};

/// Many patterns, in a table of their suffixes.
///
/// A wildcard ends before a dot. Each dot behind which the rest is as long as a suffix is looked up, so
/// that an origin costs one look-up, as a rule, and as many as there are lengths of suffixes at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suffixes {
    /// A bit for each length that a suffix has: the lowest one of the first number is length 0.
    pub lengths: &'static [u64],
    /// The suffixes.
    pub table: Table,
    /// Which of `heads` may stand before the suffix of each slot.
    pub heads_of: &'static [u32],
    /// The groups of heads.
    pub heads: &'static [&'static [Head]],
}

impl Suffixes {
    /// Whether one of them matches the origin that is `rest` and then `port`.
    #[inline(always)]
    pub(super) fn matches(&self, rest: &[u8], port: u16) -> bool {
        let host = host_start(rest);
        if self.match_from(rest, host, host, port) {
            return true;
        }
        // No suffix begins further from the end.
        let mut from = host.max(rest.len().saturating_sub(self.lengths.len() * 64));
        while let Some(dot) = find_dot(rest, from) {
            if self.match_from(rest, host, dot, port) {
                return true;
            }
            from = dot + 1;
        }
        false
    }

    /// Whether one of them matches, of which the suffix begins at `suffix`; the host begins at `host`.
    #[inline(always)]
    fn match_from(&self, rest: &[u8], host: usize, suffix: usize, port: u16) -> bool {
        let length = rest.len().saturating_sub(suffix);
        let is_length = self.lengths.get(length / 64).is_some_and(|bits| bits >> (length % 64) & 1 == 1);
        is_length && self.match_suffix(rest, host, suffix, port)
    }

    #[inline(never)]
    fn match_suffix(&self, rest: &[u8], host: usize, suffix: usize, port: u16) -> bool {
        let (Some(scheme), Some(text), Some(suffix)) = (rest.get(..host), rest.get(host..suffix), rest.get(suffix..))
        else {
            return false;
        };
        let Some(slot) = self.table.find(suffix) else { return false };
        let heads = self.heads_of.get(slot).and_then(|&group| self.heads.get(group as usize));
        for head in heads.copied().unwrap_or_default() {
            if head.port.matches(port) && equal(scheme, head.scheme.as_bytes()) && head.wildcard.matches(text) {
                return true;
            }
        }
        false
    }
}

/// Where the host begins: behind the scheme and `://`. Whether that is what stands there will show.
#[inline(always)]
fn host_start(rest: &[u8]) -> usize {
    match rest {
        [b'h', b't', b't', b'p', b's', b':', ..] => 8,
        _ => rest.iter().position(|byte| *byte == b':').map_or(rest.len(), |colon| colon + 3),
    }
}
