//! What a file claims of its own policies: assertions about all origins, and tests.

use super::Origin;
use crate::fetch::Refusal;
use crate::source::{Place, Spanned};

/// What must hold for all origins that some policies admit.
#[derive(Debug, Clone)]
pub struct Assertion {
    /// Whether the origins may not be admitted, or nothing else may.
    pub kind: Kind,
    /// The policy that is meant; `None` for every one.
    pub policy: Option<String>,
    /// Whether only credentialed policies are meant.
    pub credentialed: bool,
    /// Where the origins are written.
    pub place: Place,
    /// The origins, sets expanded.
    pub origins: Vec<Origin>,
    /// The names of the environments in which it need not hold.
    pub except_environments: Vec<String>,
}

/// What an assertion says of its origins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// None of them may be admitted.
    Never,
    /// Nothing else may be admitted.
    Only,
}

/// A request of a script, and what a browser is to make of it.
#[derive(Debug, Clone)]
pub struct Test {
    /// How the sentence that begins with "it" goes on: not empty, unique.
    pub name: Spanned<String>,
    /// Where the test is written.
    pub place: Place,
    /// What decides the request.
    pub target: Target,
    /// What the request's `Origin` is, serialized or not: visible ASCII.
    pub origin: Spanned<String>,
    /// [Normalized](https://fetch.spec.whatwg.org/#concept-method-normalize), not forbidden.
    pub method: String,
    /// The names of the headers that the script sets: lower case, not forbidden.
    pub headers: Vec<String>,
    /// Whether the credentials mode is `include`.
    pub credentials: bool,
    /// The environment that it is about; `None` for the file as it is written.
    pub environment: Option<String>,
    /// What is to come of it.
    pub expect: Spanned<Expect>,
}

/// What decides the request of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The policy of that name.
    Policy(String),
    /// The policy to which the routes lead from that path, without query; the only policy if the file has no routes.
    Path(String),
}

/// What a browser is to make of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// The script gets the response.
    Allow,
    /// The script gets a network error, because of this.
    Refuse(Refusal),
}
