//! nginx in front of the upstream, with the generated files included as their headers tell.

use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use cors_compiler::ir::File;

use crate::process::{Process, find, free_address, run};
use crate::upstream::{DEAD, DEAD_ADDRESS};

/// nginx with one server for each of the file's policies, or one for its routes.
pub(crate) struct Nginx {
    /// Where the policies' servers listen, in the order of the file; or where the routed one does.
    pub(crate) addresses: Vec<SocketAddr>,
    _process: Process,
}

impl Nginx {
    /// Starts nginx with the files that the compiler wrote for `file` to `directory`.
    pub(crate) fn start(directory: &Path, file: &File, upstream: SocketAddr) -> Self {
        let program = find("nginx", "NGINX", &[PathBuf::from("/usr/sbin/nginx")]);
        let includes = match &file.routes {
            Some(_) => vec![("cors_routes.conf".to_owned(), true)],
            None => file.policies.iter().map(|policy| (format!("cors_policy_{}.conf", policy.name.value), false)).collect(),
        };
        let addresses: Vec<SocketAddr> = includes.iter().map(|_| free_address()).collect();
        let servers = addresses.iter().zip(&includes).fold(String::new(), |mut servers, (address, (include, at_server))| {
            let (outside, inside) = if *at_server { (include_line(include), String::new()) } else { (String::new(), include_line(include)) };
            writeln!(servers, "server {{ listen {address}; {outside} location / {{ {inside} proxy_pass http://$backend; }} }}").unwrap();
            servers
        });
        let configuration = directory.join("nginx.conf");
        fs::write(&configuration, wrapper(upstream, &servers)).unwrap();
        let command = |arguments: &[&str]| {
            let mut command = Command::new(&program);
            command.args(["-e", "stderr", "-p"]).arg(directory).arg("-c").arg(&configuration).args(arguments);
            command
        };
        let checked = run(&mut command(&["-t"]));
        assert!(!["[warn]", "[alert]", "[emerg]"].iter().any(|level| checked.contains(level)), "nginx -t:\n{checked}");
        let process = Process::start(&mut command(&[]), directory, addresses[0]);
        Self { addresses, _process: process }
    }
}

fn include_line(file: &str) -> String {
    format!("include {file};")
}

/// One process in the foreground, as whoever starts it, with everything it writes in its directory.
fn wrapper(upstream: SocketAddr, servers: &str) -> String {
    format!(
        "daemon off; master_process off; pid nginx.pid; error_log stderr error;
events {{ }}
http {{
    access_log off;
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    map $http_x_upstream $backend {{ default {upstream}; {DEAD} {DEAD_ADDRESS}; }}
    include cors_http.conf;
{servers}}}
"
    )
}
