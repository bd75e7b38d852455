//! No text of a policy adds anything to an output: every character that means something to some reader, in every
//! place of a policy where a string stands. Either the file is refused, with the place, or each output has the
//! structure that it has with a harmless text in that place.
//!
//! Each character is judged at the beginning, in the middle and at the end of each place. Those that are accepted
//! there are compiled together, in every way; longer texts take turns at the three, and are compiled for one of
//! Envoy's shapes, by turns. With `INJECTION=all` each character is compiled alone as well, all texts everywhere and in
//! every way, and the file is always whole.

mod positions;
mod texts;

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use std::thread;

use cors_compiler::backend::Format;
use cors_compiler::diagnostic::{Severity, render_plain};
use cors_compiler::ir::File;
use cors_compiler::source::Source;
use cors_fuzz::emit::{Way, ways};
use cors_fuzz::structure;

use self::positions::{Position, file, positions};
use self::texts::{CHARACTERS, HOSTILE};

/// Everything that the file is compiled to, as structures.
type Compiled = Vec<Option<Vec<(String, Rc<[String]>)>>>;

/// The structures of what was read already.
type Known = HashMap<String, Rc<[String]>>;

/// What is left of an output without the lines that name its source: a text between two line breaks cannot be
/// more than a comment. The digest, which is 64 hexadecimal digits, is left out wherever it stands.
fn without_banner(text: &str) -> String {
    let digest = text.split_once("sha256:").and_then(|(_, rest)| rest.get(..64)).unwrap_or("sha256:");
    assert!(text.starts_with(['#', '/']), "{text}");
    text.split_once('\n').map_or("", |(_, rest)| rest).replace(digest, "")
}

/// Whether a character, in what is shown, would steer a terminal or hide text.
fn hidden(c: char) -> bool {
    c.is_control() && c != '\n' && c != '\t' || "\u{202e}\u{2066}\u{2028}\u{2029}\u{feff}".contains(c)
}

/// `None` if the file is refused, which it is with a place that can be shown. Else the policies, in the first
/// environment if there is one: the banner names it.
fn judge(source: &Source, what: &str) -> Option<File> {
    let checked = cors_compiler::check(source);
    let shown = render_plain(source, &checked.diagnostics);
    assert!(!shown.contains(hidden), "{what}: {shown:?}");
    let file = checked.environments.into_iter().next().map(|(_, file)| file).or(checked.file);
    let is_refused = checked.diagnostics.iter().any(|found| found.severity == Severity::Error);
    assert_eq!(file.is_none(), is_refused, "{what}: {shown}");
    file
}

/// What stays the same while texts are tried.
struct Trial {
    positions: Vec<Position>,
    ways: Vec<Way>,
    /// Whether the whole file is there, and each character is compiled alone.
    is_thorough: bool,
    known: Known,
    /// By the text of the file.
    twins: HashMap<String, Compiled>,
    accepted: BTreeSet<&'static str>,
    refused: usize,
    same: usize,
    inexpressible: usize,
}

impl Trial {
    fn file(&self, position: &Position, value: &str) -> Source {
        file(&self.positions, position, value, self.is_thorough)
    }

    /// What a file is compiled to in the ways that are chosen.
    fn compile(&mut self, source: &Source, file: &File, chosen: &[usize], what: &str) -> Compiled {
        let structured = chosen.iter().map(|&way| self.ways[way].compile(source, file)).map(|outputs| {
            let structured = outputs?.into_iter().map(|output| {
                let foreign = |line: &&str| line.contains(hidden);
                assert_eq!(output.text.lines().find(foreign), None, "{what}: {}", output.name);
                let comments = output.text.lines().take_while(|line| line.starts_with(['#', '/'])).count();
                let shape = self.known.entry(without_banner(&output.text)).or_insert_with(|| {
                    let shape = structure::of(&output);
                    shape.map_err(|error| format!("{what}: {}: {error}\n{}", output.name, output.text)).unwrap().into()
                });
                (format!("{} with {comments} lines of comment", output.name), Rc::clone(shape))
            });
            Some(structured.collect())
        });
        structured.collect()
    }

    /// What a harmless text is compiled to.
    fn twin(&mut self, position: &Position, harmless: &str) -> Compiled {
        let source = self.file(position, harmless);
        if let Some(twin) = self.twins.get(source.text()) {
            return twin.clone();
        }
        let what = format!("the harmless {harmless:?} as {}", position.name);
        let judged = judge(&source, &what).expect(&what);
        let ways: Vec<usize> = (0..self.ways.len()).collect();
        let twin = self.compile(&source, &judged, &ways, &what);
        assert!(twin.iter().all(Option::is_some), "{what}");
        self.twins.insert(source.text().to_owned(), twin.clone());
        twin
    }

    /// Compiles the file with a text in a position, and compares; `false` if it is refused.
    fn compare(&mut self, position: &Position, value: &str, harmless: &str, turn: Option<usize>) -> bool {
        let what = format!("{value:?} as {}", position.name);
        let source = self.file(position, value);
        let Some(judged) = judge(&source, &what) else { return false };
        let is_chosen = |way: &Way| {
            let shapes = way.backend.shapes;
            turn.is_none_or(|turn| way.backend.name != "envoy" || *way.shape == shapes[turn % shapes.len()])
        };
        let chosen: Vec<usize> = (0..self.ways.len()).filter(|&way| is_chosen(&self.ways[way])).collect();
        let compiled = self.compile(&source, &judged, &chosen, &what);
        let twin = self.twin(position, harmless);
        for (before, after) in chosen.iter().map(|&way| &twin[way]).zip(compiled) {
            // What a target cannot say is an error of that target.
            let (Some(before), Some(after)) = (before, after) else {
                self.inexpressible += 1;
                continue;
            };
            assert_eq!(before.len(), after.len(), "{what}");
            for ((name, before), (found, after)) in before.iter().zip(after) {
                if Rc::ptr_eq(before, &after) && *name == found {
                    continue;
                }
                // A name that is allowed is the name of a static, a key and a file.
                let renamed = |line: &String| match position.is_policy() {
                    true => line.replace(value, position.text).replace(&upper(value), &upper(position.text)),
                    false => line.clone(),
                };
                let after: Vec<String> = after.iter().map(renamed).collect();
                assert_eq!(*name, renamed(&found), "{what}");
                // Another expression has another automaton, whose tables have other sizes: no word is new.
                let is_known = || {
                    let words: BTreeSet<&String> = before.iter().collect();
                    after.iter().all(|line| words.contains(line))
                };
                let equal = before[..] == after[..] || position.is_regex() && is_known();
                assert!(equal, "{what}: {name}:\n{}", difference(before, &after));
            }
        }
        true
    }

    /// Tries the texts in one position: at its beginning, in its middle and at its end.
    fn position(&mut self, position: &Position) {
        let (first, last) = position.text.split_at(position.text.len() / 2);
        // Expressions take more time than all the rest.
        let only = (position.is_regex() && !self.is_thorough).then_some(position.name.len() % 3);
        for place in (0..3).filter(|place| only.is_none_or(|only| only == *place)) {
            let placed = |text: &str| match place {
                0 => format!("{text}{first}{last}"),
                1 => format!("{first}{text}{last}"),
                _ => format!("{first}{last}{text}"),
            };
            // In an origin `*` is a wildcard, whose structure is that of the same wildcard without the rest.
            let is_kept = |c: &char| *c == '*' && position.is_origin();
            let harmless = |text: &str| placed(&text.chars().filter(is_kept).collect::<String>());
            let mut together = String::new();
            for character in CHARACTERS.chars().map(String::from) {
                match judge(&self.file(position, &placed(&character)), position.name) {
                    Some(_) => together += &character,
                    None => self.refused += 1,
                }
            }
            let is_due =
                |index: usize| self.is_thorough || only.is_some() || (index + position.name.len()) % 3 == place;
            let mut alone: Vec<String> = HOSTILE
                .iter()
                .enumerate()
                .filter(|(index, _)| is_due(*index))
                .map(|(_, text)| text.to_string())
                .collect();
            // Some of them cannot stand beside each other.
            if self.is_thorough || !self.compare(position, &placed(&together), &harmless(&together), None) {
                alone.extend(together.chars().map(String::from));
            } else {
                self.same += together.chars().count();
            }
            for (turn, text) in alone.into_iter().enumerate() {
                let turn = (!self.is_thorough).then_some(turn + place + position.name.len());
                match self.compare(position, &placed(&text), &harmless(&text), turn) {
                    true => self.same += 1,
                    false => self.refused += 1,
                }
            }
        }
    }

    /// Tries every second position, from the first or from the second on.
    fn run(first: usize) -> Self {
        // JSON says what YAML says: the target `emit` compares them.
        let ways = ways().into_iter().filter(|way| way.options.format == Format::Yaml).collect();
        let mut trial = Self {
            positions: positions(),
            ways,
            is_thorough: std::env::var_os("INJECTION").is_some(),
            known: Known::new(),
            twins: HashMap::new(),
            accepted: BTreeSet::new(),
            refused: 0,
            same: 0,
            inexpressible: 0,
        };
        for position in trial.positions.clone().iter().skip(first).step_by(2) {
            let before = trial.same;
            trial.position(position);
            assert!(!position.is_refused() || trial.same == before, "{}", position.name);
            if trial.same > before {
                trial.accepted.insert(position.name);
            }
        }
        trial
    }
}

#[test]
fn no_text_of_a_policy_adds_to_an_output() {
    assert_eq!(CHARACTERS.chars().filter(char::is_ascii_punctuation).count(), 32);
    let [(refused, same, inexpressible, accepted), other] = thread::scope(|scope| {
        let summed = |trial: Trial| (trial.refused, trial.same, trial.inexpressible, trial.accepted);
        [0, 1].map(|first| scope.spawn(move || summed(Trial::run(first)))).map(|half| half.join().unwrap())
    });
    let (refused, same, inexpressible) = (refused + other.0, same + other.1, inexpressible + other.2);
    let accepted: BTreeSet<&str> = accepted.into_iter().chain(other.3).collect();
    let (texts, positions) = (CHARACTERS.chars().count() + HOSTILE.len(), positions().len());
    println!(
        "{texts} texts in {positions} positions: {refused} refused, {same} of the same structure; {inexpressible} outputs inexpressible; accepted: {accepted:?}"
    );
    assert!(refused + same > positions * (5 * CHARACTERS.chars().count() / 2 + HOSTILE.len() / 2));
    let expected =
        ["comment", "description", "reason", "test", "file-name", "path", "method", "request-header", "regex"];
    assert!(expected.iter().all(|position| accepted.contains(position)), "{accepted:?}");
}

/// The name of a policy's static.
fn upper(name: &str) -> String {
    name.to_uppercase().replace('-', "_")
}

/// The first lines that differ.
fn difference(before: &[String], after: &[String]) -> String {
    let at = before.iter().zip(after).position(|(before, after)| before != after).unwrap_or(0);
    let part =
        |lines: &[String]| lines.iter().skip(at.saturating_sub(3)).take(9).cloned().collect::<Vec<_>>().join("\n");
    format!("{}\n--- with the text:\n{}", part(before), part(after))
}
