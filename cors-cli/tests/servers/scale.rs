//! Thousands of origins: nginx takes the output, and answers what the reference answers.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::nginx::{self, Nginx};
use crate::policies::{Sample, load};
use crate::subject::{Subject, Tally};
use crate::upstream::Upstream;

/// A policy file of that name with one policy that has these entries.
pub(crate) fn sample(directory: &Path, name: &str, origins: impl IntoIterator<Item = String>) -> Sample {
    let mut text = "version: 1\npolicies:\n  p:\n    max_age: 1h\n    allow_methods: [PUT]\n    expose_headers: [etag]\n    allow_origins:\n".to_owned();
    for origin in origins {
        writeln!(text, "      - {origin}").unwrap();
    }
    let path = directory.join(format!("{name}.yaml"));
    fs::write(&path, text).unwrap();
    load(path)
}

/// What each lookup form must keep apart, several of each so that they are looked up by hash.
pub(crate) fn mixed() -> impl Iterator<Item = String> {
    let long = "a-name-that-is-longer-than-a-bucket-of-the-hash";
    let label = "l".repeat(62);
    (10..14).flat_map(move |n| {
        [
            format!("https://w{n}.example"),
            format!("https://*.w{n}.example"),
            format!("https://*.deep.er.w{n}.example"),
            format!("http://*.w{n}.example:8080"),
            format!("https://*.under_score-{n}.example:*"),
            format!("http://*.under_score-{n}.example"),
            format!("https://www.{n}.{}.example", &long[..40]),
            format!("https://www.{n}.{}.example:8443", &long[..40]),
            format!("http://www.{n}.{}.example:*", &long[..40]),
            format!("http://any{n}.example:*"),
            format!("http://*.any{n}.example:*"),
            format!("http://192.168.0.{n}:*"),
            // These need regular expressions.
            format!("https://www.{long}-{n}.example"),
            format!("https://*.{label}{}.example", char::from(b'a' + n - 10)),
            format!("https://pr-*.w{n}.example"),
            format!("https://range{n}.example:3000-3{n}9"),
            format!("http://[2001:db8::{n}]:*"),
            format!("capacitor://*.w{n}.example"),
            format!("https://dot.w{n}.example."),
            format!("https://*.dot{n}.example."),
        ]
    })
}

/// Compiles the entries, asks nginx and the reference.
fn compare(tally: &mut Tally<'_>, upstream: &Upstream, name: &str, origins: impl IntoIterator<Item = String>) {
    let directory = tempfile::tempdir().unwrap();
    let sample = sample(directory.path(), name, origins);
    let nginx = Nginx::start(directory.path(), &sample, upstream.address);
    let (policy, live) = (Some(&sample.file.policies[0]), nginx.addresses[0]);
    tally.compare(&Subject { sample: &sample, policy, live, dead: live });
}

#[test]
fn nginx_finds_origins_in_every_form_of_lookup() {
    let upstream = Upstream::start();
    let mut tally = Tally::new(nginx::target(), &upstream);
    compare(&mut tally, &upstream, "mixed", mixed());
    compare(&mut tally, &upstream, "exact", (0..10_000).map(|n| format!("https://s{n}.customers.example")));
    compare(&mut tally, &upstream, "wildcards", (0..10_000).map(|n| format!("https://*.t{n}.example")));
    compare(&mut tally, &upstream, "any-port", (0..1000).map(|n| format!("https://*.t{n}.example:*")));
    let long = |n| format!("https://{n}.a-rather-long-name-of-a-customer.cloud.example:8443");
    compare(&mut tally, &upstream, "long", (0..1000).map(long));
    compare(&mut tally, &upstream, "labels", (0..1000).map(|n| format!("https://pr-*.t{n}.example")));
    tally.finish(6);
}
