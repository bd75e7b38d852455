//! What surrounds the includes in a real nginx configuration, and must not change what they do.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use cors_compiler::reference::Response;

use crate::client::Client;
use crate::nginx::{Nginx, command, wrapper};
use crate::policies::samples;
use crate::process::free_address;
use crate::upstream::Upstream;

/// nginx with the include of the policy `spa` in a server that `body` describes.
fn start(directory: &Path, body: &str, upstream: SocketAddr) -> Nginx {
    let spa = samples().into_iter().find(|sample| sample.name == "spa.yaml").unwrap();
    spa.compile(["--target".as_ref(), "nginx".as_ref(), "-o".as_ref(), directory]);
    let address = free_address();
    let server = format!("server {{ listen {address}; {body} }}\n");
    Nginx::serve(directory, &wrapper(upstream, &server), vec![address])
}

fn send(nginx: &Nginx, method: &str, path: &str, headers: &str) -> Response {
    let request = format!("{method} {path} HTTP/1.1\r\nHost: a\r\n{headers}\r\n");
    Client::new(nginx.addresses[0]).send(request.as_bytes()).unwrap()
}

const REFUSED: &str = "Origin: https://evil.test\r\nAccess-Control-Request-Method: PUT\r\n";
const ALLOWED: &str = "Origin: https://app.example.com\r\n";

#[test]
fn an_error_page_does_not_pass_a_refused_preflight_on() {
    let (directory, upstream) = (tempfile::tempdir().unwrap(), Upstream::start());
    let body = "error_page 403 = @app; location @app { proxy_pass http://$backend; }
        location / { include cors_policy_spa.conf; proxy_pass http://$backend; }";
    let nginx = start(directory.path(), body, upstream.address);
    assert_eq!(send(&nginx, "OPTIONS", "/", REFUSED).status, 403);
    assert_eq!(upstream.requests(), 0);
}

#[test]
fn captures_of_a_location_survive() {
    let (directory, upstream) = (tempfile::tempdir().unwrap(), Upstream::start());
    let body = "location ~ ^/from/(.*)$ { include cors_policy_spa.conf; return 302 /to/$1; }";
    let nginx = start(directory.path(), body, upstream.address);
    let response = send(&nginx, "GET", "/from/abc", ALLOWED);
    assert!(response.headers.all("location").next().unwrap().ends_with("/to/abc"), "{response:?}");
    assert_eq!(response.headers.all("access-control-allow-origin").count(), 1);
}

#[test]
fn preflights_are_answered_before_access_control() {
    let (directory, upstream) = (tempfile::tempdir().unwrap(), Upstream::start());
    let body = "location / { include cors_policy_spa.conf; deny all; proxy_pass http://$backend; }";
    let nginx = start(directory.path(), body, upstream.address);
    let preflight = format!("{ALLOWED}Access-Control-Request-Method: PUT\r\n");
    assert_eq!(send(&nginx, "OPTIONS", "/", &preflight).status, 204);
    let denied = send(&nginx, "GET", "/", ALLOWED);
    assert_eq!(denied.status, 403);
    assert_eq!(denied.headers.all("access-control-allow-origin").collect::<Vec<_>>(), ["https://app.example.com"]);
}

/// nginx lets the last of several maps of one variable win; the output must not let that happen unseen.
#[test]
fn the_same_policy_twice_is_refused() {
    let (directory, upstream) = (tempfile::tempdir().unwrap(), Upstream::start());
    let spa = samples().into_iter().find(|sample| sample.name == "spa.yaml").unwrap();
    for part in ["one", "two"] {
        spa.compile(["--target".as_ref(), "nginx".as_ref(), "-o".as_ref(), directory.path().join(part).as_path()]);
    }
    let whole = wrapper(upstream.address, "").replace("include cors_http.conf;", "include */cors_http.conf;");
    let configuration = directory.path().join("nginx.conf");
    fs::write(&configuration, whole).unwrap();
    let output = command(directory.path(), &configuration).arg("-t").output().unwrap();
    let printed = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && printed.contains("duplicate \"log_format\" name"), "{printed}");
}

/// A map of the user's must not be replaced by one of ours, nor ours by it.
#[test]
fn no_variable_has_a_name_that_a_person_would_choose() {
    let output = Command::new(env!("CARGO_BIN_EXE_cors"))
        .args(["compile", "../policies/shop.yaml", "--target", "nginx"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let variables: Vec<&str> =
        text.split("$cors_").skip(1).map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next().unwrap()).collect();
    assert!(variables.len() > 50);
    for tag in variables {
        assert!(tag.len() == 6 && tag.bytes().all(|b| b.is_ascii_hexdigit()), "$cors_{tag}");
    }
}
