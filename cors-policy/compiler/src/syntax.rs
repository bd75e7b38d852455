//! The spanned syntax: what was written, not yet judged.
//!
//! Everything is optional here and every node knows its place; `check` decides what is missing or
//! wrong. A `None` inside a [`Parsed`] is a fault that the reader has reported already.

pub mod de;
mod model;
mod sink;
#[cfg(test)]
mod tests;
pub mod tree;
pub mod yaml;

use serde::Deserialize;

use crate::diagnostic::code::UNSUPPORTED_YAML;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{Source, Span, Spanned};

/// A node of the file. `None`: it was faulty, and that is reported.
pub type Parsed<T> = Spanned<Option<T>>;

/// A key of a mapping that may be left out.
pub type Key<T> = Option<Parsed<T>>;

/// Reads a policy file. Faults go to `diagnostics`; what could be read is returned.
pub fn parse(source: &Source, diagnostics: &mut Diagnostics) -> Option<Parsed<File>> {
    if let Some(offset) = source.not_utf8() {
        let diagnostic = Diagnostic::new(&UNSUPPORTED_YAML, "the file is not UTF-8");
        let help = "save it as UTF-8";
        diagnostics.push(diagnostic.at(Span::new(offset, offset + 1), "the first byte that is not").help(help));
        return None;
    }
    let root = yaml::parse(source, diagnostics)?;
    Some(de::from_tree(&root, source, diagnostics))
}

/// A policy file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// The version of the language: 1.
    #[serde(default)]
    pub version: Key<u64>,
    /// Named lists of origins that policies refer to.
    #[serde(default)]
    pub origin_sets: Key<Map<Vec<Parsed<Entry>>>>,
    /// The policies by name.
    #[serde(default)]
    pub policies: Key<Map<Policy>>,
    /// Which policy answers which path.
    #[serde(default)]
    pub routes: Key<Vec<Parsed<Route>>>,
}

/// One policy: the `Access-Control-*` headers without the prefix, in snake case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// What the policy is for.
    #[serde(default)]
    pub description: Key<String>,
    /// Who may read responses: `"*"`, or a list of entries.
    #[serde(default)]
    pub allow_origins: Key<WildcardOr<Entry>>,
    /// Methods beyond the CORS-safelisted ones.
    #[serde(default)]
    pub allow_methods: Key<WildcardOr<String>>,
    /// Request headers beyond the CORS-safelisted ones.
    #[serde(default)]
    pub allow_headers: Key<WildcardOr<String>>,
    /// Response headers that scripts may read, beyond the CORS-safelisted ones.
    #[serde(default)]
    pub expose_headers: Key<WildcardOr<String>>,
    /// Whether credentialed requests are allowed.
    #[serde(default)]
    pub allow_credentials: Key<bool>,
    /// Whether public pages may reach this server on a private network.
    #[serde(default)]
    pub allow_private_network: Key<bool>,
    /// How long a preflight answer may be cached.
    #[serde(default)]
    pub max_age: Key<Scalar>,
    /// Risks that the owner accepts: the id of the diagnostic, and why.
    #[serde(default)]
    pub accept_risks: Key<Map<String>>,
}

/// One entry of `allow_origins` or of a set.
#[derive(Debug)]
pub enum Entry {
    /// An origin or a pattern, as a string.
    Origin(String),
    /// The same as a mapping, or a reference to a set.
    Mapping(Box<EntryMapping>),
}

/// An entry that is a mapping; just one of `origin`, `regex` and `set`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryMapping {
    /// An origin or a pattern.
    #[serde(default)]
    pub origin: Key<String>,
    /// A regular expression over whole origins.
    #[serde(default)]
    pub regex: Key<String>,
    /// The name of an origin set.
    #[serde(default)]
    pub set: Key<String>,
    /// Risks of this entry that the owner accepts: the id of the diagnostic, and why.
    #[serde(default)]
    pub accept_risks: Key<Map<String>>,
}

/// One route.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// `/path`, or `/path/**` for everything below it as well.
    #[serde(default)]
    pub path: Key<String>,
    /// The policy's name, or `none`.
    #[serde(default)]
    pub policy: Key<String>,
}

/// The string `"*"`, or a list.
#[derive(Debug)]
pub enum WildcardOr<T> {
    /// `"*"`.
    Wildcard,
    /// A list; a `"*"` may stand in it as well.
    List(Vec<Parsed<T>>),
}

/// A mapping with names of the author's choice, in the order of the text.
#[derive(Debug)]
pub struct Map<V>(pub Vec<(Spanned<String>, Parsed<V>)>);

/// A number or a string, as text.
#[derive(Debug)]
pub struct Scalar(pub String);
