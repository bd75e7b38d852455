//! Whether two files say the same: every policy admits the same origins, methods and headers.

use std::collections::BTreeSet;
use std::ops::Range;

use cors_compiler::analysis::expression::Expression;
use cors_compiler::analysis::{Language, TooLarge};
use cors_compiler::fetch::header_name::{
    is_cors_non_wildcard_request_header_name, is_cors_safelisted_response_header_name,
};
use cors_compiler::fetch::method::is_cors_safelisted_method;
use cors_compiler::fetch::pattern::OriginPattern;
use cors_compiler::ir::{Access, File, Names, Policy};
use cors_compiler::source::Spanned;

/// The id of entries that could never have matched: a page's origin is not a WebSocket's. Its correction is
/// the only one that gives an entry a meaning.
const DEAD: &str = "origin-websocket-scheme";

/// Whether what an id is about could never have matched.
pub(super) fn was_dead(id: &str) -> bool {
    id == DEAD
}

/// A file, without what stands in the ranges.
#[derive(Debug)]
pub(super) struct Side<'a> {
    pub(super) file: &'a File,
    pub(super) dead: &'a [Range<usize>],
}

impl Side<'_> {
    fn counts<T>(&self, what: &Spanned<T>) -> bool {
        let start = what.span().start;
        !self.dead.iter().any(|range| what.span().start < range.end && range.start < what.span().end.max(start + 1))
    }

    fn origins(&self, policy: &Policy) -> BTreeSet<OriginPattern> {
        let patterns = policy.origins().iter().map(|origin| &origin.pattern);
        patterns.filter(|pattern| self.counts(pattern)).map(|pattern| pattern.value.clone()).collect()
    }

    /// What a list says: `*` if it covers all, the names that `*` does not cover, and else the names that are
    /// not `always` allowed.
    fn names<T: AsRef<str>>(&self, names: &Names<T>, always: IsName, beside_wildcard: IsName) -> BTreeSet<String> {
        let wildcard = names.wildcard.is_some();
        let listed = names.listed.iter().filter(|name| self.counts(name)).map(|name| name.value.as_ref());
        let listed = listed.filter(|name| if wildcard { beside_wildcard(name) } else { !always(name) });
        wildcard.then_some("*").into_iter().chain(listed).map(str::to_owned).collect()
    }

    fn methods(&self, policy: &Policy) -> BTreeSet<String> {
        self.names(&policy.allow_methods, is_cors_safelisted_method, |_| false)
    }

    /// No name is always allowed: CORS-safelisted ones are so for short and simple values only.
    fn request_headers(&self, policy: &Policy) -> BTreeSet<String> {
        self.names(&policy.allow_headers, |_| false, is_cors_non_wildcard_request_header_name)
    }

    fn exposed_headers(&self, policy: &Policy) -> BTreeSet<String> {
        self.names(&policy.expose_headers, is_cors_safelisted_response_header_name, |_| false)
    }
}

/// A property of a name.
type IsName = fn(&str) -> bool;

/// What would be different, if anything would.
pub(super) fn difference(before: &Side<'_>, after: &Side<'_>) -> Option<String> {
    let routes = |side: &Side<'_>| {
        let routes = side.file.routes.as_deref();
        routes.map(|routes| routes.iter().map(|route| (route.path.value.clone(), route.policy.clone())).collect())
    };
    let (old, new): (Option<Vec<_>>, Option<Vec<_>>) = (routes(before), routes(after));
    if old != new || before.file.policies.len() != after.file.policies.len() {
        return Some("it would change which policy answers which path".to_owned());
    }
    before.file.policies.iter().find_map(|old| {
        let name = &old.name.value;
        let what = match after.file.policy(name) {
            Some(new) => policy_difference(before, old, after, new)?,
            None => "whether it is there".to_owned(),
        };
        Some(format!("it would change what policy `{name}` says: {what}"))
    })
}

fn policy_difference(before: &Side<'_>, old: &Policy, after: &Side<'_>, new: &Policy) -> Option<String> {
    let seconds = |policy: &Policy| policy.max_age.as_ref().map(|age| age.value);
    let checks = [
        ("the methods", before.methods(old) == after.methods(new)),
        ("the request headers", before.request_headers(old) == after.request_headers(new)),
        ("the exposed headers", before.exposed_headers(old) == after.exposed_headers(new)),
        ("credentials", old.allows_credentials() == new.allows_credentials()),
        ("private networks", old.allow_private_network.is_some() == new.allow_private_network.is_some()),
        ("the max age", seconds(old) == seconds(new)),
        ("who is allowed", matches!(old.access, Access::Anyone(_)) == matches!(new.access, Access::Anyone(_))),
    ];
    if let Some((what, _)) = checks.into_iter().find(|(_, same)| !same) {
        return Some(what.to_owned());
    }
    match origin_difference(&before.origins(old), &after.origins(new)) {
        Ok(witness) => witness.map(|witness| format!("whether `{witness}` is allowed")),
        Err(TooLarge) => Some("the origins, as far as can be told".to_owned()),
    }
}

/// An origin that only one of them allows.
fn origin_difference(old: &BTreeSet<OriginPattern>, new: &BTreeSet<OriginPattern>) -> Result<Option<String>, TooLarge> {
    if old == new {
        return Ok(None);
    }
    Ok(match only_in(old, new)? {
        Some(lost) => Some(lost),
        None => only_in(new, old)?,
    })
}

/// The shortest origin that `these` allow and `those` do not.
fn only_in(these: &BTreeSet<OriginPattern>, those: &BTreeSet<OriginPattern>) -> Result<Option<String>, TooLarge> {
    let parts =
        |patterns: &mut dyn Iterator<Item = &OriginPattern>| patterns.map(Language::of).collect::<Result<Vec<_>, _>>();
    let own = Language::union(&parts(&mut these.difference(those))?);
    let others = Language::union(&parts(&mut those.iter())?);
    // What is no serialized origin is never sent, and matches on no target.
    let origins =
        Language::union(&[Language::new(&Expression::serialized_origin())?, Language::of(&OriginPattern::Null)?]);
    Language::witness(&[&own, &origins], &[&others])
}

#[cfg(test)]
mod tests {
    use super::*;
    use cors_compiler::source::Source;

    fn file(body: &str) -> File {
        let text = format!("version: 1\npolicies:\n  p:\n    {}\n", body.replace("; ", "\n    "));
        cors_compiler::check(&Source::new("f", text)).file.expect(body)
    }

    fn compare(before: &str, after: &str) -> Option<String> {
        let (before, after) = (file(before), file(after));
        difference(&Side { file: &before, dead: &[] }, &Side { file: &after, dead: &[] })
    }

    #[test]
    fn other_words_for_the_same_are_no_difference() {
        for (before, after) in [
            ("allow_origins: [https://a.example, https://a.example]", "allow_origins: [https://a.example]"),
            ("allow_origins: [https://*.a.example, https://b.a.example]", "allow_origins: [https://*.a.example]"),
            (
                "allow_origins: [{regex: 'https://(a|b)\\.example'}]",
                "allow_origins: [https://b.example, https://a.example]",
            ),
            ("allow_origins: []; allow_methods: [GET, put, PATCH]", "allow_origins: []; allow_methods: [PATCH, PUT]"),
            ("allow_origins: '*'; allow_headers: [x-a, '*']", "allow_origins: '*'; allow_headers: '*'"),
            ("allow_origins: []; expose_headers: [Expires, ETag]", "allow_origins: []; expose_headers: [etag]"),
            ("allow_origins: []; max_age: 60", "allow_origins: []; max_age: 1m"),
        ] {
            assert_eq!(compare(before, after), None, "{before} -> {after}");
            assert_eq!(compare(after, before), None, "{after} -> {before}");
        }
    }

    #[test]
    fn every_difference_is_seen_both_ways() {
        for (before, after, what) in [
            ("allow_origins: [https://a.example]", "allow_origins: []", "whether `https://a.example` is allowed"),
            (
                "allow_origins: ['null']; accept_risks: {null-origin: why}",
                "allow_origins: []",
                "whether `null` is allowed",
            ),
            ("allow_origins: [{regex: 'https://a.b'}]", "allow_origins: [https://a.b]", "whether `https://a"),
            ("allow_origins: '*'", "allow_origins: [https://a.example]", "who is allowed"),
            ("allow_origins: []; allow_methods: [PUT]", "allow_origins: []", "the methods"),
            ("allow_origins: []; allow_headers: [accept]", "allow_origins: []", "the request headers"),
            (
                "allow_origins: '*'; allow_headers: ['*', authorization]",
                "allow_origins: '*'; allow_headers: ['*']",
                "the request headers",
            ),
            ("allow_origins: []; expose_headers: [x-a]", "allow_origins: []", "the exposed headers"),
            ("allow_origins: []; allow_credentials: true", "allow_origins: []", "credentials"),
            ("allow_origins: []; allow_private_network: true", "allow_origins: []", "private networks"),
            ("allow_origins: []; max_age: 0", "allow_origins: []", "the max age"),
        ] {
            for (before, after) in [(before, after), (after, before)] {
                let found = compare(before, after).unwrap_or_default();
                assert!(found.starts_with("it would change what policy `p` says: ") && found.contains(what), "{found}");
            }
        }
    }
}
