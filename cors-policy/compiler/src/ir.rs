//! Checked policies: valid by construction, canonical, every leaf with its place.

mod claims;

pub use self::claims::{Assertion, Expect, Kind, Target, Test};
use crate::fetch::header_name::HeaderName;
use crate::fetch::method::Method;
use crate::fetch::pattern::OriginPattern;
use crate::source::{Place, Spanned};

/// A checked policy file.
#[derive(Debug, Clone, Default)]
pub struct File {
    /// The environment as which it was read; `None` for the file as it is written.
    pub environment: Option<Environment>,
    /// In the order of the file. Names are unique.
    pub policies: Vec<Policy>,
    /// The most specific first (see [`Route`]); `None` if the file has no routes.
    pub routes: Option<Vec<Route>>,
    /// The names of the origin sets (their origins stand in the policies).
    pub sets: Vec<OriginSet>,
    /// The environments that the file describes, in its order. Names are unique.
    pub environments: Vec<Environment>,
    /// What is to hold for all origins: `never` and `only`, in the order of the file.
    pub assertions: Vec<Assertion>,
    /// In the order of the file. Names are unique.
    pub tests: Vec<Test>,
}

/// An environment of a file.
#[derive(Debug, Clone)]
pub struct Environment {
    /// `[a-z][a-z0-9-]{0,62}`.
    pub name: Spanned<String>,
    /// Whether it is one for developers.
    pub development: bool,
}

/// An origin set of a file.
#[derive(Debug, Clone)]
pub struct OriginSet {
    /// `[a-z][a-z0-9-]{0,62}`.
    pub name: Spanned<String>,
    /// Whether a policy refers to it, directly or through other sets.
    pub used: bool,
}

impl File {
    /// The policy of that name.
    #[must_use]
    pub fn policy(&self, name: &str) -> Option<&Policy> {
        self.policies.iter().find(|policy| policy.name.value == name)
    }

    /// The environment of that name.
    #[must_use]
    pub fn environment(&self, name: &str) -> Option<&Environment> {
        self.environments.iter().find(|environment| environment.name.value == name)
    }
}

/// A checked policy.
#[derive(Debug, Clone)]
pub struct Policy {
    /// `[a-z][a-z0-9-]{0,62}`.
    pub name: Spanned<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Who may read responses.
    pub access: Access,
    /// Methods for `Access-Control-Allow-Methods`.
    pub allow_methods: Names<Method>,
    /// Names for `Access-Control-Allow-Headers`.
    pub allow_headers: Names<HeaderName>,
    /// Names for `Access-Control-Expose-Headers`.
    pub expose_headers: Names<HeaderName>,
    /// `Access-Control-Allow-Private-Network`, where it is written.
    pub allow_private_network: Option<Place>,
    /// `Access-Control-Max-Age` in seconds.
    pub max_age: Option<Spanned<u32>>,
    /// The risks that the owner accepts for the whole policy.
    pub accepted_risks: Vec<AcceptedRisk>,
    /// What the environment as which the file was read takes away of its origins.
    pub removed: Vec<Removal>,
}

/// An item of `remove_origins`.
#[derive(Debug, Clone)]
pub struct Removal {
    /// Where it is written.
    pub place: Place,
    /// The entry that the policy loses by it, or those of the set.
    pub origins: Vec<Origin>,
}

/// Who may read responses. `*` with credentials has no representation.
#[derive(Debug, Clone)]
pub enum Access {
    /// Every origin, never with credentials; the place of the `*`.
    Anyone(Place),
    /// The listed origins.
    Listed {
        /// Where `allow_origins` is written.
        place: Place,
        /// In the order of the file, sets expanded.
        origins: Vec<Origin>,
        /// `allow_credentials: true`, where it is written.
        credentials: Option<Place>,
    },
}

/// One allowed origin or pattern.
#[derive(Debug, Clone)]
pub struct Origin {
    /// What it matches, and where it is written.
    pub pattern: Spanned<OriginPattern>,
    /// The `set:` entries through which it got here, outermost first.
    pub through: Vec<Place>,
    /// The risks that the owner accepts for this entry.
    pub accepted_risks: Vec<AcceptedRisk>,
}

/// A risk that the owner accepts, and why.
#[derive(Debug, Clone)]
pub struct AcceptedRisk {
    /// The diagnostic's id.
    pub id: Spanned<String>,
    /// Never empty.
    pub reason: String,
    /// Whether `check` came upon it already (the other risks are for the lints to find).
    pub occurred: bool,
}

/// The value of a list header: names, and perhaps `*`.
///
/// A credentialed policy has no `*` (there it would be a literal name): `check` sees to that.
#[derive(Debug, Clone)]
pub struct Names<T> {
    /// Where the list is written; `None` if the key is left out.
    pub place: Option<Place>,
    /// Where `*` is written.
    pub wildcard: Option<Place>,
    /// Sorted, without duplicates.
    pub listed: Vec<Spanned<T>>,
    /// What is written once more, in the order of the text.
    pub repeated: Vec<Repeated>,
}

/// An item of a list that stands there already.
#[derive(Debug, Clone)]
pub struct Repeated {
    /// As it is written here.
    pub text: String,
    /// Here.
    pub place: Place,
    /// Where it stands first.
    pub first: Place,
}

impl<T> Default for Names<T> {
    fn default() -> Self {
        Self { place: None, wildcard: None, listed: Vec::new(), repeated: Vec::new() }
    }
}

impl<T: AsRef<str>> Names<T> {
    /// The value of the header: `*` first, then the names; `None` if there is nothing to say.
    #[must_use]
    pub fn header_value(&self) -> Option<String> {
        let wildcard = self.wildcard.map(|_| "*");
        let parts: Vec<&str> = wildcard.into_iter().chain(self.listed.iter().map(|name| name.value.as_ref())).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// Which policy answers a path.
///
/// Routes are ordered by specificity: exact paths before subtrees, longer before shorter.
#[derive(Debug, Clone)]
pub struct Route {
    /// The path.
    pub path: Spanned<RoutePath>,
    /// The policy's name; `None` for `policy: none`.
    pub policy: Option<String>,
}

/// A path of a route.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RoutePath {
    /// Just this path.
    Exact(String),
    /// This path and everything below it, by whole segments; `""` stands for every path.
    Subtree(String),
}

impl RoutePath {
    /// Whether the route applies to `path`.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        match self {
            Self::Exact(exact) => path == exact,
            Self::Subtree(root) => {
                path.strip_prefix(root.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            }
        }
    }
}

/// Prints the path as a route writes it.
impl std::fmt::Display for RoutePath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exact(path) => f.write_str(path),
            Self::Subtree(root) => write!(f, "{root}/**"),
        }
    }
}

impl Policy {
    /// The lists that become headers: the key, the header's value, and where the list is written.
    #[must_use]
    pub fn lists(&self) -> [(&'static str, Option<String>, Option<Place>); 3] {
        [
            ("allow_methods", self.allow_methods.header_value(), self.allow_methods.place),
            ("allow_headers", self.allow_headers.header_value(), self.allow_headers.place),
            ("expose_headers", self.expose_headers.header_value(), self.expose_headers.place),
        ]
    }

    /// Whether credentialed requests are allowed.
    #[must_use]
    pub fn allows_credentials(&self) -> bool {
        matches!(self.access, Access::Listed { credentials: Some(_), .. })
    }

    /// Whether the answer depends on the request's origin, so that caches must tell origins apart.
    #[must_use]
    pub fn varies_on_origin(&self) -> bool {
        matches!(self.access, Access::Listed { .. })
    }

    /// The listed origins; empty for a policy open to everyone.
    #[must_use]
    pub fn origins(&self) -> &[Origin] {
        match &self.access {
            Access::Anyone(_) => &[],
            Access::Listed { origins, .. } => origins,
        }
    }

    /// The length in bytes of the longest origin that can match; longer ones are refused unseen.
    #[must_use]
    pub fn longest_origin(&self) -> usize {
        self.origins().iter().map(|origin| origin.pattern.value.longest_match()).max().unwrap_or(0)
    }

    /// The headers of an allowed preflight's answer whose values do not depend on the request.
    #[must_use]
    pub fn preflight_headers(&self) -> Vec<(&'static str, String)> {
        let credentials = self.allows_credentials().then(|| "true".to_owned());
        [
            ("access-control-allow-credentials", credentials),
            ("access-control-allow-methods", self.allow_methods.header_value()),
            ("access-control-allow-headers", self.allow_headers.header_value()),
            ("access-control-max-age", self.max_age.as_ref().map(|seconds| seconds.value.to_string())),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }

    /// The headers of an allowed actual response whose values do not depend on the request.
    #[must_use]
    pub fn actual_headers(&self) -> Vec<(&'static str, String)> {
        let credentials = self.allows_credentials().then(|| "true".to_owned());
        [
            ("access-control-allow-credentials", credentials),
            ("access-control-expose-headers", self.expose_headers.header_value()),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }
}
