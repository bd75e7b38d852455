//! Paths as URIs: relative to where the command ran, or absolute.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use super::model::ArtifactLocation;

/// What relative URIs are relative to: the root of the sources, where the command ran. Where that is on
/// a machine concerns nobody else, so it is named and not spelled out.
const ROOT: &str = "%SRCROOT%";

/// The bases of relative URIs.
pub(super) fn bases() -> BTreeMap<&'static str, ArtifactLocation> {
    BTreeMap::from([(ROOT, ArtifactLocation::default())])
}

/// Where a file is.
pub(super) fn location(name: &str) -> ArtifactLocation {
    let path = Path::new(name);
    let leads_out = path.components().any(|part| !matches!(part, Component::Normal(_) | Component::CurDir));
    let absolute = || std::path::absolute(path).ok().map(|path| std::fs::canonicalize(&path).unwrap_or(path));
    match leads_out.then(absolute).flatten() {
        Some(absolute) => {
            ArtifactLocation { uri: Some(format!("file:///{}", encode(&absolute))), ..Default::default() }
        }
        None => ArtifactLocation { uri: Some(encode(path)), uri_base_id: Some(ROOT), index: None },
    }
}

/// The path's parts, percent-encoded but for what [RFC 3986](https://www.rfc-editor.org/rfc/rfc3986#section-2.3)
/// calls unreserved.
fn encode(path: &Path) -> String {
    let parts = path.components().filter_map(|part| match part {
        Component::Normal(part) => Some(part.to_string_lossy()),
        Component::Prefix(prefix) => Some(prefix.as_os_str().to_string_lossy()),
        Component::RootDir | Component::CurDir | Component::ParentDir => None,
    });
    let encoded = parts.map(|part| {
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let encode = |byte: u8| if unreserved(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
        part.bytes().map(encode).collect::<String>()
    });
    encoded.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_below_is_relative_and_encoded() {
        for (name, expected) in [
            ("policies/shop.yaml", "policies/shop.yaml"),
            ("./policies//shop.yaml", "policies/shop.yaml"),
            ("a b/é:%.yaml", "a%20b/%C3%A9%3A%25.yaml"),
        ] {
            let found = location(name);
            assert_eq!((found.uri.as_deref(), found.uri_base_id), (Some(expected), Some(ROOT)), "{name}");
        }
    }

    #[test]
    fn a_path_elsewhere_is_absolute() {
        for name in ["/no such/shop.yaml", "../no-such/shop.yaml"] {
            let found = location(name);
            let uri = found.uri.unwrap();
            assert!(uri.starts_with("file:///") && uri.ends_with("/shop.yaml") && !uri.contains(' '), "{uri}");
            assert_eq!(found.uri_base_id, None);
        }
    }
}
