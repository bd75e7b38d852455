//! One behaviour on every target: the sample policies compiled for nginx, Envoy and hyper, the real
//! servers asked what the reference is asked, and the answers compared.
//!
//! `scripts/setup` installs the servers. `cargo test --test servers -- --nocapture` shows what was
//! compared.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "all of this is a test")]

mod allowed;
mod client;
mod compare;
mod compiled;
mod corpus;
mod envoy;
mod hyper_service;
mod nginx;
mod origins;
mod policies;
mod process;
mod subject;
mod upstream;

use std::path::Path;

use allowed::Target;
use envoy::Envoy;
use nginx::Nginx;
use policies::samples;
use subject::{Subject, Tally};
use upstream::{DEAD_ADDRESS, Upstream};

#[test]
fn nginx() {
    let upstream = Upstream::start();
    let mut tally = Tally::new(Target::Nginx, &upstream);
    for sample in samples() {
        let directory = tempfile::tempdir().unwrap();
        sample.compile(["--target".as_ref(), "nginx".as_ref(), "-o".as_ref(), directory.path()]);
        let nginx = Nginx::start(directory.path(), &sample.file, upstream.address);
        for (policy, &address) in sample.servable().into_iter().zip(&nginx.addresses) {
            let (source, file) = (sample.name.as_str(), &sample.file);
            tally.compare(&Subject { source, file, policy, address, address_with_dead_upstream: address });
        }
    }
    tally.finish();
}

#[test]
fn envoy() {
    let upstream = Upstream::start();
    let mut tally = Tally::new(Target::Envoy, &upstream);
    for sample in samples() {
        let directory = tempfile::tempdir().unwrap();
        for policy in sample.servable() {
            let start = |upstream: std::net::SocketAddr| {
                Envoy::start(directory.path(), |listen, bootstrap: &Path| {
                    let mut arguments: Vec<String> = ["--target", "envoy", "--shape", "bootstrap", "--upstream"].map(str::to_owned).into();
                    arguments.extend([upstream.to_string(), "--listen".to_owned(), listen.to_string()]);
                    arguments.extend(policy.into_iter().flat_map(|policy| ["--policy".to_owned(), policy.name.value.clone()]));
                    arguments.extend(["-o".to_owned(), bootstrap.to_string_lossy().into_owned()]);
                    sample.compile(arguments);
                })
            };
            let (live, dead) = (start(upstream.address), start(DEAD_ADDRESS));
            let (source, file) = (sample.name.as_str(), &sample.file);
            tally.compare(&Subject { source, file, policy, address: live.address, address_with_dead_upstream: dead.address });
        }
    }
    tally.finish();
}

#[test]
fn hyper() {
    let upstream = Upstream::start();
    let mut tally = Tally::new(Target::Hyper, &upstream);
    for sample in samples() {
        for policy in sample.servable() {
            let layer = compiled::layer(&sample.name, policy.map(|policy| policy.name.value.as_str()));
            let address = hyper_service::start(layer, upstream.address);
            let (source, file) = (sample.name.as_str(), &sample.file);
            tally.compare(&Subject { source, file, policy, address, address_with_dead_upstream: address });
        }
    }
    tally.finish();
}
