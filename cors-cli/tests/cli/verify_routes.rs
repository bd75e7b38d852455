//! `cors verify` at the edges of routes, and where no policy answers.

use cors_compiler::ir::{File, Policy};
use cors_compiler::reference::{Headers, Request, policy_for};
use serde_json::Value;

use crate::verify::{causes, verify_file};
use crate::verify_server::{ROUTED, Router, Server};
use crate::{code, stdout};

const ORIGIN: &str = "access-control-allow-origin";
const CREDENTIALS: &str = "access-control-allow-credentials";

fn right<'f>(file: &'f File, request: &Request) -> Option<&'f Policy> {
    policy_for(file, &request.path)
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
