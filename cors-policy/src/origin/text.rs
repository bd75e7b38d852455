//! Texts of a few dozen bytes: compared and checked eight or sixteen bytes at a time.

use super::hash::{halves, short};

/// Whether two texts are the same. The comparison of slices calls the C library, which costs more than
/// it does for texts of this size.
#[inline(always)]
pub(super) fn equal(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let (Some(left_end), Some(right_end)) = (left.last_chunk::<16>(), right.last_chunk::<16>()) else {
        return halves(left) == halves(right);
    };
    let (left, right) = (left[..left.len() - 1].as_chunks::<16>().0, right[..right.len() - 1].as_chunks::<16>().0);
    left_end == right_end && left.iter().zip(right).all(|(left, right)| left == right)
}

/// What stands behind `prefix`, if the text begins with it.
#[inline(always)]
pub(super) fn strip_prefix<'r>(text: &'r [u8], prefix: &str) -> Option<&'r [u8]> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    equal(start, prefix.as_bytes()).then_some(rest)
}

/// What stands before `suffix`, if the text ends with it.
#[inline(always)]
pub(super) fn strip_suffix<'r>(text: &'r [u8], suffix: &str) -> Option<&'r [u8]> {
    let (rest, end) = text.split_at_checked(text.len().checked_sub(suffix.len())?)?;
    equal(end, suffix.as_bytes()).then_some(rest)
}

/// Whether it is one or more of `[a-z0-9_-]`.
#[inline(always)]
pub(super) fn is_label(text: &[u8]) -> bool {
    let Some(last) = text.last_chunk::<8>() else {
        return !text.is_empty() && others(short(text)) == 0;
    };
    let chunks = text.as_chunks::<8>().0.iter().chain([last]);
    chunks.fold(0, |found, chunk| found | others(u64::from_le_bytes(*chunk))) == 0
}

/// Whether it is one or more labels, with dots between them.
#[inline]
pub(super) fn is_labels(text: &[u8]) -> bool {
    is_label(text) || text.split(|byte| *byte == b'.').all(is_label)
}

/// The length of the label with which a text begins; 0 if it begins with none.
#[inline]
pub(super) fn label_length(text: &[u8]) -> usize {
    let (chunks, rest) = text.as_chunks::<8>();
    for (index, chunk) in chunks.iter().enumerate() {
        let others = others(u64::from_le_bytes(*chunk));
        if others != 0 {
            return index * 8 + others.trailing_zeros() as usize / 8;
        }
    }
    let in_rest = rest.iter().position(|byte| !matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'));
    text.len() - rest.len() + in_rest.unwrap_or(rest.len())
}

/// 1 in every byte.
const EVERY: u64 = 0x0101_0101_0101_0101;

/// The top bit, and others, of every byte of `ascii` that is at least `least`: no sum reaches 256.
#[inline(always)]
const fn at_least(ascii: u64, least: u8) -> u64 {
    ascii + EVERY * (0x80 - least as u64)
}

/// The top bit of every byte of `word` that is none of `[a-z0-9_-]`.
#[inline(always)]
const fn others(word: u64) -> u64 {
    const TOP: u64 = EVERY * 0x80;
    let ascii = word & !TOP;
    let hyphen = at_least(ascii, b'-') ^ at_least(ascii, b'-' + 1);
    let digit = at_least(ascii, b'0') ^ at_least(ascii, b'9' + 1);
    let underscore = at_least(ascii, b'_') ^ at_least(ascii, b'_' + 1);
    let letter = at_least(ascii, b'a') ^ at_least(ascii, b'z' + 1);
    (!(hyphen ^ digit ^ underscore ^ letter) | word) & TOP
}

#[cfg(test)]
mod tests {
    use super::{equal, is_label, is_labels, label_length};

    #[test]
    fn every_byte_at_every_place_is_told_apart() {
        for length in 1..40 {
            for at in 0..length {
                for byte in 0..=u8::MAX {
                    let mut buffer = [b'a'; 40];
                    let text = &mut buffer[..length];
                    text[at] = byte;
                    let expected = matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
                    assert_eq!(is_label(text), expected, "{text:?}");
                    assert_eq!(label_length(text), if expected { length } else { at }, "{text:?}");
                    let other = [b'a'; 40];
                    assert_eq!(equal(text, &other[..length]), byte == b'a', "{text:?}");
                    assert!(!equal(text, &other[..length - 1]));
                }
            }
        }
    }

    #[test]
    fn labels_are_never_empty() {
        assert!(is_labels(b"a.b-c._") && is_labels(b"a"));
        for text in [&b""[..], b".", b"a.", b".a", b"a..b", b"a b", b"a.B"] {
            assert!(!is_labels(text), "{text:?}");
        }
        assert!(!is_label(b"") && !is_label(b"a.b"));
    }
}
