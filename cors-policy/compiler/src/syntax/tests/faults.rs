//! Every fault of the file's syntax, by id and place, and what is said about it.

use super::{fixed, found, only, read};

#[test]
fn faults_are_found_at_their_place() {
    let table: &[(&str, &[&str])] = &[
        // Nothing wrong.
        ("version: 1\n", &[]),
        ("---\nversion: 1\n...\n", &[]),
        ("? version\n: 1\n", &[]),
        ("routes: [\n  {path: /a, policy: b}\n]\n", &[]),
        ("routes:\n- path: /a\n  policy: b\n", &[]),
        ("policies:\n  a: &a {allow_origins: [], max_age: 2h}\n  b: *a\n", &[]),
        ("policies: {a: {allow_origins: [https://*.a.example, 'null', '*'] }} # fine\n", &[]),
        ("policies: {no: {max_age: 600}, on: {max_age: 10m}}\n", &[]),
        // An empty file.
        ("", &["missing-key 1:1"]),
        ("# only a comment\n\n", &["missing-key 1:1"]),
        ("---\n", &["missing-key 1:1"]),
        ("\u{feff}", &["missing-key 1:1"]),
        // Not YAML.
        ("version: [1, 2\nroutes: []\n", &["yaml-syntax 2:7"]),
        ("version: [1, 2\n", &["yaml-syntax 1:10"]),
        ("version: {a: 1]\n", &["yaml-syntax 1:10"]),
        ("version: ]\n", &["yaml-syntax 1:10"]),
        ("version: [a, , b]\n", &["yaml-syntax 1:14"]),
        ("version: \"1\nroutes: []\n", &["yaml-syntax 1:10"]),
        ("version: \"1\\q\"\n", &["yaml-syntax 1:12"]),
        ("version: 'it's'\n", &["yaml-syntax 1:14"]),
        ("version: \"1\"# one\n", &["yaml-syntax 1:13"]),
        ("policies:\n\ta: {}\n", &["yaml-syntax 2:1"]),
        ("policies:\n  a: {}\n\tb: {}\n", &["yaml-syntax 3:1"]),
        ("version:1\nroutes: []\n", &["yaml-syntax 2:7"]),
        ("version: 1\nroutes\npolicies: {}\n", &["yaml-syntax 2:1"]),
        ("version: 1: 2\n", &["yaml-syntax 1:11"]),
        ("version: 1\n  routes: []\n", &["yaml-syntax 2:9"]),
        ("policies:\n    a: {}\n  b: {}\n", &["yaml-syntax 3:3"]),
        ("routes: - path: /a\n", &["yaml-syntax 1:9"]),
        ("routes: [- a]\n", &["yaml-syntax 1:10"]),
        ("version: 1 \u{1}\n", &["yaml-syntax 1:12"]),
        ("version: 1\n\0routes: []\n", &["yaml-syntax 2:1"]),
        ("version: *one\n", &["yaml-syntax 1:10"]),
        ("version: &one\nroutes: *two\n", &["wrong-type 1:1", "yaml-syntax 2:9"]),
        // YAML that a policy does without.
        ("version: !!int 1\n", &["unsupported-yaml 1:10"]),
        ("version: 1\nroutes: !x []\n", &["unsupported-yaml 2:9"]),
        (
            "version: !!int 1\nroutes: [!x {}, !<y> a]\n",
            &["unsupported-yaml 1:10", "unsupported-yaml 2:10", "unsupported-yaml 2:17"],
        ),
        ("version: !e!x 1\n", &["unsupported-yaml 1:10"]),
        ("%YAML 1.1\n---\nversion: 1\n", &["unsupported-yaml 1:1"]),
        ("version: 1\n---\nversion: 2\n", &["unsupported-yaml 2:1"]),
        ("version: 1\n...\nversion: 2\n", &["unsupported-yaml 3:1"]),
        ("policies: {a: &a {max_age: 1}, b: {<<: *a}}\n", &["unsupported-yaml 1:36"]),
        ("policies: {\"<<\": {max_age: 1}}\n", &[]),
        (
            "policies:\n  1: {}\n  true: {}\n  ~: {}\n  0x1: {}\n  1.5: {}\n  010: {}\n",
            &[
                "unsupported-yaml 2:3",
                "unsupported-yaml 3:3",
                "unsupported-yaml 4:3",
                "unsupported-yaml 5:3",
                "unsupported-yaml 6:3",
                "unsupported-yaml 7:3",
            ],
        ),
        (
            "policies:\n  ? [a]\n  : {}\n  ? {b: c}\n  : {}\n  : {}\n",
            &["unsupported-yaml 2:5", "unsupported-yaml 4:5", "unsupported-yaml 6:3"],
        ),
        ("policies: {&a a: {}, *a : {}}\n", &["unsupported-yaml 1:22"]),
        ("routes: &x [*x]\n", &["unsupported-yaml 1:13"]),
        ("policies: &x {a: {description: *x}}\n", &["unsupported-yaml 1:32"]),
        // Keys.
        ("version: 1\nversion: 2\n", &["duplicate-key 2:1"]),
        ("policies: {a: {}, \"a\": {max_age: []}, b: {max_age: []}}\n", &["duplicate-key 1:19", "wrong-type 1:52"]),
        ("versoin: 1\npolicies: {a: {colour: blue}}\n", &["unknown-key 1:1", "unknown-key 2:16"]),
        // Types.
        ("- version: 1\n", &["wrong-type 1:1"]),
        ("version\n", &["wrong-type 1:1"]),
        ("null\n", &["wrong-type 1:1"]),
        ("version: \"1\"\n", &["wrong-type 1:10"]),
        ("version: 1.0\n", &["wrong-type 1:10"]),
        ("version: -1\n", &["wrong-type 1:10"]),
        ("version: 01\n", &["wrong-type 1:10"]),
        ("version: 99999999999999999999\n", &["wrong-type 1:10"]),
        ("version:\nroutes:\npolicies: ~\n", &["wrong-type 1:1", "wrong-type 2:1", "wrong-type 3:11"]),
        (
            "routes:\n- path: null\n  policy: 5\n- /a\n-\n- path:\n",
            &["wrong-type 2:9", "wrong-type 3:11", "wrong-type 4:3", "wrong-type 5:1", "wrong-type 6:3"],
        ),
        ("routes: {path: /a}\npolicies: [a]\n", &["wrong-type 1:9", "wrong-type 2:11"]),
        (
            "policies: {a: {max_age: [1], allow_credentials: 1, description: [a, b]}}\n",
            &["wrong-type 1:25", "wrong-type 1:49", "wrong-type 1:65"],
        ),
        (
            "policies: {a: {max_age: 0600}, b: {max_age: 1e3}, c: {max_age: true}}\n",
            &["wrong-type 1:25", "wrong-type 1:64"],
        ),
        (
            "origin_sets: {a: [null, 5, [x], {}, {set: null}], b: https://b.example}\n",
            &["wrong-type 1:19", "wrong-type 1:25", "wrong-type 1:28", "wrong-type 1:43", "wrong-type 1:54"],
        ),
    ];
    let mut wrong = Vec::new();
    for (text, expected) in table {
        let found = found(text);
        if found != *expected {
            wrong.push(format!("{text}\n  expected {expected:?}\n  found    {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_star_without_quotes_is_explained_and_reading_goes_on() {
    let last = "\nversion: x\n";
    for (before, star, after) in [
        ("policies: {a: {allow_methods: [", "*", "]}}"),
        ("policies: {a: {allow_methods: [ ", "*", " ]}}"),
        ("policies: {a: {allow_methods: [PUT, ", "*", ", GET]}}"),
        ("policies:\n a:\n  allow_methods:\n    - ", "*", ""),
        ("policies:\n a:\n  allow_origins: ", "*", ""),
        ("policies:\n a:\n  allow_origins: ", "*", " # everyone"),
        ("policies:\n a:\n  allow_origins: ", "*, https://a.example", ""),
        ("policies: {a: {allow_origins: ", "*", "}}"),
        ("policies:\n a:\n  allow_origins:\n  - ", "*.example.com", ""),
        ("policies:\n a:\n  allow_origins:\n  - ", "*.example.com", "\n  - https://a.example"),
        ("policies:\n a:\n  allow_origins:\n  - ", "*.example.com https://b.example", ""),
        ("policies:\n a:\n  allow_origins:\n  - ", "*.example.com, https://b.example", ""),
        ("policies:\n a:\n  allow_origins:\n  - ", "*://a.example", ""),
        ("policies: {a: {allow_origins: [", "*.example.com", ", https://a.example]}}"),
        ("policies: {a: {allow_origins: [", "*:8080", "]}}"),
        ("origin_sets: {a: ", "*.example.com", "}"),
        ("policies:\n  ", "*", ": {}"),
        ("policies:\n  a: {}\n  ", "*", ": {}"),
        ("policies:\n a:\n  description: ", "@home", ""),
        ("policies:\n a:\n  description: ", "&", ""),
        ("policies:\n a:\n  description: ", "%a b", ""),
    ] {
        let text = format!("{before}{star}{after}{last}");
        let (file, diagnostics, source) = read(&text);
        let ids: Vec<_> = diagnostics.iter().map(|d| d.code.id).collect();
        assert_eq!(ids, ["yaml-syntax", "wrong-type"], "{text}");
        assert_eq!(source.slice(diagnostics[0].span()), star, "{text}");
        let quoted = format!("\"{star}\"");
        assert_eq!(diagnostics[0].help.as_deref(), Some(format!("quote it: `{quoted}`").as_str()));
        let expected = format!("{before}{quoted}{after}{last}");
        assert_eq!(fixed(&text, &diagnostics[0]), Some(expected.clone()));
        assert!(!found(&expected).iter().any(|d| d.starts_with("yaml-syntax")), "{expected}");
        assert!(file.is_some_and(|file| file.value.is_some()), "{text}");
    }
}

#[test]
fn a_star_is_reported_even_if_the_rest_cannot_be_read() {
    assert_eq!(found("version: [*\n"), ["yaml-syntax 1:10", "yaml-syntax 1:11"]);
    assert_eq!(
        found("routes: *\nversion: [*, *.x, \"\n"),
        ["yaml-syntax 1:9", "yaml-syntax 2:11", "yaml-syntax 2:14", "yaml-syntax 2:19"]
    );
    let fine = "policies: {a: {allow_origins: [https://*.a.example, http://localhost:*]}} # * & @\n";
    assert_eq!(found(fine), [""; 0]);
}

#[test]
fn an_unclosed_bracket_is_shown_too() {
    let (_, diagnostics, source) = read("policies:\n  a:\n    allow_methods: [PUT, DELETE\n    max_age: 5\n");
    let labels: Vec<_> = diagnostics[0].labels.iter().map(|l| (source.slice(l.span), l.text.as_str())).collect();
    assert_eq!(labels, [(":", ""), ("[", "still open here")]);
}

#[test]
fn help_says_what_to_write() {
    for (text, help) in [
        ("policies: {a: {allow_methods: GET}}", "write a list: `[GET]`"),
        ("policies: {a: {allow_methods: \"GET, PUT\"}}", "write a list: `[GET, PUT]`"),
        ("policies:\n a:\n  allow_methods: GET, PUT", "write a list: `[GET, PUT]`"),
        ("policies: {a: {allow_origins: https://a.example}}", "write a list: `[https://a.example]`"),
        ("policies:\n a:\n  allow_origins: http://[::1]:80", "write a list: `[\"http://[::1]:80\"]`"),
        ("policies: {a: {allow_origins: \"null\"}}", "write a list: `[\"null\"]`"),
        ("policies: {a: {allow_credentials: yes}}", "write `true`"),
        ("policies: {a: {allow_credentials: On}}", "write `true`"),
        ("policies: {a: {allow_credentials: no}}", "write `false`"),
        ("policies: {a: {allow_credentials: \"true\"}}", "without quotes, write `true`"),
        (
            "policies: {a: {allow_origins: [null]}}",
            "if the text is meant, quote it: the `null` origin is written `\"null\"`",
        ),
        ("policies: {a: {description: 1.10}}", "quote it: `\"1.10\"`"),
        ("policies: {a: {description: true}}", "quote it: `\"true\"`"),
        ("version: \"1\"", "without quotes, write `1`"),
        ("policies: {1: {}}", "if this is the name that is meant, quote it: `\"1\"`"),
        ("policies: {a: {allowOrigins: []}}", "did you mean `allow_origins`?"),
        ("policies: {a: {origins: []}}", "did you mean `allow_origins`?"),
        ("policies: {a: {allowed_origins: []}}", "did you mean `allow_origins`?"),
        ("policies: {a: {allow_origin: []}}", "did you mean `allow_origins`?"),
        ("policies: {a: {access_control_allow_origin: []}}", "did you mean `allow_origins`?"),
        ("policies: {a: {Access-Control-Max-Age: 1}}", "did you mean `max_age`?"),
        ("policies: {a: {allowedMethods: []}}", "did you mean `allow_methods`?"),
        ("policies: {a: {methods: []}}", "did you mean `allow_methods`?"),
        ("policies: {a: {headers: []}}", "did you mean `allow_headers`?"),
        ("policies: {a: {exposed_headers: []}}", "did you mean `expose_headers`?"),
        ("policies: {a: {credentials: true}}", "did you mean `allow_credentials`?"),
        ("policies: {a: {maxAge: 1}}", "did you mean `max_age`?"),
        ("policies: {a: {maxage: 1}}", "did you mean `max_age`?"),
        ("policies: {a: {alow_methods: []}}", "did you mean `allow_methods`?"),
        ("origins: {}", "did you mean `origin_sets`?"),
        ("policy: {}", "did you mean `policies`?"),
        ("routes: [{policies: a}]", "did you mean `policy`?"),
    ] {
        let diagnostic = only(text);
        assert_eq!(diagnostic.help.as_deref(), Some(help), "{text}");
        let after = fixed(text, &diagnostic).unwrap_or_default();
        assert_eq!(found(&after), [""; 0], "{text} -> {after}");
    }
}

#[test]
fn help_without_a_fix() {
    for (text, help) in [
        (
            "colour: blue",
            "the keys here are `version`, `origin_sets`, `policies`, `routes`, `environments`, `never`, `only` and `tests`",
        ),
        ("routes: [{methods: []}]", "the keys here are `path` and `policy`"),
        (
            "policies: {a: {origins: [], allow_origins: []}}",
            "`allow_origins` is written already: merge this into it, or delete it",
        ),
        (
            "policies: {a: {max_age: 010}}",
            "some readers take such a number for octal: write it without the leading zero",
        ),
        ("policies: {a: {max_age: true}}", "write a number such as `600`, or a string such as `10m`"),
        ("policies:\n  a: max_age:5", "write a space after the `:`: `max_age: …`"),
        ("policies: {a: {allow_credentials: maybe}}", "write `true` or `false`"),
        ("policies: {a: {allow_methods: }}", "write `\"*\"` or a list; a list without items is `[]`"),
        ("policies:", "write its keys below it, indented, or delete it"),
        ("version:1\nroutes: []", "on the line above, write a space after the `:`: `version: 1`"),
        ("policies:\n\ta: {}", "indent with spaces"),
        ("routes: \"\\/a\\.b\"", "use single quotes, in which `\\` stands for itself, or write `\\\\`"),
        ("version: *v1", "define `&v1` before this line; if the `*` belongs to the text, quote it: `\"*v1\"`"),
    ] {
        let diagnostic = only(text);
        assert_eq!(diagnostic.help.as_deref(), Some(help), "{text}");
        assert_eq!(diagnostic.fix, None, "{text}");
    }
}

#[test]
fn every_fault_of_a_file_is_found_in_one_run() {
    let text = r#"version: "1"
origin_sets:
  first: https://a.example
policies:
  shop:
    description: 5
    allowOrigins: [https://shop.example]
    allow_origins:
      - *.shop.example
      - null
      - {orign: https://a.example, set: [first]}
      - https://fine.example
    allow_methods: GET, PUT
    allow_headers: [*, 7, content-type]
    allow_credentials: yes
    max_age: 0600
    max_age: 5
    accept_risks: {insecure-origin: }
  open:
    allow_origins: *
    allow_methods: !!seq [PUT]
  2: {}
routes:
  - path: /a
    polcy: shop
  - /b
"#;
    let expected = [
        "wrong-type 1:10",
        "wrong-type 3:10",
        "wrong-type 6:18",
        "unknown-key 7:5",
        "yaml-syntax 9:9",
        "wrong-type 10:9",
        "unknown-key 11:10",
        "wrong-type 11:41",
        "wrong-type 13:20",
        "yaml-syntax 14:21",
        "wrong-type 14:24",
        "wrong-type 15:24",
        "wrong-type 16:14",
        "duplicate-key 17:5",
        "wrong-type 18:20",
        "yaml-syntax 20:20",
        "unsupported-yaml 21:20",
        "unsupported-yaml 22:3",
        "unknown-key 25:5",
        "wrong-type 26:5",
    ];
    assert_eq!(found(text), expected);
}

#[test]
fn diagnostics_are_one_line_each_and_follow_the_house_style() {
    let long = "x".repeat(500);
    for text in [
        "version: [1",
        "a: 1\nb",
        "version: *x y\n  z\n",
        "\"two\\nlines\": 1",
        &format!("version: *.{long}"),
        &format!("{long}: 1\n"),
    ] {
        for d in read(text).1 {
            assert!(!d.message.contains('\n') && d.message.chars().count() < 200, "{}", d.message);
            assert!(!d.message.ends_with('.') && !d.message.starts_with(char::is_uppercase), "{}", d.message);
            assert!(d.help.is_some_and(|help| !help.ends_with('.')), "{}", d.message);
        }
    }
}
