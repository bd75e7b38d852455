//! nginx in front of the upstream, with the generated files included as their headers tell.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::allowed::Target;
use crate::policies::Sample;
use crate::process::{Process, find, free_address, run};
use crate::upstream::{DEAD, DEAD_ADDRESS};

/// What `nginx -t` must not say.
const LEVELS: [&str; 3] = ["[warn]", "[alert]", "[emerg]"];

/// nginx with one server for each of the file's policies, or one for its routes.
pub(crate) struct Nginx {
    /// Where the policies' servers listen, in the order of the file; or where the routed one does.
    pub(crate) addresses: Vec<SocketAddr>,
    process: Process,
}

impl Nginx {
    /// Starts nginx in `directory` with what the compiler writes there for `sample`.
    pub(crate) fn start(directory: &Path, sample: &Sample, upstream: SocketAddr) -> Self {
        sample.compile(["--target".as_ref(), "nginx".as_ref(), "-o".as_ref(), directory]);
        let (addresses, servers): (Vec<SocketAddr>, String) = match &sample.file.routes {
            Some(_) => [server("include cors_routes.conf;", "")].into_iter().unzip(),
            None => {
                let names = sample.file.policies.iter().map(|policy| &policy.name.value);
                names.map(|name| server("", &format!("include cors_policy_{name}.conf;"))).unzip()
            }
        };
        Self::serve(directory, &wrapper(upstream, &servers), addresses)
    }

    /// Starts nginx with a configuration whose first server listens at the first of the addresses.
    pub(crate) fn serve(directory: &Path, configuration: &str, addresses: Vec<SocketAddr>) -> Self {
        let file = directory.join("nginx.conf");
        fs::write(&file, configuration).unwrap();
        check(directory, &file);
        let process = Process::start(&mut command(directory, &file), directory, addresses[0]);
        Self { addresses, process }
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }
}

/// Has nginx check a configuration; panics with what it says if it refuses or warns.
pub(crate) fn check(directory: &Path, configuration: &Path) {
    let checked = run(command(directory, configuration).arg("-t"));
    // Thousands of keys need a larger hash than the default to be optimal; the header says so.
    let told = |line: &&str| !line.contains("could not build optimal map_hash");
    let unexpected = checked.lines().filter(told).any(|line| LEVELS.iter().any(|level| line.contains(level)));
    assert!(!unexpected, "nginx -t:\n{checked}");
}

pub(crate) fn command(directory: &Path, configuration: &Path) -> Command {
    let mut command = Command::new(program());
    command.args(["-e", "stderr", "-p"]).arg(directory).arg("-c").arg(configuration);
    command
}

pub(crate) fn program() -> PathBuf {
    find("nginx", "NGINX", Path::new("/usr/sbin/nginx"))
}

/// Which nginx it is, as far as it matters.
pub(crate) fn target() -> Target {
    if version() < (1, 23) { Target::NginxBefore1_23 } else { Target::Nginx }
}

/// The first numbers of `nginx version: nginx/1.22.1`.
pub(crate) fn version() -> (u32, u32) {
    let printed = run(Command::new(program()).arg("-v"));
    let version = printed.split('/').next_back().unwrap();
    let mut numbers = version.split('.').map(|number| number.parse::<u32>().unwrap_or(0));
    (numbers.next().unwrap(), numbers.next().unwrap())
}

pub(crate) fn server(at_server: &str, at_location: &str) -> (SocketAddr, String) {
    let address = free_address();
    let location = format!("location / {{ {at_location} proxy_pass http://$backend; }}");
    (address, format!("server {{ listen {address}; {at_server} {location} }}\n"))
}

/// One process in the foreground, as whoever starts it, with everything it writes in its directory.
pub(crate) fn wrapper(upstream: SocketAddr, servers: &str) -> String {
    format!(
        "daemon off; master_process off; pid nginx.pid; error_log stderr error;
events {{ }}
http {{
    access_log off;
    variables_hash_max_size 8192; # as the header of cors_http.conf says
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    map $http_x_upstream $backend {{ default {upstream}; {DEAD} {DEAD_ADDRESS}; }}
    include cors_http.conf;
{servers}}}
"
    )
}
