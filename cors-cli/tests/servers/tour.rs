//! The tour of the README, line by line as it stands there, on free ports.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::envoy;
use crate::nginx;
use crate::process::free_address;

/// The blocks of shell commands in the README's tour, after the installation.
fn blocks() -> Vec<String> {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md")).unwrap();
    let tour = readme.split("\n## ").find(|chapter| chapter.starts_with("The tour")).unwrap();
    let blocks = tour.split("```sh\n").skip(1).map(|rest| rest.split_once("```").unwrap().0.to_owned());
    blocks.skip(1).take(2).collect()
}

/// What the block prints, with the exit code of each `cors` command before the output of the next.
fn script(directory: &Path) -> String {
    let (ports, [serve, mistake]) = ([8080, 8082, 8083], <[String; 2]>::try_from(blocks()).unwrap());
    let mut text = serve + &mistake;
    for port in ports {
        text = text.replace(&port.to_string(), &free_address().port().to_string());
    }
    let told = |line: &str| match line.starts_with("cors ") {
        true => format!("{line}\necho \"exit $?\"\n"),
        false => format!("{line}\n"),
    };
    let text: String = text.lines().map(told).collect();
    let text = text.replace("/usr/sbin/nginx", nginx::program().to_str().unwrap());
    let text = text.replace(".tools/bin/envoy", envoy::program().to_str().unwrap());
    // A busy machine takes longer than the README's reader has to wait.
    let text = text.replace("\nsleep 3 ", "\nsleep 10 ").replace("sleep 1\n", "sleep 3\n");
    // Every child ends with the script, also if it does not come to its end.
    let script = format!("set -m\ntrap 'kill $(jobs -p) 2>/dev/null' EXIT\n{text}");
    fs::write(directory.join("tour.sh"), &script).unwrap();
    script
}

#[test]
fn the_tour_of_the_readme_runs() {
    let directory = tempfile::tempdir().unwrap();
    let script = script(directory.path());
    let programs = Path::new(env!("CARGO_BIN_EXE_cors")).parent().unwrap().to_str().unwrap().to_owned();
    // Into files: what runs in the background would keep a pipe open.
    let output = |name: &str| File::create(directory.path().join(name)).unwrap();
    let mut shell = Command::new("bash")
        .arg("tour.sh")
        .current_dir(directory.path())
        .env("PATH", format!("{programs}:{}", std::env::var("PATH").unwrap()))
        .stdin(Stdio::null())
        .stdout(output("stdout"))
        .stderr(output("stderr"))
        .spawn()
        .unwrap();
    let mut left = 120;
    while shell.try_wait().unwrap().is_none() && left > 0 {
        std::thread::sleep(Duration::from_secs(1));
        left -= 1;
    }
    let read = |name: &str| fs::read_to_string(directory.path().join(name)).unwrap();
    let (printed, errors) = (read("stdout"), read("stderr"));
    let told = format!("{script}\n{printed}\n{errors}");
    assert!(left > 0, "the tour does not end:\n{told}");

    let exits: Vec<&str> = printed.lines().filter_map(|line| line.strip_prefix("exit ")).collect();
    assert_eq!(exits, ["0", "0", "0", "0", "0", "0", "0", "1", "0"], "{told}");
    assert_eq!(printed.matches("holds: http://127.0.0.1").count(), 2, "{told}");
    assert!(printed.contains("an unescaped dot") && printed.contains("previewxshop.example"), "{told}");
    assert!(printed.contains("widens") && printed.contains("`https://*.shop.example`"), "{told}");
}
