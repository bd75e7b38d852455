//! Many patterns: found by the end of the host.

use super::pattern::Head;
use super::table::Table;

/// Many patterns, in a table of their suffixes.
///
/// An origin is looked up once for each length of suffixes at which it has a dot: once, as a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suffixes {
    /// The lengths of the suffixes, the shortest first.
    pub lengths: &'static [u16],
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
        for &length in self.lengths {
            let Some(at) = rest.len().checked_sub(usize::from(length)) else { break };
            // A suffix begins with a dot, or it is all of the origin.
            if (at == 0 || rest.get(at) == Some(&b'.')) && self.match_suffix(rest, at, port) {
                return true;
            }
        }
        false
    }

    #[inline(never)]
    fn match_suffix(&self, rest: &[u8], at: usize, port: u16) -> bool {
        let Some((start, suffix)) = rest.split_at_checked(at) else { return false };
        let Some(slot) = self.table.find(suffix) else { return false };
        let heads = self.heads_of.get(slot).and_then(|&group| self.heads.get(group as usize));
        for head in heads.copied().unwrap_or_default() {
            if head.matches(start, port) {
                return true;
            }
        }
        false
    }
}
