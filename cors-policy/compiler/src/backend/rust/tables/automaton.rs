//! Regular expressions: the literal text at both ends, and a small table for what is between.

mod graph;

use graph::Graph;

use crate::analysis::Dfa;

/// The automaton of one regular expression, or of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Automaton {
    /// What all of its origins begin with.
    pub prefix: String,
    /// What all of them end with, behind the prefix.
    pub suffix: String,
    /// The class of each byte.
    pub classes: Vec<u8>,
    /// How many classes there are: so many cells make a row.
    pub width: usize,
    /// The next state for each state and class, row by row; a state is the place where its row begins.
    pub rows: Vec<usize>,
    /// The state in which a match begins.
    pub start: usize,
    /// The first of the states in which a match may end; they are the last ones.
    pub accepting: usize,
}

impl Automaton {
    /// The automata of regular expressions. Those that have no text at the end by which most origins
    /// are refused at once become one, unless it would be too large.
    #[must_use]
    pub fn all<'a>(expressions: impl Iterator<Item = &'a Dfa>) -> Vec<Self> {
        let graphs: Vec<Graph> = expressions.map(Graph::new).collect();
        let (open, closed): (Vec<_>, Vec<_>) =
            graphs.into_iter().partition(|graph| graph.clone().take_suffix().is_empty());
        let open = Graph::union(&open).map_or(open, |together| vec![together]);
        closed.into_iter().chain(open).map(Self::new).collect()
    }

    fn new(mut graph: Graph) -> Self {
        let prefix = graph.take_prefix();
        let suffix = graph.take_suffix();
        let Graph { classes, rows, accepting, start } = graph.minimized();
        let width = rows.first().map_or(0, Vec::len);
        let accepting = accepting.iter().position(|&accepts| accepts).unwrap_or(accepting.len()) * width;
        let rows = rows.into_iter().flatten().map(|state| state * width).collect();
        Self { prefix, suffix, classes, width, rows, start: start * width, accepting }
    }
}

/// The length of the shortest word that an automaton matches.
pub(super) fn shortest_match(dfa: &Dfa) -> usize {
    Graph::new(dfa).shortest_match()
}

#[cfg(test)]
mod tests {
    use super::Automaton;
    use crate::fetch::pattern::OriginPattern;

    fn automata(expressions: &[&str]) -> Vec<Automaton> {
        let patterns: Vec<_> = expressions
            .iter()
            .map(|text| crate::analysis::regex::pattern(text).unwrap_or_else(|_| panic!("{text}")))
            .collect();
        Automaton::all(patterns.iter().filter_map(|pattern| match pattern {
            OriginPattern::Regex(regex) => Some(&regex.dfa),
            _ => None,
        }))
    }

    #[test]
    fn the_text_at_both_ends_is_taken_off() {
        for (text, prefix, suffix, states) in [
            (r"https://pr-[0-9]{2}\.a\.example", "https://pr-", ".a.example", 4),
            (r"https://pr-[0-9]+\.a\.example", "https://pr-", ".a.example", 3),
            (r"https://(?:a|b)\.example(?::8443)?", "https://", "", 16),
            (r"https?://a\.example", "http", "://a.example", 3),
            (r"https://a\.example", "https://a.example", "", 2),
            (r"https://aa?\.example", "https://a", ".example", 3),
            (r"https://a+b+\.example", "https://a", "b.example", 3),
        ] {
            let automata = automata(&[text]);
            let [automaton] = automata.as_slice() else { panic!("{text}") };
            assert_eq!((automaton.prefix.as_str(), automaton.suffix.as_str()), (prefix, suffix), "{text}");
            assert_eq!(automaton.rows.len() / automaton.width, states, "{text}");
        }
    }

    #[test]
    fn expressions_that_end_openly_become_one() {
        let texts = [r"https://a\.example(?::8443)?", r"https://b[0-9]\.example(?::[0-9]+)?", r"https://c+\.example"];
        let automata = automata(&texts);
        let found: Vec<_> = automata.iter().map(|automaton| (&*automaton.prefix, &*automaton.suffix)).collect();
        assert_eq!(found, [("https://c", ".example"), ("https://", "")]);
    }
}
