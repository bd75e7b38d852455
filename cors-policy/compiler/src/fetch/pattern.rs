//! Origin patterns: what an entry of a policy matches.

mod parse;

use std::fmt;
use std::sync::Arc;

pub use parse::{Fault, parse};

use super::host::{LONGEST_DOMAIN, is_loopback};
use crate::analysis::Dfa;
use crate::analysis::regex::Regex;

/// The schemes whose origins are opaque, so that browsers send `null` for them:
/// <https://url.spec.whatwg.org/#concept-url-origin>.
pub const OPAQUE_SCHEMES: [&str; 6] = ["about", "blob", "data", "file", "filesystem", "javascript"];
/// The schemes with a default port: <https://url.spec.whatwg.org/#default-port>.
pub const DEFAULT_PORTS: [(&str, u16); 5] = [("http", 80), ("https", 443), ("ws", 80), ("wss", 443), ("ftp", 21)];
/// The longest scheme that a pattern can have, in bytes.
pub const LONGEST_SCHEME: usize = 64;
/// The longest origin there is: a scheme, a domain with a trailing dot, and a port.
const LONGEST_ORIGIN: usize = LONGEST_SCHEME + "://".len() + LONGEST_DOMAIN + ".:65535".len();

/// The port that origins with that scheme are serialized without.
#[must_use]
pub fn default_port(scheme: &str) -> Option<u16> {
    DEFAULT_PORTS.iter().find(|(known, _)| *known == scheme).map(|(_, port)| *port)
}

/// A set of [serialized origins](https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin).
///
/// Everything in it is lower-case ASCII and canonical; [`parse`] is the only way from text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OriginPattern {
    /// `null`: what every opaque origin is serialized to.
    Null,
    /// Tuple origins: `scheme://host` or `scheme://host:port`.
    Tuple {
        /// The scheme, without `://`.
        scheme: String,
        /// The hosts.
        host: HostPattern,
        /// The ports.
        port: PortPattern,
    },
    /// `regex:`: the origins that an expression matches.
    Regex(Arc<RegexPattern>),
}

/// A `regex:` entry. It matches whole origins, and serialized ones only.
#[derive(Debug, Clone)]
pub struct RegexPattern {
    /// What was written.
    pub text: String,
    /// What it matches, not yet narrowed to serialized origins.
    pub regex: Regex,
    /// The minimal automaton of the serialized origins that it matches.
    pub dfa: Dfa,
    /// An origin that it matches on a site that its author did not write, if there is one.
    pub foreign_site: Option<String>,
}

/// Two are the same if they are written the same.
impl PartialEq for RegexPattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for RegexPattern {}

impl PartialOrd for RegexPattern {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for RegexPattern {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.text.cmp(&other.text)
    }
}

impl std::hash::Hash for RegexPattern {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

/// Which hosts a pattern matches. `*` stands for one or more of `[a-z0-9_-]`, or for labels of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HostPattern {
    /// Just this host; IPv6 addresses in brackets.
    Exact(String),
    /// `*.suffix`: one or more labels before the suffix, never the suffix itself.
    Subdomains {
        /// The rest of the host, without the leading dot.
        suffix: String,
    },
    /// `before*after.suffix`: one or more characters inside the first label.
    Label {
        /// The first label up to the `*`.
        before: String,
        /// The first label from the `*` on.
        after: String,
        /// The rest of the host, without the leading dot.
        suffix: String,
    },
}

/// Which ports a pattern matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PortPattern {
    /// No port, which is the scheme's default one.
    Default,
    /// Just this port.
    Exact(u16),
    /// `:*`: any port from 1 to 65535, or none.
    Any,
    /// `:first-last`: an explicit port of the range, both ends included.
    Range(u16, u16),
}

impl OriginPattern {
    /// The length in bytes of the longest origin that it matches.
    #[must_use]
    pub fn longest_match(&self) -> usize {
        let (scheme, host, port) = match self {
            Self::Null => return "null".len(),
            Self::Regex(_) => return LONGEST_ORIGIN,
            Self::Tuple { scheme, host, port } => (scheme, host, port),
        };
        let host = match host {
            HostPattern::Exact(host) => host.len(),
            HostPattern::Subdomains { suffix } | HostPattern::Label { suffix, .. } => {
                LONGEST_DOMAIN + usize::from(suffix.ends_with('.'))
            }
        };
        let port = match port {
            PortPattern::Default => 0,
            PortPattern::Exact(port) | PortPattern::Range(_, port) => 1 + port.to_string().len(),
            PortPattern::Any => ":65535".len(),
        };
        scheme.len() + "://".len() + host + port
    }

    /// The only origin that it matches, if it matches one only.
    #[must_use]
    pub fn as_exact(&self) -> Option<String> {
        match self {
            Self::Null
            | Self::Tuple { host: HostPattern::Exact(_), port: PortPattern::Default | PortPattern::Exact(_), .. } => {
                Some(self.to_string())
            }
            Self::Tuple { .. } | Self::Regex(_) => None,
        }
    }

    /// Whether every origin that it matches is on this machine (`localhost` or a loopback address).
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        match self {
            Self::Null | Self::Regex(_) => false,
            Self::Tuple { host: HostPattern::Exact(host), .. } => is_loopback(host),
            Self::Tuple { host: HostPattern::Subdomains { suffix } | HostPattern::Label { suffix, .. }, .. } => {
                is_loopback(suffix)
            }
        }
    }
}

/// Prints the pattern as a policy writes it.
impl fmt::Display for OriginPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Tuple { scheme, host, port } => write!(f, "{scheme}://{host}{port}"),
            Self::Regex(regex) => write!(f, "regex: {}", regex.text),
        }
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(host) => f.write_str(host),
            Self::Subdomains { suffix } => write!(f, "*.{suffix}"),
            Self::Label { before, after, suffix } => write!(f, "{before}*{after}.{suffix}"),
        }
    }
}

impl fmt::Display for PortPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => Ok(()),
            Self::Exact(port) => write!(f, ":{port}"),
            Self::Any => f.write_str(":*"),
            Self::Range(first, last) => write!(f, ":{first}-{last}"),
        }
    }
}
