//! `environments`: what one deployment adds to the policies, or takes away.

use serde::Deserialize;

#[cfg(feature = "schema")]
use super::schema;
use super::{Entry, File, Key, Parsed, Scalar};
use crate::source::Spanned;

/// An environment: a mark, and what it changes by the policies' names.
#[derive(Debug, Clone)]
pub struct Environment {
    /// Whether it is one for developers.
    pub development: Key<Mark>,
    /// In the order of the text.
    pub changes: Vec<(Spanned<String>, Parsed<Change>)>,
}

/// The value of `development`.
#[derive(Debug, Clone, Copy)]
pub struct Mark(pub bool);

/// What an environment changes about a policy.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Change {
    /// Entries that the policy gains, as in `allow_origins`.
    #[serde(default)]
    pub add_origins: Key<Vec<Parsed<Entry>>>,
    /// Entries that the policy loses, also those that it has through a set; a set is lost as a whole.
    #[serde(default)]
    pub remove_origins: Key<Vec<Parsed<Entry>>>,
    /// Keys of the policy that have another value here.
    #[serde(default)]
    pub set: Key<Settings>,
}

/// The keys of a policy that an environment can set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Settings {
    /// How long a browser may keep a preflight's answer.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(schema_with = "schema::max_age"))]
    pub max_age: Key<Scalar>,
    /// Whether requests may carry cookies, HTTP authentication and client certificates.
    #[serde(default)]
    pub allow_credentials: Key<bool>,
    /// Whether pages of public sites may reach this server on a private network.
    #[serde(default)]
    pub allow_private_network: Key<bool>,
}

impl File {
    /// The environments by name, in the order of the text.
    #[must_use]
    pub fn environments(&self) -> &[(Spanned<String>, Parsed<Environment>)] {
        self.environments.as_ref().and_then(|map| map.value.as_ref()).map_or(&[], |map| map.0.as_slice())
    }

    /// The file as an environment changes it. What it changes about origins is left to those who can
    /// compare them: [`Policy::change`](super::Policy::change).
    #[must_use]
    pub fn in_environment(&self, environment: &Environment) -> Self {
        let mut file = self.clone();
        let policies = file.policies.as_mut().and_then(|policies| policies.value.as_mut());
        for (name, policy) in policies.into_iter().flat_map(|policies| &mut policies.0) {
            let change = environment.changes.iter().find(|(changed, _)| changed.value == name.value);
            let (Some(policy), Some(change)) = (&mut policy.value, change.and_then(|(_, change)| change.value.clone()))
            else {
                continue;
            };
            if let Some(Settings { max_age, allow_credentials, allow_private_network }) =
                change.set.as_ref().and_then(|settings| settings.value.clone())
            {
                policy.max_age = max_age.or(policy.max_age.take());
                policy.allow_credentials = allow_credentials.or(policy.allow_credentials.take());
                policy.allow_private_network = allow_private_network.or(policy.allow_private_network.take());
            }
            policy.change = Some(change);
        }
        file
    }
}
