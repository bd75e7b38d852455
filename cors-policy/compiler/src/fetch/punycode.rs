//! Punycode ([RFC 3492](https://www.rfc-editor.org/rfc/rfc3492)): A-labels checked and proposed.
//!
//! A full IDNA library costs eleven CPU-seconds in every build that uses the macros, and the compiler
//! needs just this part of it; the tests compare with that library.

const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const INITIAL_BIAS: u32 = 72;
const INITIAL_N: u32 = 0x80;

/// The A-label of a label with non-ASCII characters (lower-cased first); `None` if it is too large to
/// be encoded.
#[must_use]
pub fn to_a_label(label: &str) -> Option<String> {
    Some(format!("xn--{}", encode(&label.to_lowercase())?))
}

/// Whether `label`, which starts with `xn--`, stands for some text with a non-ASCII character and is
/// spelled as browsers spell it.
///
/// IDNA's tables of disallowed characters are not consulted: of those, only control characters, white
/// space and upper-case letters are refused.
#[must_use]
pub fn is_valid_a_label(label: &str) -> bool {
    let Some(text) = label.strip_prefix("xn--").and_then(decode) else { return false };
    let disallowed = |c: char| c.is_control() || c.is_whitespace();
    !text.is_ascii() && !text.contains(disallowed) && to_a_label(&text).as_deref() == Some(label)
}

/// RFC 3492, section 6.3.
fn encode(text: &str) -> Option<String> {
    let mut out: String = text.chars().filter(char::is_ascii).collect();
    let basic = u32::try_from(out.len()).ok()?;
    if basic > 0 {
        out.push('-');
    }
    let total = u32::try_from(text.chars().count()).ok()?;
    let (mut n, mut delta, mut bias, mut handled) = (INITIAL_N, 0u32, INITIAL_BIAS, basic);
    while handled < total {
        let next = text.chars().map(u32::from).filter(|&c| c >= n).min()?;
        delta = delta.checked_add((next - n).checked_mul(handled + 1)?)?;
        n = next;
        for c in text.chars().map(u32::from) {
            if c < n {
                delta = delta.checked_add(1)?;
            }
            if c == n {
                let mut q = delta;
                for k in (BASE..).step_by(BASE as usize) {
                    let t = threshold(k, bias);
                    if q < t {
                        break;
                    }
                    out.push(digit(t + (q - t) % (BASE - t))?);
                    q = (q - t) / (BASE - t);
                }
                out.push(digit(q)?);
                bias = adapt(delta, handled + 1, handled == basic);
                delta = 0;
                handled += 1;
            }
        }
        delta = delta.checked_add(1)?;
        n += 1;
    }
    Some(out)
}

/// RFC 3492, section 6.2.
fn decode(text: &str) -> Option<String> {
    let (basic, extended) = text.rsplit_once('-').unwrap_or(("", text));
    let mut out: Vec<char> = basic.chars().collect();
    let (mut n, mut i, mut bias) = (INITIAL_N, 0u32, INITIAL_BIAS);
    let mut digits = extended.chars();
    while !digits.as_str().is_empty() {
        let (old, mut weight) = (i, 1u32);
        for k in (BASE..).step_by(BASE as usize) {
            let value = digits.next()?.to_digit(36).map(|d| if d < 10 { d + 26 } else { d - 10 })?;
            i = i.checked_add(value.checked_mul(weight)?)?;
            let t = threshold(k, bias);
            if value < t {
                break;
            }
            weight = weight.checked_mul(BASE - t)?;
        }
        let length = u32::try_from(out.len()).ok()? + 1;
        bias = adapt(i - old, length, old == 0);
        n = n.checked_add(i / length)?;
        i %= length;
        out.insert(i as usize, char::from_u32(n)?);
        i += 1;
    }
    Some(out.into_iter().collect())
}

fn threshold(k: u32, bias: u32) -> u32 {
    k.saturating_sub(bias).clamp(T_MIN, T_MAX)
}

/// RFC 3492, section 6.1.
fn adapt(delta: u32, points: u32, first: bool) -> u32 {
    let mut delta = if first { delta / DAMP } else { delta / 2 };
    delta += delta / points;
    let mut k = 0;
    while delta > (BASE - T_MIN) * T_MAX / 2 {
        delta /= BASE - T_MIN;
        k += BASE;
    }
    k + (BASE - T_MIN + 1) * delta / (delta + SKEW)
}

/// `a` to `z` stand for 0 to 25, `0` to `9` for 26 to 35.
fn digit(value: u32) -> Option<char> {
    let shifted = if value < 26 { value + 10 } else { value - 26 };
    char::from_digit(shifted, 36)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_labels_agree_with_the_idna_library() {
        for label in ["bücher", "münchen", "日本語", "παράδειγμα", "ñandú", "пример", "a-ü-b", "österreich", "ü"]
        {
            assert_eq!(to_a_label(label), idna::domain_to_ascii(label).ok(), "{label}");
            assert!(is_valid_a_label(&to_a_label(label).unwrap()), "{label}");
        }
    }

    #[test]
    fn what_is_no_a_label_is_refused() {
        for label in ["xn--", "xn--a", "xn---", "xn--aaaaaaaaaaaaaaaaaaaaaaaaa99999", "xn--bcher-kvaz9", "xn--abc-"] {
            assert_eq!(is_valid_a_label(label), idna::domain_to_ascii(label).is_ok(), "{label}");
            assert!(!is_valid_a_label(label), "{label}");
        }
    }
}
