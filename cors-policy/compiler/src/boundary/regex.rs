//! Origins that a `regex:` entry allows.

use super::Parts;
use crate::analysis::Language;
use crate::analysis::expression::Expression;

/// How many are found.
const MOST: usize = 3;

/// The shortest origins that an expression allows; none if it is too large to be analysed.
pub(super) fn samples(expression: &Expression) -> Vec<Parts> {
    let within = [expression.clone(), Expression::serialized_origin()].map(|expression| Language::new(&expression));
    let [Ok(listed), Ok(serialized)] = within else { return Vec::new() };
    let mut known: Vec<Language> = Vec::new();
    let mut words = Vec::new();
    while words.len() < MOST {
        let others: Vec<&Language> = known.iter().collect();
        let Ok(Some(word)) = Language::witness(&[&listed, &serialized], &others) else { break };
        let (Ok(language), Some(parts)) = (Language::new(&Expression::literal(&word)), split(&word)) else { break };
        known.push(language);
        words.push(parts);
    }
    words
}

fn split(origin: &str) -> Option<Parts> {
    let (scheme, rest) = origin.split_once("://")?;
    let colon = rest.rfind(':').filter(|&colon| !rest[colon..].contains(']')).unwrap_or(rest.len());
    let (host, port) = rest.split_at(colon);
    Some(Parts { scheme: scheme.to_owned(), host: host.to_owned(), port: port.to_owned() })
}
