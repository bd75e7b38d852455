//! Writes the policies, checks them and compiles them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a build that fails shows why")]

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use cors_compiler::backend::rust;
use cors_compiler::source::Source;

/// (name, exact origins, wildcards, other entries, credentials)
type Entries = (&'static str, usize, usize, &'static [&'static str], bool);

const POLICIES: &[Entries] = &[
    ("thousand-exact", 1_000, 0, &[], true),
    ("ten-thousand-exact", 10_000, 0, &["regex: 'https://branch-[0-9a-f]{7}\\.preview\\.example'"], false),
    (
        "thousand-wildcards",
        0,
        1_000,
        &["regex: 'https://(?:a|b|[c-f]{2,3})\\.(?:one|two)\\.example(?::8[0-9]{3})?'"],
        false,
    ),
    (
        "every-pattern",
        90,
        20,
        &[
            "'https://pr-*.preview.example:8443'",
            "'https://pr-*-a.preview.example'",
            "'https://pr-*-b.preview.example'",
            "'https://*-team.preview.example:3000-3999'",
            "'https://*-team.preview.example'",
            "'https://*.preview.example:9000'",
            "'https://*.deep.preview.example'",
            "'https://*.dotted.example.'",
            "'http://localhost:*'",
            "'http://127.0.0.1:3000-3999'",
            "'http://127.0.0.1:4000'",
            "'http://[::1]:*'",
            "'https://[2001:db8::1]'",
            "'capacitor://localhost'",
            "'https://*.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.example'",
            "'null'",
            "regex: 'https://branch-[0-9a-f]{7}\\.preview\\.example'",
            "regex: 'https?://v[0-9]+(?:-rc[0-9])?\\.releases\\.example(?::(?:80|443|8080))?'",
        ],
        false,
    ),
];

fn main() {
    let directory = env::var("OUT_DIR").unwrap();
    let directory = Path::new(&directory);
    let krate: proc_macro2::TokenStream = "::cors_policy".parse().unwrap();
    let (mut statics, mut rows) = (String::new(), String::new());
    for entries in POLICIES {
        let (name, text) = (entries.0, text(entries));
        let checked = cors_compiler::check(&Source::new(name, &text));
        let file = checked.file.unwrap_or_else(|| panic!("{name}: {:?}", checked.diagnostics));
        let (item, expression) = (rust::static_name(name), rust::policy(&krate, &file.policies[0]));
        fs::write(directory.join(format!("{name}.yaml")), text).unwrap();
        writeln!(statics, "static {item}: ::cors_policy::Policy = {expression};").unwrap();
        writeln!(rows, "Generated {{ name: {name:?}, text: include_str!(\"{name}.yaml\"), policy: &{item} }},")
            .unwrap();
    }
    let list = format!("/// All of them.\npub const POLICIES: &[Generated] = &[{rows}];\n");
    fs::write(directory.join("policies.rs"), statics + &list).unwrap();
    println!("cargo::rerun-if-changed=build.rs");
}

/// The policy file.
fn text(&(name, exact, wildcards, others, credentials): &Entries) -> String {
    let mut text = format!("version: 1\npolicies:\n  {name}:\n    allow_methods: [PUT]\n    allow_headers: [x-a]\n");
    text.push_str("    expose_headers: [etag]\n    max_age: 600\n");
    if credentials {
        text.push_str("    allow_credentials: true\n");
    }
    text.push_str("    allow_origins:\n");
    for number in 0..exact {
        writeln!(text, "    - https://shop-{number}.customers.example").unwrap();
    }
    for number in 0..wildcards {
        writeln!(text, "    - 'https://*.site-{number}.example'").unwrap();
    }
    for other in others {
        writeln!(text, "    - {other}").unwrap();
    }
    if others.contains(&"'null'") {
        text.push_str("    accept_risks: {null-origin: a test}\n");
    }
    text
}
