//! Origins that a `regex:` entry allows.

use cors_compiler::analysis::Language;
use cors_compiler::analysis::expression::Expression;

use crate::origins::Parts;

/// The shortest origins that an expression allows.
pub(crate) fn words(expression: &Expression) -> Vec<Parts> {
    let expressions = [expression.clone(), Expression::serialized_origin()];
    let within = expressions.map(|expression| Language::new(&expression).unwrap());
    let mut known: Vec<Language> = Vec::new();
    let mut words = Vec::new();
    while words.len() < 3
        && let Some(word) =
            Language::witness(&within.iter().collect::<Vec<_>>(), &known.iter().collect::<Vec<_>>()).unwrap()
    {
        known.push(Language::new(&Expression::literal(&word)).unwrap());
        let (scheme, rest) = word.split_once("://").unwrap();
        let colon = rest.rfind(':').filter(|&colon| !rest[colon..].contains(']')).unwrap_or(rest.len());
        let (host, port) = rest.split_at(colon);
        words.push(Parts { scheme: scheme.to_owned(), host: host.to_owned(), port: port.to_owned() });
    }
    words
}
