//! The bare crate needs neither `std` nor an allocator: it links into a program that brings its own
//! panic handler, which rustc refuses as soon as `std` is anywhere among the dependencies.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

const PROGRAM: &str = "
    #![no_std]
    extern crate cors_policy;
    #[panic_handler]
    fn panic(_: &core::panic::PanicInfo<'_>) -> ! { loop {} }
";

fn rustc(arguments: &[&str], source: &Path, out: &Path) -> Output {
    let mut command = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    command.args(["--edition=2024", "-Cpanic=abort", "--out-dir"]).arg(out).args(arguments).arg(source);
    command.output().expect("rustc runs")
}

/// Links the program with the library at `source`.
fn link(source: &Path, out: &Path) -> Output {
    let library = rustc(&["--crate-type=rlib", "--crate-name=cors_policy"], source, out);
    assert!(library.status.success(), "{}", String::from_utf8_lossy(&library.stderr));
    let program = out.join("program.rs");
    fs::write(&program, PROGRAM).expect("the folder is ours");
    let library = format!("--extern=cors_policy={}", out.join("libcors_policy.rlib").display());
    rustc(&["--crate-type=staticlib", &library], &program, out)
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).expect("cargo gives tests a folder");
    folder
}

#[test]
fn the_bare_crate_needs_no_std() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs");
    let output = link(&source, &folder("no-std"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_crate_that_needs_std_would_be_noticed() {
    for (needed, fault) in [("std", "`panic_impl`"), ("alloc", "no global memory allocator found")] {
        let out = folder(&format!("with-{needed}"));
        let source = out.join("lib.rs");
        fs::write(&source, format!("#![no_std]\nextern crate {needed};")).unwrap();
        let output = link(&source, &out);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && errors.contains(fault), "{needed} was not noticed: {errors}");
    }
}
