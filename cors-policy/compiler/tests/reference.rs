//! The reference semantics, row by row.

use cors_compiler::ir::File;
use cors_compiler::reference::{Headers, Request, Response, policy_for, respond};
use cors_compiler::source::Source;

const POLICY: &str = "
version: 1
policies:
  listed:
    allow_origins: [https://a.example, https://*.b.example, http://localhost:*]
    allow_methods: [PUT, DELETE]
    allow_headers: [x-b, X-A]
    expose_headers: [etag]
    allow_credentials: true
    allow_private_network: true
    max_age: 10m
  open:
    allow_origins: '*'
    allow_methods: [PUT]
    expose_headers: [etag]
routes:
  - {path: /open/**, policy: open}
  - {path: /open/listed, policy: listed}
  - {path: /open/none/**, policy: none}
  - {path: /**, policy: listed}
";

fn file() -> File {
    let checked = cors_compiler::check(&Source::new("f", POLICY));
    checked.file.unwrap()
}

/// An upstream with its own ideas about CORS.
fn upstream(status: u16, vary: &str) -> Response {
    let mut headers =
        Headers::from([("Access-Control-Allow-Origin", "https://evil.test"), ("access-control-max-age", "9")]);
    if !vary.is_empty() {
        headers.push("Vary", vary);
    }
    Response { status, headers }
}

/// `status; name=value; …`, in order.
fn shown(response: &Response) -> String {
    let fields = response
        .headers
        .0
        .iter()
        .map(|(name, value)| format!("; {}={value}", name.to_ascii_lowercase().replace("access-control-", "")));
    format!("{}{}", response.status, fields.collect::<String>())
}

/// (what the row is about, policy, method, request headers, upstream's `Vary`, expected)
type Row =
    (&'static str, &'static str, &'static str, &'static [(&'static str, &'static str)], &'static str, &'static str);

const ORIGIN: (&str, &str) = ("Origin", "https://a.example");
const EVIL: (&str, &str) = ("Origin", "https://evil.test");
const ASK: (&str, &str) = ("Access-Control-Request-Method", "PUT");
const PRIVATE: (&str, &str) = ("Access-Control-Request-Private-Network", "true");
const PREFLIGHT: &str = "204; vary=Origin; allow-origin=https://a.example; allow-credentials=true; allow-methods=DELETE, PUT; allow-headers=x-a, x-b; max-age=600";

#[rustfmt::skip]
const TABLE: &[Row] = &[
    // Not a CORS request (Fetch, "CORS request": a request with an `Origin` header).
    ("no Origin: passed on, varies", "listed", "GET", &[], "", "200; vary=Origin"),
    ("an empty Origin is none", "listed", "GET", &[("Origin", "")], "", "200; vary=Origin"),
    ("no Origin: the constants of an open policy", "open", "GET", &[], "", "200; allow-origin=*; expose-headers=etag"),
    // CORS-preflight requests (Fetch, "CORS-preflight fetch", step 1: OPTIONS with Origin and
    // Access-Control-Request-Method).
    ("a preflight is answered here", "listed", "OPTIONS", &[ORIGIN, ASK], "", PREFLIGHT),
    ("also for a method that is not listed", "listed", "OPTIONS", &[ORIGIN, ("Access-Control-Request-Method", "FROB")], "", PREFLIGHT),
    ("also for an upload listener's POST", "listed", "OPTIONS", &[ORIGIN, ("Access-Control-Request-Method", "POST")], "", PREFLIGHT),
    ("also with headers that are not listed", "listed", "OPTIONS", &[ORIGIN, ASK, ("Access-Control-Request-Headers", "x-z")], "", PREFLIGHT),
    ("a refused preflight", "listed", "OPTIONS", &[EVIL, ASK], "", "403; vary=Origin"),
    ("two origins are refused", "listed", "OPTIONS", &[ORIGIN, ORIGIN, ASK], "", "403; vary=Origin"),
    ("an open policy refuses nobody", "open", "OPTIONS", &[EVIL, ASK], "", "204; allow-origin=*; allow-methods=PUT"),
    ("private network, asked for", "listed", "OPTIONS", &[ORIGIN, ASK, PRIVATE], "",
        "204; vary=Origin; allow-origin=https://a.example; allow-credentials=true; allow-methods=DELETE, PUT; allow-headers=x-a, x-b; max-age=600; allow-private-network=true"),
    ("private network, not declared", "open", "OPTIONS", &[ORIGIN, ASK, PRIVATE], "", "204; allow-origin=*; allow-methods=PUT"),
    // Everything else (Fetch, "CORS check").
    ("OPTIONS without a method is no preflight", "listed", "OPTIONS", &[ORIGIN], "",
        "200; allow-origin=https://a.example; allow-credentials=true; expose-headers=etag; vary=Origin"),
    ("nor with an empty one", "listed", "OPTIONS", &[EVIL, ("Access-Control-Request-Method", "")], "", "200; vary=Origin"),
    ("nor is another method", "listed", "GET", &[ORIGIN, ASK], "",
        "200; allow-origin=https://a.example; allow-credentials=true; expose-headers=etag; vary=Origin"),
    ("a refused origin: passed on, upstream's headers removed", "listed", "GET", &[EVIL], "", "200; vary=Origin"),
    ("two origins are refused on actual requests", "listed", "GET", &[ORIGIN, EVIL], "", "200; vary=Origin"),
    ("an open policy answers with the constant", "open", "GET", &[EVIL], "", "200; allow-origin=*; expose-headers=etag"),
    // Vary (RFC 9110, 12.5.5).
    ("appended to another field", "listed", "GET", &[], "Accept", "200; vary=Accept; vary=Origin"),
    ("never twice, in any case", "listed", "GET", &[], "accept, origin", "200; vary=accept, origin"),
    ("not beside `*`", "listed", "GET", &[], "*", "200; vary=*"),
    ("an open policy does not vary", "open", "GET", &[], "Accept", "200; vary=Accept; allow-origin=*; expose-headers=etag"),
];

#[test]
fn every_row_is_answered_as_designed() {
    let file = file();
    for (what, policy, method, headers, vary, expected) in TABLE {
        let mut request = Request { method: (*method).to_owned(), path: "/".to_owned(), ..Request::default() };
        for (name, value) in *headers {
            request.headers.push(name, value);
        }
        let policy = file.policy(policy).unwrap();
        let mut asked = false;
        let answer = respond(policy, &request, |_| {
            asked = true;
            upstream(200, vary)
        });
        assert_eq!(&shown(&answer), expected, "{what}");
        assert_eq!(asked, answer.status == 200, "{what}: preflights are never passed on");
    }
}

#[test]
fn errors_of_the_upstream_carry_the_headers_too() {
    let file = file();
    let request = Request { method: "GET".into(), path: "/".into(), headers: Headers::from([ORIGIN]) };
    for status in [302, 404, 500, 502] {
        let answer = respond(file.policy("listed").unwrap(), &request, |_| upstream(status, ""));
        let expected = format!(
            "{status}; allow-origin=https://a.example; allow-credentials=true; expose-headers=etag; vary=Origin"
        );
        assert_eq!(shown(&answer), expected);
    }
}

#[test]
fn origins_are_compared_byte_for_byte() {
    let file = file();
    let policy = file.policy("listed").unwrap();
    let long = format!("https://{}.b.example", "a".repeat(300));
    for (origin, expected) in [
        ("https://a.example", true),
        ("https://A.example", false),
        ("HTTPS://a.example", false),
        ("http://a.example", false),
        ("https://a.example:443", false),
        ("https://a.example/", false),
        ("https://a.example.", false),
        ("https://a.example.evil.test", false),
        ("https://b.example", false),
        ("https://x.b.example", true),
        ("https://x.y-_9.b.example", true),
        ("https://.b.example", false),
        ("https://x..b.example", false),
        ("https://xb.example", false),
        ("https://x.b.example:8443", false),
        ("https://X.b.example", false),
        ("https://x:y.b.example", false),
        ("https://é.b.example", false),
        (long.as_str(), false),
        ("http://localhost", true),
        ("http://localhost:1", true),
        ("http://localhost:65535", true),
        ("http://localhost:65536", false),
        ("http://localhost:0", false),
        ("http://localhost:01", false),
        ("http://localhost:", false),
        ("http://localhost:1:2", false),
        ("http://localhost:+1", false),
        ("null", false),
        ("*", false),
        ("https://a.example, https://a.example", false),
    ] {
        assert_eq!(cors_compiler::reference::allows_origin(policy, origin), expected, "{origin}");
    }
}

#[test]
fn the_most_specific_route_wins() {
    let file = file();
    for (path, expected) in [
        ("/", Some("listed")),
        ("/open", Some("open")),
        ("/open/", Some("open")),
        ("/open/x", Some("open")),
        ("/openx", Some("listed")),
        ("/open/listed", Some("listed")),
        ("/open/listed/x", Some("open")),
        ("/open/none", None),
        ("/open/none/x", None),
        ("/Open", Some("listed")),
    ] {
        assert_eq!(policy_for(&file, path).map(|policy| policy.name.value.as_str()), expected, "{path}");
    }
}
