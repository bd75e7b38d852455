//! What becomes of the responses of the application.

use cors_policy::tower::CorsLayer;

use crate::common::{ASSETS, ROUTES, STOREFRONT};
use crate::harness::{EVIL, Fields, PLAIN, SHOP, Upstream, ask, get, preflight, request};

#[tokio::test]
async fn an_actual_response_gains_the_headers_whatever_its_status() {
    for status in [200, 304, 404, 500] {
        let answer = get(&STOREFRONT, Upstream { status, ..PLAIN }, &[("origin", SHOP)]).await;
        answer.assert(
            status,
            &[
                ("content-type", "text/plain"),
                ("vary", "Origin"),
                ("access-control-allow-origin", SHOP),
                ("access-control-allow-credentials", "true"),
                ("access-control-expose-headers", "etag, x-request-id"),
            ],
        );
        assert_eq!(answer.body, "from upstream");
    }
}

#[tokio::test]
async fn refused_requests_and_those_without_origin_gain_only_vary() {
    for headers in [&[][..], &[("origin", "")], &[("origin", EVIL)], &[("origin", "null")]] {
        for status in [200, 404, 500] {
            let answer = get(&STOREFRONT, Upstream { status, ..PLAIN }, headers).await;
            answer.assert(status, &[("content-type", "text/plain"), ("vary", "Origin")]);
            assert_eq!(answer.body, "from upstream");
        }
    }
}

#[tokio::test]
async fn a_policy_open_to_everyone_answers_everyone_alike() {
    for headers in [&[][..], &[("origin", EVIL)], &[("origin", SHOP), ("origin", EVIL)]] {
        get(&ASSETS, PLAIN, headers).await.assert(
            200,
            &[
                ("content-type", "text/plain"),
                ("access-control-allow-origin", "*"),
                ("access-control-expose-headers", "*"),
            ],
        );
    }
}

#[tokio::test]
async fn the_cors_headers_of_the_application_are_removed() {
    const OWN: Upstream = Upstream {
        status: 200,
        headers: &[
            ("access-control-allow-origin", "*"),
            ("access-control-allow-origin", EVIL),
            ("access-control-allow-credentials", "true"),
            ("access-control-allow-methods", "*"),
            ("access-control-allow-headers", "*"),
            ("access-control-expose-headers", "*"),
            ("access-control-max-age", "1"),
            ("access-control-allow-private-network", "true"),
            ("access-control-x", "none of ours"),
        ],
    };
    const LEFT: (&str, &str) = ("access-control-x", "none of ours");
    for headers in [&[][..], &[("origin", EVIL)]] {
        get(&STOREFRONT, OWN, headers).await.assert(200, &[LEFT, ("vary", "Origin")]);
    }
    get(&STOREFRONT, OWN, &[("origin", SHOP)]).await.assert(
        200,
        &[
            LEFT,
            ("vary", "Origin"),
            ("access-control-allow-origin", SHOP),
            ("access-control-allow-credentials", "true"),
            ("access-control-expose-headers", "etag, x-request-id"),
        ],
    );
}

#[tokio::test]
async fn vary_is_completed_never_repeated() {
    const CASES: [(Fields<'static>, &[&str]); 10] = [
        (&[], &["Origin"]),
        (&[("vary", "Origin")], &["Origin"]),
        (&[("vary", "oRIGIN")], &["oRIGIN"]),
        (&[("vary", "*")], &["*"]),
        (&[("vary", "accept-encoding")], &["accept-encoding", "Origin"]),
        (&[("vary", "accept-encoding ,\torigin , cookie")], &["accept-encoding ,\torigin , cookie"]),
        (&[("vary", "accept"), ("vary", "x, ORIGIN")], &["accept", "x, ORIGIN"]),
        (&[("vary", "accept"), ("vary", "x,*")], &["accept", "x,*"]),
        (&[("vary", "x-origin, originx"), ("vary", "cookie")], &["x-origin, originx", "cookie", "Origin"]),
        (&[("vary", "")], &["", "Origin"]),
    ];
    for (headers, expected) in CASES {
        for request in [&[][..], &[("origin", SHOP)], &[("origin", EVIL)]] {
            let answer = get(&STOREFRONT, Upstream { status: 200, headers }, request).await;
            assert!(answer.headers.get_all("vary").iter().eq(expected), "{headers:?}");
        }
        let open = get(&ASSETS, Upstream { status: 200, headers }, &[("origin", SHOP)]).await;
        assert!(open.headers.get_all("vary").iter().eq(headers.iter().map(|(_, value)| value)), "{headers:?}");
    }
}

#[tokio::test]
async fn each_path_is_answered_by_its_route() {
    for (path, allow_origin) in [
        ("/api/cart?a=/assets/", Some(SHOP)),
        ("https://shop.example/api", Some(SHOP)),
        ("/assets/logo.svg", Some("*")),
        ("/apix", None),
    ] {
        let answer = ask(CorsLayer::routes(&ROUTES), PLAIN, request("GET", path, &[("origin", SHOP)])).await;
        let found = answer.headers.get("access-control-allow-origin").map(|value| value.to_str().unwrap());
        assert_eq!(found, allow_origin, "{path}");
    }
}

#[tokio::test]
async fn a_path_without_a_policy_is_untouched() {
    const OWN: Upstream =
        Upstream { status: 200, headers: &[("access-control-allow-origin", "*"), ("vary", "cookie")] };
    for path in ["/", "/elsewhere", "/api/health", "/api/internal/x", "*"] {
        for request in [preflight(path, SHOP), request("GET", path, &[("origin", SHOP)])] {
            let answer = ask(CorsLayer::routes(&ROUTES), OWN, request).await;
            answer.assert(200, OWN.headers);
            assert_eq!(answer.body, "from upstream");
        }
    }
}
