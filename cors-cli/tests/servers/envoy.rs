//! Envoy with the bootstrap file that the compiler writes, or with one put together from its pieces.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use cors_compiler::ir::Policy;

use crate::policies::Sample;
use crate::process::{Process, find, free_address, run};

/// A running Envoy.
pub(crate) struct Envoy {
    pub(crate) address: SocketAddr,
    process: Process,
}

impl Envoy {
    /// Starts Envoy with the policy, or the routes, of `sample` in front of `upstream`.
    pub(crate) fn start(
        directory: &Path,
        sample: &Sample,
        policy: Option<&Policy>,
        profile: &str,
        upstream: SocketAddr,
    ) -> Self {
        let address = free_address();
        let bootstrap = directory.join(format!("envoy-{}.yaml", address.port()));
        let (listen, upstream) = (address.to_string(), upstream.to_string());
        let mut arguments = vec!["--target", "envoy", "--shape", "bootstrap", "--profile", profile];
        arguments.extend(["--listen", &listen, "--upstream", &upstream]);
        arguments.extend(policy.into_iter().flat_map(|policy| ["--policy", &policy.name.value]));
        arguments.extend(["-o", bootstrap.to_str().unwrap()]);
        sample.compile(arguments);
        Self::serve(directory, &bootstrap, address)
    }

    /// Starts Envoy with a configuration that listens at `address`.
    pub(crate) fn serve(directory: &Path, bootstrap: &Path, address: SocketAddr) -> Self {
        validate(bootstrap);
        let process = Process::start(&mut command(bootstrap, "serve"), directory, address);
        Self { address, process }
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }
}

/// Has Envoy check a configuration; panics with what it says if it refuses.
pub(crate) fn validate(bootstrap: &Path) {
    run(&mut command(bootstrap, "validate"));
}

fn command(bootstrap: &Path, mode: &str) -> Command {
    let mut command = Command::new(program());
    command.arg("-c").arg(bootstrap).args(["--mode", mode, "--log-level", "error"]);
    command.args(["--concurrency", "1", "--disable-hot-restart"]);
    command
}

pub(crate) fn program() -> PathBuf {
    find("envoy", "ENVOY", &Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools/bin/envoy"))
}
