//! `cors verify` from outside: whom it contacts, what it sends, what it prints.

use std::collections::HashSet;
use std::net::TcpListener;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use cors_compiler::reference::{Headers, Request};
use serde_json::Value;

use crate::formats::{documented, fields};
use crate::verify_server::{POLICY, ROUTED, Server};
use crate::{code, holding, stderr, stdout};

/// Runs `cors verify` without waiting between requests.
pub(crate) fn verify(url: &str, arguments: &[&str]) -> Output {
    verify_file(POLICY, url, arguments)
}

/// The same with a file of this text.
pub(crate) fn verify_file(text: &str, url: &str, arguments: &[&str]) -> Output {
    let directory = holding("shop.yaml", text);
    let mut all = vec!["verify", "shop.yaml", "--url", url];
    if !arguments.contains(&"--rate") {
        all.extend(["--rate", "100000"]);
    }
    all.extend(arguments);
    crate::cors_in(directory.path(), &all)
}

/// The ids of the causes in a JSON report.
pub(crate) fn causes(output: &Output) -> Vec<String> {
    let report: Value = serde_json::from_str(&stdout(output)).unwrap();
    let causes = report["causes"].as_array().unwrap().iter();
    causes.map(|cause| cause["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn what_holds_is_said_in_every_format() {
    let server = Server::start(|_, answer| answer);
    let output = verify(&server.url(), &[]);
    assert_eq!(code(&output), 0, "{}", stdout(&output));
    let requests = server.seen().len();
    assert!(requests > 60, "{requests}");
    assert!(
        stdout(&output).contains(&format!("holds: {} answers {requests} requests as shop.yaml says", server.url()))
    );
    assert_eq!(stderr(&output), "", "no progress where there is no terminal");

    let report: Value = serde_json::from_str(&stdout(&verify(&server.url(), &["--format", "json"]))).unwrap();
    assert_eq!((&report["holds"], &report["requests"]), (&Value::from(true), &Value::from(requests)));
    let junit = stdout(&verify(&server.url(), &["--format", "junit"]));
    assert!(junit.contains(&format!("tests=\"{requests}\" failures=\"0\" errors=\"0\"")), "{junit}");
}

/// CI servers tell cases apart by their class and name.
#[test]
fn every_case_has_a_name_of_its_own() {
    let text = ROUTED.replace("allow_headers: [x-a]", "allow_headers: [x-a, x-b]");
    let server = Server::enforcing(&text, |file, _| file.policies.first(), |_| Headers::default(), |_, answer| answer);
    let junit = stdout(&verify_file(&text, &server.url(), &["--format", "junit"]));
    let cases: Vec<&str> = junit.lines().filter(|line| line.trim_start().starts_with("<testcase ")).collect();
    let names: HashSet<&str> = cases.iter().map(|case| case.trim_end_matches(['/', '>'])).collect();
    assert_eq!(names.len(), cases.len());
    for name in [
        "preflight for PUT /api/prices/list.json with x-a, x-b from ",
        "preflight for PUT /api/prices/list.json with the private network from ",
    ] {
        assert!(names.iter().any(|case| case.contains(name)), "{name}\n{junit}");
    }
}

/// Browsers ask also for what needs no listing: for a header, or for a listener of uploads.
#[test]
fn methods_that_need_no_listing_are_asked_about() {
    let server = Server::enforcing(ROUTED, |file, _| file.policies.first(), |_| Headers::default(), |_, answer| answer);
    verify_file(ROUTED, &server.url(), &[]);
    let seen = server.seen();
    for (path, origin, header) in [
        ("/api/prices/list.json", "https://www.shop.example", &["x-a"][..]),
        ("/api/prices/", "https://prices.example", &[]),
    ] {
        for method in ["GET", "HEAD", "POST"] {
            let is_it = |request: &&Request| {
                request.path == path
                    && request.headers.all("origin").eq([origin])
                    && request.headers.all("access-control-request-method").eq([method])
                    && request.headers.all("access-control-request-headers").eq(header.iter().copied())
            };
            assert!(seen.iter().any(|request| is_it(&request)), "{method} {path}");
        }
    }
}

#[test]
fn a_failure_shows_request_answer_console_line_and_cause() {
    let server = Server::start(|request, mut answer| {
        if request.headers.all("origin").eq(["https://wwwxshop.example"]) && request.method == "GET" {
            answer.headers.push("access-control-allow-origin", "https://wwwxshop.example");
        }
        answer
    });
    let output = verify(&server.url(), &[]);
    assert_eq!(code(&output), 1);
    let text = stdout(&output);
    for line in [
        "failed: an unescaped dot: a letter in the place of a dot is let in",
        "  remedy: write `\\.` for a dot in an expression",
        "  GET / from https://wwwxshop.example (policy shop): the policy refuses the origin, and a browser lets it in",
        "    shop.yaml:5:9: - https://www.shop.example",
        &format!("    request: curl -i -H 'origin: https://wwwxshop.example' {}", server.url()),
        "    answer:  200",
        "             vary: Origin",
        "             access-control-allow-origin: https://wwwxshop.example",
        "    console: nothing: the script reads the response",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    let junit = stdout(&verify(&server.url(), &["--format", "junit"]));
    assert!(junit.contains("name=\"GET / from https://wwwxshop.example\">\n      <failure message=\"unescaped-dot: "));
}

/// The fields that `docs/json.md` names are those that are printed, and the other way round.
#[test]
fn every_field_is_documented() {
    let server = Server::start(|_, mut answer| {
        if answer.status == 403 {
            answer.headers.push("access-control-max-age", "600");
        }
        answer.headers.remove("vary");
        answer
    });
    let report: Value = serde_json::from_str(&stdout(&verify(&server.url(), &["--format", "json"]))).unwrap();
    let mut printed = std::collections::BTreeSet::new();
    fields(&report, &mut printed);
    assert!(!report["notes"].as_array().unwrap().is_empty());
    assert_eq!(documented("cors verify"), printed);
}

#[test]
fn the_console_says_why_a_browser_refuses() {
    let server = Server::start(|request, mut answer| {
        if request.method == "OPTIONS" {
            answer.status = 302;
            answer.headers = Headers::from([("location", "/login")]);
        }
        answer
    });
    let text = stdout(&verify(&server.url(), &[]));
    let console = "from origin 'https://www.shop.example' has been blocked by CORS policy: the response to the preflight \
                   request does not pass the access control check: no 'Access-Control-Allow-Origin' header";
    assert!(text.contains(console), "{text}");
    assert!(text.contains("location: /login"), "{text}");
}

#[test]
fn only_the_host_of_the_url_is_contacted() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    other.set_nonblocking(true).unwrap();
    let address = other.local_addr().unwrap();
    let server = Server::start(move |_, mut answer| {
        answer.status = 302;
        answer.headers.push("location", &format!("http://{address}/"));
        answer
    });
    let directory = holding("shop.yaml", POLICY);
    let mut command = Command::new(env!("CARGO_BIN_EXE_cors"));
    command.args(["verify", "shop.yaml", "--rate", "100000", "--url", &server.url()]).current_dir(directory.path());
    command.env_clear();
    for proxy in ["http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        command.env(proxy, format!("http://{address}"));
    }
    let output = command.output().unwrap();
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    assert!(server.seen().len() > 60);
    assert_eq!(other.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
}

#[test]
fn only_methods_that_are_named_are_sent() {
    let server = Server::start(|_, answer| answer);
    verify(&server.url(), &[]);
    assert!(server.seen().iter().all(|request| matches!(request.method.as_str(), "GET" | "HEAD" | "OPTIONS")));
    let before = server.seen().len();
    let output = verify(&server.url(), &["--methods", "PUT,POST"]);
    assert_eq!(code(&output), 0, "{}{}", stdout(&output), stderr(&output));
    let sent = |method: &str| server.seen()[before..].iter().filter(|request| request.method == method).count();
    assert_eq!((sent("PUT"), sent("POST"), sent("DELETE")), (2, 2, 0));
    let output = verify(&server.url(), &["--methods", "TRACE"]);
    assert_eq!(
        (code(&output), stderr(&output).as_str()),
        (2, "cors: --methods TRACE: no script can send this method\n")
    );
}

#[test]
fn authentication_goes_with_actual_requests_and_is_not_shown() {
    let server = Server::start(|request, mut answer| {
        if request.headers.all("authorization").next().is_none() && request.method != "OPTIONS" {
            answer.status = 401;
        }
        answer.headers.remove("vary");
        answer
    });
    let output = verify(&server.url(), &["--header", "Authorization: Bearer SECRET"]);
    assert_eq!(code(&output), 1);
    assert!(stdout(&output).contains("-H 'authorization: …'") && !stdout(&output).contains("SECRET"));
    let carries =
        |request: &cors_compiler::reference::Request| request.headers.all("authorization").eq(["Bearer SECRET"]);
    let is_preflight = |request: &cors_compiler::reference::Request| {
        request.headers.all("access-control-request-method").next().is_some()
    };
    assert!(server.seen().iter().all(|request| carries(request) != is_preflight(request)));
    let output = verify(&server.url(), &["--header", "Origin: https://a.example"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("set for each request by itself"));
}

#[test]
fn the_rate_is_a_bound() {
    let server = Server::start(|_, answer| answer);
    let started = Instant::now();
    verify(&server.url(), &["--rate", "100", "--concurrency", "8"]);
    let intervals = u32::try_from(server.seen().len()).unwrap() - 1;
    assert!(started.elapsed() >= Duration::from_millis(10) * intervals, "{:?}", started.elapsed());
}

#[test]
fn a_server_that_gives_no_answer_is_an_error() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap());
    let output = verify(&url, &["--timeout", "1"]);
    assert_eq!((code(&output), stdout(&output).as_str()), (2, ""));
    assert!(stderr(&output).starts_with(&format!("cors: {url} gives no answer: no answer within 1 s (--timeout)")));
    drop(silent);
    let output = verify(&url, &[]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("the connection was refused"), "{}", stderr(&output));
}

/// A body says nothing of CORS; one that never ends costs a moment, once.
#[test]
fn bodies_that_do_not_come_are_not_waited_for() {
    let server = Server::start(|_, mut answer| {
        if answer.status == 200 {
            answer.headers.push("content-length", "60000");
        }
        answer
    });
    let started = Instant::now();
    let output = verify(&server.url(), &["--timeout", "30"]);
    assert_eq!(code(&output), 0, "{}", stdout(&output));
    assert!(started.elapsed() < Duration::from_secs(60), "each body was waited for");
}

#[test]
fn what_was_found_before_an_error_is_printed() {
    let server = Server::start(|request, answer| {
        if request.path.contains("no-such") {
            std::thread::sleep(Duration::from_secs(3));
        }
        answer
    });
    let output = verify(&server.url(), &["--timeout", "1", "--concurrency", "1"]);
    assert_eq!(code(&output), 2);
    assert!(stdout(&output).contains("unfinished: "), "{}", stdout(&output));
    assert!(
        stderr(&output).contains("no answer within 1 s (--timeout); the request was: curl -i "),
        "{}",
        stderr(&output)
    );
    let output = verify(&server.url(), &["--timeout", "1", "--format", "junit"]);
    assert!(stdout(&output).contains("errors=\"1\""), "{}", stdout(&output));
}

#[test]
fn a_host_can_be_given_an_address() {
    let server = Server::start(|_, answer| answer);
    let (port, host) = (server.address.port(), "shop.invalid");
    for (url, resolve) in [
        (format!("http://{host}:{port}/"), format!("{host}:127.0.0.1")),
        (format!("http://{host}/"), format!("{host}:127.0.0.1:{port}")),
    ] {
        let output = verify(&url, &["--resolve", &resolve]);
        assert_eq!(code(&output), 0, "{}{}", stdout(&output), stderr(&output));
    }
    assert!(server.seen().iter().any(|request| request.headers.all("host").eq([host])));
    for (resolve, message) in [
        ("other.invalid:127.0.0.1", "only the URL's host is contacted"),
        ("shop.invalid:localhost", "after the host comes an IP address"),
        ("shop.invalid:localhost:80", "after the host comes an IP address"),
        ("shop.invalid", "only the URL's host is contacted"),
        ("shop.invalid:127.0.0.1:99999", "99999 is no port"),
        ("shop.invalid:127.0.0.1:0", "0 is no port"),
        ("shop.invalid:[::1]:", "there is no port after the colon"),
    ] {
        let output = verify(&format!("http://{host}/"), &["--resolve", resolve]);
        assert_eq!(code(&output), 2, "{resolve}: {}", stdout(&output));
        assert!(stderr(&output).contains(&format!("--resolve {resolve}: {message}")), "{}", stderr(&output));
    }
}

#[test]
fn what_the_server_says_cannot_touch_a_terminal() {
    let server = Server::start(|_, mut answer| {
        answer.headers.push("access-control-allow-credentials", "\u{9b}31m\u{9d}");
        answer
    });
    for format in ["human", "json", "junit"] {
        let output = verify(&server.url(), &["--format", format]);
        assert_eq!(code(&output), 1);
        assert!(!stdout(&output).chars().any(|c| c.is_control() && c != '\n'), "{format}");
    }
}

#[test]
fn arguments_that_make_no_sense_are_refused() {
    for (url, arguments, message) in [
        ("ftp://a.example/", &[][..], "the scheme must be http or https"),
        ("a.example", &[], "http"),
        ("http://u@a.example/", &[], "a URL with a user is not taken"),
        ("http://a.example/#x", &[], "a fragment is never sent"),
        ("http://127.0.0.1:99999/", &[], "99999 is no port: it is a number from 1 to 65535"),
        ("http://127.0.0.1:0/", &[], "0 is no port"),
        ("http://127.0.0.1:/", &[], "there is no port after the colon"),
        ("http://[::1]:65536/", &[], "65536 is no port"),
        ("http://a.example/", &["--policy", "x"], "has no policy `x`; it has: shop"),
        ("http://a.example/", &["--rate", "0"], "--rate is a number"),
        ("http://a.example/", &["--header", "x"], "--header takes NAME:VALUE"),
    ] {
        let output = verify(url, arguments);
        assert_eq!(code(&output), 2, "{url}");
        assert!(stderr(&output).contains(message), "{url}: {}", stderr(&output));
    }
}
