//! Many patterns: found by the end of the host.

use super::pattern::Head;
use super::table::Table;

/// Many patterns, in a table of their suffixes.
///
/// An origin is looked up once for each length of suffixes at which it has a dot: once, as a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suffixes {
    /// The lengths of the suffixes behind a wildcard, which begin with a dot: those of most suffixes first.
    pub lengths: &'static [u16],
    /// The length of the longest suffix without a wildcard, which is all there is; 0 if there is none.
    pub longest_whole: u16,
    /// The suffixes.
    pub table: Table,
    /// Which of `heads` may stand before the suffix of each slot; nothing if there is one group only.
    pub heads_of: &'static [u32],
    /// The groups of heads.
    pub heads: &'static [&'static [Head]],
}

impl Suffixes {
    /// Whether one of them matches the origin that is `rest` and then `port`.
    #[inline(always)]
    pub(super) fn matches(&self, rest: &[u8], port: u16) -> bool {
        for &length in self.lengths {
            let at = rest.len().wrapping_sub(usize::from(length));
            if rest.get(at) == Some(&b'.') && self.match_suffix(rest, at, port) {
                return true;
            }
        }
        rest.len() <= usize::from(self.longest_whole) && self.match_suffix(rest, 0, port)
    }

    // Called once, as a rule: part of the loop, its tables would be loaded before it.
    #[inline(never)]
    fn match_suffix(&self, rest: &[u8], at: usize, port: u16) -> bool {
        let Some((start, suffix)) = rest.split_at_checked(at) else { return false };
        let Some(slot) = self.table.find(suffix) else { return false };
        let group = self.heads_of.get(slot).copied().unwrap_or_default();
        match self.heads.get(group as usize) {
            Some([head]) => head.matches(start, port),
            Some(heads) => heads.iter().any(|head| head.matches_too(start, port)),
            None => false,
        }
    }
}
