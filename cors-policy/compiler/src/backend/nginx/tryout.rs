//! A complete `nginx.conf` to try a policy with: one file, any user, nothing outside its directory.

use super::include::{policy_body, routes_body};
use super::{Job, Policy, Text, maps};
use crate::backend::Endpoint;

/// Where nginx keeps bodies while it works; relative to its prefix.
const TEMPORARY: [&str; 5] = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];

pub(super) fn emit(job: &Job<'_>, banner: &[String], policies: &[&Policy]) -> String {
    let mut text = Text::default();
    text.comment(banner);
    text.comment([
        "",
        "nginx in front of an upstream, to try the policy with. It needs no privileges and writes",
        "nothing outside the directory of this file. In that directory (-e is for 1.19.5 and later):",
        "",
        "    nginx -e stderr -p . -c nginx.conf",
    ]);
    text.comment(maps::remarks(job));
    text.line("");
    for line in ["daemon off;", "pid nginx.pid;", "error_log stderr;", ""] {
        text.line(line);
    }
    text.line("events {}");
    text.line("");
    text.block("http", |text| {
        text.line("access_log off;");
        text.line("server_tokens off;");
        text.line(format_args!("variables_hash_max_size {};", maps::VARIABLES));
        text.line(format_args!("map_hash_max_size {};", maps::map_hash_size(job, policies)));
        for what in TEMPORARY {
            text.line(format_args!("{what}_temp_path nginx_{what};"));
        }
        text.line("");
        text.verbatim(&maps::body(job, policies));
        // The command line asks for them: the shape says that it needs them.
        let Some(endpoints) = &job.endpoints else { return };
        text.line("");
        text.block("server", |text| {
            text.line(format_args!("listen {};", address(&endpoints.listen)));
            text.line("");
            match (job.routes(), policies.first()) {
                (None, Some(policy)) => policy_body(text, job, policy),
                _ => routes_body(text, job),
            }
            text.line("");
            text.block("location /", |text| {
                text.line(format_args!("proxy_pass http://{};", address(&endpoints.upstream)));
                text.line("proxy_set_header Host $host;");
            });
        });
    });
    text.finish()
}

fn address(endpoint: &Endpoint) -> String {
    let Endpoint { host, port } = endpoint;
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}
