//! Envoy with the bootstrap file that the compiler writes.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use cors_compiler::ir::Policy;

use crate::policies::Sample;
use crate::process::{Process, find, free_address, run};

/// A running Envoy.
pub(crate) struct Envoy {
    pub(crate) address: SocketAddr,
    _process: Process,
}

impl Envoy {
    /// Starts Envoy with the policy, or the routes, of `sample` in front of `upstream`.
    pub(crate) fn start(directory: &Path, sample: &Sample, policy: Option<&Policy>, upstream: SocketAddr) -> Self {
        let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools/bin/envoy");
        let program = find("envoy", "ENVOY", &installed);
        let address = free_address();
        let bootstrap = directory.join(format!("envoy-{}.yaml", address.port()));
        let (listen, upstream) = (address.to_string(), upstream.to_string());
        let mut arguments = vec!["--target", "envoy", "--shape", "bootstrap"];
        arguments.extend(["--listen", &listen, "--upstream", &upstream]);
        arguments.extend(policy.into_iter().flat_map(|policy| ["--policy", &policy.name.value]));
        arguments.extend(["-o", bootstrap.to_str().unwrap()]);
        sample.compile(arguments);
        let command = |mode: &str| {
            let mut command = Command::new(&program);
            command.arg("-c").arg(&bootstrap).args(["--mode", mode, "--log-level", "error"]);
            command.args(["--concurrency", "1", "--disable-hot-restart"]);
            command
        };
        run(&mut command("validate"));
        let process = Process::start(&mut command("serve"), directory, address);
        Self { address, _process: process }
    }
}
