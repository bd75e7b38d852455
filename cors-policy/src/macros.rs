//! The macros: they tell the procedural ones how this crate is called where they stand.

/// A [`Policy`](crate::Policy) from a YAML file: `cors_policy!("policies/shop.yaml", "storefront")`.
///
/// The path is relative to the manifest of the crate that says it; the name may be left out if the
/// file has one policy. It expands to constant data, and editing the file rebuilds the crate.
///
/// `environment = "name"` comes last, and picks one of the file's `environments`; without it, the policy
/// is as it is written: `cors_policy!("policies/shop.yaml", "storefront", environment = "staging")`.
///
/// A fault in the file is a compile error that shows the YAML, one error for each fault. Of other
/// environments only faults of form are found, and warnings are not shown, since a macro cannot warn: run
/// `cors check` in CI, which finds all of them.
///
/// # Examples
///
/// ```
/// use cors_policy::{Policy, Request, cors_policy};
///
/// static STOREFRONT: Policy = cors_policy!("../policies/shop.yaml", "storefront");
///
/// let shop = Request::new("GET").origin("https://www.shop.example");
/// assert!(STOREFRONT.decide(&shop).is_allowed());
/// ```
#[macro_export]
macro_rules! cors_policy {
    ($($input:tt)*) => {
        $crate::__private::cors_policy!([$crate] $($input)*)
    };
}

/// The [`Routes`](crate::Routes) of a YAML file, with the policies they name:
/// `cors_routes!("policies/shop.yaml")`.
///
/// As with [`cors_policy!`](crate::cors_policy), the path is relative to the crate's manifest, an
/// `environment = "name"` may follow, every fault in the file is a compile error, and warnings are for
/// `cors check` to show.
///
/// # Examples
///
/// ```
/// use cors_policy::{Policy, Routes, cors_routes};
///
/// static ROUTES: Routes = cors_routes!("../policies/shop.yaml");
///
/// assert_eq!(ROUTES.policy("/api/cart").map(Policy::name), Some("storefront"));
/// assert_eq!(ROUTES.policy("/api/health"), None);
/// ```
#[macro_export]
macro_rules! cors_routes {
    ($($input:tt)*) => {
        $crate::__private::cors_routes!([$crate] $($input)*)
    };
}
