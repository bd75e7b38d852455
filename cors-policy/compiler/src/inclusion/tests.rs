//! What the parts say is what the automata say.

use super::{Entries, gap, languages, witness};
use crate::analysis::{Language, regex};
use crate::fetch::pattern::{HostPattern, OriginPattern, parse};
use crate::ir::Origin;
use crate::source::{Place, Spanned};

fn pattern(text: &str) -> Option<OriginPattern> {
    match text.strip_prefix("regex: ") {
        Some(text) => regex::pattern(text).ok(),
        None => parse(text).ok(),
    }
}

fn origins<'a>(patterns: impl IntoIterator<Item = &'a OriginPattern>) -> Vec<Origin> {
    let origin = |pattern: &OriginPattern| Origin {
        pattern: Spanned::new(pattern.clone(), Place::default()),
        through: Vec::new(),
        accepted_risks: Vec::new(),
    };
    patterns.into_iter().map(origin).collect()
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(300))]

    #[test]
    fn an_origin_is_lacking_if_the_automata_find_one(
        entries in proptest::collection::vec(
            "https://(\\*\\.|[ab]{0,2}\\*[ab]{0,2}\\.|[abx]{1,2}\\.)(b\\.)?x(:\\*|:[1-3]-[3-5]|:443-444|:3|)\
            |regex: https://(\\[abx\\]\\+|\\.\\*|a|b\\.x)\\\\\\.x",
            2..7,
        ),
    ) {
        let patterns: Vec<OriginPattern> = entries.iter().filter_map(|entry| pattern(entry)).collect();
        let Some((first, others)) = patterns.split_first() else { return Ok(()) };
        let listed = origins(others);
        let others = Entries::new(&listed);
        let all = languages(listed.iter().map(|origin| &origin.pattern.value)).unwrap();
        let own = Language::of(first).unwrap();
        let expected = witness(&own, &all, &std::cell::Cell::new(usize::MAX)).unwrap();
        let found = others.lack(first).unwrap();
        proptest::prop_assert_eq!(found.is_some(), expected.is_some(), "{:?}: {:?} {:?}", entries, found, expected);
        if let Some(found) = found {
            proptest::prop_assert!(own.contains(&found) && !all.contains(&found), "{:?}: {}", entries, found);
        }
    }
}

/// Every character there is, so that nothing is left on any way but what is too short for it.
#[test]
fn wildcards_that_cover_another_one_together_are_seen() {
    let characters = "abcdefghijklmnopqrstuvwxyz0123456789_-";
    let all: Vec<OriginPattern> =
        characters.chars().filter_map(|c| pattern(&format!("https://pr-{c}*b.a.example"))).collect();
    assert_eq!(all.len(), characters.len());
    let whole = pattern("https://pr-*ab.a.example").unwrap();
    let listed = origins(&all);
    assert_eq!(Entries::new(&listed).lack(&whole), Ok(None), "the first of what is between, then the `a`");
    let near: Vec<&OriginPattern> = all.iter().collect();
    assert!(gap::find(&whole, &near).is_empty());
    // Without one of them, or with nothing that is sure to be between.
    assert_eq!(Entries::new(&listed[1..]).lack(&whole), Ok(Some("https://pr-aab.a.example".to_owned())));
    let shorter = pattern("https://pr-*b.a.example").unwrap();
    assert_eq!(Entries::new(&listed).lack(&shorter), Ok(Some("https://pr-ab.a.example".to_owned())));
}

#[test]
fn hundreds_of_wildcards_are_told_apart_without_an_automaton() {
    let old: Vec<OriginPattern> = (0..200).filter_map(|n| pattern(&format!("https://*-{n}.a.example"))).collect();
    let new: Vec<OriginPattern> = (0..200).filter_map(|n| pattern(&format!("https://{n}-*.a.example"))).collect();
    let near: Vec<&OriginPattern> = new.iter().collect();
    let listed = origins(&new);
    for pattern in &old {
        assert!(matches!(pattern, OriginPattern::Tuple { host: HostPattern::Label { .. }, .. }));
        assert!(!gap::find(pattern, &near).is_empty(), "{pattern}");
        assert!(Entries::new(&listed).lack(pattern).unwrap().is_some(), "{pattern}");
    }
}
