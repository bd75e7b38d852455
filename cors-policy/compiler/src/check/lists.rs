//! `allow_methods`, `allow_headers` and `expose_headers`.

use std::collections::HashMap;

use super::Check;
use crate::diagnostic::code::{
    FORBIDDEN_METHOD, FORBIDDEN_REQUEST_HEADER, FORBIDDEN_RESPONSE_HEADER, INVALID_HEADER_NAME, INVALID_METHOD,
    LOWERCASE_METHOD, REQUEST_HEADER_IN_EXPOSE_HEADERS, RESPONSE_HEADER_IN_ALLOW_HEADERS, UNNORMALIZED_METHOD,
};
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::fetch::header_name::{
    HeaderName, is_cors_request_header, is_forbidden_request_header, is_forbidden_response_header_name,
    is_response_only,
};
use crate::fetch::method::{Method, MethodFault};
use crate::ir::{Names, Repeated};
use crate::source::{Place, Spanned};
use crate::syntax::{Parsed, WildcardOr};

impl Check<'_> {
    pub(super) fn methods(&mut self, list: &Parsed<WildcardOr<String>>) -> Names<Method> {
        self.names(list, &mut |check, text, place| match Method::new(text) {
            Ok(method) => {
                check.lowercase_method(text, &method, place);
                Some(method)
            }
            Err(fault) => {
                let diagnostic = match fault {
                    MethodFault::Unnormalized => {
                        let upper = text.to_ascii_uppercase();
                        check.with_fix(method_fault(fault, text), place, text, &upper)
                    }
                    MethodFault::NotAToken | MethodFault::Forbidden => method_fault(fault, text),
                };
                check.report(diagnostic.at(place, ""));
                None
            }
        })
    }

    /// The spelling does not survive into the IR, so this lint stands here.
    fn lowercase_method(&mut self, text: &str, method: &Method, place: Place) {
        let upper = method.as_ref();
        if text != upper {
            let message = format!("browsers upper-case `{text}` before they ask for leave to send it");
            let diagnostic = self.with_fix(Diagnostic::new(&LOWERCASE_METHOD, message), place, text, upper);
            self.report(diagnostic.at(place, "").help(format!("write `{upper}`")));
        }
    }

    pub(super) fn allow_headers(&mut self, list: &Parsed<WildcardOr<String>>) -> Names<HeaderName> {
        self.names(list, &mut |check, text, place| {
            let name = check.header_name(text, place)?;
            let diagnostic = if is_response_only(name.as_ref()) {
                Diagnostic::new(&RESPONSE_HEADER_IN_ALLOW_HEADERS, format!("`{text}` is a response header")).help(
                    "`allow_headers` lists request headers; to let scripts read a response header use `expose_headers`",
                )
            } else if is_forbidden_request_header(name.as_ref()) {
                Diagnostic::new(&FORBIDDEN_REQUEST_HEADER, format!("no script can set the request header `{text}`"))
                    .help("leave it out: browsers set it themselves, and never ask for it")
            } else {
                return Some(name);
            };
            check.report(diagnostic.at(place, ""));
            None
        })
    }

    pub(super) fn expose_headers(&mut self, list: &Parsed<WildcardOr<String>>) -> Names<HeaderName> {
        self.names(list, &mut |check, text, place| {
            let name = check.header_name(text, place)?;
            let diagnostic = if is_forbidden_response_header_name(name.as_ref()) {
                Diagnostic::new(&FORBIDDEN_RESPONSE_HEADER, format!("no script can ever read `{text}`"))
                    .help("leave it out: browsers hide cookies that a response sets")
            } else if is_cors_request_header(name.as_ref()) {
                Diagnostic::new(&REQUEST_HEADER_IN_EXPOSE_HEADERS, format!("`{text}` is a request header"))
                    .help("`expose_headers` lists response headers that scripts may read")
            } else {
                return Some(name);
            };
            check.report(diagnostic.at(place, ""));
            None
        })
    }

    pub(super) fn header_name(&mut self, text: &str, place: Place) -> Option<HeaderName> {
        let name = HeaderName::new(text);
        if name.is_none() {
            let diagnostic = Diagnostic::new(&INVALID_HEADER_NAME, format!("`{text}` is not a header name"));
            let help =
                "a header name is a token such as `content-type`, without spaces, colons and non-ASCII characters";
            self.report(diagnostic.at(place, "").help(help));
        }
        name
    }

    /// Reads a list of names: `*` aside, sorted, each once.
    fn names<T: Ord + AsRef<str>>(
        &mut self,
        list: &Parsed<WildcardOr<String>>,
        read: &mut dyn FnMut(&mut Self, &str, Place) -> Option<T>,
    ) -> Names<T> {
        let mut names = Names { place: Some(list.place), ..Names::default() };
        let items = match &list.value {
            None => &[][..],
            Some(WildcardOr::Wildcard) => {
                names.wildcard = Some(list.place);
                &[]
            }
            Some(WildcardOr::List(items)) => items,
        };
        let mut known: HashMap<String, Place> = HashMap::new();
        for item in items {
            let Some(text) = item.value.as_deref() else { continue };
            let first = if text == "*" {
                let first = names.wildcard;
                names.wildcard.get_or_insert(item.place);
                first
            } else {
                let Some(name) = read(self, text, item.place) else { continue };
                let first = known.get(name.as_ref()).copied();
                if first.is_none() {
                    known.insert(name.as_ref().to_owned(), item.place);
                    names.listed.push(Spanned::new(name, item.place));
                }
                first
            };
            names.repeated.extend(first.map(|first| Repeated { text: text.to_owned(), place: item.place, first }));
        }
        names.listed.sort_unstable_by(|a, b| a.value.cmp(&b.value));
        names
    }

    /// Adds the correction that replaces a whole scalar, if it is written without escapes.
    fn with_fix(&self, diagnostic: Diagnostic, place: Place, text: &str, replacement: &str) -> Diagnostic {
        match super::part_of(self.source, place, text, &(0..text.len())) {
            Some(span) => diagnostic.fix(span, replacement),
            None => diagnostic,
        }
    }
}

/// What is wrong with a method.
pub(super) fn method_fault(fault: MethodFault, text: &str) -> Diagnostic {
    match fault {
        MethodFault::NotAToken => Diagnostic::new(&INVALID_METHOD, format!("`{text}` is not a method"))
            .help("a method is a token such as `PUT`, without spaces, separators and non-ASCII characters"),
        MethodFault::Forbidden => Diagnostic::new(&FORBIDDEN_METHOD, format!("no script can send `{text}`"))
            .help("leave it out: browsers refuse CONNECT, TRACE and TRACK"),
        MethodFault::Unnormalized => {
            let upper = text.to_ascii_uppercase();
            let message = format!("`{text}` never equals `{upper}`: browsers do not upper-case this method");
            Diagnostic::new(&UNNORMALIZED_METHOD, message).help(format!("write `{upper}`"))
        }
    }
}

/// "did you mean", or what there is to choose from.
pub(super) fn proposal(word: &str, names: &[&str], of: &str) -> String {
    // Comparing with thousands of names takes longer than reading the message is worth.
    let near = if names.len() > 500 { None } else { did_you_mean(word, names.iter().copied()) };
    match near {
        Some(near) => format!("did you mean `{near}`?"),
        None if names.is_empty() => format!("the file defines no {of}"),
        None if names.len() > 10 => format!("the file defines {} others", names.len()),
        None => format!("the file defines: {}", names.join(", ")),
    }
}
