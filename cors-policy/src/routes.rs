//! Which policy answers a path.

use crate::policy::Policy;

/// The compiled routes of a policy file: which policy answers which path.
///
/// Its field is not part of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Routes {
    /// Sorted by the bytes of their paths; of the same path the subtree first.
    #[doc(hidden)]
    pub routes: &'static [Route],
}

/// A path or a subtree, and the policy that answers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// The path; of a subtree without the `/**`, so that `""` stands for every path.
    pub path: &'static str,
    /// Whether everything below the path belongs to it.
    pub subtree: bool,
    /// Where the route is with the longest path that this path begins with, by bytes; `None` if there is
    /// none. A path that this route does not match may yet be one of that.
    pub parent: Option<usize>,
    /// `None` for `policy: none`.
    pub policy: Option<&'static Policy>,
}

impl Routes {
    /// The policy that answers `path`; `None` if the request is passed on untouched: no route
    /// matches, or the most specific one says `policy: none`.
    ///
    /// The path is the request target's, without the query. It compares byte for byte and by whole
    /// segments (`/api/**` matches `/api`, `/api/` and `/api/x`, never `/apix`); nothing is decoded
    /// and no dot segment resolved, so give it the path by which the application routes.
    ///
    /// # Examples
    ///
    /// ```
    /// # mod compiled { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/compiler/tests/golden/rust/shop/cors_policies.rs")); }
    /// # use compiled::ROUTES;
    /// use cors_policy::Policy;
    ///
    /// // routes:
    /// //   - { path: /assets/**, policy: assets }
    /// //   - { path: /api/**, policy: storefront }
    /// //   - { path: /api/health, policy: none }
    /// assert_eq!(ROUTES.policy("/assets/logo.svg").map(Policy::name), Some("assets"));
    /// assert_eq!(ROUTES.policy("/api/cart").map(Policy::name), Some("storefront"));
    /// assert_eq!(ROUTES.policy("/api/health"), None);
    /// assert_eq!(ROUTES.policy("/assets2"), None);
    /// ```
    #[must_use]
    pub fn policy(&self, path: &str) -> Option<&'static Policy> {
        let behind = self.routes.partition_point(|route| route.path.as_bytes() <= path.as_bytes());
        // Every route whose path the path begins with is the one before that place, or one of its
        // parents: the longest is met first.
        let mut index = behind.checked_sub(1);
        while let Some(route) = index.and_then(|index| self.routes.get(index)) {
            if route.matches(path) {
                return route.policy;
            }
            index = route.parent;
        }
        None
    }
}

impl Route {
    fn matches(&self, path: &str) -> bool {
        match path.strip_prefix(self.path) {
            Some("") => true,
            Some(below) => self.subtree && below.starts_with('/'),
            None => false,
        }
    }
}
