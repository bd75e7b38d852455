//! `cors completions` and `cors man`: nothing that the command line has is missing, and the readers of
//! these formats take them.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::{code, cors, cors_in, scratch, stderr, stdout};

/// The subcommands that the help lists.
fn subcommands() -> Vec<String> {
    let help = stdout(&cors(&["--help"]));
    let (_, list) = help.split_once("Commands:\n").unwrap();
    let names = list.lines().take_while(|line| !line.is_empty()).filter_map(|line| {
        let name = line.strip_prefix("  ")?.split(' ').next()?;
        (!name.is_empty() && name != "help").then(|| name.to_owned())
    });
    let names: Vec<String> = names.collect();
    assert!(names.len() >= 9, "{names:?}");
    names
}

/// The long options that the help of a subcommand lists.
fn options(subcommand: &str) -> Vec<String> {
    let help = stdout(&cors(&[subcommand, "--help"]));
    let lines = help.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
    let names = lines.filter_map(|line| Some(format!("--{}", line.split_once("--")?.1.split([' ', ',']).next()?)));
    let names: Vec<String> = names.collect();
    assert!(names.contains(&"--help".to_owned()), "{subcommand}: {names:?}");
    names
}

/// What a program says of a text that it reads: its exit code and its complaints; `None` if it is not there.
fn read_by(program: &str, arguments: &[&str], text: &str) -> Option<(Option<i32>, String)> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    Some((output.status.code(), stderr(&output)))
}

#[test]
fn completions_know_every_subcommand_and_option() {
    let help = stdout(&cors(&["completions", "--help"]));
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        assert!(help.contains(shell), "{help}");
        let output = cors(&["completions", shell]);
        assert_eq!((code(&output), stderr(&output)), (0, String::new()), "{shell}");
        let script = stdout(&output);
        for subcommand in subcommands() {
            assert!(script.contains(&subcommand), "{shell}: {subcommand}");
            for option in options(&subcommand) {
                let option = if shell == "fish" { format!("-l {}", &option[2..]) } else { option };
                assert!(script.contains(&option), "{shell}: {subcommand} {option}");
            }
        }
        if let Some(said) = read_by(shell, &["-n"], &script).filter(|_| ["bash", "fish", "zsh"].contains(&shell)) {
            assert_eq!(said, (Some(0), String::new()), "{shell}");
        }
    }
    assert_eq!(code(&cors(&["completions", "tcsh"])), 2);
}

/// Whoever reads may go away, as `head` does.
#[test]
fn a_closed_pipe_is_no_failure() {
    for arguments in [&["completions", "zsh"][..], &["man"]] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_cors"))
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!((code(&output), stderr(&output)), (0, String::new()), "{arguments:?}");
    }
}

/// Bash itself, asked as a person at the keyboard would.
#[test]
fn bash_completes() {
    let script = stdout(&cors(&["completions", "bash"]));
    for (words, expected) in [("cors com", "compile\ncompletions\n"), ("cors check --format s", "sarif\n")] {
        let ask = format!(
            "{script}\nCOMP_WORDS=({words})\nCOMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))\n\
             _cors cors \"${{COMP_WORDS[-1]}}\" \"${{COMP_WORDS[-2]}}\"\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"\n"
        );
        let output = Command::new("bash").args(["--norc", "-c", &ask]).output().unwrap();
        assert_eq!((stdout(&output).as_str(), stderr(&output).as_str()), (expected, ""), "{words}");
    }
}

/// A page as people read it.
fn is_sound(name: &str, page: &str) {
    // https://man.openbsd.org/man.7 and the requests of roff(7) that the generator writes.
    let known = ["TH", "SH", "SS", "TP", "IP", "PP", "P", "RS", "RE", "br", "ie", "el", "ds", "nf", "fi"];
    for line in page.lines().filter(|line| line.starts_with(['.', '\''])) {
        let request = line[1..].split([' ', '\\']).next().unwrap();
        assert!(known.contains(&request), "{name}: {line}");
    }
    assert!(page.contains("\n.TH "), "{name}");
    if let Some(said) = read_by("groff", &["-ww", "-man", "-Tutf8"], page) {
        assert_eq!(said, (Some(0), String::new()), "{name}");
    }
}

#[test]
fn there_is_a_page_for_each_command_with_all_of_its_options() {
    let directory = scratch();
    let output = cors_in(directory.path(), &["man", "-o", "share/man1"]);
    assert_eq!((code(&output), stdout(&output), stderr(&output)), (0, String::new(), String::new()));
    let read = |name: &str| std::fs::read_to_string(directory.path().join("share/man1").join(name)).unwrap();
    let main = read("cors.1");
    is_sound("cors.1", &main);
    for subcommand in subcommands() {
        let name = format!("cors-{subcommand}.1");
        let page = read(&name);
        is_sound(&name, &page);
        assert!(main.contains(&format!("cors\\-{subcommand}(1)")), "{subcommand}");
        let page = page.replace('\\', "");
        for option in options(&subcommand) {
            assert!(page.contains(&option), "{name}: {option}");
        }
    }
    let pages = std::fs::read_dir(directory.path().join("share/man1")).unwrap().count();
    assert_eq!(pages, subcommands().len() + 1);

    let output = cors(&["man"]);
    assert_eq!((code(&output), stdout(&output)), (0, main));
}
