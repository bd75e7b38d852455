//! Random regular expressions of the portable subset.

use super::Random;

impl Random {
    /// An expression over whole origins. It may be too large, or match nothing.
    pub fn regex(&mut self) -> String {
        let scheme = self.one(&["https://", "https?://", "(?:http|https)://", "[a-z]+://", "https://"]);
        let host = self.alternatives(2);
        let port = self.one(&["", "", "(:[0-9]+)?", ":8[0-9]{3}", "(?::[1-9][0-9]{0,4})?"]);
        format!("{scheme}{host}{}{port}", self.one(&[r"\.example", r"\.shop\.example", ".example", r"\.[a-z]{2,3}"]))
    }

    fn alternatives(&mut self, depth: usize) -> String {
        let all: Vec<String> = (0..=self.below(3)).map(|_| self.sequence(depth)).collect();
        if all.len() == 1 { all.concat() } else { format!("{}{})", self.one(&["(", "(?:"]), all.join("|")) }
    }

    fn sequence(&mut self, depth: usize) -> String {
        (0..=self.below(3))
            .map(|_| {
                let one = match self.below(if depth == 0 { 6 } else { 8 }) {
                    0 | 1 => self.one(&["a", "b", "shop", "pr-", "x1", "_"]).to_owned(),
                    2 => self.one(&["[a-z]", "[a-z0-9]", "[^.]", "[0-9a-f]", r"\d", "[a-c_-]"]).to_owned(),
                    3 => ".".to_owned(),
                    4 => r"\.".to_owned(),
                    5 => self.one(&[r"\-", "[.]", r"\x61", "[[:alpha:]]"]).to_owned(),
                    _ => format!("(?:{})", self.alternatives(depth - 1)),
                };
                // Only what is one thing is repeated as a whole.
                one + self.one(&["", "", "", "+", "*", "?", "{2}", "{1,3}", "{0,20}", "{3,}"])
            })
            .collect()
    }
}
