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
use crate::upstream::{CHOICE, Upstream};

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

/// A server whose policy comes from the shape `server`, so that it holds wherever a location leads.
fn start_server(directory: &Path, body: &str, upstream: SocketAddr) -> Nginx {
    let spa = samples().into_iter().find(|sample| sample.name == "spa.yaml").unwrap();
    let shape = ["--target", "nginx", "--shape", "server", "-o"].map(AsRef::<std::ffi::OsStr>::as_ref);
    spa.compile(shape.into_iter().chain([directory.as_os_str()]));
    let address = free_address();
    let server = format!("server {{ listen {address}; include cors_server_spa.conf; {body} }}\n");
    Nginx::serve(directory, &wrapper(upstream, &server), vec![address])
}

fn origins(response: &Response) -> Vec<&str> {
    response.headers.all("access-control-allow-origin").collect()
}

#[test]
fn a_server_s_include_answers_before_limit_except_and_keeps_headers_through_error_page() {
    let (directory, upstream) = (tempfile::tempdir().unwrap(), Upstream::start());
    let body = "location / { limit_except GET { deny all; } proxy_pass http://$backend; }
        location /lost { error_page 404 /page; return 404; } location = /page { return 404 gone; }
        location /outer/ { location /outer/inner/ { proxy_pass http://$backend; } }";
    let nginx = start_server(directory.path(), body, upstream.address);
    let preflight = format!("{ALLOWED}Access-Control-Request-Method: PUT\r\n");
    for path in ["/", "/lost", "/outer/inner/x"] {
        assert_eq!(send(&nginx, "OPTIONS", path, &preflight).status, 204, "{path}");
        assert_eq!(send(&nginx, "OPTIONS", path, REFUSED).status, 403, "{path}");
    }
    assert_eq!(upstream.requests(), 0);
    let (lost, denied) = (send(&nginx, "GET", "/lost", ALLOWED), send(&nginx, "PUT", "/", ALLOWED));
    assert_eq!((lost.status, origins(&lost).len()), (404, 1), "{lost:?}");
    assert_eq!((denied.status, origins(&denied).len()), (403, 1), "{denied:?}");
}

/// What the headers of the files and docs/nginx.md warn of, so that the warnings stay true.
#[test]
fn a_location_with_headers_of_its_own_needs_the_include() {
    let (directory, upstream) = (tempfile::tempdir().unwrap(), Upstream::start());
    let body = "location /without { add_header X-Own 1; proxy_pass http://$backend; }
        location /with { include cors_server_spa.conf; add_header X-Own 1; proxy_hide_header X-Other; proxy_pass http://$backend; }
        location /hides { proxy_hide_header X-Other; proxy_pass http://$backend; }
        location /late { return 200; }";
    let nginx = start_server(directory.path(), body, upstream.address);
    let theirs = format!("{ALLOWED}{CHOICE}: cors\r\n");
    assert!(origins(&send(&nginx, "GET", "/without", ALLOWED)).is_empty());
    assert_eq!(origins(&send(&nginx, "GET", "/with", &theirs)), ["https://app.example.com"]);
    assert!(origins(&send(&nginx, "GET", "/hides", &theirs)).len() > 1, "the upstream's passes");
    // Directives of the rewrite phase run in order, those of the server first.
    assert_eq!(send(&nginx, "OPTIONS", "/late", REFUSED).status, 403);
}

/// `deny`, `auth_basic` and `auth_request` run after preflights are answered, and their refusals carry
/// the headers, so that a script can read them.
#[test]
fn preflights_need_no_credentials_and_refusals_are_readable() {
    let (directory, upstream) = (tempfile::tempdir().unwrap(), Upstream::start());
    fs::write(directory.path().join("users"), "").unwrap();
    let body = "location /basic { auth_basic r; auth_basic_user_file users; proxy_pass http://$backend; }
        location /request { auth_request /auth; proxy_pass http://$backend; } location = /auth { return 401; }";
    let nginx = start_server(directory.path(), body, upstream.address);
    let preflight = format!("{ALLOWED}Access-Control-Request-Method: PUT\r\n");
    for path in ["/basic", "/request"] {
        assert_eq!(send(&nginx, "OPTIONS", path, &preflight).status, 204, "{path}");
        let refused = send(&nginx, "GET", path, ALLOWED);
        assert_eq!((refused.status, origins(&refused)), (401, vec!["https://app.example.com"]), "{path}");
    }
    assert_eq!(upstream.requests(), 0);
}

/// Thousands of hosts are looked up with captures, which must not reach a location's own.
#[test]
fn captures_of_a_location_survive_lookups_by_host() {
    let (directory, upstream) = (tempfile::tempdir().unwrap(), Upstream::start());
    let sample = crate::scale::sample(directory.path(), "p", (0..20).map(|n| format!("https://*.t{n}.example")));
    sample.compile(["--target".as_ref(), "nginx".as_ref(), "-o".as_ref(), directory.path()]);
    let address = free_address();
    let body = "location ~ ^/from/(.*)$ { include cors_policy_p.conf; return 302 /to/$1; }
        location ~ ^/pass/(.*)$ { include cors_policy_p.conf; rewrite ^ /x/$1 break; return 302 /at$uri; }";
    let server = format!("server {{ listen {address}; {body} }}\n");
    let nginx = Nginx::serve(directory.path(), &wrapper(upstream.address, &server), vec![address]);
    let response = send(&nginx, "GET", "/from/abc", "Origin: https://a.t7.example\r\n");
    assert!(response.headers.all("location").next().unwrap().ends_with("/to/abc"), "{response:?}");
    assert_eq!(origins(&response), ["https://a.t7.example"]);
}

/// The complete configuration needs no privileges and nothing but its directory.
#[test]
fn the_configuration_to_try_runs() {
    let (directory, upstream) = (tempfile::tempdir().unwrap(), Upstream::start());
    let shop = samples().into_iter().find(|sample| sample.name == "shop.yaml").unwrap();
    let (listen, path) = (free_address(), directory.path().join("nginx.conf"));
    let (listens, passes) = (listen.to_string(), upstream.address.to_string());
    let arguments = ["--target", "nginx", "--shape", "tryout", "--listen", &listens, "--upstream", &passes, "-o"];
    shop.compile(arguments.into_iter().chain([path.to_str().unwrap()]));
    // Without a worker of its own, which would outlive the test.
    let text = fs::read_to_string(&path).unwrap().replace("daemon off;", "daemon off; master_process off;");
    let nginx = Nginx::serve(directory.path(), &text, vec![listen]);
    for (path, expected) in
        [("/api/cart", &["https://a.shop.example"][..]), ("/assets/x", &["*"]), ("/api/health", &[])]
    {
        assert_eq!(origins(&send(&nginx, "GET", path, "Origin: https://a.shop.example\r\n")), expected, "{path}");
    }
    let preflight = "Origin: https://a.shop.example\r\nAccess-Control-Request-Method: PUT\r\n";
    assert_eq!(send(&nginx, "OPTIONS", "/api/cart", preflight).status, 204);
}
