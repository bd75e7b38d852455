//! Whether two files say the same: every policy admits the same origins, methods and headers.

use std::ops::Range;

use cors_compiler::compare::{self, Aspect, Change, Item, Status};
use cors_compiler::fetch::pattern::parse;
use cors_compiler::ir::{Access, File, Origin};
use cors_compiler::source::{Place, Source, Spanned};

/// The id of entries that could never have matched: a page's origin is not a WebSocket's. Its correction is
/// the only one that gives an entry a meaning.
const DEAD: &str = "origin-websocket-scheme";

/// What no origin is (RFC 6761): `invalid` is no domain.
const NOBODY: &str = "https://nobody.invalid";

/// Whether what an id is about could never have matched.
pub(super) fn was_dead(id: &str) -> bool {
    id == DEAD
}

/// A file, without the entries that stand in the ranges.
#[derive(Debug)]
pub(super) struct Side<'a> {
    pub(super) source: &'a Source,
    pub(super) file: &'a File,
    pub(super) dead: &'a [Range<usize>],
}

impl Side<'_> {
    /// An origin that nobody has: it stands for those of a policy that has none.
    fn nobody() -> Option<Origin> {
        let pattern = Spanned::new(parse(NOBODY).ok()?, Place::default());
        Some(Origin { pattern, through: Vec::new(), accepted_risks: Vec::new() })
    }

    fn alive(&self) -> File {
        let mut file = self.file.clone();
        for policy in &mut file.policies {
            if let Access::Listed { origins, .. } = &mut policy.access {
                origins.retain(|origin| {
                    let span = origin.pattern.span();
                    !self.dead.iter().any(|range| span.start < range.end && range.start < span.end.max(span.start + 1))
                });
                // What a policy says to nobody is to stay as well.
                if origins.is_empty() {
                    origins.extend(Self::nobody());
                }
            }
        }
        file
    }
}

/// What would be different, if anything would.
pub(super) fn difference(before: &Side<'_>, after: &Side<'_>) -> Option<String> {
    let (old, new) = (before.alive(), after.alive());
    let side = |source, file| Some(compare::Side { source, file });
    let compared = compare::compare(side(before.source, &old), side(after.source, &new));
    if compared.routes.iter().any(|routes| routes.old != routes.new) {
        return Some("it would change which policy answers which path".to_owned());
    }
    compared.policies.iter().find_map(|policy| {
        let what = match policy.status {
            Status::Added | Status::Removed => "whether it is there".to_owned(),
            Status::Kept => what(policy.changes.first()?),
        };
        Some(format!("it would change what policy `{}` says: {what}", policy.name))
    })
}

fn what(change: &Change) -> String {
    let what = match change.aspect {
        Aspect::Origins => {
            let mut items = change.lost.iter().chain(&change.gained);
            return match items.find(|item| item.text != NOBODY) {
                Some(item) if item.text == "*" => "who is allowed".to_owned(),
                Some(Item { witness: Some(witness), .. }) => format!("whether `{witness}` is allowed"),
                _ => "the origins, as far as can be told".to_owned(),
            };
        }
        Aspect::Credentials => "credentials",
        Aspect::Methods => "the methods",
        Aspect::RequestHeaders => "the request headers",
        Aspect::ExposedHeaders => "the exposed headers",
        Aspect::PrivateNetwork => "private networks",
        Aspect::MaxAge => "the max age",
    };
    what.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(body: &str) -> (Source, File) {
        let text = format!("version: 1\npolicies:\n  p:\n    {}\n", body.replace("; ", "\n    "));
        let source = Source::new("f", text);
        let file = cors_compiler::check(&source).file.expect(body);
        (source, file)
    }

    fn compare(before: &str, after: &str) -> Option<String> {
        let (before, after) = (file(before), file(after));
        let [before, after] = [&before, &after].map(|(source, file)| Side { source, file, dead: &[] });
        difference(&before, &after)
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
