//! Servers as child processes: found, started on free ports, awaited, and killed whatever happens.

use std::env;
use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(20);

/// A running server; dropping it kills it.
pub(crate) struct Process {
    child: Child,
    stderr: PathBuf,
}

impl Process {
    /// Starts `command` in `directory` and waits until it accepts connections at `address`.
    pub(crate) fn start(command: &mut Command, directory: &Path, address: SocketAddr) -> Self {
        let stderr = directory.join(format!("stderr-{}", address.port()));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(File::create(&stderr).unwrap());
        let child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let mut process = Self { child, stderr };
        let started = Instant::now();
        while TcpStream::connect(address).is_err() {
            let exited = process.child.try_wait().unwrap();
            assert!(exited.is_none(), "{command:?} ended with {exited:?}");
            assert!(started.elapsed() < PATIENCE, "{command:?} does not listen at {address}");
            thread::sleep(Duration::from_millis(5));
        }
        process
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it has ended by itself; not for ever, as it is killed at last.
    pub(crate) fn wait(&mut self) {
        let started = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) && started.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only if it has ended by itself.
        self.child.kill().ok();
        self.child.wait().ok();
        if thread::panicking() {
            eprintln!("{}", fs::read_to_string(&self.stderr).unwrap_or_default());
        }
    }
}

/// Runs `command` to its end; what it printed, or a panic that shows it.
pub(crate) fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    assert!(output.status.success(), "{command:?}: {}\n{text}", output.status);
    text
}

/// The program that `$variable` names, else `usual` if it exists, else `name` in the path.
pub(crate) fn find(name: &str, variable: &str, usual: &Path) -> PathBuf {
    let path = env::var_os("PATH").unwrap_or_default();
    let candidates = match env::var_os(variable) {
        Some(chosen) => vec![chosen.into()],
        None => [usual.to_owned()].into_iter().chain(env::split_paths(&path).map(|folder| folder.join(name))).collect(),
    };
    let found = candidates.into_iter().find(|candidate: &PathBuf| candidate.is_file());
    found.unwrap_or_else(|| panic!("{name} is not installed: run scripts/setup, or set {variable} to its path"))
}

/// An address of the loopback interface that nobody listens at.
///
/// The ports lie below those that the system gives to outgoing connections, and tests of different
/// processes start at different ones, so that nobody takes the port before the server does.
pub(crate) fn free_address() -> SocketAddr {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    loop {
        let offset = NEXT.fetch_add(1, Ordering::SeqCst);
        let start = u16::try_from(std::process::id() % 200).unwrap() * 100;
        let address = SocketAddr::from(([127, 0, 0, 1], 10_000 + (start + offset) % 20_000));
        if TcpListener::bind(address).is_ok() {
            return address;
        }
    }
}
