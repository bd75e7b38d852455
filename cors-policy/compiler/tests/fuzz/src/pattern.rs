//! The pattern parser: what it accepts is printed as it was written, and means the same to the automaton, to
//! the tables of the run time and to the reference.
//!
//! The first line of an input is an entry as `allow_origins` has it, `regex: …` or not; each further line is an
//! origin to ask about, beside some that match, or nearly do.

use cors_compiler::analysis::{Dfa, Language, regex};
use cors_compiler::diagnostic::display::prose;
use cors_compiler::fetch::pattern::{OriginPattern, parse};
use cors_compiler::reference;
use cors_compiler::source::Source;

use crate::{Random, tables, unjudged};

/// How many origins are asked about beside those of the input.
const ASKED: usize = 12;

/// The longest entry that is tried: the language takes longer ones, but they only cost time.
const LONGEST: usize = 400;

/// Runs the target.
///
/// # Panics
/// A promise is broken.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut lines = text.split('\n');
    let entry = lines.next().unwrap_or_default();
    if entry.len() > LONGEST {
        return;
    }
    let regex = entry.strip_prefix("regex: ");
    let Some(pattern) = parsed(entry, regex) else { return };
    assert_eq!(pattern.to_string(), entry, "it is printed otherwise");
    let quoted = serde_json::to_string(regex.unwrap_or(entry)).unwrap();
    let written = if regex.is_some() { format!("{{regex: {quoted}}}") } else { quoted };
    let yaml = format!("version: 1\npolicies:\n  p: {{allow_origins: [{written}]}}\n");
    let file = match unjudged(&Source::new("pattern.yaml", yaml.as_str())) {
        Ok(file) => file,
        Err(faults) => panic!("the entry is fine, the file is not:\n{yaml}{faults}"),
    };
    let policy = &file.policies[0];
    let entries = [entry.to_owned()];
    assert_eq!(policy.origins()[0].pattern.value.to_string(), entry);
    let table = tables::policy(policy);
    let language = Language::of(&pattern).ok();
    let mut random = Random::new(data.len() as u64);
    let near: Vec<String> = (0..ASKED)
        .map(|_| match &pattern {
            OriginPattern::Regex(regex) => {
                let word = random.word_of(&regex.dfa);
                if random.chance(2) { word } else { random.perturb(word) }
            }
            _ => random.origin(&entries),
        })
        .collect();
    for origin in lines.map(str::to_owned).chain(near) {
        let expected = reference::allows_origin(policy, &origin);
        assert_eq!(table.allows_origin(&origin), expected, "the tables: {origin:?} of {entry}");
        if let Some(language) = language.as_ref().filter(|_| origin.len() <= policy.longest_origin()) {
            assert_eq!(language.contains(&origin), expected, "the automaton: {origin:?} of {entry}");
        }
    }
}

/// Reads the entry; what is wrong with it lies within it, and what is proposed can be put there.
fn parsed(entry: &str, expression: Option<&str>) -> Option<OriginPattern> {
    let (result, text) = match expression {
        Some(text) => {
            let places = |faults: Vec<regex::Fault>| {
                faults.into_iter().map(|fault| (fault.range, fault.message, String::new())).collect::<Vec<_>>()
            };
            (regex::pattern(text).map_err(places), text)
        }
        None => {
            let result = parse(entry).map_err(|faults| {
                let places =
                    faults.into_iter().map(|fault| (fault.range, fault.message, fault.replacement.unwrap_or_default()));
                places.collect::<Vec<_>>()
            });
            (result, entry)
        }
    };
    match result {
        Ok(pattern) => Some(pattern),
        Err(faults) => {
            assert!(!faults.is_empty(), "refused without a reason: {entry:?}");
            for (range, message, replacement) in faults {
                assert!(text.get(range.clone()).is_some(), "{range:?} is no place in {text:?}: {message}");
                assert!(!message.is_empty() && !prose(&message).contains('\u{1b}'));
                let mut corrected = text.to_owned();
                corrected.replace_range(range, &replacement);
                parse(&corrected).ok();
            }
            None
        }
    }
}

impl Random {
    /// A word that the automaton matches, or one that leads to where it was given up.
    pub fn word_of(&mut self, dfa: &Dfa) -> String {
        let (mut word, mut state) = (Vec::new(), usize::from(dfa.start));
        while word.len() < 200 {
            if dfa.accepting[state] && self.chance(3) {
                break;
            }
            let step = |byte: u8| {
                let class = usize::from(dfa.classes[usize::from(byte)]);
                (byte, usize::from(dfa.next[state * dfa.width + class]))
            };
            let ways: Vec<(u8, usize)> = (0..=u8::MAX).map(step).filter(|&(_, next)| next != 0).collect();
            if ways.is_empty() {
                break;
            }
            let (byte, next) = ways[self.below(ways.len())];
            word.push(byte);
            state = next;
        }
        String::from_utf8_lossy(&word).into_owned()
    }
}
