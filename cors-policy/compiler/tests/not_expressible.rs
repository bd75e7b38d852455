//! What a target cannot say is an error with a place, never an approximation.

use cors_compiler::backend::{BACKENDS, Job, Options, Profile, Version};
use cors_compiler::diagnostic::Diagnostics;
use cors_compiler::source::Source;

const DEFAULT: Options = Options {
    nginx_version: None,
    envoy_version: None,
    profile: Profile::Native,
    format: cors_compiler::backend::Format::Yaml,
};
const ENVOY_1_29: Options = Options { envoy_version: Some(Version(1, 29, 3)), ..DEFAULT };

/// (what, target, what was chosen, the policy file)
const TABLE: &[(&str, &str, Options, &str)] = &[
    (
        "a `$` in a value would begin an nginx variable",
        "nginx",
        DEFAULT,
        "policies:\n  p:\n    allow_origins: ['https://a.example']\n    allow_headers: [x-$host]\n",
    ),
    (
        "an Envoy that would pass refused preflights on",
        "envoy",
        ENVOY_1_29,
        "policies:\n  p:\n    allow_origins: ['https://a.example']\n",
    ),
    (
        "an Envoy whose Lua filter may want a script of its own",
        "envoy",
        Options { profile: Profile::Exact, ..ENVOY_1_29 },
        "policies:\n  p:\n    allow_origins: '*'\n",
    ),
    (
        "two statics of the same name",
        "rust",
        DEFAULT,
        "policies:\n  routes:\n    allow_origins: ['https://a.example']\nroutes:\n  - {path: /, policy: routes}\n",
    ),
];

/// What Envoy cannot say by a matcher is said by a script, and a policy open to everyone refuses nothing.
const EXPRESSIBLE: &[(&str, Options, &str)] = &[
    (
        "a pattern beyond RE2's limit in Envoy",
        DEFAULT,
        "policies:\n  p:\n    allow_origins: ['https://*.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.example']\n",
    ),
    ("everyone, for an old Envoy", ENVOY_1_29, "policies:\n  p:\n    allow_origins: '*'\n"),
];

#[test]
fn what_a_target_cannot_say_is_an_error() {
    let refused = TABLE.iter().map(|&(what, target, options, text)| (what, Some(target), options, text));
    let accepted = EXPRESSIBLE.iter().map(|&(what, options, text)| (what, None, options, text));
    for (what, target, options, text) in refused.chain(accepted) {
        let source = Source::new("f", format!("version: 1\n{text}"));
        let file = cors_compiler::check(&source).file.expect(what);
        for backend in BACKENDS {
            let job =
                Job { source: &source, file: &file, only: None, shape: &backend.shapes[0], endpoints: None, options };
            let mut diagnostics = Diagnostics::new();
            (backend.check)(&job, &mut diagnostics);
            let found = diagnostics.into_sorted();
            let ids: Vec<&str> = found.iter().map(|diagnostic| diagnostic.code.id).collect();
            let expected: &[&str] = if target == Some(backend.name) { &["not-expressible"] } else { &[] };
            assert_eq!(ids, expected, "{what}: {}", backend.name);
            assert!(found.iter().all(|diagnostic| !source.slice(diagnostic.span()).is_empty()));
        }
    }
}
