//! `cors verify` names what a server does wrong.

use cors_compiler::reference::{Headers, Request, Response};

use crate::verify::{causes, verify};
use crate::verify_server::Server;

const ORIGIN: &str = "access-control-allow-origin";
const CREDENTIALS: &str = "access-control-allow-credentials";

type Mischief = fn(&Request, Response) -> Response;

fn origin(request: &Request) -> String {
    request.headers.all("origin").next().unwrap_or_default().to_owned()
}

fn set(mut answer: Response, name: &str, value: &str) -> Response {
    if answer.headers.all(name).next().is_some() {
        answer.headers.remove(name);
        answer.headers.push(name, value);
    }
    answer
}

/// The answer that an allowed origin gets, to an actual request.
fn admit(request: &Request, mut answer: Response, admits: impl Fn(&str) -> bool) -> Response {
    let origin = origin(request);
    if request.method != "OPTIONS" && admits(&origin) && answer.headers.all(ORIGIN).next().is_none() {
        answer.headers.push(ORIGIN, &origin);
    }
    answer
}

/// What an origin gets that is echoed, whatever it is.
fn echo(request: &Request, mut answer: Response) -> Response {
    answer.headers.remove(ORIGIN);
    answer.headers.push(ORIGIN, &origin(request));
    answer
}

fn is_preflight(request: &Request) -> bool {
    request.headers.all("access-control-request-method").next().is_some()
}

fn asks_about(request: &Request, method: &str) -> bool {
    request.headers.all("access-control-request-method").eq([method])
}

/// What a server answers that takes some preflights for other requests.
fn pass_on(passed: bool, mut answer: Response) -> Response {
    if passed {
        answer.status = 200;
        for name in ["methods", "headers"].map(|list| format!("access-control-allow-{list}")) {
            answer.headers.remove(&name);
        }
        answer.headers.remove("access-control-max-age");
    }
    answer
}

/// What an expression for `https://*.partner.example` lets in if the part before its suffix is so.
fn before(suffix: &str, request: &Request, answer: Response, is: impl Fn(&str) -> bool) -> Response {
    admit(request, answer, |origin| {
        let host = origin.strip_prefix("https://").unwrap_or_default();
        host.strip_suffix(suffix).is_some_and(&is)
    })
}

/// `[a-z0-9]+`
fn is_label(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric())
}

fn refuse(request: &Request, answer: Response, refused: &str) -> Response {
    match origin(request) == refused {
        true => Response {
            status: if request.method == "OPTIONS" { 403 } else { 200 },
            headers: Headers::from([("vary", "Origin")]),
        },
        false => answer,
    }
}

fn instead(request: &Request, answer: Response, status: u16, headers: Headers) -> Response {
    if request.method == "OPTIONS" { Response { status, headers } } else { answer }
}

/// Without all that CORS says.
fn bare(answer: Response) -> Response {
    Response { headers: Headers::default(), ..answer }
}

/// What a server does, and all causes that are named.
const MISCHIEF: &[(&str, Mischief, &[&str])] = &[
    ("nothing wrong", |_, answer| answer, &[]),
    (
        "two fields",
        |_, mut answer| {
            let value = answer.headers.all(ORIGIN).next().map(str::to_owned);
            if let Some(value) = value {
                answer.headers.push(ORIGIN, &value);
            }
            answer
        },
        &["two-layers"],
    ),
    (
        "a list in one field",
        |_, answer| set(answer, ORIGIN, "https://www.shop.example, https://a.partner.example"),
        &["two-layers"],
    ),
    (
        "no Vary",
        |_, mut answer| {
            answer.headers.remove("vary");
            answer
        },
        &["lacks-vary"],
    ),
    (
        "any origin is echoed",
        |request, answer| admit(request, answer, |origin| !origin.is_empty()),
        &["echoes-any-origin"],
    ),
    (
        "`*` for everyone",
        |_, mut answer| {
            answer.headers.remove(ORIGIN);
            answer.headers.remove(CREDENTIALS);
            answer.headers.push(ORIGIN, "*");
            answer
        },
        &["wildcard-with-credentials", "open-to-everyone"],
    ),
    ("`*` with credentials", |_, answer| set(answer, ORIGIN, "*"), &["wildcard-with-credentials"]),
    (
        "authentication first",
        |request, answer| instead(request, answer, 401, Headers::from([("www-authenticate", "Basic")])),
        &["preflight-not-answered"],
    ),
    (
        "the router first",
        |request, answer| instead(request, answer, 405, Headers::default()),
        &["preflight-not-answered"],
    ),
    (
        "a redirect first",
        |request, answer| instead(request, answer, 302, Headers::from([("location", "/login")])),
        &["preflight-not-answered"],
    ),
    (
        "no headers on errors",
        |_, answer| if answer.status == 404 { bare(answer) } else { answer },
        &["errors-without-headers"],
    ),
    ("no headers at all", |_, answer| Response { status: 200, ..bare(answer) }, &["no-cors"]),
    (
        "no end",
        |request, answer| admit(request, answer, |origin| origin.starts_with("https://www.shop.example.e")),
        &["suffix-match"],
    ),
    (
        "no beginning",
        |request, answer| admit(request, answer, |origin| origin == "https://evilpartner.example"),
        &["prefix-match"],
    ),
    (
        "a bare dot",
        |request, answer| admit(request, answer, |origin| origin == "https://wwwxshop.example"),
        &["unescaped-dot"],
    ),
    (
        "the other scheme as well",
        |request, answer| admit(request, answer, |origin| origin == "http://www.shop.example"),
        &["scheme-mixed-up"],
    ),
    (
        "any port",
        |request, answer| admit(request, answer, |origin| origin.ends_with(".example:8443")),
        &["port-not-compared"],
    ),
    (
        "ports that developers use",
        |request, answer| {
            admit(request, answer, |origin| [":80", ":3000", ":8080"].iter().any(|port| origin.ends_with(port)))
        },
        // The last is on the developer's own machine.
        &["port-not-compared", "other-policy"],
    ),
    (
        "port 3000 at a wildcard",
        |request, answer| admit(request, answer, |origin| origin == "https://a.partner.example:3000"),
        &["port-not-compared"],
    ),
    (
        "the scheme of an application",
        |request, answer| admit(request, answer, |origin| origin == "app://a.partner.example"),
        &["scheme-mixed-up"],
    ),
    (
        "two labels at most",
        |request, answer| match origin(request).split('.').count() > 4 {
            true if origin(request).ends_with(".partner.example") => refuse(request, answer, &origin(request)),
            _ => answer,
        },
        &["other-policy"],
    ),
    (
        "an empty label",
        |request, answer| admit(request, answer, |origin| origin == "https://.partner.example"),
        &["loose-wildcard"],
    ),
    (
        "a bare dot before the suffix",
        |request, answer| {
            before("partner.example", request, answer, |text| text.len() > 1 && is_label(&text[..text.len() - 1]))
        },
        &["unescaped-dot"],
    ),
    (
        "a bare dot after labels",
        |request, answer| before("partner.example", request, answer, |text| text.len() > 1 && is_label(&text[..1])),
        &["unescaped-dot"],
    ),
    (
        "no dot before the suffix",
        |request, answer| {
            before("partner.example", request, answer, |text| {
                text.split('.').all(|label| label.is_empty() || is_label(label))
            })
        },
        &["prefix-match"],
    ),
    (
        "a bare dot in the suffix",
        |request, answer| {
            before("partnerxexample", request, answer, |text| text.strip_suffix('.').is_some_and(is_label))
        },
        &["unescaped-dot"],
    ),
    (
        "no beginning of the pattern",
        |request, answer| admit(request, answer, |origin| origin == "evilhttps://a.partner.example"),
        &["unanchored"],
    ),
    (
        "an echo on errors",
        |request, answer| if answer.status == 404 { echo(request, answer) } else { answer },
        &["echoes-any-origin"],
    ),
    (
        "an echo to HEAD",
        |request, answer| if request.method == "HEAD" { echo(request, answer) } else { answer },
        &["echoes-any-origin"],
    ),
    (
        "an echo to OPTIONS that is no preflight",
        |request, answer| match request.method == "OPTIONS" && !is_preflight(request) {
            true => echo(request, answer),
            false => answer,
        },
        &["echoes-any-origin"],
    ),
    (
        "an echo to preflights for POST",
        |request, answer| match request.headers.all("access-control-request-method").eq(["POST"]) {
            true => Response { status: 204, ..echo(request, answer) },
            false => answer,
        },
        &["echoes-any-origin"],
    ),
    (
        "private networks",
        |request, answer| admit(request, answer, |origin| origin.starts_with("http://192.168.")),
        &["other-policy"],
    ),
    (
        "extensions",
        |request, answer| admit(request, answer, |origin| origin.starts_with("chrome-extension://")),
        &["other-policy"],
    ),
    (
        "no Vary without Origin",
        |request, mut answer| {
            if origin(request).is_empty() {
                answer.headers.remove("vary");
            }
            answer
        },
        &["lacks-vary"],
    ),
    (
        "no Vary on preflights",
        |request, mut answer| {
            if is_preflight(request) {
                answer.headers.remove("vary");
            }
            answer
        },
        &["lacks-vary"],
    ),
    (
        "no Vary on refused preflights",
        |_, mut answer| {
            if answer.status == 403 {
                answer.headers.remove("vary");
            }
            answer
        },
        &["lacks-vary"],
    ),
    (
        "no Vary on errors",
        |_, mut answer| {
            if answer.status >= 400 {
                answer.headers.remove("vary");
            }
            answer
        },
        &["errors-without-headers"],
    ),
    (
        "preflights are passed on",
        |request, answer| instead(request, answer, 200, Headers::default()),
        &["preflight-not-answered"],
    ),
    (
        "preflights are passed on, and answered like the rest",
        |request, answer| pass_on(is_preflight(request), answer),
        &["preflight-not-answered"],
    ),
    (
        "preflights for POST are passed on",
        |request, answer| pass_on(asks_about(request, "POST"), answer),
        &["preflight-not-answered"],
    ),
    (
        "preflights for HEAD are passed on",
        |request, answer| pass_on(asks_about(request, "HEAD"), answer),
        &["preflight-not-answered"],
    ),
    (
        "preflights for GET with a header are passed on",
        |request, answer| {
            let has_header = request.headers.all("access-control-request-headers").eq(["x-a"]);
            pass_on(asks_about(request, "GET") && has_header, answer)
        },
        &["other-policy"],
    ),
    (
        "everything is redirected",
        |_, _| Response { status: 301, headers: Headers::from([("location", "https://elsewhere.example/")]) },
        &["redirected"],
    ),
    (
        "subdomains",
        |request, answer| admit(request, answer, |origin| origin == "https://sub.www.shop.example"),
        &["subdomain-match"],
    ),
    (
        "a trailing dot",
        |request, answer| admit(request, answer, |origin| origin == "https://www.shop.example."),
        &["trailing-dot"],
    ),
    ("null", |request, answer| admit(request, answer, |origin| origin == "null"), &["null-origin"]),
    (
        "one origin more",
        |request, answer| admit(request, answer, |origin| origin == "http://localhost:3000"),
        &["other-policy"],
    ),
    ("one origin less", |request, answer| refuse(request, answer, "https://www.shop.example"), &["other-policy"]),
    ("no PUT", |_, answer| set(answer, "access-control-allow-methods", "PATCH"), &["other-policy"]),
    ("no x-a", |_, answer| set(answer, "access-control-allow-headers", "x-b"), &["other-policy"]),
    ("another age", |_, answer| set(answer, "access-control-max-age", "60"), &["other-policy"]),
    ("another list", |_, answer| set(answer, "access-control-expose-headers", "etag, x-b"), &["other-policy"]),
    (
        "no credentials",
        |_, mut answer| {
            answer.headers.remove(CREDENTIALS);
            answer
        },
        &["other-policy"],
    ),
    ("True", |_, answer| set(answer, CREDENTIALS, "True"), &["other-policy", "credentials-value"]),
    (
        "too many requests",
        |request, answer| match request.path.contains("no-such") {
            true => Response { status: 429, ..bare(answer) },
            false => answer,
        },
        &["rate-limited"],
    ),
    // What no browser can tell apart.
    (
        "lists in another form",
        |_, answer| {
            let answer = set(answer, "access-control-allow-methods", "GET,POST,PUT");
            set(answer, "access-control-allow-headers", "X-A, Accept")
        },
        &[],
    ),
    ("upper case", |request, answer| admit(request, answer, |origin| origin == "https://WWW.SHOP.EXAMPLE"), &[]),
    (
        "a refused preflight is answered with 200 and lists",
        |_, mut answer| {
            if answer.status == 403 {
                answer.status = 200;
                answer.headers.push("access-control-allow-methods", "PUT");
            }
            answer
        },
        &[],
    ),
];

#[test]
fn each_mischief_has_its_cause() {
    for (what, mischief, expected) in MISCHIEF {
        let server = Server::start(mischief);
        let output = verify(&server.url(), &["--format", "json"]);
        let mut found = causes(&output);
        let mut expected: Vec<String> = expected.iter().map(|&id| id.to_owned()).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{what}\n{}", crate::stdout(&output));
        assert_eq!(crate::code(&output), i32::from(!expected.is_empty()), "{what}");
    }
}
