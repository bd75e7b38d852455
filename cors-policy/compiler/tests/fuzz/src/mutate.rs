//! A small mutator of texts, for machines without a fuzzer: it splices lines, words and bytes of seeds.

use crate::Random;

/// What makes readers, printers and servers stumble.
const WORDS: [&str; 32] = [
    "\"", "'", "\\", "*", "&a ", "*a", "|\n", ">-\n", "- ", ": ", "# ", "---\n", "...\n", "!!str ", "<<: ", "? ", "{",
    "}", "[", "]", "\t", "\r\n", "\u{0}", "\u{feff}", "\u{2028}", "\u{202e}", "é", "https://", "regex: ", "{1,3}", "$",
    "~",
];

impl Random {
    /// One of the seeds, changed in a few places.
    pub fn mutation(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut data = seeds[self.below(seeds.len())].clone();
        for _ in 0..=self.below(4) {
            let other = &seeds[self.below(seeds.len())];
            match self.below(8) {
                0 => self.splice(&mut data, other, b'\n'),
                1 | 2 => self.splice(&mut data, other, b' '),
                3 => {
                    // Repeats a part of itself.
                    let part = self.range(&data);
                    let (copy, at) = (data[part].to_vec(), self.below(data.len() + 1));
                    data.splice(at..at, copy);
                }
                4 => {
                    let part = self.range(&data);
                    data.drain(part);
                }
                5 | 6 => {
                    let (word, at) = (WORDS[self.below(WORDS.len())], self.below(data.len() + 1));
                    data.splice(at..at, word.bytes());
                }
                _ if data.is_empty() => {}
                _ => {
                    let at = self.below(data.len());
                    data[at] = self.below(256) as u8;
                }
            }
        }
        data
    }

    /// A short range of it.
    fn range(&mut self, data: &[u8]) -> std::ops::Range<usize> {
        let start = self.below(data.len() + 1);
        start..data.len().min(start + self.below(40))
    }

    /// Puts a part of `other` in the place of a part of `data`; parts end at `end`.
    fn splice(&mut self, data: &mut Vec<u8>, other: &[u8], end: u8) {
        let parts = |data: &[u8]| data.split_inclusive(|&byte| byte == end).map(<[u8]>::to_vec).collect::<Vec<_>>();
        let (mut own, others) = (parts(data), parts(other));
        if own.is_empty() || others.is_empty() {
            return;
        }
        let (at, with) = (self.below(own.len()), others[self.below(others.len())].clone());
        if self.chance(2) {
            own[at] = with;
        } else {
            own.insert(at, with);
        }
        *data = own.concat();
    }
}
