//! Envoy with the bootstrap file that the compiler wrote.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use crate::process::{Process, find, free_address, run};

/// A running Envoy.
pub(crate) struct Envoy {
    pub(crate) address: SocketAddr,
    _process: Process,
}

impl Envoy {
    /// Starts Envoy with the bootstrap file that `compile` writes to the path it is given, for the
    /// address to listen at.
    pub(crate) fn start(directory: &Path, compile: impl FnOnce(SocketAddr, &Path)) -> Self {
        let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools/bin/envoy");
        let program = find("envoy", "ENVOY", &[installed]);
        let address = free_address();
        let bootstrap = directory.join(format!("envoy-{}.yaml", address.port()));
        compile(address, &bootstrap);
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
