//! Comparisons: tables of changes, and random ones against the reference and the browser model.

use cors_compiler::browser::{Fetch, Verdict as BrowserVerdict, fetch};
use cors_compiler::compare::{Aspect, ComparedPolicy, Comparison, Side, Verdict, compare};
use cors_compiler::ir::{File, Policy};
use cors_compiler::reference::{Headers, Response, allows_origin, respond};
use cors_compiler::source::Source;
use proptest::prelude::*;

fn read(name: &str, text: &str) -> (Source, File) {
    let source = Source::new(name, text);
    let checked = cors_compiler::check(&source);
    let file = checked.file.ok_or((text, checked.diagnostics)).unwrap();
    (source, file)
}

fn compared(old: &(Source, File), new: &(Source, File)) -> Comparison {
    let side = |(source, file)| Side { source, file };
    compare(Some(side((&old.0, &old.1))), Some(side((&new.0, &new.1))))
}

/// A file of one policy, `p`.
fn policy(body: &str) -> (Source, File) {
    read("f", &format!("version: 1\npolicies:\n  p:\n    {}\n", body.replace("; ", "\n    ")))
}

/// `+origins https://a.example`, one after the other.
fn told(policy: &ComparedPolicy) -> String {
    let mut told = Vec::new();
    for change in &policy.changes {
        let aspect = serde_json::to_value(change.aspect).unwrap();
        for (sign, items) in [('+', &change.gained), ('-', &change.lost)] {
            for item in items {
                let shown = match item.origins.as_slice() {
                    [] => item.witness.clone().map_or(item.text.clone(), |witness| format!("{} {witness}", item.text)),
                    origins => origins.join(" "),
                };
                told.push(format!("{sign}{} {shown}", aspect.as_str().unwrap()));
            }
        }
    }
    told.join(", ")
}

#[test]
fn other_words_for_the_same_are_equal() {
    for (old, new) in [
        ("allow_origins: [https://a.example, https://a.example]", "allow_origins: [https://a.example]"),
        (
            "allow_origins: [https://a.example, https://b.example]",
            "allow_origins: [https://b.example, https://a.example]",
        ),
        ("allow_origins: [https://*.a.example, https://b.a.example]", "allow_origins: [https://*.a.example]"),
        (
            r"allow_origins: [{regex: 'https://(a|b)\.example'}]",
            "allow_origins: [https://b.example, https://a.example]",
        ),
        (r"allow_origins: [{regex: 'https://([a-z0-9_-]+\.)+a\.example'}]", "allow_origins: ['https://*.a.example']"),
        (
            r"allow_origins: [{regex: 'https://pr-.*\.a\.example'}]",
            r"allow_origins: [{regex: 'https://pr-.+\.a\.example'}, {regex: 'https://pr-\.a\.example'}]",
        ),
        (
            "allow_origins: ['http://localhost:3000-3002']",
            "allow_origins: [http://localhost:3000, 'http://localhost:3001-3002']",
        ),
        (r"allow_origins: [{regex: 'http://localhost(:\d+)?'}]", "allow_origins: ['http://localhost:*']"),
        // Browsers leave a default port out.
        (r"allow_origins: [{regex: 'https://a\.example(:443)?'}]", "allow_origins: [https://a.example]"),
        (
            "allow_origins: [https://a.example]; allow_methods: [GET, put, PATCH]",
            "allow_origins: [https://a.example]; allow_methods: [PATCH, PUT]",
        ),
        ("allow_origins: '*'; allow_headers: [x-a, '*']", "allow_origins: '*'; allow_headers: '*'"),
        ("allow_origins: '*'; allow_methods: [PUT, '*']", "allow_origins: '*'; allow_methods: '*'"),
        (
            "allow_origins: [https://a.example]; expose_headers: [Expires, ETag]",
            "allow_origins: [https://a.example]; expose_headers: [etag]",
        ),
        ("allow_origins: [https://a.example]; max_age: 7200", "allow_origins: [https://a.example]; max_age: 2h"),
        ("allow_origins: [https://a.example]; allow_credentials: false", "allow_origins: [https://a.example]"),
        // What is said to nobody makes no difference.
        ("allow_origins: []; allow_methods: [PUT]; max_age: 60", "allow_origins: []; allow_credentials: true"),
    ] {
        for (old, new) in [(old, new), (new, old)] {
            let comparison = compared(&policy(old), &policy(new));
            assert_eq!(comparison.verdict, Verdict::Equal, "{old} -> {new}: {}", told(&comparison.policies[0]));
        }
    }
}

#[test]
fn what_differs_is_told_with_its_witness() {
    use Verdict::{Both, Changes, Widens};
    // (old, new, verdict, what is told); the other way round, signs and verdict are the opposite.
    for (old, new, verdict, expected) in [
        ("[https://a.example]", "[https://a.example, https://b.example]", Widens, "+origins https://b.example"),
        ("[https://a.example]", "[https://b.example]", Both, "+origins https://b.example, -origins https://a.example"),
        (
            "[https://a.a.example]",
            "['https://*.a.example']",
            Widens,
            "+origins https://*.a.example https://x.a.example",
        ),
        (
            "['https://*.a.example', 'https://*.b.example']",
            "['https://*.example']",
            Widens,
            "+origins https://*.example https://a.example",
        ),
        ("[https://a.example]", "['https://a.example:*']", Widens, "+origins https://a.example:* https://a.example:1"),
        (
            "[http://localhost:3001]",
            "['http://localhost:3000-3002']",
            Widens,
            "+origins http://localhost:3000 http://localhost:3002",
        ),
        ("['https://*.a.example']", r"[{regex: 'https://(.+\.)?a\.example'}]", Widens, "+origins https://a.example"),
        (
            r"[{regex: 'https://(a|b)\.example'}]",
            r"[{regex: 'https://[bc]\.example'}]",
            Both,
            "+origins https://c.example, -origins https://a.example",
        ),
        ("[https://a.example]", "[https://a.example, 'null']", Widens, "+origins null"),
        ("[https://a.example]", "'*'", Widens, "+origins * https://evil.example"),
        ("[https://evil.example]", "'*'", Widens, "+origins * https://evil.test"),
        (
            "[https://a.example]; allow_credentials: true",
            "'*'",
            Both,
            "+origins * https://evil.example, -credentials true",
        ),
        ("[https://a.example]", "[https://a.example]; allow_credentials: true", Widens, "+credentials true"),
        ("[]", "[https://a.example]; allow_methods: [PUT]", Widens, "+origins https://a.example, +methods PUT"),
        ("'*'; allow_methods: [PUT]", "'*'; allow_methods: '*'", Widens, "+methods *"),
        (
            "'*'; allow_headers: '*'",
            "'*'; allow_headers: ['*', authorization]",
            Widens,
            "+request-headers authorization",
        ),
        (
            "'*'; allow_headers: '*'",
            "'*'; allow_headers: [authorization, x-a]",
            Both,
            "+request-headers authorization, -request-headers *",
        ),
        // Without leave, only short and simple values may be sent.
        ("'*'", "'*'; allow_headers: [accept]", Widens, "+request-headers accept"),
        ("'*'; expose_headers: [etag]", "'*'; expose_headers: '*'", Widens, "+exposed-headers *"),
        (
            "[https://a.example]; allow_methods: '*'",
            "[https://a.example]; allow_methods: [PUT]; allow_credentials: true",
            Both,
            "+credentials true, -methods *",
        ),
        ("'*'", "'*'; allow_private_network: true", Widens, "+private-network true"),
        ("'*'; max_age: 60", "'*'; max_age: 2m", Changes, "+max-age 120, -max-age 60"),
        ("'*'", "'*'; max_age: 2m", Changes, "+max-age 120"),
        ("'*'; max_age: 60", "[https://a.example]", Verdict::Narrows, "-origins * https://evil.example, -max-age 60"),
    ] {
        let file = |body: &str| policy(&format!("allow_origins: {body}"));
        let accepted = |body: &str| body.replace("'null'", "{origin: 'null', accept_risks: {null-origin: tests}}");
        let (before, after) = (file(&accepted(old)), file(&accepted(new)));
        let comparison = compared(&before, &after);
        assert_eq!(told(&comparison.policies[0]), expected, "{old} -> {new}");
        assert_eq!(comparison.verdict, verdict, "{old} -> {new}");
        assert_mirrored(&comparison, &compared(&after, &before));
    }
}

fn mirrored(verdict: Verdict) -> Verdict {
    match verdict {
        Verdict::Widens => Verdict::Narrows,
        Verdict::Narrows => Verdict::Widens,
        other => other,
    }
}

/// Widening and narrowing swap when the sides do.
fn assert_mirrored(there: &Comparison, back: &Comparison) {
    assert_eq!(there.verdict, mirrored(back.verdict));
    for policy in &there.policies {
        let other = back.policies.iter().find(|other| other.name == policy.name).unwrap();
        assert_eq!(policy.verdict, mirrored(other.verdict));
        for (change, back) in policy.changes.iter().zip(&other.changes) {
            assert_eq!(change.aspect, back.aspect);
            assert_eq!(format!("{:?}", change.gained), format!("{:?}", back.lost));
            assert_eq!(format!("{:?}", change.lost), format!("{:?}", back.gained));
        }
    }
}

const ROUTED: &str = "version: 1
policies:
  narrow: {allow_origins: [https://a.example]}
  same: {allow_origins: [https://a.example]}
  wide: {allow_origins: ['https://*.example', https://a.example]}
  open: {allow_origins: '*'}
routes:
";

/// `/a/**: narrow -> wide (widens)`, one after the other.
fn routes(old: &str, new: &str) -> String {
    let file = |routes: &str| {
        let lines: Vec<String> = routes
            .split_whitespace()
            .map(|route| route.split_once('=').unwrap())
            .map(|(path, policy)| format!("  - {{path: '{path}', policy: {policy}}}\n"))
            .collect();
        let table = if lines.is_empty() { "  []\n".to_owned() } else { lines.concat() };
        read("f", &format!("{ROUTED}{table}"))
    };
    let comparison = compared(&file(old), &file(new));
    let shown = comparison.routes.iter().map(|group| {
        let paths: Vec<&str> = group.paths.iter().map(|path| path.path.as_str()).collect();
        let name = |name: &Option<String>| name.clone().unwrap_or_else(|| "none".to_owned());
        format!("{}: {} -> {} ({})", paths.join(" "), name(&group.old), name(&group.new), group.verdict)
    });
    shown.collect::<Vec<_>>().join(", ")
}

#[test]
fn routes_are_compared_by_what_they_decide() {
    for (old, new, expected) in [
        ("/a/**=narrow", "/a/**=narrow", ""),
        ("/a/**=narrow /b=open", "/b=open /a/**=narrow", ""),
        ("/a/**=narrow", "/a/**=wide", "/a/**: narrow -> wide (widens)"),
        ("/a/**=narrow", "/a/**=same", "/a/**: narrow -> same (equal)"),
        ("/a/**=narrow", "", "/a/**: narrow -> none (narrows)"),
        ("/a/**=narrow", "/a/**=none", "/a/**: narrow -> none (narrows)"),
        // A route that says what the one above says.
        ("/a/**=narrow", "/a/**=narrow /a/b/**=narrow", ""),
        ("/a/**=narrow", "/a=narrow", "/a/**: narrow -> none (narrows)"),
        ("/a=narrow", "/a/**=narrow", "/a/**: none -> narrow (widens)"),
        ("/a/**=narrow", "/a/**=narrow /a/b=open /a/c/**=open", "/a/b /a/c/**: narrow -> open (widens)"),
        ("/a/**=narrow /a/b=none", "/**=narrow /a/b=none", "/**: none -> narrow (widens)"),
        ("/a/**=narrow", "/a/**=narrow /a/=open", "/a/: narrow -> open (widens)"),
        ("/=narrow", "/**=narrow", "/**: none -> narrow (widens)"),
    ] {
        assert_eq!(routes(old, new), expected, "{old} -> {new}");
    }
}

#[test]
fn a_policy_that_changed_changes_its_routes() {
    let old = read("f", &format!("{ROUTED}  - {{path: /x, policy: narrow}}\n"));
    let new = read("f", &format!("{ROUTED}  - {{path: /x, policy: narrow}}\n").replacen("a.example", "b.example", 1));
    let comparison = compared(&old, &new);
    let [group] = comparison.routes.as_slice() else { panic!("{comparison:?}") };
    assert_eq!((group.verdict, group.changes.len()), (Verdict::Both, 0));
    assert_eq!(group.paths[0].new.as_ref().map(|place| place.line), Some(8));
}

#[test]
fn what_is_there_on_one_side_only_is_compared_with_nothing() {
    let text = "version: 1\npolicies:\n  a: {allow_origins: [https://a.example]}\n  none-yet: {allow_origins: []}\n";
    let file = read("f", text);
    let side = Side { source: &file.0, file: &file.1 };
    let verdicts =
        |comparison: &Comparison| comparison.policies.iter().map(|policy| policy.verdict).collect::<Vec<_>>();
    let added = compare(None, Some(side));
    assert_eq!((added.verdict, verdicts(&added)), (Verdict::Widens, vec![Verdict::Widens, Verdict::Changes]));
    let removed = compare(Some(side), None);
    assert_eq!((removed.verdict, verdicts(&removed)), (Verdict::Narrows, vec![Verdict::Narrows, Verdict::Changes]));
    assert_eq!(compare(None, None).verdict, Verdict::Equal);
}

#[test]
fn places_are_those_of_the_entries() {
    let old =
        read("old.yaml", "version: 1\npolicies:\n  p:\n    allow_origins: [https://a.example, https://b.example]\n");
    let text = "version: 1\norigin_sets:\n  s: [https://a.example, https://c.example]\npolicies:\n  p:\n    allow_origins:\n      - set: s\n";
    let comparison = compared(&old, &read("new.yaml", text));
    let change = &comparison.policies[0].changes[0];
    assert_eq!(change.aspect, Aspect::Origins);
    let place = |file: &str, line: usize, column: usize| (file.to_owned(), line, column);
    let of = |at: &cors_compiler::compare::Location| (at.file.clone(), at.line, at.column);
    assert_eq!(of(&change.gained[0].location), place("new.yaml", 3, 26));
    assert_eq!(change.gained[0].through.iter().map(of).collect::<Vec<_>>(), [place("new.yaml", 7, 14)]);
    assert_eq!(of(&change.lost[0].location), place("old.yaml", 4, 40));
}

#[test]
fn thousands_of_origins_are_compared_without_automata() {
    let file = |of: &str| {
        let lines: String = (0..10_000).map(|n| format!("      - https://{of}{n}.example\n")).collect();
        read("f", &format!("version: 1\npolicies:\n  p:\n    allow_origins:\n{lines}      - https://*.both.example\n"))
    };
    let comparison = compared(&file("a"), &file("b"));
    let change = &comparison.policies[0].changes[0];
    assert_eq!((change.gained.len(), change.lost.len()), (10_000, 10_000));
}

/// Entries that overlap, cover each other and name ports.
const ENTRY: &str = r"https://(\*\.|a\*\.|\*b\.|[ab]\.|)([ab]\.)?x(:\*|:3-4|:3|:443-444|)";
/// Expressions over the same hosts.
const REGEX: &str = r"https://(\(a\|b\)\\\.|\.\*|\[ab\]\+\\\.|\(a\\\.\)\?)(b\\\.)?x(\(:3\)\?|:\\d\+|)";
/// Origins near to both.
const ORIGIN: &str = "https://([ab]{1,2}\\.){0,3}x(:[345])?";

fn entries() -> impl Strategy<Value = Vec<String>> {
    let entry = prop_oneof![
        3 => proptest::string::string_regex(ENTRY).unwrap().prop_map(|entry| format!("'{entry}'")),
        1 => proptest::string::string_regex(REGEX).unwrap().prop_map(|regex| format!("{{regex: '{regex}'}}")),
    ];
    proptest::collection::vec(entry, 0..4)
}

/// A file with a policy of everything.
fn random_policy() -> impl Strategy<Value = String> {
    let origins = prop_oneof![
        5 => entries().prop_map(|entries| format!("[{}]", entries.join(", "))),
        1 => Just("'*'".to_owned()),
    ];
    let some = |names: &'static [&'static str]| proptest::sample::subsequence(names, 0..=names.len());
    (
        origins,
        some(&["PUT", "GET", "'*'"]),
        some(&["x-a", "authorization", "'*'"]),
        some(&["etag", "expires", "'*'"]),
        any::<bool>(),
    )
        .prop_map(|(origins, methods, headers, exposed, credentials)| {
            let credentials = credentials && origins != "'*'";
            let list = |names: Vec<&str>| {
                let names: Vec<&str> = names.into_iter().filter(|name| !credentials || *name != "'*'").collect();
                names.join(", ")
            };
            let risks = "accept_risks: {credentials-with-wildcard-subdomain: t, any-port-on-public-host: t, \
                         subdomains-of-public-suffix: t, label-wildcard-at-public-suffix: t, regex-admits-foreign-site: t}";
            format!(
                "version: 1\npolicies:\n  p:\n    allow_origins: {origins}\n    allow_methods: [{}]\n    \
                 allow_headers: [{}]\n    expose_headers: [{}]\n    allow_credentials: {credentials}\n    {risks}\n",
                list(methods),
                list(headers),
                list(exposed)
            )
        })
}

/// `None` if the entries have a fault: a regex may match nothing.
fn lenient(text: &str) -> Option<(Source, File)> {
    let source = Source::new("f", text);
    cors_compiler::check(&source).file.map(|file| (source, file))
}

/// What a script gets of a request: nothing, or the response with the headers that it can read.
fn outcome(policy: &Policy, request: &Fetch) -> Option<Vec<String>> {
    let upstream = || Response { status: 200, headers: Headers::from([("etag", "1"), ("expires", "1"), ("x-z", "1")]) };
    match fetch(request, |asked| respond(policy, asked, |_| upstream())) {
        // The policy's own headers, such as `Vary`, tell a script nothing of the response.
        BrowserVerdict::Allowed { exposed } => {
            Some(exposed.into_iter().filter(|name| ["etag", "expires", "x-z"].contains(&name.as_str())).collect())
        }
        BrowserVerdict::Refused { .. } => None,
    }
}

/// Whether one policy gives a script something that the other does not, over all requests with these origins.
fn gives_more(of: &Policy, than: &Policy, origins: &[String]) -> bool {
    origins.iter().any(|origin| {
        ["GET", "PUT", "FROB"].iter().any(|method| {
            [None, Some("x-a"), Some("authorization"), Some("x-zz")].iter().any(|header| {
                [false, true].iter().any(|&credentials| {
                    let request = Fetch {
                        origin: origin.clone(),
                        method: (*method).to_owned(),
                        path: "/".to_owned(),
                        unsafe_headers: header.iter().map(|name| (*name).to_owned()).collect(),
                        credentials,
                        upload_listener: false,
                    };
                    let known = outcome(than, &request);
                    outcome(of, &request)
                        .is_some_and(|mine| known.is_none_or(|known| mine.iter().any(|name| !known.contains(name))))
                })
            })
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A comparison gains or loses exactly if a browser, asking the reference, sees scripts gain or lose.
    #[test]
    fn the_verdict_is_what_browsers_see(
        old in random_policy(),
        new in random_policy(),
        sampled in proptest::collection::vec(proptest::string::string_regex(ORIGIN).unwrap(), 6),
    ) {
        let (Some(before), Some(after)) = (lenient(&old), lenient(&new)) else { return Ok(()) };
        let comparison = compared(&before, &after);
        assert_mirrored(&comparison, &compared(&after, &before));
        let (p, q) = (&before.1.policies[0], &after.1.policies[0]);
        let mut origins = sampled;
        for policy in [p, q] {
            origins.extend(policy.origins().iter().map(|entry| entry.pattern.value.to_string()).filter(|text| !text.contains('*')));
        }
        for change in &comparison.policies[0].changes {
            for (items, mine, other) in [(&change.gained, q, p), (&change.lost, p, q)] {
                for item in items {
                    for origin in item.origins.iter().chain(&item.witness) {
                        let admitted = allows_origin(mine, origin) && !allows_origin(other, origin);
                        prop_assert!(admitted, "{origin} of {}: {old}{new}", item.text);
                        origins.push(origin.clone());
                    }
                }
            }
        }
        // Whatever is not about an origin needs one that is admitted.
        for (source, file) in [&before, &after] {
            let all = compare(None, Some(Side { source, file }));
            let gained = all.policies.iter().flat_map(|policy| &policy.changes).flat_map(|change| &change.gained);
            origins.extend(gained.filter_map(|item| item.witness.clone()));
        }
        let seen = (gives_more(q, p, &origins), gives_more(p, q, &origins));
        let verdict = comparison.verdict;
        prop_assert_eq!((verdict.widens(), verdict.narrows()), seen, "{}{}{}", old, new, told(&comparison.policies[0]));
    }

    /// The same of origins alone, with entries that share a lot.
    #[test]
    fn origins_differ_where_the_reference_differs(
        shared in entries(),
        old in entries(),
        new in entries(),
        sampled in proptest::collection::vec(proptest::string::string_regex(ORIGIN).unwrap(), 30),
    ) {
        let file = |more: &Vec<String>| {
            let entries = [shared.as_slice(), more].concat().join(", ");
            lenient(&format!("version: 1\npolicies:\n  p:\n    allow_origins: [{entries}]\n"))
        };
        let (Some(before), Some(after)) = (file(&old), file(&new)) else { return Ok(()) };
        let verdict = compared(&before, &after).verdict;
        let (p, q) = (&before.1.policies[0], &after.1.policies[0]);
        for origin in &sampled {
            let (was, is) = (allows_origin(p, origin), allows_origin(q, origin));
            prop_assert!(verdict.widens() || was || !is, "{}: {:?} {:?}", origin, old, new);
            prop_assert!(verdict.narrows() || is || !was, "{}: {:?} {:?}", origin, old, new);
        }
    }
}
