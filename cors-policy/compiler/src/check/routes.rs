//! `routes`: which policy answers which path.

use std::collections::HashMap;

use super::Check;
use super::lists::proposal;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::{DUPLICATE_ROUTE, INVALID_PATH, MISSING_KEY, UNKNOWN_POLICY};
use crate::ir::{Route, RoutePath};
use crate::source::{Place, Spanned};
use crate::syntax::{self, Parsed};

impl Check<'_> {
    pub(super) fn routes(&mut self, routes: &Parsed<Vec<Parsed<syntax::Route>>>, policies: &[&str]) -> Vec<Route> {
        let items = routes.value.as_deref().unwrap_or(&[]);
        let mut checked: Vec<Route> = Vec::new();
        let mut known: HashMap<RoutePath, Place> = HashMap::new();
        for item in items {
            let Some(syntax::Route { path, policy }) = &item.value else { continue };
            for (key, missing) in [("path", path.is_none()), ("policy", policy.is_none())] {
                if missing {
                    let diagnostic = Diagnostic::new(&MISSING_KEY, format!("the route has no `{key}`"));
                    self.report(
                        diagnostic.at(self.first_character(item.place), "in this route").help(format!("add `{key}`")),
                    );
                }
            }
            let policy = policy.as_ref().and_then(|policy| self.policy_reference(policy, policies));
            let Some(path) = path.as_ref().and_then(|path| self.route_path(path)) else { continue };
            if let Some(first) = known.get(&path.value) {
                let diagnostic = Diagnostic::new(&DUPLICATE_ROUTE, "two routes for the same path")
                    .at(&path, "again here")
                    .at(*first, "first here")
                    .help("leave one of them out");
                self.report(diagnostic);
                continue;
            }
            known.insert(path.value.clone(), path.place);
            if let Some(policy) = policy {
                checked.push(Route { path, policy });
            }
        }
        checked.sort_by_cached_key(|route| match &route.path.value {
            RoutePath::Exact(path) => (0, std::cmp::Reverse(path.len()), path.clone()),
            RoutePath::Subtree(path) => (1, std::cmp::Reverse(path.len()), path.clone()),
        });
        checked
    }

    /// `Some(None)` for `none`, `None` for a name that is not defined.
    fn policy_reference(&mut self, name: &Parsed<String>, policies: &[&str]) -> Option<Option<String>> {
        match name.value.as_deref()? {
            "none" => Some(None),
            _ => self.known_policy(name, policies).map(Some),
        }
    }

    /// A policy's name; `None`, and that is reported, if it is not defined.
    pub(super) fn known_policy(&mut self, name: &Parsed<String>, policies: &[&str]) -> Option<String> {
        let text = name.value.as_deref()?;
        if !policies.contains(&text) {
            let diagnostic = Diagnostic::new(&UNKNOWN_POLICY, format!("there is no policy `{text}`"));
            self.report(diagnostic.at(name, "").help(proposal(text, policies, "policy")));
            return None;
        }
        Some(text.to_owned())
    }

    fn route_path(&mut self, path: &Parsed<String>) -> Option<Spanned<RoutePath>> {
        let text = path.value.as_deref()?;
        match parse_path(text) {
            Ok(route_path) => Some(Spanned::new(route_path, path.place)),
            Err(why) => {
                let diagnostic = Diagnostic::new(&INVALID_PATH, format!("`{text}` is not a path of a route: {why}"));
                self.report(diagnostic.at(path, "").help(remedy(text)));
                None
            }
        }
    }
}

/// The longest path of a route, in bytes: nginx reads no word of a configuration over 4,096.
const LONGEST_PATH: usize = 1_024;

/// What to write instead of a path.
fn remedy(text: &str) -> String {
    let is_encoded = |c: char| c == '%' || !is_path_character(c) && !"*?#".contains(c);
    let Some(at) = text.find(is_encoded) else {
        return "write `/path` for just this path, or `/path/**` for everything below it as well".to_owned();
    };
    // Whoever encodes what needs no encoding writes it as it is: `~`, not `%7E`.
    if let Some(decoded) = decoded(text).filter(|decoded| parse_path(decoded).is_ok()) {
        return format!("write `{decoded}`");
    }
    let folder = text.get(..at).and_then(|before| before.rsplit_once('/')).map_or("", |(folder, _)| folder);
    format!("what has to be encoded has no route of its own: `{folder}/**` covers it, with all else in that folder")
}

/// A path with its percent-encoded ASCII decoded.
fn decoded(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut decoded = parts.next()?.to_owned();
    for part in parts {
        let code = u8::from_str_radix(part.get(..2)?, 16).ok().filter(u8::is_ascii)?;
        decoded.push(code.into());
        decoded.push_str(part.get(2..)?);
    }
    Some(decoded)
}

fn is_path_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~!$&'()+,;=:@/".contains(c)
}

/// Reads a path that every target compares alike: normalized, and without anything that a server
/// would decode first.
fn parse_path(text: &str) -> Result<RoutePath, &'static str> {
    let (path, subtree) = text.strip_suffix("/**").map_or((text, false), |root| (root, true));
    let is_root = subtree && path.is_empty();
    if !is_root && !path.starts_with('/') {
        return Err("it must begin with `/`");
    }
    if path.len() > LONGEST_PATH {
        return Err("it is too long");
    }
    if path.contains('*') {
        return Err("`*` can only stand in a final `/**`");
    }
    if path.contains('%') {
        return Err("servers decode percent signs in different ways");
    }
    if path.contains(['?', '#']) {
        return Err("a query or fragment is no part of a path");
    }
    if !path.chars().all(is_path_character) {
        return Err("it has a character that cannot stand in a path");
    }
    if path.contains("//") || (subtree && path.ends_with('/')) {
        return Err("`//` is merged by some servers and not by others");
    }
    if path.split('/').any(|segment| matches!(segment, "." | "..")) {
        return Err("`.` and `..` are resolved before routes are compared");
    }
    Ok(if subtree { RoutePath::Subtree(path.to_owned()) } else { RoutePath::Exact(path.to_owned()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_whole_and_normalized() {
        for (text, expected) in [
            ("/", Some(RoutePath::Exact("/".into()))),
            ("/api", Some(RoutePath::Exact("/api".into()))),
            ("/api/", Some(RoutePath::Exact("/api/".into()))),
            ("/api/**", Some(RoutePath::Subtree("/api".into()))),
            ("/**", Some(RoutePath::Subtree(String::new()))),
            ("", None),
            ("api", None),
            ("**", None),
            ("/api/*", None),
            ("/api/**/x", None),
            ("/a**", None),
            ("/a//b", None),
            ("/a//**", None),
            ("/a/../b", None),
            ("/./a", None),
            ("/a%20b", None),
            ("/a?b", None),
            ("/a#b", None),
            ("/a b", None),
            ("/é", None),
            ("/a\"b", None),
            ("/a{b}", None),
            ("/a\\b", None),
        ] {
            assert_eq!(parse_path(text).ok(), expected, "{text:?}");
        }
    }
}
