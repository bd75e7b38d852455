//! One behaviour on every target: the sample policies compiled for nginx, Envoy and hyper, the real
//! servers asked what the reference is asked, and the answers compared.
//!
//! `scripts/setup` installs the servers. `cargo test --test servers -- --nocapture` shows what was
//! compared.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "all of this is a test")]

mod allowed;
mod assembled;
mod chromium;
mod client;
mod compare;
mod compiled;
mod corpus;
mod documented;
#[path = "../documents/mod.rs"]
mod documents;
mod envoy;
mod failures;
mod gixy;
mod golden;
mod hostile;
mod http2;
mod hyper_service;
mod kinds;
mod listen;
mod load;
mod many;
mod methods;
mod mutations;
mod nearby;
mod nginx;
mod origins;
mod pieces;
mod placement;
mod policies;
mod process;
mod random;
mod raw;
mod reload;
mod scale;
mod soak;
mod subject;
mod tour;
mod traps;
mod upstream;
mod usage;
mod validate;
mod verify;
mod wildcards;

use allowed::Target;
use envoy::Envoy;
use many::all;
use nginx::Nginx;
use subject::{Subject, Tally};
use upstream::{DEAD_ADDRESS, Upstream};

/// How many policies each server is asked at least.
const POLICIES: usize = 15;

#[test]
fn nginx() {
    let upstream = Upstream::start();
    let mut tally = Tally::new(nginx::target(), &upstream);
    let scratch = tempfile::tempdir().unwrap();
    for sample in &all(scratch.path()) {
        let directory = tempfile::tempdir().unwrap();
        let nginx = Nginx::start(directory.path(), sample, upstream.address);
        for (policy, &live) in sample.servable().into_iter().zip(&nginx.addresses) {
            tally.compare(&Subject { sample, policy, live, dead: live });
        }
    }
    tally.finish(POLICIES);
}

#[test]
fn envoy() {
    compare_envoy("native", Target::Envoy);
}

#[test]
fn envoy_exact() {
    compare_envoy("exact", Target::EnvoyExact);
}

fn compare_envoy(profile: &str, target: Target) {
    let upstream = Upstream::start();
    let mut tally = Tally::new(target, &upstream);
    let scratch = tempfile::tempdir().unwrap();
    for sample in &all(scratch.path()) {
        let directory = tempfile::tempdir().unwrap();
        for policy in sample.servable() {
            let start = |upstream| Envoy::start(directory.path(), sample, policy, profile, upstream);
            let (live, dead) = (start(upstream.address), start(DEAD_ADDRESS));
            tally.compare(&Subject { sample, policy, live: live.address, dead: dead.address });
        }
    }
    tally.finish(POLICIES);
}

#[test]
fn hyper() {
    let upstream = Upstream::start();
    let mut tally = Tally::new(Target::Hyper, &upstream);
    let scratch = tempfile::tempdir().unwrap();
    for sample in &all(scratch.path()) {
        for policy in sample.servable() {
            let layer = compiled::layer(&sample.name, policy.map(|policy| policy.name.value.as_str()));
            let live = hyper_service::start(layer, upstream.address);
            tally.compare(&Subject { sample, policy, live, dead: live });
        }
    }
    tally.finish(POLICIES);
}
