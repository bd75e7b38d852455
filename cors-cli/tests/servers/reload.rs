//! New policies for nginx and Envoy while they serve.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use cors_compiler::ir::Policy;

use crate::allowed::Target;
use crate::assembled::{allowed, compiled, get, manager, serve};
use crate::client::Client;
use crate::load::{PATIENCE, POLICIES, RELOADS, reload_under_load};
use crate::nginx;
use crate::policies::{Sample, load};
use crate::process::{Process, free_address, run};
use crate::upstream::Upstream;

/// One of the policies, always in the same file.
fn put(directory: &Path, which: usize) -> Sample {
    let path = directory.join("policy.yaml");
    fs::write(&path, POLICIES[which]).unwrap();
    load(path)
}

fn policies(samples: &[Sample; 2]) -> [&Policy; 2] {
    samples.each_ref().map(|sample| &sample.file.policies[0])
}

/// Waits, but not for ever.
fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < PATIENCE, "not so: {what}");
        thread::sleep(Duration::from_millis(1));
    }
}

/// nginx as it runs on servers: a master, and workers that it replaces.
struct Master {
    process: Process,
    directory: PathBuf,
}

impl Master {
    fn start(directory: &Path, configuration: &str, address: SocketAddr) -> Self {
        let file = directory.join("nginx.conf");
        fs::write(&file, configuration).unwrap();
        let process = Process::start(&mut nginx::command(directory, &file), directory, address);
        Self { process, directory: directory.to_owned() }
    }

    /// Has the master told something.
    fn signal(&self, signal: &str) -> std::process::Command {
        let mut command = nginx::command(&self.directory, &self.directory.join("nginx.conf"));
        command.args(["-s", signal]);
        command
    }

    /// The workers' process ids.
    fn workers(&self) -> Vec<String> {
        let id = self.process.id();
        let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap();
        children.split_whitespace().map(str::to_owned).collect()
    }

    /// Replaces the workers; afterwards the old ones are gone.
    fn reload(&self) {
        let old = self.workers();
        run(&mut self.signal("reload"));
        wait_until("nginx has other workers", || {
            let workers = self.workers();
            !workers.is_empty() && workers.iter().all(|worker| !old.contains(worker))
        });
    }
}

impl Drop for Master {
    fn drop(&mut self) {
        // A master that is killed leaves its workers behind.
        self.signal("stop").output().ok();
        self.process.wait();
    }
}

#[test]
fn nginx_reloads_under_load_without_a_mixture() {
    nginx_under_load(|_, round| round <= RELOADS);
}

/// `another` is told the master's process id and which round would be next, and says whether it is to be.
pub(crate) fn nginx_under_load(mut another: impl FnMut(u32, usize) -> bool) {
    let (directory, upstream) = (tempfile::tempdir().unwrap(), Upstream::start());
    let directory = directory.path();
    let compile = |which| {
        let sample = put(directory, which);
        sample.compile(["--target".as_ref(), "nginx".as_ref(), "-o".as_ref(), directory]);
        sample
    };
    let [b, a] = [1, 0].map(compile);
    let samples = [a, b];
    let address = free_address();
    let location = "location / { include cors_policy_p.conf; proxy_pass http://$backend; }";
    let configuration = nginx::wrapper(upstream.address, &format!("server {{ listen {address}; {location} }}\n"));
    let configuration = configuration.replace("master_process off;", "worker_processes 2;");
    let master = Master::start(directory, &configuration, address);
    let another = |round| another(master.process.id(), round);
    reload_under_load("nginx -s reload", nginx::target(), address, policies(&samples), another, |which| {
        compile(which);
        master.reload();
    });
}

#[test]
fn envoy_reloads_routes_under_load_without_a_mixture() {
    for profile in ["native", "exact"] {
        envoy_under_load(profile, |_, round| round <= RELOADS);
    }
}

/// `another` is told the process id and which round would be next, and says whether it is to be.
pub(crate) fn envoy_under_load(profile: &str, mut another: impl FnMut(u32, usize) -> bool) {
    let target = if profile == "exact" { Target::EnvoyExact } else { Target::Envoy };
    let (directory, upstream) = (tempfile::tempdir().unwrap(), Upstream::start());
    let directory = directory.path();
    let (next, routes) = (directory.join("next.yaml"), directory.join("routes.yaml"));
    let rename = |which| {
        let sample = put(directory, which);
        let arguments = ["--target", "envoy", "--shape", "rds", "--profile", profile, "-o"];
        sample.compile([&arguments[..], &[next.to_str().unwrap()]].concat());
        fs::rename(&next, &routes).unwrap();
        sample
    };
    let [b, a] = [1, 0].map(rename);
    let samples = [a, b];
    let rds = format!(
        "rds: {{route_config_name: cors_routes, config_source: {{path_config_source: {{path: {:?}}}}}}}",
        routes.to_str().unwrap()
    );
    let manager = manager(&compiled(directory, &samples[0], &["--profile", profile]), &rds);
    let envoy = serve(directory, manager, upstream.address);
    let mut client = Client::new(envoy.address);
    let name = format!("Envoy {profile}, routes.yaml renamed");
    let another = |round| another(envoy.id(), round);
    reload_under_load(&name, target, envoy.address, policies(&samples), another, |which| {
        rename(which);
        // It has one worker thread here: what one request sees, each later one sees.
        let expected = ["https://a.example", "https://b.example"][which];
        wait_until("Envoy has the routes", || allowed(&get(&mut client, "/", expected)) == [expected]);
    });
}
