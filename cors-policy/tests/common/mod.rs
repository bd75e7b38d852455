//! The policies that the tests share, as the compiler would print them.

#![allow(dead_code, reason = "each test file uses some of them")]

use cors_policy::__private::{Access, Origins, Pattern, Policy, Port, Route, Routes, Wildcard};

/// A credentialed policy with everything there is.
pub(crate) static STOREFRONT: Policy = Policy {
    name: "storefront",
    access: Access::Listed(Origins {
        longest: 60,
        exact: &["chrome-extension://abcdefgh", "https://checkout.partner.example:8443", "https://www.shop.example"],
        patterns: &[
            pattern("https://", Wildcard::Labels, ".shop.example", Port::Fixed),
            pattern("https://", Wildcard::Labels, ".shop.example:8443", Port::Fixed),
            pattern("https://pr-", Wildcard::Label, ".preview.example", Port::Fixed),
            pattern("https://", Wildcard::Label, "-team.host.example", Port::Fixed),
            pattern("https://a-", Wildcard::Label, "-b.host.example", Port::Fixed),
            pattern("http://localhost", Wildcard::None, "", Port::Any),
            pattern("http://[::1]", Wildcard::None, "", Port::Any),
            pattern("http://dev.example", Wildcard::None, "", Port::Range(3000, 3999)),
            pattern("http://", Wildcard::Labels, ".dev.example", Port::Range(1, 65535)),
        ],
        automata: &[],
    }),
    preflight: &[
        ("access-control-allow-credentials", "true"),
        ("access-control-allow-methods", "DELETE, PATCH, PUT"),
        ("access-control-allow-headers", "content-type, x-csrf-token"),
        ("access-control-max-age", "7200"),
    ],
    actual: &[("access-control-allow-credentials", "true"), ("access-control-expose-headers", "etag, x-request-id")],
    allow_private_network: true,
};

/// A policy open to everyone.
pub(crate) static ASSETS: Policy = Policy {
    name: "public-assets",
    access: Access::Anyone,
    preflight: &[("access-control-max-age", "86400")],
    actual: &[("access-control-expose-headers", "*")],
    allow_private_network: false,
};

/// A policy with nothing but one origin, the opaque one.
pub(crate) static SANDBOX: Policy = Policy {
    name: "sandbox",
    access: Access::Listed(Origins { longest: 4, exact: &["null"], patterns: &[], automata: &[] }),
    preflight: &[],
    actual: &[],
    allow_private_network: false,
};

/// The most specific route first, as the compiler orders them.
pub(crate) static ROUTES: Routes = Routes {
    routes: &[
        route("/api/health", false, None),
        route("/api/internal", true, None),
        route("/api", true, Some(&STOREFRONT)),
        route("/assets", true, Some(&ASSETS)),
    ],
};

pub(crate) const fn pattern(prefix: &'static str, wildcard: Wildcard, suffix: &'static str, port: Port) -> Pattern {
    Pattern { prefix, wildcard, suffix, port }
}

pub(crate) const fn route(path: &'static str, subtree: bool, policy: Option<&'static Policy>) -> Route {
    Route { path, subtree, policy }
}
