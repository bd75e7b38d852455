//! `cargo install`: the command that the documentation names builds a `cors` that runs.

use super::*;
use crate::documents::pages;

/// The command, in the top directory of a clone.
const INSTALL: &str = "cargo install --locked --path cors-cli";

#[test]
fn the_documentation_says_one_command() {
    let mut said = 0;
    for page in pages() {
        for line in page.text.lines().filter(|line| line.contains("cargo install ") && line.contains("cors-cli")) {
            let from_afar =
                line.contains("cargo install --locked --git \"$CORS_POLICY_GIT\" --rev \"$CORS_POLICY_REV\" cors-cli");
            assert!(line.contains(INSTALL) || from_afar, "{}: {line}", page.name);
            said += usize::from(!from_afar);
        }
    }
    assert!(said >= 3, "{said}");
}

/// With what the tests have built already, as far as cargo can use it.
#[test]
fn the_installed_command_runs() {
    let work = scratch();
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let mut words = INSTALL.split(' ').skip(1);
    let mut command = Command::new(env!("CARGO"));
    command.args(words.by_ref()).args(["--quiet", "--offline", "--debug", "--no-track", "--root"]).arg(work.path());
    let output = command.arg("--target-dir").arg(target).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let installed = work.path().join("bin/cors");
    let version = Command::new(&installed).arg("--version").env_clear().output().unwrap();
    assert_eq!(stdout(&version), format!("cors {}\n", env!("CARGO_PKG_VERSION")));
    let checked =
        Command::new(&installed).args(["check", "policies"]).current_dir(root()).env_clear().output().unwrap();
    assert_eq!(code(&checked), 0, "{}", stderr(&checked));
}
