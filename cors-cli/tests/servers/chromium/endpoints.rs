//! The servers under test, each with the sample policies, and where a browser finds them.

use std::net::SocketAddr;
use std::path::Path;

use cors_compiler::ir::Policy;
use cors_compiler::reference::policy_for;

use super::front::Front;
use crate::corpus::path_to;
use crate::envoy::Envoy;
use crate::nginx::Nginx;
use crate::policies::Sample;
use crate::{compiled, hyper_service};

/// The servers under test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Target {
    Hyper,
    Nginx,
    Envoy,
    EnvoyExact,
}

impl Target {
    pub(crate) const ALL: [Self; 4] = [Self::Hyper, Self::Nginx, Self::Envoy, Self::EnvoyExact];

    /// The last part of its servers' host names but one.
    fn label(self) -> &'static str {
        match self {
            Self::Hyper => "hyper",
            Self::Nginx => "nginx",
            Self::Envoy => "envoy",
            Self::EnvoyExact => "envoy-exact",
        }
    }

    /// What it answers if the application hangs up.
    pub(crate) fn bad_gateway(self) -> u16 {
        match self {
            Self::Hyper | Self::Nginx => 502,
            Self::Envoy | Self::EnvoyExact => 503,
        }
    }
}

/// Where one policy of a sample answers, on every target.
#[derive(Clone)]
pub(crate) struct Endpoint<'a> {
    pub(crate) sample: &'a Sample,
    /// The policy that answers; `None` where the file's routes say so.
    pub(crate) policy: Option<&'a Policy>,
    /// The first part of its servers' host names.
    label: String,
    pub(crate) path: String,
}

impl Endpoint<'_> {
    /// Its address on a target, with a query; by TLS, unless the page that asks has none either.
    pub(crate) fn url(&self, target: Target, page: &str, query: &str) -> String {
        let (scheme, port) = if page.starts_with("http:") { ("http", ":8081") } else { ("https", "") };
        format!("{scheme}://{}{port}{}?{query}", host(&self.label, target), self.path)
    }

    /// Whether both are on one host.
    pub(crate) fn is_beside(&self, other: &Self) -> bool {
        self.label == other.label
    }

    /// The policy's name, for people.
    pub(crate) fn name(&self) -> &str {
        self.policy.map_or("none", |policy| &policy.name.value)
    }
}

fn host(label: &str, target: Target) -> String {
    format!("{label}.{}.test", target.label())
}

/// What a server's host name begins with: the policy that it serves, or the file whose routes.
fn label(sample: &Sample, policy: Option<&Policy>) -> String {
    policy.map_or(sample.name.trim_end_matches(".yaml"), |policy| &policy.name.value).to_owned()
}

/// Every policy of the samples, and a path that has none.
pub(crate) fn endpoints(samples: &[Sample]) -> Vec<Endpoint<'_>> {
    let mut endpoints = Vec::new();
    for sample in samples {
        for served in sample.servable() {
            let label = label(sample, served);
            let mut add = |policy, path| endpoints.push(Endpoint { sample, policy, label: label.clone(), path });
            match served {
                Some(policy) => add(Some(policy), "/some/path".to_owned()),
                None => {
                    let policies = sample.file.policies.iter();
                    policies.for_each(|policy| add(Some(policy), path_to(&sample.file, policy).unwrap()));
                    let left_alone = ["/api/health", "/unrouted"].into_iter();
                    left_alone
                        .filter(|path| policy_for(&sample.file, path).is_none())
                        .for_each(|path| add(None, path.to_owned()));
                }
            }
        }
    }
    endpoints
}

/// The running servers; dropping them ends them.
#[derive(Default)]
pub(crate) struct Servers {
    _nginx: Vec<Nginx>,
    _envoy: Vec<Envoy>,
}

impl Servers {
    /// Starts every sample on every target, in `directory`, in front of `upstream`.
    pub(crate) fn start(directory: &Path, samples: &[Sample], upstream: SocketAddr, front: &Front) -> Self {
        let mut servers = Self::default();
        for (turn, sample) in samples.iter().enumerate() {
            let directory = directory.join(turn.to_string());
            std::fs::create_dir(&directory).unwrap();
            let nginx = Nginx::start(&directory, sample, upstream);
            for (policy, &address) in sample.servable().into_iter().zip(&nginx.addresses) {
                let add = |target, address| front.add(host(&label(sample, policy), target), address);
                add(Target::Nginx, address);
                let layer = compiled::layer(&sample.name, policy.map(|policy| policy.name.value.as_str()));
                add(Target::Hyper, hyper_service::start(layer, upstream));
                for (target, profile) in [(Target::Envoy, "native"), (Target::EnvoyExact, "exact")] {
                    let envoy = Envoy::start(&directory, sample, policy, profile, upstream);
                    add(target, envoy.address);
                    servers._envoy.push(envoy);
                }
            }
            servers._nginx.push(nginx);
        }
        servers
    }
}
