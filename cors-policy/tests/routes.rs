//! The most specific route wins, by whole segments.

mod common;

use common::{ASSETS, ROUTES, STOREFRONT};
use cors_policy::__private::Route;
use cors_policy::{Policy, Routes};

#[track_caller]
fn assert_routes(routes: &Routes, expected: &[(&str, Option<&str>)]) {
    for (path, name) in expected {
        assert_eq!(routes.policy(path).map(Policy::name), *name, "{path}");
    }
}

#[test]
fn paths_compare_by_whole_segments() {
    assert_routes(
        &ROUTES,
        &[
            ("/api", Some("storefront")),
            ("/api/", Some("storefront")),
            ("/api/x", Some("storefront")),
            ("/api/x/y", Some("storefront")),
            ("/api//", Some("storefront")),
            ("/assets/logo.svg", Some("public-assets")),
            ("/apix", None),
            ("/ap", None),
            ("/API", None),
            ("//api", None),
            ("/", None),
            ("", None),
            ("*", None),
        ],
    );
}

#[test]
fn the_most_specific_route_wins() {
    assert_routes(
        &ROUTES,
        &[
            ("/api/health", None),
            ("/api/health/", Some("storefront")),
            ("/api/healthy", Some("storefront")),
            ("/api/internal", None),
            ("/api/internal/x", None),
            ("/api/internals", Some("storefront")),
        ],
    );
}

#[test]
fn the_empty_subtree_is_every_path() {
    static EVERYTHING: Routes = Routes {
        routes: &[
            Route { path: "", subtree: true, parent: None, policy: Some(&STOREFRONT) },
            Route { path: "/", subtree: false, parent: Some(0), policy: Some(&ASSETS) },
        ],
    };
    assert_routes(
        &EVERYTHING,
        &[
            ("/", Some("public-assets")),
            ("", Some("storefront")),
            ("/x", Some("storefront")),
            ("//", Some("storefront")),
            ("*", None),
            ("x", None),
        ],
    );
}

#[test]
fn without_routes_every_path_is_passed_on() {
    assert_routes(&Routes { routes: &[] }, &[("/", None), ("", None)]);
}
