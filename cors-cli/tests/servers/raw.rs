//! Values that no client library would send: NUL, 60 KB, 1 MB. A server refuses what it takes for malformed or too
//! long, without a word of CORS; the rest is compared with the reference.

use std::net::SocketAddr;
use std::path::Path;

use crate::allowed::Target;
use crate::assembled::{self, manager, mapping, serve};
use crate::client::{Client, is_unanswered};
use crate::compiled;
use crate::corpus::Case;
use crate::envoy::Envoy;
use crate::hyper_service;
use crate::kinds::Kind;
use crate::many;
use crate::nginx::{self, Nginx};
use crate::origins::OriginFields;
use crate::policies::Sample;
use crate::process::free_address;
use crate::subject::{Subject, Tally};
use crate::upstream::Upstream;

/// One with every form of pattern; one with credentials. Both list [`LISTED`].
const SAMPLES: [&str; 2] = ["every-pattern", "thousand-exact"];
const LISTED: &str = "https://shop-1.customers.example";

/// How long values are: most servers permit the first, none of them the second unless it is told to.
const LONG: usize = 60_000;
const LONGEST: usize = 1_000_000;

/// What a server permits, and how it refuses what is longer.
struct Limit {
    permitted: usize,
    status: u16,
}

const ALL: [&str; 4] = ["GET", "HEAD", "POST", "OPTIONS"];
const FEW: [&str; 2] = ["GET", "OPTIONS"];

const UNLIMITED: Limit = Limit { permitted: usize::MAX, status: 0 };

/// Around `size` bytes in every part of an origin, and beside one.
fn long(size: usize) -> Vec<OriginFields> {
    let within = |text: String| format!("https://{text}site-1.example");
    let one = [
        within(format!("{}.", "a".repeat(size))),
        within("a.".repeat(size / 2)),
        within("-".repeat(size)),
        format!("https://pr-{}-a.preview.example", "7-a".repeat(size / 3)),
        format!("{LISTED}{}", "x".repeat(size)),
        format!("{LISTED}:{}", "8".repeat(size)),
        format!("http://localhost:{}1", "0".repeat(size)),
        format!("{LISTED}{}x", "\t".repeat(size)),
        vec![LISTED; size / (LISTED.len() + 2)].join(", "),
        LISTED.to_ascii_uppercase().repeat(size / LISTED.len()),
        "\u{ff}".repeat(size),
        "https://".repeat(size / 8),
    ];
    let two = [vec![LISTED.to_owned(), "a".repeat(size)], vec!["a".repeat(size), LISTED.to_owned()]];
    one.into_iter().map(|value| vec![value]).chain(two).collect()
}

fn malformed() -> Vec<OriginFields> {
    let values = ["\0", "https://\0.site-1.example", "https://a\0.site-1.example", "null\0"];
    let whole = [format!("{LISTED}\0"), format!("\0{LISTED}"), format!("{LISTED}\0.evil.test")];
    values.map(str::to_owned).into_iter().chain(whole).map(|value| vec![value]).collect()
}

/// Each with these methods, of which OPTIONS makes a preflight.
fn cases(methods: &[&'static str], origins: Vec<OriginFields>) -> Vec<Case> {
    let asks = |method| if method == "OPTIONS" { vec![("Method", "PUT".to_owned())] } else { Vec::new() };
    let kinds: Vec<Kind> = methods.iter().map(|&method| Kind { method, asks: asks(method) }).collect();
    let case = |(kind, origins): (&Kind, &OriginFields)| Case {
        kind: kind.clone(),
        target: "/x".to_owned(),
        origins: origins.clone(),
        upstream: "cors",
    };
    origins.iter().flat_map(|origins| kinds.iter().map(move |kind| case((kind, origins)))).collect()
}

/// Asks the servers that `start` starts, which live as long as what it returns beside their address.
fn compare<Kept>(
    name: &str,
    target: Target,
    limit: &Limit,
    start: impl Fn(&Path, &Sample, SocketAddr) -> (SocketAddr, Kept),
) {
    let (scratch, upstream) = (tempfile::tempdir().unwrap(), Upstream::start());
    let mut tally = Tally::new(target, &upstream);
    let (mut refused, mut closed) = (0, 0);
    for sample in &SAMPLES.map(|name| many::one(scratch.path(), name)) {
        let directory = tempfile::tempdir().unwrap();
        let (live, _kept) = start(directory.path(), sample, upstream.address);
        let subject = Subject { sample, policy: Some(&sample.file.policies[0]), live, dead: live };
        let mut permitted = cases(&ALL, long(1_000));
        let malformed = (cases(&ALL, malformed()), 400, None);
        let [sixty, million] =
            [(&ALL[..], LONG), (&FEW[..], LONGEST)].map(|(of, size)| (cases(of, long(size)), limit.status, Some(size)));
        for (cases, status, size) in [malformed, sixty, million] {
            if size.is_some_and(|size| size < limit.permitted) {
                permitted.extend(cases);
                continue;
            }
            for case in cases {
                let before = upstream.requests();
                match Client::new(live).send(&case.wire()) {
                    Ok(answer) => {
                        let cors = answer
                            .headers
                            .0
                            .iter()
                            .any(|(name, _)| name.to_ascii_lowercase().starts_with("access-control-"));
                        assert!(answer.status == status && !cors, "{name}: {size:?} {answer:?}");
                        refused += 1;
                    }
                    // Closed before all of a long request was sent: the answer may be lost.
                    Err(error) => {
                        assert!(size.is_some() && is_unanswered(&error), "{name}: {size:?} {error}");
                        closed += 1;
                    }
                }
                assert_eq!(upstream.requests(), before, "{name}: {size:?} passed on");
            }
        }
        let mut client = Client::new(live);
        tally.compare_by(&subject, &permitted, |case| client.send(&case.wire()));
    }
    assert!(refused >= 2 * cases(&ALL, malformed()).len());
    println!("{target:?}, {name}: {refused} malformed or long requests refused, {closed} connections closed instead");
    tally.report(&format!(" ({name})"), SAMPLES.len(), 50);
}

#[test]
fn nginx_refuses_or_decides_raw_values() {
    let buffers = ["", "client_header_buffer_size 4m; large_client_header_buffers 4 4m;"];
    for (directives, limit) in buffers.into_iter().zip([Limit { permitted: 8_000, status: 400 }, UNLIMITED]) {
        compare(
            &format!("raw values{}", if directives.is_empty() { "" } else { ", large buffers" }),
            nginx::target(),
            &limit,
            |directory, sample, upstream| {
                sample.compile(["--target".as_ref(), "nginx".as_ref(), "-o".as_ref(), directory]);
                let (address, name) = (free_address(), &sample.file.policies[0].name.value);
                let location = format!("location / {{ include cors_policy_{name}.conf; proxy_pass http://$backend; }}");
                let server = format!("server {{ listen {address}; {directives} {location} }}\n");
                (address, Nginx::serve(directory, &nginx::wrapper(upstream, &server), vec![address]))
            },
        );
    }
}

#[test]
fn envoy_refuses_or_decides_raw_values() {
    for (profile, target) in [("native", Target::Envoy), ("exact", Target::EnvoyExact)] {
        compare("raw values", target, &Limit { permitted: 61_000, status: 431 }, |directory, sample, upstream| {
            let envoy = Envoy::start(directory, sample, None, profile, upstream);
            (envoy.address, envoy)
        });
        compare("raw values, large limit", target, &UNLIMITED, |directory, sample, upstream| {
            let host = assembled::compiled(directory, sample, &["--profile", profile, "--shape", "virtual-host"]);
            let snippet = assembled::compiled(directory, sample, &["--profile", profile]);
            let mut manager = manager(&snippet, "{max_request_headers_kb: 4096, route_config: {virtual_hosts: []}}");
            mapping(&mut manager["route_config"]).insert("virtual_hosts".into(), vec![host].into());
            let envoy = serve(directory, manager, upstream);
            (envoy.address, envoy)
        });
    }
}

#[test]
fn hyper_refuses_or_decides_raw_values() {
    compare("raw values", Target::Hyper, &Limit { permitted: 400_000, status: 431 }, |_, sample, upstream| {
        let layer = compiled::layer(&sample.name, Some(&sample.file.policies[0].name.value));
        (hyper_service::start(layer, upstream), ())
    });
}
