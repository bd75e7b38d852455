//! `cors compile --validate`: with stand-ins for the servers; `tests/servers` has the real ones.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::{GOOD, code, cors_in, holding, stderr};

/// A program that says `message` and ends with `status`.
fn stand_in(directory: &Path, status: u8, message: &str) {
    let path = directory.join("server");
    std::fs::write(&path, format!("#!/bin/sh\necho '{message}' >&2\nexit {status}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_refusal_names_the_policy_and_writes_nothing() {
    let directory = holding("p.yaml", GOOD);
    stand_in(directory.path(), 1, "nginx: [emerg] no such thing in /x/cors_policy_p.conf:12");
    let arguments = ["compile", "p.yaml", "--target", "nginx", "-o", "out", "--validate", "--nginx", "server"];
    let output = cors_in(directory.path(), &arguments);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    assert!(stderr(&output).contains("[emerg] no such thing"), "{}", stderr(&output));
    assert!(stderr(&output).contains("cors_policy_p.conf:12 comes of policy `p`, p.yaml:3:3"), "{}", stderr(&output));
    assert!(stderr(&output).contains("nginx refuses the output; nothing is written"));
    assert!(!directory.path().join("out").exists());
}

#[test]
fn what_the_server_takes_is_written_and_its_warnings_are_shown() {
    let directory = holding("p.yaml", GOOD);
    stand_in(directory.path(), 0, "nginx: [warn] could not build optimal map_hash");
    let arguments = ["compile", "p.yaml", "--target", "nginx", "-o", "out", "--validate", "--nginx", "server"];
    let output = cors_in(directory.path(), &arguments);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(stderr(&output).contains("[warn] could not build optimal map_hash"), "{}", stderr(&output));
    assert!(directory.path().join("out/cors_http.conf").exists());
}

#[test]
fn a_server_that_is_not_there_is_said_with_what_installs_it() {
    let directory = holding("p.yaml", GOOD);
    for (arguments, message) in [
        (
            &["--target", "nginx", "--validate", "--nginx", "none"][..],
            "there is no nginx at none: apt-get install nginx",
        ),
        (&["--target", "envoy", "--validate"], "envoy is not installed, so --validate cannot ask it: pip install"),
        (&["--target", "rust", "--validate"], "there is no server to validate --target rust with"),
        (&["--target", "nginx", "--nginx", "server"], "--validate"),
    ] {
        let output = cors_in(directory.path(), &[&["compile", "p.yaml"], arguments].concat());
        assert_eq!(code(&output), 2, "{}", stderr(&output));
        assert!(stderr(&output).contains(message), "{}", stderr(&output));
    }
}
