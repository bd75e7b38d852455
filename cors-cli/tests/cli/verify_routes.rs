//! `cors verify` at the edges of routes, and where no policy answers.

use cors_compiler::ir::{File, Policy};
use cors_compiler::reference::{Headers, Request, Response, policy_for};
use serde_json::Value;

use crate::verify::{causes, verify_file};
use crate::verify_server::{ROUTED, Router, Server};
use crate::{code, stderr, stdout};

const ORIGIN: &str = "access-control-allow-origin";
const CREDENTIALS: &str = "access-control-allow-credentials";

/// By the path with single slashes, as nginx and Envoy do.
fn right<'f>(file: &'f File, request: &Request) -> Option<&'f Policy> {
    policy_for(file, &path(request).replace("//", "/"))
}

fn path(request: &Request) -> &str {
    request.path.split('?').next().unwrap()
}

fn nothing(_: &Request) -> Headers {
    Headers::default()
}

/// A router that is mistaken at one path.
macro_rules! mistaken {
    ($path:ident if $at:expr => $name:expr) => {
        |file, request| {
            let $path = request.path.as_str();
            if $at { file.policy($name) } else { right(file, request) }
        }
    };
}

/// Mistakes in the routes, and the cause that is named.
const MISTAKES: &[(&str, Router, &[&str])] = &[
    ("none", right, &[]),
    ("no end of a segment", mistaken!(path if path == "/apix" => "shop"), &["route-too-wide"]),
    ("no beginning", mistaken!(path if path == "/x/api/" => "shop"), &["route-too-wide"]),
    ("no beginning, below another route", mistaken!(path if path == "/api/api/health" => "none"), &["route-too-wide"]),
    ("upper case", mistaken!(path if path == "/API/" => "shop"), &["route-too-wide"]),
    ("a policy for `none`", mistaken!(path if path == "/api/health" => "shop"), &["route-too-wide"]),
    ("a policy that is not near", mistaken!(path if path == "/api/health" => "prices"), &["route-too-wide"]),
    ("a policy for all else", mistaken!(path if path == "/cors-verify-no-such-path" => "shop"), &["route-too-wide"]),
    ("everyone beside a route", mistaken!(path if path == "/assetsx" => "assets"), &["route-too-wide"]),
    ("a longer segment", mistaken!(path if path == "/api/pricesx" => "prices"), &["route-too-wide"]),
    ("no end of an exact path", mistaken!(path if path == "/api/healthx" => "none"), &["route-too-wide"]),
    (
        "a segment after an exact path",
        mistaken!(path if path == "/api/prices/list.json/" => "shop"),
        &["route-too-wide"],
    ),
    ("a bare dot in a path", mistaken!(path if path == "/api/prices/listxjson" => "shop"), &["route-too-wide"]),
    ("the bare path", mistaken!(path if path == "/api" => "none"), &["route-too-narrow"]),
    (
        "the query counts",
        |file, request| policy_for(file, &request.path.replace("//", "/")),
        &["route-too-wide", "route-too-narrow"],
    ),
    ("a query at a subtree", mistaken!(path if path == "/api/prices?x=1" => "shop"), &["route-too-narrow"]),
    (
        "a query at an exact path",
        mistaken!(path if path == "/api/prices/list.json?x=1" => "prices"),
        &["route-too-narrow"],
    ),
    ("a query where the policy is `none`", mistaken!(path if path == "/api/health?x=1" => "shop"), &["route-too-wide"]),
    ("no policy at a double slash", mistaken!(path if path == "/api//prices" => "none"), &["route-too-narrow"]),
    ("the bare path of an inner route", mistaken!(path if path == "/api/prices" => "shop"), &["route-too-narrow"]),
];

#[test]
fn each_mistake_in_a_route_has_its_cause() {
    for (what, router, expected) in MISTAKES {
        let server = Server::enforcing(ROUTED, *router, nothing, |_, answer| answer);
        let output = verify_file(ROUTED, &server.url(), &["--format", "json"]);
        assert_eq!(causes(&output), *expected, "{what}\n{}", stdout(&output));
        assert_eq!(code(&output), i32::from(!expected.is_empty()), "{what}");
    }
}

/// Rust compares the path as it stands, nginx and Envoy merge slashes: neither is a failure.
#[test]
fn double_slashes_as_they_stand_are_a_note() {
    let as_they_stand: Router = |file, request| policy_for(file, path(request));
    let server = Server::enforcing(ROUTED, as_they_stand, nothing, |_, answer| answer);
    let output = verify_file(ROUTED, &server.url(), &["--format", "json"]);
    assert_eq!(code(&output), 0, "{}", stdout(&output));
    let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let notes: Vec<&str> =
        report["notes"].as_array().unwrap().iter().filter_map(|note| note["what"].as_str()).collect();
    assert!(matches!(notes.as_slice(), [note] if note.contains("merge_slashes")), "{notes:?}");
    let paths: Vec<String> = server.seen().into_iter().map(|request| request.path).collect();
    for path in ["/api/prices//list.json", "/api//health", "/api//prices"] {
        assert!(paths.iter().any(|asked| asked == path), "{path}");
    }
}

/// A note about the answers is no sign of how paths are compared.
#[test]
fn merged_slashes_are_no_note_where_only_another_one_is() {
    let server = Server::enforcing(ROUTED, right, nothing, |request, answer| match answer.status {
        403 if request.method == "OPTIONS" => Response { status: 200, ..answer },
        _ => answer,
    });
    let output = verify_file(ROUTED, &server.url(), &["--format", "json"]);
    assert_eq!(code(&output), 0, "{}", stdout(&output));
    let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let notes = report["notes"].as_array().unwrap();
    assert!(!notes.is_empty() && !stdout(&output).contains("merge_slashes"), "{notes:?}");
}

/// A query is not left out in silence.
#[test]
fn a_query_is_sent_or_refused() {
    let server = Server::enforcing(ROUTED, right, nothing, |_, answer| answer);
    let output = verify_file(ROUTED, &format!("{}?q=1", server.url()), &[]);
    assert_eq!((code(&output), server.seen().len()), (2, 0), "{}", stdout(&output));
    assert!(stderr(&output).contains("is asked at a path of its own, without ?q=1"), "{}", stderr(&output));
    let output = verify_file(ROUTED, &format!("{}api/prices/?q=1", server.url()), &[]);
    assert_eq!(code(&output), 0, "{}", stdout(&output));
    let paths: Vec<String> = server.seen().into_iter().map(|request| request.path).collect();
    assert!(paths.iter().all(|path| path.ends_with("?q=1")), "{paths:?}");
    assert!(paths.contains(&"/api/prices/cors-verify-no-such-path?q=1".to_owned()), "{paths:?}");
}

/// An origin that is let in nowhere is no matter of routes.
#[test]
fn an_origin_less_is_no_mistake_in_a_route() {
    let server = Server::enforcing(ROUTED, right, nothing, |request, mut answer| {
        if request.headers.all("origin").eq(["https://prices.example"]) {
            answer.headers.remove(ORIGIN);
        }
        answer
    });
    let output = verify_file(ROUTED, &server.url(), &["--format", "json"]);
    assert_eq!(causes(&output), ["other-policy"], "{}", stdout(&output));
}

fn origin(request: &Request) -> &str {
    request.headers.all("origin").next().unwrap_or_default()
}

type Application = fn(&Request) -> Headers;

/// What an application says of CORS by itself, and how many notes that makes.
const APPLICATIONS: &[(&str, Application, usize)] = &[
    ("nothing", nothing, 0),
    ("everyone", |_| Headers::from([(ORIGIN, "*")]), 1),
    ("an echo", |request| Headers::from([(ORIGIN, origin(request)), (CREDENTIALS, "true"), ("vary", "origin")]), 1),
    (
        "the same origins, with lists of its own",
        |request| match origin(request) {
            "https://www.shop.example" => Headers::from([
                (ORIGIN, origin(request)),
                (CREDENTIALS, "true"),
                ("access-control-expose-headers", "etag"),
                ("access-control-allow-methods", "GET, PUT"),
                ("access-control-allow-headers", "x-a"),
                ("access-control-max-age", "600"),
            ]),
            _ => Headers::default(),
        },
        1,
    ),
    ("another origin", |_| Headers::from([(ORIGIN, "https://foreign.test")]), 0),
];

#[test]
fn what_an_application_says_outside_of_all_policies_is_no_failure() {
    for (what, application, notes) in APPLICATIONS {
        let server = Server::enforcing(ROUTED, right, *application, |_, answer| answer);
        let output = verify_file(ROUTED, &server.url(), &["--format", "json"]);
        assert_eq!(code(&output), 0, "{what}\n{}", stdout(&output));
        let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
        assert_eq!(report["notes"].as_array().unwrap().len(), *notes, "{what}\n{}", stdout(&output));
        let outside = report["targets"].as_array().unwrap().iter().filter(|target| target["policy"] == "none");
        assert!(outside.map(|target| target["path"].as_str().unwrap()).any(|path| path == "/api/health"), "{what}");
    }
}

#[test]
fn a_policy_where_none_is_to_answer_is_told_by_its_name_and_route() {
    let server =
        Server::enforcing(ROUTED, mistaken!(path if path == "/api/health" => "prices"), nothing, |_, answer| answer);
    let output = verify_file(ROUTED, &server.url(), &[]);
    for line in [
        "failed: a route reaches too far: its policy answers beside it",
        "  GET /api/health from https://prices.example (policy none): policy prices answers here, where none is to answer",
        "    shop.yaml:17:13: - { path: /api/health, policy: none }",
    ] {
        assert!(stdout(&output).lines().any(|found| found == line), "{line}\n{}", stdout(&output));
    }
    assert!(stdout(&output).contains(" paths at the edges of routes, "), "{}", stdout(&output));
}

/// The edges of a few of many routes are asked about, unless all are asked for.
#[test]
fn the_edges_of_many_routes_are_not_all_asked() {
    let routes: String = (100..140).map(|n| format!("  - {{ path: /r{n}/**, policy: p }}\n")).collect();
    let text = format!("version: 1\npolicies:\n  p:\n    allow_origins: [https://a.example]\nroutes:\n{routes}");
    let server = Server::enforcing(&text, right, nothing, |_, answer| answer);
    let edges = |arguments: &[&str]| {
        let before = server.seen().len();
        let output = verify_file(&text, &server.url(), arguments);
        assert_eq!(code(&output), 0, "{}", stdout(&output));
        let mut paths: Vec<String> = server.seen()[before..].iter().map(|request| request.path.clone()).collect();
        paths.sort();
        paths.dedup();
        paths.into_iter().filter(|path| path.starts_with("/r") && path.ends_with('x')).collect::<Vec<_>>()
    };
    let few = edges(&[]);
    assert_eq!((few.len(), few[0].as_str(), few[15].as_str()), (16, "/r100x", "/r139x"));
    assert_eq!(edges(&["--all"]).len(), 40);
}
