//! Which policy answers a path.

use crate::policy::Policy;

/// The compiled routes of a policy file: which policy answers which path.
///
/// Its field is not part of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Routes {
    /// The most specific first: exact paths before subtrees, longer before shorter.
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
    /// # use cors_policy::__private::{Access, Route};
    /// # use cors_policy::{Policy, Routes};
    /// # static ASSETS: Policy =
    /// #     Policy { name: "assets", access: Access::Anyone, preflight: &[], actual: &[], allow_private_network: false };
    /// # static ROUTES: Routes = Routes {
    /// #     routes: &[
    /// #         Route { path: "/assets/health", subtree: false, policy: None },
    /// #         Route { path: "/assets", subtree: true, policy: Some(&ASSETS) },
    /// #     ],
    /// # };
    /// // routes:
    /// //   - { path: /assets/**, policy: assets }
    /// //   - { path: /assets/health, policy: none }
    /// assert_eq!(ROUTES.policy("/assets/logo.svg").map(Policy::name), Some("assets"));
    /// assert_eq!(ROUTES.policy("/assets/health"), None);
    /// assert_eq!(ROUTES.policy("/assets2"), None);
    /// ```
    #[must_use]
    pub fn policy(&self, path: &str) -> Option<&'static Policy> {
        self.routes.iter().find(|route| route.matches(path))?.policy
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
