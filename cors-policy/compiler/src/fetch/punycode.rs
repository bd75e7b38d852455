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

/// The A-label of a label with non-ASCII characters (lower-cased first), to be proposed.
///
/// `None` unless all its letters are of scripts in which IDNA changes nothing: what browsers make of
/// others takes IDNA's tables.
#[must_use]
pub fn to_a_label(label: &str) -> Option<String> {
    let lower = label.to_lowercase();
    let plain = |c: char| {
        matches!(c, 'a'..='z' | '0'..='9' | '-'
            | '\u{df}'..='\u{f6}' | '\u{f8}'..='\u{131}' | '\u{134}'..='\u{13e}' | '\u{141}'..='\u{148}' | '\u{14a}'..='\u{17e}'
            | '\u{3ac}'..='\u{3ce}' | '\u{430}'..='\u{45f}' | '\u{5d0}'..='\u{5ea}' | '\u{621}'..='\u{63a}'
            | '\u{641}'..='\u{64a}' | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'
            | '\u{4e00}'..='\u{9fa5}' | '\u{ac00}'..='\u{d7a3}')
    };
    if lower.chars().all(plain) { a_label(&lower) } else { None }
}

fn a_label(label: &str) -> Option<String> {
    Some(format!("xn--{}", encode(label)?))
}

/// Whether browsers would not leave the character as it is: controls, spaces, upper case, combining
/// marks that join the letter before them, compatibility forms.
fn is_mapped_or_disallowed(c: char) -> bool {
    c.is_control()
        || c.is_whitespace()
        || c.is_uppercase()
        || matches!(c,
            '\u{a0}'..='\u{b6}' | '\u{b8}'..='\u{bf}' | '\u{132}'..='\u{133}' | '\u{13f}'..='\u{140}' | '\u{149}'
            | '\u{17f}' | '\u{1c4}'..='\u{1cc}' | '\u{1f1}'..='\u{1f3}' | '\u{2b0}'..='\u{2b8}' | '\u{2d8}'..='\u{2dd}'
            | '\u{2e0}'..='\u{2e4}' | '\u{300}'..='\u{36f}' | '\u{1d2c}'..='\u{1d6a}' | '\u{1d78}' | '\u{1d9b}'..='\u{1dbf}'
            | '\u{2000}'..='\u{214f}' | '\u{2150}'..='\u{218f}' | '\u{2460}'..='\u{24ff}' | '\u{2e80}'..='\u{2fff}'
            | '\u{3000}'..='\u{3004}' | '\u{3131}'..='\u{318e}' | '\u{3200}'..='\u{33ff}' | '\u{e000}'..='\u{fdff}'
            | '\u{fe00}'..='\u{ffff}' | '\u{1d400}'..='\u{1d7ff}' | '\u{1ee00}'..='\u{1f1ff}' | '\u{2f800}'..='\u{2fa1f}'
            | '\u{e0000}'..)
}

/// Whether `label`, which starts with `xn--`, stands for some text with a non-ASCII character and is
/// spelled as browsers spell it.
///
/// IDNA's tables are not consulted as a whole: what is refused is what they map to something else.
#[must_use]
pub fn is_valid_a_label(label: &str) -> bool {
    let Some(text) = label.strip_prefix("xn--").and_then(decode) else { return false };
    !text.is_ascii() && !text.contains(is_mapped_or_disallowed) && a_label(&text).as_deref() == Some(label)
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

    /// Letter by letter: whatever is proposed is what browsers send.
    #[test]
    fn single_letters_agree_with_the_idna_library() {
        let alphabetic = (0x80..0x1_0000).filter_map(char::from_u32).filter(|c| c.is_alphabetic());
        let differs = |c: &char| {
            let label = c.to_string();
            let proposed = to_a_label(&label);
            label == label.to_lowercase() && proposed.is_some() && proposed != idna::domain_to_ascii(&label).ok()
        };
        let wrong: Vec<String> = alphabetic.filter(differs).map(|c| format!("{:x}", u32::from(c))).collect();
        assert!(wrong.is_empty(), "{}: {wrong:?}", wrong.len());
    }

    #[test]
    fn what_is_no_a_label_is_refused() {
        for label in [
            "xn--",
            "xn--a",
            "xn--bucher-xyd",
            "xn--mi7c",
            "xn---",
            "xn--aaaaaaaaaaaaaaaaaaaaaaaaa99999",
            "xn--bcher-kvaz9",
            "xn--abc-",
        ] {
            assert_eq!(is_valid_a_label(label), idna::domain_to_ascii(label).is_ok(), "{label}");
            assert!(!is_valid_a_label(label), "{label}");
        }
    }
}
