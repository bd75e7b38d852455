//! The canonical layout: pairs of files, and what holds for every policy in the repository, however it is
//! written.

use std::path::{Path, PathBuf};

use cors_compiler::source::Source;
use cors_compiler::syntax::format::{Refused, format};
use serde_json::Value;

use crate::golden;

/// The formatted text, which does not change when it is formatted again; `None` if the file cannot be read.
fn formatted(name: &str, text: &str) -> Option<String> {
    let once = match format(&Source::new(name, text)) {
        Ok(once) => once,
        Err(Refused::Unreadable(..)) => return None,
        Err(refused) => unreachable!("{name}: {refused}\n{text}"),
    };
    let twice = format(&Source::new(name, once.as_str())).unwrap();
    assert_eq!(once, twice, "{name} changes again:\n{text}");
    Some(once)
}

/// Every YAML file of the repository that is written by people.
fn files() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut found = Vec::new();
    for directory in ["policies", "examples", "cors-policy", "cors-cli"] {
        search(&root.join(directory), &mut found);
    }
    found.sort();
    let read = |path: PathBuf| (path.display().to_string(), std::fs::read_to_string(&path).unwrap_or_default());
    found.into_iter().map(read).filter(|(_, text)| text.len() < 20_000).collect()
}

fn search(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target" && name != "golden") {
            search(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            found.push(path);
        }
    }
}

/// What another reader makes of a file; lists of names are sets.
fn data(text: &str) -> Value {
    let mut value: Value = serde_yaml::from_str(text).unwrap();
    sort(&mut value);
    value
}

fn sort(value: &mut Value) {
    match value {
        Value::Array(items) if items.iter().all(Value::is_string) => items.sort_by_key(ToString::to_string),
        Value::Array(items) => items.iter_mut().for_each(sort),
        Value::Object(entries) => entries.values_mut().for_each(sort),
        _ => {}
    }
}

#[test]
fn pairs() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/format");
    let mut seen = 0;
    for entry in std::fs::read_dir(&directory).unwrap() {
        let path = entry.unwrap().path();
        let Some(name) = path.to_str().unwrap().strip_suffix(".before.yaml") else { continue };
        let text = std::fs::read_to_string(&path).unwrap();
        let after = formatted(name, &text).unwrap();
        golden::compare(Path::new(&format!("{name}.after.yaml")), &after);
        // Line breaks and a byte order mark are kept.
        let windows = formatted(name, &format!("\u{feff}{}", text.replace('\n', "\r\n"))).unwrap();
        assert_eq!(windows, format!("\u{feff}{}", after.replace('\n', "\r\n")));
        seen += 1;
    }
    assert_eq!(seen, 3);
}

#[test]
fn another_reader_reads_the_same() {
    let mut seen = 0;
    for (name, text) in files() {
        if let Some(after) = formatted(&name, &text)
            && serde_yaml::from_str::<Value>(&text).is_ok()
        {
            assert_eq!(data(&text), data(&after), "{name}:\n{after}");
            seen += 1;
        }
    }
    assert!(seen > 150, "{seen}");
}

#[test]
fn whatever_the_style_the_data_are_the_same() {
    let mut seen = 0;
    for (name, text) in files() {
        let Some(after) = formatted(&name, &text) else { continue };
        let Ok(value) = serde_yaml::from_str::<Value>(&text) else { continue };
        for other in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
            // The compiler may find more in strings that were plain, but what it reads stays the same.
            if let Some(other) = formatted(&name, &other) {
                assert_eq!(data(&after), data(&other), "{name}:\n{other}");
                seen += 1;
            }
        }
    }
    assert!(seen > 300, "{seen}");
}

/// A comment before each line and at the end of each, wherever YAML has room for one.
#[test]
fn comments_are_kept_wherever_they_stand() {
    let (mut seen, mut random) = (0, 1_u32);
    for (name, text) in files() {
        let lines: Vec<&str> = text.lines().collect();
        for _ in 0..8 {
            let mut commented = String::new();
            for (number, line) in lines.iter().enumerate() {
                random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let choice = random >> 16;
                let indent = if choice & 32 == 0 { line.len() - line.trim_start().len() } else { choice as usize % 9 };
                match choice % 5 {
                    0 => commented.push_str(&format!("{}# own {number}\n{line}\n", " ".repeat(indent))),
                    1 => commented.push_str(&format!("\n{}# apart {number}\n\n\n{line}\n", " ".repeat(indent))),
                    2 => commented.push_str(&format!("{line}  # end {number}\n")),
                    _ => commented.push_str(&format!("{line}\n")),
                }
            }
            // `formatted` fails if one were lost; some lines have no room for one, such as those of strings.
            let Some(after) = formatted(&name, &commented) else { continue };
            for what in ["# own", "# apart", "# end"] {
                assert_eq!(after.matches(what).count(), commented.matches(what).count(), "{name}:\n{after}");
            }
            seen += 1;
        }
    }
    assert!(seen > 500, "{seen}");
}

#[test]
fn what_cannot_be_read_is_refused_with_its_faults() {
    for (text, id) in [("version: 1\npolicies: [\n", "yaml-syntax"), ("version: 1\nversion: 1\n", "duplicate-key")] {
        let Err(Refused::Unreadable(found, 0)) = format(&Source::new("p.yaml", text)) else { panic!("{text}") };
        assert_eq!(found[0].code.id, id);
    }
}
