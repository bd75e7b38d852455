//! Policies of many origins, for which Envoy gets a script in place of a list of matchers.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::policies::{Sample, load};

/// (name, exact origins, wildcards, other entries)
const POLICIES: &[(&str, usize, usize, &[&str])] = &[
    ("thousand-exact", 1_000, 0, &[]),
    ("ten-thousand-exact", 10_000, 0, &["regex: 'https://branch-[0-9a-f]{7}\\.preview\\.example'"]),
    ("thousand-wildcards", 0, 1_000, &["regex: 'https://(?:a|b|[c-f]{2,3})\\.(?:one|two)\\.example(?::8[0-9]{3})?'"]),
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
    ),
];

/// Every policy, in a file each.
pub(crate) fn many(directory: &Path) -> Vec<Sample> {
    let write = |&(name, exact, wildcards, others): &(&str, usize, usize, &[&str])| {
        let mut text =
            format!("version: 1\npolicies:\n  {name}:\n    allow_methods: [PUT]\n    allow_headers: [x-a]\n");
        text.push_str("    expose_headers: [etag]\n    max_age: 600\n    allow_origins:\n");
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
        let path = directory.join(format!("{name}.yaml"));
        fs::write(&path, text).unwrap();
        load(path)
    };
    POLICIES.iter().map(write).collect()
}
