//! The commands of the documentation that need servers, line by line as they stand there, on free ports.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::documents::{Block, Page, root, shows};
use crate::process::{free_address, run};
use crate::{envoy, nginx};

/// What a block printed.
pub(crate) struct Printed {
    /// With the ports of the page.
    pub(crate) text: String,
    /// The exit codes of its `cors` commands.
    pub(crate) codes: Vec<i32>,
}

/// What stands between the outputs of two blocks.
const NEXT: &str = "== the next block";
const EXIT: &str = "== exit ";

/// The numbers that follow the loopback address or Python's server in the blocks.
fn ports(text: &str) -> Vec<u16> {
    let words = text.split(|c: char| !c.is_ascii_digit()).filter_map(|word| word.parse().ok());
    let mut ports: Vec<u16> = words.filter(|port| (8080..=9090).contains(port)).collect();
    ports.sort_unstable();
    ports.dedup();
    ports
}

/// A block, with the exit code of each `cors` command after its output. Commands may go on in the next line,
/// and here documents are no commands.
fn told(block: &str) -> String {
    let mut script = String::new();
    let mut lines = block.lines();
    while let Some(line) = lines.next() {
        let mut command = line.to_owned();
        while command.ends_with('\\') {
            command.push_str(&format!("\n{}", lines.next().unwrap()));
        }
        if command.contains("<<'END'") {
            let document: Vec<&str> = lines.by_ref().take_while(|line| *line != "END").collect();
            command.push_str(&format!("\n{}\nEND", document.join("\n")));
        }
        script.push_str(&format!("{command}\n"));
        if command.starts_with("cors ") {
            script.push_str(&format!("echo \"{EXIT}$?\"\n"));
        }
    }
    script
}

/// Runs the blocks as one script, in a directory that has the sample policies and the tools.
pub(crate) fn run_blocks(blocks: &[Block]) -> Vec<Printed> {
    let directory = tempfile::tempdir().unwrap();
    let inside = |name: &str| directory.path().join(name);
    std::os::unix::fs::symlink(root().join("policies").canonicalize().unwrap(), inside("policies")).unwrap();
    fs::create_dir_all(inside(".tools/bin")).unwrap();
    std::os::unix::fs::symlink(envoy::program(), inside(".tools/bin/envoy")).unwrap();

    let parts: Vec<String> = blocks.iter().map(|block| told(&block.text)).collect();
    let mut text = parts.join(&format!("echo '{NEXT}'\n"));
    let ports: Vec<(u16, u16)> = ports(&text).into_iter().map(|port| (port, free_address().port())).collect();
    for (written, free) in &ports {
        text = text.replace(&written.to_string(), &free.to_string());
    }
    text = text.replace("/usr/sbin/nginx", nginx::program().to_str().unwrap());
    // A busy machine takes longer than the reader has to wait. The longest first: 1 becomes 3.
    for seconds in (1..=3).rev() {
        text = text.replace(&format!("sleep {seconds}"), &format!("sleep {}", 3 * seconds));
    }
    // Every child ends with the script, also if it does not come to its end.
    let script = format!("set -m\ntrap 'kill $(jobs -p) 2>/dev/null' EXIT\nexec 2>&1\n{text}");
    fs::write(inside("script"), &script).unwrap();

    let mut printed = finish(directory.path(), &script);
    for (written, free) in &ports {
        assert!(falls_silent(*free), "something still listens at {written} when the page is at its end:\n{script}");
        printed = printed.replace(&free.to_string(), &written.to_string());
    }
    let parts: Vec<Printed> = printed.split(&format!("{NEXT}\n")).map(sorted).collect();
    assert_eq!(parts.len(), blocks.len(), "{script}\n{printed}");
    parts
}

/// Whether the last block has stopped what the others have started.
fn falls_silent(port: u16) -> bool {
    (0..50).any(|_| {
        std::thread::sleep(Duration::from_millis(100));
        TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err()
    })
}

/// What was printed, without the exit codes, and those.
fn sorted(printed: &str) -> Printed {
    let (codes, lines): (Vec<&str>, Vec<&str>) = printed.lines().partition(|line| line.starts_with(EXIT));
    let codes = codes.iter().map(|line| line.trim_start_matches(EXIT).parse().unwrap()).collect();
    Printed { text: lines.join("\n"), codes }
}

/// Runs the script to its end, and returns what it printed. Into a file: what runs in the background would
/// keep a pipe open.
fn finish(directory: &Path, script: &str) -> String {
    let programs = Path::new(env!("CARGO_BIN_EXE_cors")).parent().unwrap().to_str().unwrap().to_owned();
    let mut shell = Command::new("bash")
        .args(["--noprofile", "--norc", "script"])
        .current_dir(directory)
        .env("PATH", format!("{programs}:{}", std::env::var("PATH").unwrap()))
        .stdin(Stdio::null())
        .stdout(File::create(directory.join("printed")).unwrap())
        .stderr(File::create(directory.join("errors")).unwrap())
        .spawn()
        .unwrap();
    let mut left = 120;
    while shell.try_wait().unwrap().is_none() && left > 0 {
        std::thread::sleep(Duration::from_secs(1));
        left -= 1;
    }
    let read = |name: &str| fs::read_to_string(directory.join(name)).unwrap();
    let printed = read("printed");
    assert!(left > 0, "it does not end:\n{script}\n{printed}\n{}", read("errors"));
    printed
}

/// The blocks of a page that the servers are for.
pub(crate) fn served(page: &Page) -> Vec<Block> {
    let is_served = |block: &Block| block.language == "sh" && block.marks.iter().any(|mark| mark == "servers");
    page.blocks().into_iter().filter(is_served).collect()
}

/// Runs a page; the exit codes and what is printed must be what the page says.
fn check(name: &str) -> Vec<Printed> {
    let page = Page::read(name);
    let blocks = served(&page);
    assert!(!blocks.is_empty(), "{name}");
    let all = page.blocks();
    let outputs = run_blocks(&blocks);
    for (block, printed) in blocks.iter().zip(&outputs) {
        let place = format!("{name}:{}", block.line);
        let mut expected = vec![0; printed.codes.len()];
        if block.marks.iter().any(|mark| mark == "fails") {
            *expected.last_mut().unwrap() = 1;
        }
        assert_eq!(printed.codes, expected, "{place}\n{}", printed.text);
        let next = all.iter().find(|other| other.line > block.line);
        if let Some(shown) = next.filter(|next| next.is("text", &["output"])) {
            assert!(shows(&shown.text, &printed.text), "{place}: it prints\n{}", printed.text);
        }
    }
    outputs
}

#[test]
fn the_tutorial_runs() {
    assert!(check("docs/tutorial.md").len() > 10);
}

#[test]
fn nginx_in_five_minutes() {
    let printed = &check("docs/nginx.md")[0];
    let text = printed.text.to_ascii_lowercase();
    assert_eq!(text.matches("access-control-allow-origin: https://app.example.com").count(), 2, "{text}");
    assert!(text.contains("http/1.1 204") && text.contains("http/1.1 403"), "{text}");
}

#[test]
fn envoy_in_five_minutes() {
    let text = &check("docs/envoy.md")[0].text;
    assert!(text.contains("OK"), "it is valid: {text}");
    assert_eq!(text.matches("access-control-allow-origin: https://app.example.com").count(), 2, "{text}");
    assert_eq!(text.matches("vary: Origin").count(), 3, "{text}");
}

/// The configuration that the page of nginx shows around the includes is one.
#[test]
fn the_shown_configuration_of_nginx_is_valid() {
    let page = Page::read("docs/nginx.md");
    let blocks: Vec<Block> = page.blocks().into_iter().filter(|block| block.is("nginx", &[])).collect();
    assert_eq!(blocks.len(), 1);
    let directory = tempfile::tempdir().unwrap();
    let spa = root().join("policies/spa.yaml");
    let mut compile = Command::new(env!("CARGO_BIN_EXE_cors"));
    run(compile.arg("compile").arg(spa).args(["--target", "nginx", "-o"]).arg(directory.path().join("cors")));
    let backend = "http {\nupstream backend { server 127.0.0.1:9; }\naccess_log off;\n";
    let http = blocks[0].text.replacen("http {\n", backend, 1);
    let file = directory.path().join("nginx.conf");
    fs::write(&file, format!("pid {}/pid;\nevents {{}}\n{http}", directory.path().display())).unwrap();
    nginx::check(directory.path(), &file);
}

#[test]
fn scripts_are_told_apart() {
    assert_eq!(ports("http://127.0.0.1:8082 and 8080, 2h, 8082"), [8080, 8082]);
    let script = "cors a \\\n  b\ncat <<'END'\ncors c\nEND\necho d\n";
    let expected = format!("cors a \\\n  b\necho \"{EXIT}$?\"\ncat <<'END'\ncors c\nEND\necho d\n");
    assert_eq!(told(script), expected);
    let printed = sorted(&format!("a\n{EXIT}1\nb\n"));
    assert_eq!((printed.text.as_str(), &printed.codes[..]), ("a\nb", &[1][..]));
}
