//! What a file claims of its own policies: `never`, `only` and `tests`.

use serde::Deserialize;

#[cfg(feature = "schema")]
use super::schema;
use super::{Entry, Key, Parsed, StringOr};

/// Origins that must not be admitted.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("required" = ["origin"])))]
pub struct Never {
    /// The policy that is meant; every one if this is left out.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("pattern" = schema::NAME)))]
    pub policy: Key<String>,
    /// An origin or a pattern, `{regex: …}` or `{set: name}`: no origin of it may be admitted.
    #[serde(default)]
    pub origin: Key<Entry>,
    /// Whether only policies with `allow_credentials: true` are meant.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("default" = false)))]
    pub credentials: Key<bool>,
    /// The environments in which this need not hold.
    #[serde(default)]
    pub except_environments: Key<Vec<Parsed<String>>>,
}

/// All the origins that may be admitted.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("required" = ["origins"])))]
pub struct Only {
    /// The policy that is meant; every one if this is left out.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("pattern" = schema::NAME)))]
    pub policy: Key<String>,
    /// Entries as in `allow_origins`: no other origin may be admitted.
    #[serde(default)]
    pub origins: Key<Vec<Parsed<Entry>>>,
    /// Whether only policies with `allow_credentials: true` are meant.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("default" = false)))]
    pub credentials: Key<bool>,
    /// The environments in which this need not hold.
    #[serde(default)]
    pub except_environments: Key<Vec<Parsed<String>>>,
}

/// A request of a script, and what a browser is to make of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("required" = ["it", "origin", "expect"])))]
pub struct Test {
    /// What the test is called: how the sentence that begins with "it" goes on.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(schema_with = "schema::test_name"))]
    pub it: Key<String>,
    /// The path of the request, by which a route picks the policy. Either this or `policy`.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("pattern" = "^/", "examples" = ["/api/cart"])))]
    pub path: Key<String>,
    /// The policy that decides. Either this or `path`.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("pattern" = schema::NAME)))]
    pub policy: Key<String>,
    /// The origin of the page, or whatever else stands in the request's `Origin`.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("minLength" = 1, "examples" = ["https://www.example.com"])))]
    pub origin: Key<String>,
    /// The method that the script uses.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("default" = "GET", "pattern" = schema::TOKEN)))]
    pub method: Key<String>,
    /// The names of the headers that the script sets.
    #[serde(default)]
    pub headers: Key<Vec<Parsed<String>>>,
    /// Whether the script asks for credentials.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("default" = false)))]
    pub credentials: Key<bool>,
    /// The environment that the test is about; the file as it is written if this is left out.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("pattern" = schema::NAME)))]
    pub environment: Key<String>,
    /// `allow` if the script is to get the response, else what of the request is to be refused.
    #[serde(default)]
    pub expect: Key<StringOr<Expectation>>,
}

/// The refusal that is expected.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("required" = ["refuse"])))]
pub struct Expectation {
    /// What is refused: `origin`, `method`, `header` or `credentials`.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(schema_with = "schema::refusal"))]
    pub refuse: Key<String>,
}
