//! The ids of the hard errors. The ids of lints live in the lints' own files.

use super::Severity;

/// A rule: its stable id, its usual severity, and what it is about.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// Kebab-case, named for the fault; never changes once released.
    pub id: &'static str,
    /// The severity, unless the circumstances weigh otherwise.
    pub severity: Severity,
    /// Whether an owner may accept this risk with `accept_risks`, giving a reason.
    pub acceptable: bool,
    /// The rule in one line.
    pub summary: &'static str,
    /// A page of Markdown: why, a bad and a good example, the reference.
    pub explanation: &'static str,
}

impl Code {
    /// Every code there is: the hard errors, then the lints.
    pub fn all() -> impl Iterator<Item = &'static Code> {
        ERRORS.iter().copied().chain(crate::lint::LINTS.iter().map(|lint| lint.code))
    }

    const fn error(id: &'static str, summary: &'static str, explanation: &'static str) -> Self {
        Self { id, severity: Severity::Error, acceptable: false, summary, explanation }
    }

    const fn warning(id: &'static str, summary: &'static str, explanation: &'static str) -> Self {
        Self { id, severity: Severity::Warning, acceptable: true, summary, explanation }
    }
}

macro_rules! codes {
    ($($name:ident = $severity:ident $id:literal: $summary:literal;)*) => {
        $(
            #[doc = $summary]
            pub static $name: Code =
                Code::$severity($id, $summary, include_str!(concat!("../explain/", $id, ".md")));
        )*
        /// Every hard error, and the warnings that belong to the checks that find them.
        static ERRORS: &[&Code] = &[$(&$name),*];
    };
}

codes! {
    // The file.
    YAML_SYNTAX = error "yaml-syntax": "the file is not YAML";
    UNSUPPORTED_YAML = error "unsupported-yaml": "YAML that a policy file does without: tags, merge keys, several documents, non-string keys, too much nesting or expansion";
    DUPLICATE_KEY = error "duplicate-key": "the same key twice in one mapping";
    UNKNOWN_KEY = error "unknown-key": "a key that means nothing here";
    MISSING_KEY = error "missing-key": "a mapping lacks a required key";
    WRONG_TYPE = error "wrong-type": "a value of another kind than the key takes";
    UNSUPPORTED_VERSION = error "unsupported-version": "a `version` other than 1";
    INVALID_NAME = error "invalid-name": "a name of a policy, set or environment that is not `[a-z][a-z0-9-]{0,62}`";
    UNKNOWN_POLICY = error "unknown-policy": "a reference to a policy that is not defined";
    UNKNOWN_SET = error "unknown-set": "a reference to an origin set that is not defined";
    UNKNOWN_ENVIRONMENT = error "unknown-environment": "a reference to an environment that is not defined";
    SET_CYCLE = error "set-cycle": "an origin set that contains itself";
    ACCEPTED_RISK_WITHOUT_REASON = error "accepted-risk-without-reason": "an accepted risk without a reason";

    // Origins and patterns.
    ORIGIN_WITHOUT_SCHEME = error "origin-without-scheme": "an origin without a scheme";
    ORIGIN_WITH_PATH = error "origin-with-path": "an origin with a path, query, fragment or trailing slash";
    ORIGIN_WITH_USERINFO = error "origin-with-userinfo": "an origin with a user name";
    ORIGIN_UPPERCASE = error "origin-uppercase": "an upper-case letter in an origin";
    ORIGIN_DEFAULT_PORT = error "origin-default-port": "the scheme's default port, spelled out";
    ORIGIN_INVALID_PORT = error "origin-invalid-port": "a port that is not a number from 1 to 65535";
    ORIGIN_NON_ASCII = error "origin-non-ascii": "a host that is not ASCII";
    ORIGIN_INVALID_HOST = error "origin-invalid-host": "a host that cannot be a host";
    ORIGIN_NON_CANONICAL_IP = error "origin-non-canonical-ip": "an IP address in another form than browsers send";
    ORIGIN_OPAQUE_SCHEME = error "origin-opaque-scheme": "a scheme whose origins are opaque";
    ORIGIN_LIST_IN_STRING = error "origin-list-in-string": "several origins in one string";
    INVALID_WILDCARD = error "invalid-wildcard": "a `*` where a pattern cannot have one";
    REGEX_SYNTAX = error "regex-syntax": "a `regex:` that is not a regular expression";
    REGEX_UNSUPPORTED = error "regex-unsupported": "a construct that does not mean the same on every target";
    REGEX_TOO_LARGE = error "regex-too-large": "a `regex:` whose automaton would exceed its budget";
    REGEX_MATCHES_NOTHING = error "regex-matches-nothing": "a `regex:` that no serialized origin matches";
    EMPTY_ORIGINS = warning "empty-origins": "an empty `allow_origins` refuses everyone";
    DUPLICATE_ORIGIN = warning "duplicate-origin": "the same entry twice";
    WILDCARD_WITH_ORIGINS = warning "wildcard-with-origins": "origins beside `*` are dead";

    // Environments and tests.
    UNKNOWN_ORIGIN = error "unknown-origin": "an environment removes an entry that the policy does not have";
    CHANGE_BESIDE_WILDCARD = error "change-beside-wildcard": "an environment adds or removes origins where `*` allows every origin, or `*` itself";
    INVALID_TEST = error "invalid-test": "a test that asks what no browser asks, or expects what no browser says";
    DUPLICATE_TEST = error "duplicate-test": "two tests with the same name";

    // Credentials.
    WILDCARD_WITH_CREDENTIALS = error "wildcard-with-credentials": "`*` in `allow_origins` with credentials";
    LITERAL_WILDCARD_WITH_CREDENTIALS = error "literal-wildcard-with-credentials": "`*` in a list with credentials, where it is no wildcard";

    // Methods.
    INVALID_METHOD = error "invalid-method": "a method that is not a token";
    FORBIDDEN_METHOD = error "forbidden-method": "a method that browsers never send for a script";
    UNNORMALIZED_METHOD = error "unnormalized-method": "a method in lower case that browsers do not normalize";
    LOWERCASE_METHOD = warning "lowercase-method": "a method in lower case that browsers upper-case";

    // Headers.
    INVALID_HEADER_NAME = error "invalid-header-name": "a header name that is not a token";
    FORBIDDEN_REQUEST_HEADER = error "forbidden-request-header": "a request header that a script can never set";
    RESPONSE_HEADER_IN_ALLOW_HEADERS = error "response-header-in-allow-headers": "a response header in `allow_headers`";
    FORBIDDEN_RESPONSE_HEADER = error "forbidden-response-header": "a response header that a script can never read";
    REQUEST_HEADER_IN_EXPOSE_HEADERS = error "request-header-in-expose-headers": "a request header in `expose_headers`";

    // Max age, routes, targets.
    INVALID_MAX_AGE = error "invalid-max-age": "a `max_age` that is neither whole seconds nor a duration";
    INVALID_PATH = error "invalid-path": "a route path that no target can compare";
    DUPLICATE_ROUTE = error "duplicate-route": "the same path twice";
    NOT_EXPRESSIBLE = error "not-expressible": "the target cannot say this";
}
