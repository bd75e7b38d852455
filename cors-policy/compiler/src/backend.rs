//! Targets: what a checked file is compiled to. One file or folder each, one line each in [`BACKENDS`].
//!
//! A back end first says what its target cannot express ([`Backend::check`]); after that, emitting
//! cannot fail.

#[cfg(feature = "files")]
mod envoy;
#[cfg(feature = "files")]
mod nginx;
#[cfg(feature = "files")]
mod regex;
pub mod rust;
#[cfg(feature = "files")]
mod text;

#[cfg(feature = "files")]
pub use envoy::{Construct, ENVOY_CONSTRUCTS, OLDEST_ENVOY};
#[cfg(feature = "files")]
pub use files::*;
#[cfg(feature = "files")]
pub use nginx::OLDEST_NGINX;

#[cfg(feature = "files")]
mod files {
    use sha2::{Digest as _, Sha256};

    use crate::diagnostic::Diagnostics;
    use crate::ir::{File, Policy};
    use crate::source::Source;

    /// A target.
    #[derive(Debug)]
    pub struct Backend {
        /// What it is called on the command line.
        pub name: &'static str,
        /// The forms its output can take, the default first.
        pub shapes: &'static [Shape],
        /// The oldest server that it is compiled for; `None` if no server reads it.
        pub oldest: Option<Version>,
        /// What holds only if the surrounding configuration is right; printed with the output.
        pub notes: &'static [&'static str],
        /// Whether its HTTP/1 parser takes a method. It answers a request with another by itself, with 400.
        pub parses_method: fn(&str) -> bool,
        /// Reports what the target cannot say.
        pub check: fn(&Job<'_>, &mut Diagnostics),
        /// Writes the output. Deterministic: the same job gives the same bytes.
        pub emit: fn(&Job<'_>) -> Vec<Output>,
    }

    /// A form of a target's output.
    #[derive(Debug, PartialEq, Eq)]
    pub struct Shape {
        /// What it is called on the command line.
        pub name: &'static str,
        /// What it is, in one line.
        pub summary: &'static str,
        /// Whether it needs to know where the server listens and where its upstream is.
        pub needs_endpoints: bool,
        /// Whether it is about one policy, or the routes, so that one must be chosen if the file has
        /// several policies and no routes.
        pub needs_one_policy: bool,
    }

    /// Every target. A new one is a file in `backend/` and a line here.
    pub static BACKENDS: &[&Backend] = &[&super::rust::BACKEND, &super::nginx::BACKEND, &super::envoy::BACKEND];

    /// What to compile, and how.
    #[derive(Debug)]
    pub struct Job<'a> {
        /// The text that the file was read from; the output names it.
        pub source: &'a Source,
        /// The checked file.
        pub file: &'a File,
        /// Only this policy, without the routes.
        pub only: Option<&'a Policy>,
        /// The form of the output.
        pub shape: &'static Shape,
        /// Where the server listens and where its upstream is, for the shapes that need it.
        pub endpoints: Option<Endpoints>,
        /// What else can be chosen.
        pub options: Options,
    }

    /// What can be chosen about an output beside its shape.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub struct Options {
        /// The oldest nginx that the output is for; `None` for the oldest that is supported.
        pub nginx_version: Option<Version>,
        /// The oldest Envoy that the output is for; `None` for the first that knows everything it may contain.
        pub envoy_version: Option<Version>,
        /// How close Envoy's answers come to the reference.
        pub profile: Profile,
        /// How structured output is written.
        pub format: Format,
    }

    /// How close Envoy's answers come to the reference.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub enum Profile {
        /// Core filters only: what a browser makes of the answers is the same.
        #[default]
        Native,
        /// A Lua filter: the answers are the same byte for byte.
        Exact,
    }

    /// How structured output is written.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub enum Format {
        /// YAML, with comments.
        #[default]
        Yaml,
        /// JSON, which has no comments.
        Json,
    }

    /// The version of a server: major, minor, patch.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub struct Version(pub u16, pub u16, pub u16);

    impl std::fmt::Display for Version {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(f, "{}.{}.{}", self.0, self.1, self.2)
        }
    }

    /// Reads `1.18` and `1.18.0`.
    impl std::str::FromStr for Version {
        type Err = String;

        fn from_str(text: &str) -> Result<Self, String> {
            let numbers: Vec<u16> = text.split('.').map_while(|part| part.parse().ok()).collect();
            match (numbers.as_slice(), text.split('.').count()) {
                (&[major, minor], 2) => Ok(Self(major, minor, 0)),
                (&[major, minor, patch], 3) => Ok(Self(major, minor, patch)),
                _ => Err(format!("`{text}` is not a version, such as `1.18` or `1.18.0`")),
            }
        }
    }

    /// The addresses of a server that is generated as a whole.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Endpoints {
        /// Where it listens.
        pub listen: Endpoint,
        /// Where it passes requests on to.
        pub upstream: Endpoint,
    }

    /// A host and a port.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Endpoint {
        /// A host name, or an IP address without brackets.
        pub host: String,
        /// The port.
        pub port: u16,
    }

    /// Reads `host:port`, `[address]:port`.
    impl std::str::FromStr for Endpoint {
        type Err = String;

        fn from_str(text: &str) -> Result<Self, String> {
            let expected = || format!("`{text}` is not `host:port`, such as `127.0.0.1:8080`");
            let (host, port) = text.rsplit_once(':').ok_or_else(expected)?;
            let port = port.parse().map_err(|_| expected())?;
            let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
            // What nginx would read as the path of a socket is no host.
            let is_host = bare.parse::<std::net::IpAddr>().is_ok()
                || bare != "unix"
                    && (crate::fetch::host::check_domain(bare).is_ok() && !crate::fetch::host::ends_in_a_number(bare));
            if is_host { Ok(Self { host: bare.to_owned(), port }) } else { Err(expected()) }
        }
    }

    /// A file of the output.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Output {
        /// Its name, without a folder.
        pub name: String,
        /// What stands in it.
        pub text: String,
    }

    /// The name of a source, as the header of an output shows it.
    #[must_use]
    pub fn in_header(name: &str) -> String {
        crate::diagnostic::display::printable(name).replace(['\n', '\t'], " ")
    }

    impl<'a> Job<'a> {
        /// The policies to compile.
        pub(super) fn policies(&self) -> Vec<&'a Policy> {
            self.only.map_or_else(|| self.file.policies.iter().collect(), |policy| vec![policy])
        }

        /// The methods that a policy lists and the target's own parser refuses, each with the policy's name.
        pub fn unparsed_methods(&self, backend: &Backend) -> impl Iterator<Item = (&'a str, &'a str)> {
            let parses = backend.parses_method;
            let listed = |policy: &'a Policy| {
                policy.allow_methods.listed.iter().map(|method| (policy.name.value.as_str(), method.value.as_ref()))
            };
            self.policies().into_iter().flat_map(listed).filter(move |(_, method)| !parses(method))
        }

        /// The routes to compile, unless only one policy is.
        pub(super) fn routes(&self) -> Option<&'a [crate::ir::Route]> {
            self.file.routes.as_deref().filter(|_| self.only.is_none())
        }

        /// The SHA-256 digest of the source's text, in hexadecimal.
        pub(super) fn digest(&self) -> String {
            Sha256::digest(self.source.text()).iter().map(|byte| format!("{byte:02x}")).collect()
        }

        /// The lines with which every generated file begins.
        pub(super) fn banner(&self) -> Vec<String> {
            let name = in_header(self.source.name());
            let name = name.strip_prefix("./").unwrap_or(&name);
            let generated = format!("Generated by cors {} from {name}; do not edit.", env!("CARGO_PKG_VERSION"));
            let environment = self.file.environment.as_ref().map(|of| format!("Environment: {}", of.name.value));
            let digest = format!("Source digest: sha256:{}", self.digest());
            [Some(generated), environment, Some(digest)].into_iter().flatten().collect()
        }
    }
}
