//! `scripts/release`: what it packs is whole, and runs.

use super::*;

fn run(program: &str, arguments: &[&str]) -> Output {
    let output = Command::new(program).args(arguments).current_dir(root()).output();
    let output = output.expect("a tool that packs (Debian: apt-get install binutils dpkg tar)");
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

#[test]
fn the_tarball_and_the_debian_package_hold_a_program_that_runs() {
    let work = scratch();
    let at = |name: &str| work.path().join(name).to_str().unwrap().to_owned();
    let told = run("scripts/release", &["--binary", env!("CARGO_BIN_EXE_cors"), "--output", &at("out")]);
    assert!(stdout(&told).contains("| the binary | "), "{}", stdout(&told));

    let version = env!("CARGO_PKG_VERSION");
    let files: Vec<String> =
        std::fs::read_dir(at("out")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let with = |end: &str| format!("{}/{}", at("out"), files.iter().find(|name| name.ends_with(end)).unwrap());
    run("sh", &["-c", &format!("cd '{}' && sha256sum --check --strict SHA256SUMS", at("out"))]);

    std::fs::create_dir(at("tar")).unwrap();
    run("tar", &["-xzf", &with(".tar.gz"), "-C", &at("tar"), "--strip-components=1"]);
    run("dpkg-deb", &["-x", &with(".deb"), &at("deb")]);
    for program in [at("tar/cors"), at("deb/usr/bin/cors")] {
        assert_eq!(stdout(&run(&program, &["--version"])), format!("cors {version}\n"));
        run(&program, &["check", "policies"]);
    }
    let commands = stdout(&cors(&["--help"]));
    let commands = commands
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .map_while(|line| line.split_whitespace().next());
    for command in commands.filter(|command| *command != "help") {
        for page in [format!("tar/man/cors-{command}.1"), format!("deb/usr/share/man/man1/cors-{command}.1.gz")] {
            assert!(work.path().join(&page).is_file(), "{page}");
        }
    }
    for shell in ["tar/completions/_cors", "deb/usr/share/bash-completion/completions/cors"] {
        assert!(std::fs::read_to_string(at(shell)).unwrap().contains("compile"), "{shell}");
    }
    let field = |name: &str| stdout(&run("dpkg-deb", &["-f", &with(".deb"), name])).trim().to_owned();
    assert_eq!((field("Package"), field("Version")), ("cors".to_owned(), version.to_owned()));
    assert!(field("Depends").starts_with("libc6 (>= 2."), "{}", field("Depends"));
    // What it depends on is what it loads.
    let loaded = stdout(&run("ldd", &[&at("deb/usr/bin/cors")]));
    let known = ["linux-vdso", "ld-linux", "libc.so", "libm.so", "libgcc_s.so"];
    for library in loaded.lines() {
        assert!(known.iter().any(|name| library.contains(name)), "{library}");
    }
}

#[test]
fn what_cannot_be_packed_is_told() {
    for (arguments, told) in [
        (&["--binary", "no/such/program"][..], "build it first"),
        (&["--nonsense", "x"], "scripts/release [--binary PATH]"),
        (&["--binary"], "release: --binary has no value\n  remedy: scripts/release [--binary PATH]"),
        (&["--output", ""], "release: --output has no value\n"),
    ] {
        let output = Command::new("scripts/release").args(arguments).current_dir(root()).output().unwrap();
        assert!(!output.status.success() && String::from_utf8_lossy(&output.stderr).contains(told), "{output:?}");
    }
}
