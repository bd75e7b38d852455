//! What the measured policies list, and the origins that are asked about. Shared with `build.rs`.

/// How many exact origins there are in a policy named `exact-N`.
pub const EXACT: [usize; 6] = [1, 10, 16, 100, 1_000, 10_000];
/// How many subdomain wildcards there are in a policy named `wildcard-N`.
pub const WILDCARDS: [usize; 4] = [1, 10, 100, 1_000];
/// How many regular expressions there are in a policy named `regex-N`.
pub const REGEXES: [usize; 2] = [1, 10];

/// Exact origins.
#[must_use]
pub fn exact(count: usize) -> Vec<String> {
    (0..count).map(|index| format!("https://{}.customer{}.shop.example", word(index), index % 97)).collect()
}

/// The domains of subdomain wildcards: `https://*.DOMAIN`.
#[must_use]
pub fn domains(count: usize) -> Vec<String> {
    (0..count).map(|index| format!("{}.tenant{index}.example", word(index))).collect()
}

/// Regular expressions over whole origins.
#[must_use]
pub fn regexes(count: usize) -> Vec<String> {
    let expression = |index| match index % 2 {
        0 => format!(r"https://pr-[0-9]+\.preview{index}\.shop\.example"),
        _ => format!(r"https://branch-[0-9a-f]{{7}}\.stage{index}\.shop\.example"),
    };
    (0..count).map(expression).collect()
}

/// An origin that the first of [`regexes`] matches.
pub const MATCHES_FIRST_REGEX: &str = "https://pr-1234.preview0.shop.example";

/// The same origin but for its last byte.
#[must_use]
pub fn near_miss(origin: &str) -> String {
    format!("{}f", &origin[..origin.len() - 1])
}

/// Another origin of the same length: no listed host begins with a digit.
#[must_use]
pub fn other(origin: &str) -> String {
    origin.replacen("://", "://0", 1)[..origin.len()].to_owned()
}

/// Four to twelve letters, another word for each index.
fn word(index: usize) -> String {
    // Knuth's multiplicative hash: the same on every run, and no order that a table could exploit.
    let mut bits = (index as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let length = 4 + bits % 5;
    let mut letter = || {
        bits = bits.rotate_left(7).wrapping_mul(0xd129_0f2a_b0f3_2c5d).wrapping_add(1);
        char::from(b'a' + u8::try_from((bits >> 32) % 26).unwrap_or(0))
    };
    let mut text: String = (0..length).map(|_| letter()).collect();
    let mut rest = index; // makes it unique
    while rest > 0 {
        text.push(char::from(b'a' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
    }
    text
}
