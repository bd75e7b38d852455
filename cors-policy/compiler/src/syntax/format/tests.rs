//! What is easier to see in a few lines; whole files are in `tests/format`.

use super::{Refused, format};
use crate::source::Source;

#[test]
fn small_things() {
    for (before, after) in [
        // The file's first comments stay first; what belongs to a key goes with it.
        ("# a\npolicies: {}\nversion: 1\n", "# a\nversion: 1\n\npolicies: {}\n"),
        ("# a\n\n# b\npolicies: {}\nversion: 1\n", "# a\n\nversion: 1\n\n# b\npolicies: {}\n"),
        ("---\nversion: 1 \n...\n# end\n", "version: 1\n# end\n"),
        ("\n\nversion:   1\n\n\n\n", "version: 1\n"),
        ("version: 1\npolicies: { # c\n }\n", "version: 1\n\npolicies: {} # c\n"),
        ("version: 1\npolicies: {\n # c\n }\n", "version: 1\n\n# c\npolicies: {}\n"),
    ] {
        assert_eq!(format(&Source::new("p.yaml", before)).unwrap(), after, "{before}");
        assert_eq!(format(&Source::new("p.yaml", after)).unwrap(), after);
    }
}

#[test]
fn a_deep_or_large_file_is_no_trouble() {
    let deep = format!("version: {}", "[".repeat(100_000));
    assert!(matches!(format(&Source::new("p.yaml", deep)), Err(Refused::Unreadable(..))));
    let origins: String = (0..10_000).map(|n| format!("   - 'https://n{n}.example' # {n}\n")).collect();
    let large = format!("version: 1\npolicies:\n p:\n  allow_origins:\n{origins}");
    let after = format(&Source::new("p.yaml", large)).unwrap();
    assert!(after.contains("      - https://n9999.example # 9999\n"), "{}", &after[after.len() - 100..]);
}
