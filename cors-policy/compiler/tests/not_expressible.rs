//! What a target cannot say is an error with a place, never an approximation.

use cors_compiler::backend::{BACKENDS, Job, Options};
use cors_compiler::diagnostic::Diagnostics;
use cors_compiler::source::Source;

/// (what, target, the policy file)
const TABLE: &[(&str, &str, &str)] = &[
    (
        "a `$` in a value would begin an nginx variable",
        "nginx",
        "policies:\n  p:\n    allow_origins: ['https://a.example']\n    allow_headers: [x-$host]\n",
    ),
    (
        "a pattern beyond RE2's limit in Envoy",
        "envoy",
        "policies:\n  p:\n    allow_origins: ['https://*.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.example']\n",
    ),
    (
        "two statics of the same name",
        "rust",
        "policies:\n  routes:\n    allow_origins: ['https://a.example']\nroutes:\n  - {path: /, policy: routes}\n",
    ),
];

#[test]
fn what_a_target_cannot_say_is_an_error() {
    for (what, target, text) in TABLE {
        let source = Source::new("f", format!("version: 1\n{text}"));
        let file = cors_compiler::check(&source).file.expect(what);
        for backend in BACKENDS {
            let options = Options::default();
            let job =
                Job { source: &source, file: &file, only: None, shape: &backend.shapes[0], endpoints: None, options };
            let mut diagnostics = Diagnostics::new();
            (backend.check)(&job, &mut diagnostics);
            let found = diagnostics.into_sorted();
            let ids: Vec<&str> = found.iter().map(|diagnostic| diagnostic.code.id).collect();
            let expected: &[&str] = if backend.name == *target { &["not-expressible"] } else { &[] };
            assert_eq!(ids, expected, "{what}: {}", backend.name);
            assert!(found.iter().all(|diagnostic| !source.slice(diagnostic.span()).is_empty()));
        }
    }
}
