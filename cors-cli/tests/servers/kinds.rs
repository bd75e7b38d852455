//! The kinds of requests: methods, and what preflights ask for.

use cors_compiler::ir::Policy;

/// What kind of request it is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kind {
    pub(crate) method: &'static str,
    /// The `Access-Control-Request-*` fields, without that prefix.
    pub(crate) asks: Vec<(&'static str, String)>,
}

/// Requests that are no preflights.
pub(crate) fn actual_kinds() -> Vec<Kind> {
    let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    let mut kinds: Vec<Kind> = methods.map(|method| Kind { method, ..Kind::default() }).into();
    kinds.push(Kind { method: "OPTIONS", asks: vec![("Method", String::new())] });
    // Only OPTIONS makes a preflight.
    kinds.push(Kind { method: "GET", asks: vec![("Method", "PUT".to_owned())] });
    kinds
}

/// Preflights for listed and other methods and headers.
pub(crate) fn preflight_kinds(policy: &Policy) -> Vec<Kind> {
    let listed: Vec<&str> = policy.allow_headers.listed.iter().map(|name| name.value.as_ref()).collect();
    let listed = if listed.is_empty() { "content-type".to_owned() } else { listed.join(",") };
    let headers = [None, Some(listed.clone()), Some("x-refused.test".to_owned()), Some(listed.to_ascii_uppercase())];
    let mut kinds = Vec::new();
    for header in &headers {
        for method in ["PUT", "GET", "POST", "FROB"] {
            let mut asks = vec![("Method", method.to_owned())];
            asks.extend(header.clone().map(|value| ("Headers", value)));
            kinds.push(Kind { method: "OPTIONS", asks });
        }
    }
    for private in ["true", "TRUE", "false"] {
        let asks = vec![("Method", "PUT".to_owned()), ("Private-Network", private.to_owned())];
        kinds.push(Kind { method: "OPTIONS", asks });
    }
    kinds
}
