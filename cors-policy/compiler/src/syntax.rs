//! The spanned syntax: what was written, not yet judged.
//!
//! Everything is optional here and every node knows its place; `check` decides what is missing or
//! wrong. A `None` inside a [`Parsed`] is a fault that the reader has reported already.

mod claims;
pub mod de;
mod environment;
#[cfg(feature = "files")]
pub mod format;
mod model;
pub(crate) mod scalar;
#[cfg(feature = "schema")]
pub mod schema;
mod sink;
#[cfg(test)]
mod tests;
pub mod tree;
pub mod yaml;

use serde::Deserialize;

pub use self::claims::{Expectation, Never, Only, Test};
pub use self::environment::{Change, Environment, Mark, Settings};
use crate::diagnostic::code::UNSUPPORTED_YAML;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{Source, Span, Spanned};

/// A node of the file. `None`: it was faulty, and that is reported.
pub type Parsed<T> = Spanned<Option<T>>;

/// A key of a mapping that may be left out.
pub type Key<T> = Option<Parsed<T>>;

/// Reads a policy file. Faults go to `diagnostics`; what could be read is returned.
pub fn parse(source: &Source, diagnostics: &mut Diagnostics) -> Option<Parsed<File>> {
    if !readable(source, diagnostics) {
        return None;
    }
    let root = yaml::parse(source, diagnostics)?;
    Some(de::from_tree(&root, source, diagnostics))
}

/// Whether a reviewer sees the same text as the parser; what is wrong goes to `diagnostics`.
fn readable(source: &Source, diagnostics: &mut Diagnostics) -> bool {
    if let Some(offset) = source.not_utf8() {
        let diagnostic = Diagnostic::new(&UNSUPPORTED_YAML, "the file is not UTF-8");
        let help = "save it as UTF-8";
        diagnostics.push(diagnostic.at(Span::new(offset, offset + 1), "the first byte that is not").help(help));
        return false;
    }
    if let Some(offset) = lone_carriage_return(source.text()) {
        let diagnostic = Diagnostic::new(&UNSUPPORTED_YAML, "a carriage return without a line feed");
        let help = "end the line with a line feed: most editors and diffs show what follows on the same line";
        diagnostics.push(diagnostic.at(Span::new(offset, offset + 1), "YAML begins a new line here").help(help));
        return false;
    }
    true
}

/// Where YAML sees the end of a line that a reviewer does not.
fn lone_carriage_return(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    (0..bytes.len()).find(|&at| bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n'))
}

/// A file of CORS policies.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(title = "CORS policies", extend("required" = ["version", "policies"])))]
pub struct File {
    /// The version of the language: 1.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(schema_with = "schema::version"))]
    pub version: Key<u64>,
    /// Named lists of origins, which policies and other lists refer to with `set: name`.
    #[serde(default)]
    pub origin_sets: Key<Map<Vec<Parsed<Entry>>>>,
    /// The policies by name.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(schema_with = "schema::policies"))]
    pub policies: Key<Map<Policy>>,
    /// Which policy answers which path. The most specific route wins, whatever the order; on a path without a route
    /// there is no CORS.
    #[serde(default)]
    pub routes: Key<Vec<Parsed<Route>>>,
    /// What one deployment adds to the policies, or takes away, by the environments' names.
    #[serde(default)]
    pub environments: Key<Map<Environment>>,
    /// Origins that no policy may ever admit, whatever else is written.
    #[serde(default)]
    pub never: Key<Vec<Parsed<Never>>>,
    /// All the origins that a policy may admit.
    #[serde(default)]
    pub only: Key<Vec<Parsed<Only>>>,
    /// Requests, and what a browser is to make of them.
    #[serde(default)]
    pub tests: Key<Vec<Parsed<Test>>>,
}

/// One policy: the `Access-Control-*` headers without the prefix, in snake case.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("required" = ["allow_origins"])))]
pub struct Policy {
    /// What the policy is for.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("examples" = ["Carts and checkout, called with cookies."])))]
    pub description: Key<String>,
    /// Who may read responses: `"*"` for everyone, or a list of origins, patterns, regular expressions and sets.
    #[serde(default)]
    pub allow_origins: Key<WildcardOr<Entry>>,
    /// Methods that scripts may use beyond GET, HEAD and POST.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(schema_with = "schema::methods"))]
    pub allow_methods: Key<WildcardOr<String>>,
    /// Request headers that scripts may set beyond the CORS-safelisted ones. `*` never covers `authorization`.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(schema_with = "schema::request_headers"))]
    pub allow_headers: Key<WildcardOr<String>>,
    /// Response headers that scripts may read beyond the CORS-safelisted ones.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(schema_with = "schema::response_headers"))]
    pub expose_headers: Key<WildcardOr<String>>,
    /// Whether requests may carry cookies, HTTP authentication and client certificates. Never together with `"*"`.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("default" = false)))]
    pub allow_credentials: Key<bool>,
    /// Whether pages of public sites may reach this server on a private network.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("default" = false)))]
    pub allow_private_network: Key<bool>,
    /// How long a browser may keep a preflight's answer: whole seconds, or `90s`, `10m`, `2h`, `1d`. Browsers keep it
    /// for 5 seconds if this is left out.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(schema_with = "schema::max_age"))]
    pub max_age: Key<Scalar>,
    /// Risks of the whole policy that its owner accepts: the id of the diagnostic, and why.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "schema::AcceptedRisks"))]
    pub accept_risks: Key<Map<String>>,
    /// What an environment changes about the origins; never written here.
    #[serde(skip)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub change: Option<Change>,
}

/// A string, or a mapping that says more.
#[derive(Debug, Clone)]
pub enum StringOr<M> {
    /// A string.
    Text(String),
    /// A mapping.
    Mapping(Box<M>),
}

/// One entry of `allow_origins` or of a set: an origin or a pattern, the same as a mapping, or a
/// reference to a set.
pub type Entry = StringOr<EntryMapping>;

/// An entry that is a mapping; just one of `origin`, `regex` and `set`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EntryMapping {
    /// An origin (`https://www.example.com`) or a pattern: `*.` for any subdomain, `*` for a part of the first label,
    /// `:*` for any port, `:3000-3999` for some.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "schema::Origin"))]
    pub origin: Key<String>,
    /// A regular expression that matches whole origins, and only them.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("minLength" = 1, "examples" = [schema::REGEX])))]
    pub regex: Key<String>,
    /// The name of an origin set of this file.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("pattern" = schema::NAME, "examples" = ["first-party"])))]
    pub set: Key<String>,
    /// Risks of this entry that the owner accepts: the id of the diagnostic, and why.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "schema::AcceptedRisks"))]
    pub accept_risks: Key<Map<String>>,
}

/// One route.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("required" = ["path", "policy"])))]
pub struct Route {
    /// `/path` for just this path, `/path/**` for everything below it as well.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(schema_with = "schema::path"))]
    pub path: Key<String>,
    /// The name of a policy of this file, or `none` for no CORS at all.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(extend("pattern" = schema::NAME, "examples" = ["none"])))]
    pub policy: Key<String>,
}

/// The string `"*"`, or a list.
#[derive(Debug, Clone)]
pub enum WildcardOr<T> {
    /// `"*"`.
    Wildcard,
    /// A list; a `"*"` may stand in it as well.
    List(Vec<Parsed<T>>),
}

/// A mapping with names of the author's choice, in the order of the text.
#[derive(Debug, Clone)]
pub struct Map<V>(pub Vec<(Spanned<String>, Parsed<V>)>);

/// A number or a string, as text.
#[derive(Debug, Clone)]
pub struct Scalar(pub String);
