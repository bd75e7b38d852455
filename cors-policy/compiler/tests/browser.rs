//! The browser model, step by step through the Fetch standard.

use cors_compiler::browser::{
    Fetch, Refusal, Step, Verdict, check_preflight, cors_check, exposed_headers, fetch, needs_preflight,
    preflight_request,
};
use cors_compiler::reference::{Headers, Response};

fn get() -> Fetch {
    Fetch {
        origin: "https://a.example".to_owned(),
        method: "GET".to_owned(),
        path: "/".to_owned(),
        unsafe_headers: Vec::new(),
        credentials: false,
        upload_listener: false,
    }
}

fn with_credentials() -> Fetch {
    Fetch { credentials: true, ..get() }
}

#[test]
fn cors_check_follows_its_eight_steps() {
    const ORIGIN: &str = "access-control-allow-origin";
    const CREDENTIALS: &str = "access-control-allow-credentials";
    let refused = |reason| Err(reason);
    for (step, fetch, headers, expected) in [
        ("2: no header", get(), Headers::default(), refused(Refusal::Origin)),
        ("3: `*` without credentials", get(), [(ORIGIN, "*")].into(), Ok(())),
        (
            "3-4: `*` with credentials",
            with_credentials(),
            [(ORIGIN, "*"), (CREDENTIALS, "true")].into(),
            refused(Refusal::Credentials),
        ),
        ("4: the origin", get(), [(ORIGIN, "https://a.example")].into(), Ok(())),
        ("4: another origin", get(), [(ORIGIN, "https://b.example")].into(), refused(Refusal::Origin)),
        ("4: in another case", get(), [(ORIGIN, "https://A.example")].into(), refused(Refusal::Origin)),
        (
            "1: two fields are joined",
            get(),
            [(ORIGIN, "https://a.example"), (ORIGIN, "https://a.example")].into(),
            refused(Refusal::Origin),
        ),
        ("1: two `*` are joined", get(), [(ORIGIN, "*"), (ORIGIN, "*")].into(), refused(Refusal::Origin)),
        (
            "5: credentials are not looked at",
            get(),
            [(ORIGIN, "https://a.example"), (CREDENTIALS, "no")].into(),
            Ok(()),
        ),
        (
            "6: no credentials header",
            with_credentials(),
            [(ORIGIN, "https://a.example")].into(),
            refused(Refusal::Credentials),
        ),
        ("7: `true`", with_credentials(), [(ORIGIN, "https://a.example"), (CREDENTIALS, "true")].into(), Ok(())),
        (
            "7: `True`",
            with_credentials(),
            [(ORIGIN, "https://a.example"), (CREDENTIALS, "True")].into(),
            refused(Refusal::Credentials),
        ),
        (
            "7: twice",
            with_credentials(),
            [(ORIGIN, "https://a.example"), (CREDENTIALS, "true"), (CREDENTIALS, "true")].into(),
            refused(Refusal::Credentials),
        ),
    ] {
        assert_eq!(cors_check(&fetch, &headers), expected, "{step}");
    }
}

#[test]
fn a_preflight_is_needed_when_fetch_says_so() {
    let unsafe_header = Fetch { unsafe_headers: vec!["X-A".into()], ..get() };
    for (what, fetch, expected) in [
        ("GET", get(), false),
        ("head is normalized", Fetch { method: "head".into(), ..get() }, false),
        ("POST", Fetch { method: "POST".into(), ..get() }, false),
        ("put is normalized", Fetch { method: "put".into(), ..get() }, true),
        ("patch is not", Fetch { method: "patch".into(), ..get() }, true),
        ("an unsafe header", unsafe_header, true),
        ("an upload listener", Fetch { upload_listener: true, method: "POST".into(), ..get() }, true),
    ] {
        assert_eq!(needs_preflight(&fetch), expected, "{what}");
    }
}

#[test]
fn header_names_are_sent_sorted_lower_case_once_and_bare() {
    let fetch =
        Fetch { method: "patch".into(), unsafe_headers: vec!["X-B".into(), "x-a".into(), "x-b".into()], ..get() };
    let request = preflight_request(&fetch);
    assert_eq!(request.headers.all("access-control-request-headers").collect::<Vec<_>>(), ["x-a,x-b"]);
    assert_eq!(request.headers.all("access-control-request-method").collect::<Vec<_>>(), ["patch"]);
    let bare = preflight_request(&Fetch { method: "put".into(), ..get() });
    assert_eq!(bare.headers.all("access-control-request-headers").count(), 0);
    assert_eq!(bare.headers.all("access-control-request-method").collect::<Vec<_>>(), ["PUT"]);
}

#[test]
fn cors_preflight_fetch_follows_step_seven() {
    let put = Fetch { method: "PUT".into(), ..get() };
    let header = |name: &str| Fetch { unsafe_headers: vec![name.into()], ..get() };
    let credentialed = |fetch: Fetch| Fetch { credentials: true, ..fetch };
    let listener = Fetch { method: "PUT".into(), upload_listener: true, ..get() };
    const METHODS: &str = "access-control-allow-methods";
    const HEADERS: &str = "access-control-allow-headers";
    for (what, fetch, status, list, expected) in [
        ("7: an ok status", put.clone(), 204, (METHODS, "PUT"), Ok(())),
        ("7: any ok status", put.clone(), 200, (METHODS, "PUT"), Ok(())),
        ("7: not a redirect", put.clone(), 301, (METHODS, "PUT"), Err(Refusal::Status)),
        ("7: not an error", put.clone(), 403, (METHODS, "PUT"), Err(Refusal::Status)),
        ("7.3: a list that does not parse", put.clone(), 204, (METHODS, "PUT, P T"), Err(Refusal::Method)),
        ("7.4: a listener's own method", listener, 204, ("x", "y"), Ok(())),
        ("7.5: not listed", put.clone(), 204, (METHODS, "DELETE"), Err(Refusal::Method)),
        ("7.5: methods are case-sensitive", put.clone(), 204, (METHODS, "put"), Err(Refusal::Method)),
        ("7.5: a safelisted method needs no listing", header("x-a"), 204, (HEADERS, "x-a"), Ok(())),
        ("7.5: `*`", put.clone(), 204, (METHODS, "*"), Ok(())),
        ("7.5: `*` with credentials is a name", credentialed(put), 204, (METHODS, "*"), Err(Refusal::Method)),
        (
            "7.6: authorization is not covered by `*`",
            header("Authorization"),
            204,
            (HEADERS, "*"),
            Err(Refusal::Header),
        ),
        ("7.6: it must be named", header("Authorization"), 204, (HEADERS, "*, AUTHORIZATION"), Ok(())),
        ("7.7: not listed", header("x-a"), 204, (HEADERS, "x-b"), Err(Refusal::Header)),
        ("7.7: names in any case", header("X-a"), 204, (HEADERS, "x-A"), Ok(())),
        ("7.7: `*`", header("x-a"), 204, (HEADERS, "*"), Ok(())),
        ("7.7: `*` with credentials is a name", credentialed(header("x-a")), 204, (HEADERS, "*"), Err(Refusal::Header)),
    ] {
        let headers =
            [("access-control-allow-origin", "https://a.example"), ("access-control-allow-credentials", "true"), list];
        assert_eq!(check_preflight(&fetch, &Response { status, headers: headers.into() }), expected, "{what}");
    }
}

#[test]
fn scripts_read_what_is_safelisted_or_exposed() {
    let headers = |exposed: &str| {
        Headers::from([
            ("Access-Control-Expose-Headers", exposed),
            ("ETag", "1"),
            ("Content-Type", "text/plain"),
            ("Set-Cookie", "a=b"),
            ("X-Other", "1"),
        ])
    };
    for (fetch, exposed, expected) in [
        (get(), "", &["content-type"][..]),
        (get(), "etag", &["content-type", "etag"]),
        (get(), "set-cookie, ETAG", &["content-type", "etag"]),
        (get(), "*", &["access-control-expose-headers", "content-type", "etag", "x-other"]),
        (with_credentials(), "*", &["content-type"]),
        (get(), "not a token", &["content-type"]),
    ] {
        assert_eq!(exposed_headers(&fetch, &headers(exposed)), expected, "{exposed:?}");
    }
}

#[test]
fn the_request_is_not_sent_after_a_refused_preflight() {
    let put = Fetch { method: "PUT".into(), ..get() };
    let mut methods = Vec::new();
    let verdict = fetch(&put, |request| {
        methods.push(request.method.clone());
        Response { status: 403, headers: Headers::default() }
    });
    assert_eq!(verdict, Verdict::Refused { at: Step::Preflight, reason: Refusal::Origin });
    assert_eq!(methods, ["OPTIONS"]);
}
