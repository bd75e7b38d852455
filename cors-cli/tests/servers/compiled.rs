//! The sample policies as the macros compile them into this test.

use cors_policy::tower::CorsLayer;
use cors_policy::{Policy, Routes, cors_policy, cors_routes};

/// The layer of a policy: (file, policy, layer).
macro_rules! policy {
    ($file:literal, $name:literal) => {{
        static POLICY: Policy = cors_policy!($file, $name);
        ($file, Some($name), CorsLayer::new(&POLICY))
    }};
}

/// The layer of a file's routes.
macro_rules! routes {
    ($file:literal) => {{
        static ROUTES: Routes = cors_routes!($file);
        ($file, None, CorsLayer::routes(&ROUTES))
    }};
}

/// Every policy of the files without routes, and the routes of the others. Macros need literals, so
/// that a new sample needs a line here.
const LAYERS: &[(&str, Option<&str>, CorsLayer)] = &[
    policy!("../policies/internal-tools.yaml", "dashboards"),
    policy!("../policies/internal-tools.yaml", "device-setup"),
    policy!("../policies/mobile-app.yaml", "mobile-app"),
    policy!("../policies/partners.yaml", "widget"),
    policy!("../policies/public-api.yaml", "public-api"),
    policy!("../policies/public-assets.yaml", "public-assets"),
    routes!("../policies/shop.yaml"),
    policy!("../policies/spa.yaml", "spa"),
];

/// The layer that the macros make of the file of that name: of that policy, or of its routes.
pub(crate) fn layer(file: &str, policy: Option<&str>) -> CorsLayer {
    let found = LAYERS.iter().find(|(path, name, _)| path.rsplit('/').next() == Some(file) && *name == policy);
    let generated = || {
        let all = cors_test_policies::POLICIES.iter();
        all.filter(|generated| policy == Some(generated.name)).map(|generated| CorsLayer::new(generated.policy)).next()
    };
    let found = found.map(|(_, _, layer)| *layer).or_else(generated);
    found.unwrap_or_else(|| panic!("add {file}, {policy:?} to LAYERS in tests/servers/compiled.rs"))
}
