//! Regular expressions as tables of Lua.

use super::literal;
use crate::analysis::{Dfa, Language};
use crate::backend::text::Text;

/// The most states, counted over all regular expressions, that are made into one automaton.
const MOST_STATES_TOGETHER: usize = 6_000;

/// One automaton for all of them, unless it would be large.
pub(super) fn joined(regexes: &[&Dfa]) -> Vec<Dfa> {
    let each = || regexes.iter().copied().cloned().collect();
    if regexes.len() == 1 || regexes.iter().map(|dfa| dfa.accepting.len()).sum::<usize>() > MOST_STATES_TOGETHER {
        return each();
    }
    let languages: Vec<Language> = regexes.iter().copied().map(Language::from).collect();
    Dfa::intersection(&[&Language::union(&languages)]).map_or_else(|_| each(), |dfa| vec![dfa])
}

/// Class 0 is of the bytes that lead nowhere, and state 0 is dead: neither is printed.
pub(super) fn print(text: &mut Text, dfa: &Dfa) {
    let classes = (1..dfa.width).map(|class| {
        let bytes = (0..=u8::MAX).filter(|&byte| usize::from(dfa.classes[usize::from(byte)]) == class);
        literal(&bytes.map(char::from).collect::<String>())
    });
    let accepting =
        (1..dfa.accepting.len()).filter(|&state| dfa.accepting[state]).map(|state| format!("[{state}] = true"));
    text.line("  {");
    text.line(format_args!("    start = {},", dfa.start));
    text.line(format_args!("    accepting = {{{}}},", accepting.collect::<Vec<_>>().join(", ")));
    text.line(format_args!("    classes = {{{}}},", classes.collect::<Vec<_>>().join(", ")));
    text.line("    following = {");
    for (state, row) in dfa.next.chunks(dfa.width).enumerate().skip(1) {
        let step = |(class, next): (usize, &u16)| format!("[{}] = {next},", (state - 1) * (dfa.width - 1) + class);
        let steps: Vec<String> = row.iter().enumerate().skip(1).filter(|(_, next)| **next != 0).map(step).collect();
        if !steps.is_empty() {
            text.line(format_args!("      {}", steps.join(" ")));
        }
    }
    text.line("    },");
    text.line("  },");
}
