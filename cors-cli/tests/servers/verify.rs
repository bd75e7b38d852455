//! `cors verify` against the real servers: what the compiler writes holds, and a slip in it is named.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Output};

use crate::compiled;
use crate::envoy::Envoy;
use crate::hyper_service;
use crate::nginx::{Nginx, server, wrapper};
use crate::policies::{Sample, samples};
use crate::process::free_address;
use crate::upstream::Upstream;

/// Runs `cors verify` as fast as it goes.
fn verify(sample: &Sample, url: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cors"));
    command.arg("verify").arg(&sample.path).args(["--url", url, "--rate", "100000"]).args(arguments);
    command.output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

fn sample(name: &str) -> Sample {
    samples().into_iter().find(|sample| sample.name == name).unwrap()
}

/// Asserts that a server holds, in full, also where its upstream answers 404 with CORS headers of its own.
fn holds(sample: &Sample, policy: Option<&str>, address: SocketAddr) {
    for behaviour in ["none", "cors", "not-found"] {
        let header = format!("x-upstream: {behaviour}");
        let mut arguments = vec!["--all", "--methods", "POST,PUT", "--header", header.as_str()];
        arguments.extend(policy.into_iter().flat_map(|policy| ["--policy", policy]));
        let output = verify(sample, &format!("http://{address}/"), &arguments);
        assert_eq!(output.status.code(), Some(0), "{} {policy:?} {behaviour}\n{}", sample.name, text(&output));
    }
}

#[test]
fn verify_finds_no_fault_in_what_nginx_serves() {
    let upstream = Upstream::start();
    for sample in &samples() {
        let directory = tempfile::tempdir().unwrap();
        let nginx = Nginx::start(directory.path(), sample, upstream.address);
        for (policy, &address) in sample.servable().into_iter().zip(&nginx.addresses) {
            holds(sample, policy.map(|policy| policy.name.value.as_str()), address);
        }
    }
}

#[test]
fn verify_finds_no_fault_in_what_envoy_serves() {
    let upstream = Upstream::start();
    for sample in &samples() {
        for policy in sample.servable() {
            for profile in ["native", "exact"] {
                let directory = tempfile::tempdir().unwrap();
                let envoy = Envoy::start(directory.path(), sample, policy, profile, upstream.address);
                holds(sample, policy.map(|policy| policy.name.value.as_str()), envoy.address);
            }
        }
    }
}

#[test]
fn verify_finds_no_fault_in_what_hyper_serves() {
    let upstream = Upstream::start();
    for sample in &samples() {
        for policy in sample.servable() {
            let policy = policy.map(|policy| policy.name.value.as_str());
            holds(sample, policy, hyper_service::start(compiled::layer(&sample.name, policy), upstream.address));
        }
    }
}

/// A slip in what the compiler wrote, and what it is called.
struct Slip {
    sample: &'static str,
    policy: &'static str,
    file: &'static str,
    /// What stands there, and what is written instead, once.
    from: &'static str,
    to: &'static str,
    /// The causes that are named.
    causes: &'static [&'static str],
}

const SLIPS: [Slip; 8] = [
    Slip {
        sample: "partners.yaml",
        policy: "widget",
        file: "cors_http.conf",
        from: r#""~^(?=.{1,327}\z)https://(?:[a-z0-9_-]+\.)+partner"#,
        to: r#""~(?=.{1,327}\z)https://(?:[a-z0-9_-]+\.)+partner"#,
        causes: &["unanchored"],
    },
    Slip {
        sample: "partners.yaml",
        policy: "widget",
        file: "cors_http.conf",
        from: r"+\.)+partner\.example\z",
        to: r"+\.)+partner.example\z",
        causes: &["unescaped-dot"],
    },
    Slip {
        sample: "partners.yaml",
        policy: "widget",
        file: "cors_http.conf",
        from: r"(?:[a-z0-9_-]+\.)+partner\.example\z",
        to: r"(?:[a-z0-9_-]+.)+partner\.example\z",
        causes: &["unescaped-dot"],
    },
    Slip {
        sample: "spa.yaml",
        policy: "spa",
        file: "cors_policy_spa.conf",
        from: "_origin always;",
        to: "_origin;",
        causes: &["errors-without-headers"],
    },
    Slip {
        sample: "spa.yaml",
        policy: "spa",
        file: "cors_policy_spa.conf",
        from: "add_header Vary ",
        to: "# add_header Vary ",
        causes: &["lacks-vary"],
    },
    Slip {
        sample: "spa.yaml",
        policy: "spa",
        file: "cors_http.conf",
        from: "\"https://www.example.com\" $http_origin;",
        to: "\"https://www.example.com\" $http_origin; \"http://localhost:3000\" $http_origin;",
        causes: &["other-policy"],
    },
    Slip {
        sample: "spa.yaml",
        policy: "spa",
        file: "cors_http.conf",
        from: "\"https://app.example.com\"",
        to: "\"http://app.example.com\"",
        causes: &["scheme-mixed-up"],
    },
    Slip {
        sample: "spa.yaml",
        policy: "spa",
        file: "cors_http.conf",
        from: "\"DELETE, PATCH, PUT\"",
        to: "\"DELETE, PUT\"",
        causes: &["other-policy"],
    },
];

/// The ids of the causes in a report that has failures.
fn causes(output: &Output) -> Vec<String> {
    assert_eq!(output.status.code(), Some(1), "{}", text(output));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let causes = report["causes"].as_array().unwrap().iter();
    causes.map(|cause| cause["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn verify_names_each_slip_in_a_configuration_of_nginx() {
    let upstream = Upstream::start();
    for Slip { sample: name, policy, file, from, to, causes } in SLIPS {
        let (sample, directory) = (sample(name), tempfile::tempdir().unwrap());
        sample.compile(["--target".as_ref(), "nginx".as_ref(), "-o".as_ref(), directory.path()]);
        replace(&directory.path().join(file), from, to);
        let (address, server) = server("", &format!("include cors_policy_{policy}.conf;"));
        let nginx = Nginx::serve(directory.path(), &wrapper(upstream.address, &server), vec![address]);
        let url = format!("http://{}/", nginx.addresses[0]);
        // The upstream answers 404, so that errors are seen.
        let arguments = ["--policy", policy, "--format", "json", "--header", "x-upstream: not-found"];
        let output = verify(&sample, &url, &arguments);
        assert_eq!(self::causes(&output), *causes, "{to}\n{}", text(&output));
    }
}

/// One slip in the routes of `shop.yaml` and their policies, as nginx has them, and what it is called. A policy without
/// lists of methods and headers does not tell whether it or the application answered a preflight.
const ROUTE_SLIPS: [(&str, &str, &[&str]); 21] = [
    (r#""~^/api(?:/|\z)""#, r#""~^/api""#, &["route-too-wide"]),
    (r#""~^/api(?:/|\z)""#, r#""~/api(?:/|\z)""#, &["route-too-wide"]),
    (r#""~^/api(?:/|\z)""#, r#""~*^/api(?:/|\z)""#, &["route-too-wide"]),
    (r#""~^/api(?:/|\z)""#, r#""~^/api/""#, &["route-too-narrow"]),
    (r#""~^/api/catalogue(?:/|\z)""#, r#""~^/api/catalogue""#, &["route-too-wide"]),
    (r#""~^/api/catalogue(?:/|\z)""#, r#""~^/api/catalogue/""#, &["route-too-narrow"]),
    (r#""~^/assets(?:/|\z)""#, r#""~^/assets""#, &["route-too-wide"]),
    (r#""~^/assets(?:/|\z)""#, r#""~^/assets/""#, &["route-too-narrow"]),
    (r#""~^/api/health\z""#, r#""~^/api/health""#, &["route-too-wide"]),
    (r#""~^/api/health\z""#, r#""~/api/health\z""#, &["route-too-wide"]),
    (r#""~^/api/catalogue/search\z""#, r#""~^/api/catalogue/search""#, &["route-too-wide"]),
    (r#""~^/api/health\z" none;"#, r#""~^/api/health\z" d166ce;"#, &["route-too-wide"]),
    (r#""~^/api/health\z" none;"#, "", &["route-too-wide"]),
    ("default none;", "default 80581e;", &["route-too-wide"]),
    (r#""~^(?=.{1,261}\z)https://(?:"#, r#""~(?=.{1,261}\z)https://(?:"#, &["unanchored"]),
    ("map $uri ", "map $request_uri ", &["route-too-wide", "route-too-narrow"]),
    (
        "asks_method {\n    default 1;",
        "asks_method {\n    default 1; POST 0;",
        &["preflight-not-answered", "other-policy"],
    ),
    (
        "asks_method {\n    default 1;",
        "asks_method {\n    default 1; HEAD 0;",
        &["preflight-not-answered", "other-policy"],
    ),
    (r"https://(?:[a-z0-9_-]+\.)+shop", r"https://(?:[a-z0-9_-]+\.){1,2}shop", &["other-policy"]),
    (r"+shop\.example\z", r"+shop\.example(?::(?:8080|3000|80))?\z", &["port-not-compared"]),
    (r"https://(?:[a-z0-9_-]+\.)+shop", r"(?:https|app)://(?:[a-z0-9_-]+\.)+shop", &["scheme-mixed-up"]),
];

#[test]
fn verify_names_each_slip_in_the_routes_of_nginx() {
    let (upstream, sample) = (Upstream::start(), sample("shop.yaml"));
    for (from, to, causes) in ROUTE_SLIPS {
        let directory = tempfile::tempdir().unwrap();
        sample.compile(["--target".as_ref(), "nginx".as_ref(), "-o".as_ref(), directory.path()]);
        replace(&directory.path().join("cors_http.conf"), from, to);
        let (address, server) = server("include cors_routes.conf;", "");
        let nginx = Nginx::serve(directory.path(), &wrapper(upstream.address, &server), vec![address]);
        let output = verify(&sample, &format!("http://{}/", nginx.addresses[0]), &["--format", "json"]);
        assert_eq!(self::causes(&output), causes, "{to}\n{}", text(&output));
    }
}

/// What routes by the path as it stands is told of: it may be meant so.
#[test]
fn verify_notes_that_slashes_are_not_merged() {
    let (upstream, sample) = (Upstream::start(), sample("shop.yaml"));
    let directory = tempfile::tempdir().unwrap();
    sample.compile(["--target".as_ref(), "nginx".as_ref(), "-o".as_ref(), directory.path()]);
    let (address, server) = server("merge_slashes off; include cors_routes.conf;", "");
    let _nginx = Nginx::serve(directory.path(), &wrapper(upstream.address, &server), vec![address]);
    let envoy = free_address();
    let (listen, upstream) = (envoy.to_string(), upstream.address.to_string());
    let bootstrap = directory.path().join("envoy.yaml");
    let arguments = ["--target", "envoy", "--shape", "bootstrap", "--listen", &listen, "--upstream", &upstream];
    sample.compile(arguments.into_iter().chain(["-o", bootstrap.to_str().unwrap()]));
    replace(&bootstrap, "merge_slashes: true", "merge_slashes: false");
    let _envoy = Envoy::serve(directory.path(), &bootstrap, envoy);
    for address in [address, envoy] {
        let output = verify(&sample, &format!("http://{address}/"), &[]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output));
        let note = "note: paths with double slashes are compared as they stand";
        assert!(text(&output).contains(note), "{}", text(&output));
    }
}

fn replace(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{from} is not in\n{text}");
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn verify_checks_certificates_unless_it_is_told_not_to() {
    let upstream = Upstream::start();
    let (sample, directory) = (sample("spa.yaml"), tempfile::tempdir().unwrap());
    sample.compile(["--target".as_ref(), "nginx".as_ref(), "-o".as_ref(), directory.path()]);
    let (address, server) = server("", "include cors_policy_spa.conf;");
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let (certificate, key) = (data.join("shop.invalid.crt"), data.join("shop.invalid.key"));
    let tls = format!("ssl; ssl_certificate {}; ssl_certificate_key {};", certificate.display(), key.display());
    let server = server.replacen(';', &format!(" {tls}"), 1);
    let _nginx = Nginx::serve(directory.path(), &wrapper(upstream.address, &server), vec![address]);
    let url = format!("https://shop.invalid:{}/", address.port());
    let output = verify(&sample, &url, &["--resolve", "shop.invalid:127.0.0.1"]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    assert!(text(&output).contains("certificate") && text(&output).contains("--insecure"), "{}", text(&output));
    let output = verify(&sample, &url, &["--resolve", "shop.invalid:127.0.0.1", "--insecure"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
}
