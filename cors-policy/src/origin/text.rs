//! Texts of a few dozen bytes: compared and checked eight or sixteen bytes at a time.

use super::hash::{eight, few, last_eight};

/// Whether two texts are the same. The comparison of slices calls the C library, which costs more than
/// it does for texts of this size.
#[inline(always)]
pub(super) fn equal(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len() && if left.len() < 8 { few(left) == few(right) } else { are_equal(left, right) }
}

/// Whether two texts of the same length, which is at least 8, are the same.
#[inline(always)]
pub(super) fn are_equal(left: &[u8], right: &[u8]) -> bool {
    let length = left.len();
    if length < 16 {
        return eight(left) == eight(right) && last_eight(left) == last_eight(right);
    }
    if !sixteen_are_equal(&left[length - 16..], &right[length - 16..]) || !sixteen_are_equal(left, right) {
        return false;
    }
    // What lies between.
    length <= 32
        || (sixteen_are_equal(&left[16..], &right[16..])
            && (length <= 48 || {
                let (left, right) = (left[32..].as_chunks::<16>().0, right[32..].as_chunks::<16>().0);
                left.iter().zip(right).all(|(left, right)| left == right)
            }))
}

#[inline(always)]
fn sixteen_are_equal(left: &[u8], right: &[u8]) -> bool {
    left.as_chunks::<16>().0[0] == right.as_chunks::<16>().0[0]
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
    if text.len() < 8 { are_label_bytes(text) && !text.is_empty() } else { is_long_label(text) }
}

#[inline(never)]
fn is_long_label(text: &[u8]) -> bool {
    let chunks = text.as_chunks().0;
    chunks.iter().all(|chunk| others(u64::from_le_bytes(*chunk)) == 0) && others(last_eight(text)) == 0
}

/// Whether it is one or more labels, with dots between them.
#[inline(always)]
pub(super) fn is_labels(text: &[u8]) -> bool {
    if text.len() < 8 {
        (are_label_bytes(text) && !text.is_empty()) || are_short_labels(text)
    } else {
        are_long_labels(text)
    }
}

/// Whether all bytes, of which there are few, are of `[a-z0-9_-]`.
#[inline(always)]
fn are_label_bytes(text: &[u8]) -> bool {
    text.iter().all(|byte| IS_LABEL_BYTE[usize::from(*byte)])
}

#[inline(never)]
fn are_short_labels(text: &[u8]) -> bool {
    text.split(|byte| *byte == b'.').all(|label| are_label_bytes(label) && !label.is_empty())
}

#[inline(never)]
fn are_long_labels(text: &[u8]) -> bool {
    // The dots of the eight bytes before: none, so that a dot at the beginning would be one too many.
    let mut before = 1 << 63;
    for chunk in text.as_chunks().0 {
        let word = u64::from_le_bytes(*chunk);
        let dots = dots(word);
        if others(word) != dots || dots & (dots << 8 | before >> 56) != 0 {
            return false;
        }
        before = dots;
    }
    // The last eight bytes, of which some may have been looked at.
    let word = last_eight(text);
    let dots = dots(word);
    others(word) == dots && dots & dots << 8 == 0 && dots >> 63 == 0
}

/// Whether each byte is one of `[a-z0-9_-]`.
static IS_LABEL_BYTE: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = matches!(byte as u8, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
        byte += 1;
    }
    table
};

/// 1 in every byte.
const EVERY: u64 = 0x0101_0101_0101_0101;
/// The top bit of every byte.
const TOP: u64 = EVERY * 0x80;

/// The top bit of every byte of `word` that is a dot.
#[inline(always)]
const fn dots(word: u64) -> u64 {
    let differing = word ^ (EVERY * b'.' as u64);
    !(((differing & !TOP) + !TOP) | differing) & TOP
}

/// The top bit, and others, of every byte of `ascii` that is at least `least`: no sum reaches 256.
#[inline(always)]
const fn at_least(ascii: u64, least: u8) -> u64 {
    ascii + EVERY * (0x80 - least as u64)
}

/// The top bit of every byte of `word` that is none of `[a-z0-9_-]`.
#[inline(always)]
const fn others(word: u64) -> u64 {
    let ascii = word & !TOP;
    let hyphen = at_least(ascii, b'-') ^ at_least(ascii, b'-' + 1);
    let digit = at_least(ascii, b'0') ^ at_least(ascii, b'9' + 1);
    let underscore = at_least(ascii, b'_') ^ at_least(ascii, b'_' + 1);
    let letter = at_least(ascii, b'a') ^ at_least(ascii, b'z' + 1);
    (!(hyphen ^ digit ^ underscore ^ letter) | word) & TOP
}

#[cfg(test)]
mod tests {
    use super::{equal, is_label, is_labels};

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
        // Every text of dots and letters up to 18 bytes.
        for length in 1..=18 {
            for bits in 0..1_u32 << length {
                let mut buffer = [b'a'; 18];
                let text = &mut buffer[..length];
                text.iter_mut().enumerate().filter(|(at, _)| bits >> at & 1 == 1).for_each(|(_, byte)| *byte = b'.');
                let at_the_ends = bits & 1 | bits >> (length - 1);
                assert_eq!(is_labels(text), at_the_ends | bits & bits << 1 == 0, "{text:?}");
            }
        }
        assert!(!is_label(b"") && !is_label(b"a.b"));
    }
}
