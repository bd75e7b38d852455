//! A bounded soak: requests without pause, reloads without pause, every answer compared with the reference; and
//! what the servers take of memory and file descriptors does not grow.
//!
//! `SOAK_SECONDS=600 cargo test --test servers soak -- --nocapture` takes longer.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

use cors_compiler::reference::{Response, respond};

use crate::allowed::{ALLOWED, Target};
use crate::client::Client;
use crate::compare::{Aspect, Exchange};
use crate::corpus::for_policy;
use crate::policies::{Sample, samples};
use crate::process::{Process, free_address, run};
use crate::reload::{envoy_under_load, nginx_under_load};
use crate::usage::Growth;

/// What a server's memory may grow by after it is warm, in KiB: allocators keep what they had.
const MEMORY: usize = 24 * 1024;

/// What its file descriptors may grow by: connections of the clients and to the upstream, which come and go.
const DESCRIPTORS: usize = 24;

/// How long all soaks together are, in seconds, unless `SOAK_SECONDS` says otherwise; each has a quarter of it.
const SECONDS: u64 = 40;

/// How long one soak is.
fn length() -> Duration {
    let seconds = std::env::var("SOAK_SECONDS").map_or(SECONDS, |seconds| seconds.parse().unwrap());
    Duration::from_secs(seconds) / 4
}

/// Whether there is to be another round, which it looks at the process before.
fn rounds(name: &'static str) -> impl FnMut(u32, usize) -> bool {
    let (started, mut growth) = (Instant::now(), None);
    move |id, round| {
        let growth = growth.get_or_insert_with(|| Growth::of(id));
        growth.look();
        // Enough rounds that there is something to compare, however slow the machine is.
        let another = started.elapsed() < length() || round <= 8;
        if !another {
            growth.finish(name, MEMORY, DESCRIPTORS);
        }
        another
    }
}

#[test]
fn nginx_does_not_grow_by_reloads() {
    nginx_under_load(rounds("nginx"));
}

#[test]
fn envoy_does_not_grow_by_reloads() {
    envoy_under_load("native", rounds("Envoy native"));
}

#[test]
fn envoy_exact_does_not_grow_by_reloads() {
    envoy_under_load("exact", rounds("Envoy exact"));
}

/// The example `examples/bin/hyper.rs`, which enforces [`spa`]; built if this test is run without the others.
pub(crate) fn hyper_example(directory: &Path) -> (SocketAddr, Process) {
    let program = Path::new(env!("CARGO_BIN_EXE_cors")).with_file_name("hyper");
    if !program.exists() {
        let mut cargo = Command::new(env!("CARGO"));
        run(cargo.args(["build", "--quiet", "-p", "cors-examples", "--bin", "hyper"]));
    }
    let address = free_address();
    (address, Process::start(Command::new(program).arg(address.to_string()), directory, address))
}

/// The sample policy of a single-page application.
pub(crate) fn spa() -> Sample {
    samples().into_iter().find(|sample| sample.name == "spa.yaml").unwrap()
}

/// What the example's service answers.
pub(crate) fn hello() -> Response {
    Response { status: 200, ..Response::default() }
}

#[test]
fn the_hyper_example_does_not_grow() {
    let (directory, sample) = (tempfile::tempdir().unwrap(), spa());
    let policy = &sample.file.policies[0];
    let (address, process) = hyper_example(directory.path());
    let (cases, count) = (for_policy(policy, "/x"), AtomicUsize::new(0));
    let compared = &count;
    let mut another = rounds("hyper");
    for round in 1.. {
        if !another(process.id(), round) {
            break;
        }
        // Each thread another part of the cases, over a connection of its own.
        thread::scope(|scope| {
            for part in cases.chunks(cases.len() / 4 + 1) {
                scope.spawn(move || {
                    let mut client = Client::new(address);
                    for case in part {
                        let expected = respond(policy, &case.request(), |_: &_| hello());
                        let real = client.send(&case.wire()).unwrap();
                        let exchange = Exchange { case, policy: Some(policy), expected, real, forwarded: (0, 0) };
                        let admitted = |aspect: &Aspect| {
                            ALLOWED.iter().any(|row| row.target == Target::Hyper && (row.admits)(&exchange, *aspect))
                        };
                        assert!(exchange.differences().iter().all(admitted), "{exchange}");
                        compared.fetch_add(1, SeqCst);
                    }
                });
            }
        });
    }
    println!("hyper: {} requests compared, 0 differences", count.into_inner());
}
