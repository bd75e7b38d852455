//! A few of the words that an automaton matches, found without a walk: most often one of them is an answer.

use super::Dfa;
use crate::analysis::explore::PREFERENCE;

impl Dfa {
    /// At most so many words that match, a shortest one first; each of the others leaves its way at one byte, and
    /// then takes the shortest to a match.
    #[must_use]
    pub(crate) fn samples(&self, most: usize) -> Vec<String> {
        let nearest = self.nearest();
        let finish = |mut state: usize, mut word: Vec<u8>| {
            while let Some((byte, next)) = nearest.get(state).copied().flatten() {
                word.push(byte);
                state = next;
            }
            self.accepting[state].then(|| String::from_utf8_lossy(&word).into_owned())
        };
        let start = usize::from(self.start);
        let Some(first) = finish(start, Vec::new()) else { return Vec::new() };
        let mut samples = vec![first.clone()];
        let (mut state, mut word) = (start, Vec::new());
        // A match may go on: its end is a place like any other.
        for &byte in first.as_bytes().iter().chain([&0]) {
            for &other in PREFERENCE.iter().filter(|&&other| other != byte) {
                let Some(next) = self.after(state, other) else { continue };
                let begun = word.iter().copied().chain([other]).collect();
                samples.extend(finish(next, begun));
                if samples.len() >= most {
                    return samples;
                }
            }
            word.push(byte);
            state = self.after(state, byte).unwrap_or(0);
        }
        samples
    }

    /// For each state the first step of a shortest way to a match; `None` if a match may end there, or none can.
    fn nearest(&self) -> Vec<Option<(u8, usize)>> {
        let mut before: Vec<Vec<(usize, u8)>> = vec![Vec::new(); self.accepting.len()];
        for state in 1..self.accepting.len() {
            // The last one of a pair of states that is put in is the preferred one.
            for &byte in PREFERENCE.iter().rev() {
                if let Some(next) = self.after(state, byte) {
                    match before[next].iter_mut().find(|(from, _)| *from == state) {
                        Some((_, known)) => *known = byte,
                        None => before[next].push((state, byte)),
                    }
                }
            }
        }
        let mut nearest = vec![None; self.accepting.len()];
        let mut open: Vec<usize> = (0..self.accepting.len()).filter(|&state| self.accepting[state]).collect();
        let mut at = 0;
        while let Some(&state) = open.get(at) {
            for &(from, byte) in &before[state] {
                if nearest[from].is_none() && !self.accepting[from] {
                    nearest[from] = Some((byte, state));
                    open.push(from);
                }
            }
            at += 1;
        }
        nearest
    }
}

#[cfg(test)]
mod tests {
    use crate::analysis::regex;
    use crate::fetch::pattern::OriginPattern;

    #[test]
    fn every_sample_matches_and_the_first_is_a_shortest() {
        for (text, first) in [
            (r"https://a\.b", "https://a.b"),
            (r"https://[a-z]+-[0-9]{2}\.b", "https://a-00.b"),
            (r"https://(xyz|k)\.b(:[0-9]+)?", "https://k.b"),
        ] {
            let Ok(OriginPattern::Regex(regex)) = regex::pattern(text) else { panic!("{text}") };
            let samples = regex.dfa.samples(30);
            assert_eq!(samples.first().map(String::as_str), Some(first), "{samples:?}");
            assert!(samples.iter().all(|sample| regex.dfa.matches(sample.as_bytes())), "{samples:?}");
            let distinct: std::collections::HashSet<_> = samples.iter().collect();
            assert_eq!(distinct.len(), samples.len(), "{samples:?}");
        }
    }
}
