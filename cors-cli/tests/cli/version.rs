//! What `cors --version` says.

use super::*;

#[test]
fn the_version_is_one_line_and_at_length_names_every_target() {
    let version = format!("cors {}\n", env!("CARGO_PKG_VERSION"));
    for arguments in [&["--version"][..], &["-V"]] {
        let short = cors(arguments);
        assert_eq!((code(&short), stdout(&short)), (0, version.clone()), "{arguments:?}");
    }
    for arguments in [&["--version", "--verbose"][..], &["--verbose", "--version"], &["-Vv"]] {
        let long = cors(arguments);
        let text = stdout(&long);
        assert!(code(&long) == 0 && text.starts_with(&version), "{arguments:?}: {text}");
        let lines: Vec<&str> = text.lines().collect();
        let targets = lines.iter().position(|line| *line == "targets:").unwrap();
        let named: Vec<&str> =
            lines[targets + 1..].iter().map(|line| line.trim_start().split(':').next().unwrap()).collect();
        let known: Vec<&str> = cors_compiler::backend::BACKENDS.iter().map(|backend| backend.name).collect();
        assert_eq!(named, known);
        assert!(text.contains("  nginx: 1.18.0 or newer; shapes: maps+includes, server, tryout\n"), "{text}");
    }
}

#[test]
fn it_stands_alone() {
    for arguments in [&["--verbose"][..], &["--version", "check"], &["check", "--version"]] {
        assert_eq!(code(&cors(arguments)), 2, "{arguments:?}");
    }
}
