//! Many patterns: found by the end of the host.

use super::pattern::{Head, Wildcard};
use super::table::Table;
use super::text::label_length;

/// Many patterns, in a table of their suffixes.
///
/// Where a wildcard can end is known: before a dot, behind labels that are valid. Each such place whose
/// rest is as long as a suffix is looked up, so that an origin costs one look-up, as a rule, and as many
/// as there are lengths of suffixes at most.
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
    pub(super) fn matches(&self, rest: &[u8], port: Option<u16>) -> bool {
        let Some((scheme, host)) = split_scheme(rest) else { return false };
        let fits = |head: &Head| head.port.matches(port) && head.scheme.as_bytes() == scheme;
        if self.before(host).iter().any(|head| head.wildcard == Wildcard::None && fits(head)) {
            return true;
        }
        let mut label = 0;
        loop {
            let length = label_length(&host[label..]);
            let dot = label + length;
            if length == 0 || host.get(dot) != Some(&b'.') {
                return false;
            }
            let found = self.before(&host[dot..]).iter().any(|head| {
                fits(head)
                    && match head.wildcard {
                        Wildcard::None => false,
                        Wildcard::Labels => true,
                        Wildcard::Label(before, after) => {
                            label == 0 && Wildcard::is_between(&host[..dot], before, after)
                        }
                    }
            });
            if found {
                return true;
            }
            label = dot + 1;
        }
    }

    /// What may stand before a suffix; nothing if it is none.
    #[inline]
    fn before(&self, suffix: &[u8]) -> &'static [Head] {
        let of_length = self.lengths.get(suffix.len() / 64).is_some_and(|bits| bits >> (suffix.len() % 64) & 1 == 1);
        let slot = if of_length { self.table.find(suffix) } else { None };
        slot.and_then(|slot| self.heads.get(*self.heads_of.get(slot)? as usize).copied()).unwrap_or_default()
    }
}

/// The scheme with `://`, and the host.
#[inline]
fn split_scheme(rest: &[u8]) -> Option<(&[u8], &[u8])> {
    let host = match rest {
        [b'h', b't', b't', b'p', b's', b':', b'/', b'/', ..] => 8,
        _ => rest.iter().position(|byte| *byte == b':')? + 3,
    };
    rest.split_at_checked(host)
}
