//! No text of a policy adds anything to an output: every character that means something to some reader, in every
//! place of a policy where a string stands. Either the file is refused, with the place, or each output has the
//! structure that it has with a harmless text in that place.
//!
//! Each character is put at the beginning, in the middle or at the end, by turns; with `INJECTION=all` everywhere.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use cors_compiler::backend::Format;
use cors_compiler::diagnostic::{Severity, render_plain};
use cors_compiler::source::Source;
use cors_fuzz::emit::{Way, ways};
use cors_fuzz::structure;

/// A file with every string position there is; `<name>` stands for the harmless text of the position.
const FILE: &str = r#"# <comment>
version: 1
origin_sets:
  "<set>": ["https://<set-host>.example"]
policies:
  "<policy>":
    description: "<description>"
    allow_origins:
      - "https://<host>.example"
      - "https://*.<suffix>.example"
      - "https://pr-*<label>.a.example"
      - "http://localhost:<port>"
      - "<scheme>://app.example"
      - set: "<set>"
      - regex: "https://<regex>\\.regex\\.example"
      - {origin: "https://entry.example:8443", accept_risks: {"<entry-risk>": "<entry-reason>"}}
    allow_methods: [PUT, "<method>"]
    allow_headers: [content-type, "<request-header>"]
    expose_headers: [etag, "<response-header>"]
    max_age: "<max-age>"
    accept_risks: {"<risk>": "<reason>"}
  open:
    allow_origins: "*"
    allow_methods: ["<open-method>"]
    expose_headers: ["<open-header>"]
environments:
  "<environment>":
    "<policy>": {add_origins: ["https://<added>.example"]}
routes:
  - {path: "/a/<path>", policy: "<policy>"}
  - {path: "/b/<subtree>/**", policy: open}
never:
  - {policy: "<policy>", origin: "https://<never>.test"}
tests:
  - {it: "<test>", path: "/a/<asked-path>", origin: "https://<asked-origin>.test", method: "<asked-method>", headers: ["<asked-header>"], expect: {refuse: origin}}
"#;

/// The positions, and what stands there in the harmless twin.
const POSITIONS: [(&str, &str); 34] = [
    ("comment", "comment"),
    ("set", "first-party"),
    ("set-host", "set"),
    ("policy", "shop"),
    ("description", "description"),
    ("host", "www"),
    ("suffix", "wild"),
    ("label", "label"),
    ("port", "3000"),
    ("scheme", "capacitor"),
    ("regex", "(a|b)c{1,2}"),
    ("entry-risk", "insecure-origin"),
    ("entry-reason", "reason"),
    ("method", "PATCH"),
    ("request-header", "x-request"),
    ("response-header", "x-response"),
    ("max-age", "10m"),
    ("risk", "development-origin"),
    ("reason", "reason"),
    ("open-method", "DELETE"),
    ("open-header", "x-open"),
    ("environment", "staging"),
    ("added", "added"),
    ("path", "path"),
    ("subtree", "subtree"),
    ("never", "never"),
    ("test", "refuses"),
    ("asked-path", "path"),
    ("asked-origin", "asked"),
    ("asked-method", "PUT"),
    ("asked-header", "x-request"),
    ("file-name", "policy"),
    ("folder", "policies"),
    ("key", "description"),
];

/// What means something to YAML, nginx, Envoy, Lua, Rust, PCRE, RE2 or a terminal.
const HOSTILE: [&str; 50] = [
    "\"",
    "'",
    "`",
    ";",
    "{",
    "}",
    "$",
    "$request_uri",
    "${request_uri}",
    "\n",
    "\r",
    "\r\n",
    "\0",
    "\u{2028}",
    "\u{2029}",
    "\u{85}",
    "#",
    " #",
    "//",
    "/*",
    "*/",
    "]]",
    "]=]",
    "[[",
    "--",
    "--[[",
    "%",
    "%REQ(x)%",
    "%%",
    "\\",
    "\\\"",
    "\\n",
    "\t",
    "é",
    "\u{202e}",
    "\u{2066}",
    "\u{feff}",
    "{{",
    "}}",
    "${}",
    "\"; add_header X-Injected 1; #",
    "; return 200; ",
    "\" }\nserver { listen 1; }",
    "\\\" .. os.exit() .. \\\"",
    "\"]]; os.exit() --",
    "\"#; fn main() {}",
    ": ",
    "\n- x",
    "\u{1b}[31m",
    "\u{7f}",
];

/// What is compared with.
const TWIN: &str = "the harmless twin";

/// The file with each position as in the twin, but for one. Strings are written so that YAML reads the text as it is.
fn file((position, value): (&str, &str)) -> Source {
    let mut text = FILE.to_owned();
    if position != "regex" {
        // Automata take time: where an expression stands beside makes no difference to other texts.
        text = text.lines().filter(|line| !line.contains("<regex>")).map(|line| line.to_owned() + "\n").collect();
    }
    let mut name = "<folder>/<file-name>.yaml".to_owned();
    for (other, harmless) in POSITIONS {
        let value = if other == position { value } else { harmless };
        let written = serde_json::to_string(value).unwrap();
        let marker = format!("<{other}>");
        match other {
            "comment" => text = text.replace(&marker, value),
            "key" => text = text.replace("    description:", &format!("    {written}:")),
            _ => text = text.replace(&marker, &written[1..written.len() - 1]),
        }
        name = name.replace(&marker, value);
    }
    Source::new(name, text)
}

/// Everything that the file is compiled to, as structures.
type Compiled = Vec<Option<Vec<(String, Rc<[String]>)>>>;

/// The structures of what was read already.
type Known = HashMap<String, Rc<[String]>>;

/// What is left of an output without the lines that name its source: a text between two line breaks cannot be
/// more than a comment. The digest, which is 64 hexadecimal digits, is left out wherever it stands.
fn without_banner(text: &str) -> String {
    let digest = text.split_once("sha256:").and_then(|(_, rest)| rest.get(..64)).unwrap_or("sha256:");
    assert!(text.starts_with(['#', '/']), "{text}");
    text.split_once('\n').map_or("", |(_, rest)| rest).replace(digest, "")
}

/// `None` if the file is refused, which it is with a place that can be shown.
fn compile(source: &Source, ways: &[Way], known: &mut Known, what: &str) -> Option<Compiled> {
    let checked = cors_compiler::check(source);
    let shown = render_plain(source, &checked.diagnostics);
    let hidden =
        |c: char| c.is_control() && c != '\n' && c != '\t' || "\u{202e}\u{2066}\u{2028}\u{2029}\u{feff}".contains(c);
    assert!(!shown.contains(hidden), "{what}: {shown:?}");
    // The banner names the environment.
    let Some((_, file)) = checked.environments.first() else {
        assert!(checked.diagnostics.iter().any(|found| found.severity == Severity::Error), "{what}");
        assert!(what != TWIN, "{shown}");
        return None;
    };
    let structured = ways.iter().map(|way| way.compile(source, file)).map(|outputs| {
        let structured = outputs?.into_iter().map(|output| {
            let foreign = |line: &&str| line.contains(hidden);
            assert_eq!(output.text.lines().find(foreign), None, "{what}: {}", output.name);
            let comments = output.text.lines().take_while(|line| line.starts_with(['#', '/'])).count();
            let shape = known.entry(without_banner(&output.text)).or_insert_with(|| {
                let shape = structure::of(&output);
                shape.map_err(|error| format!("{what}: {}: {error}\n{}", output.name, output.text)).unwrap().into()
            });
            (format!("{} with {comments} lines of comment", output.name), Rc::clone(shape))
        });
        Some(structured.collect())
    });
    Some(structured.collect())
}

#[test]
fn no_text_of_a_policy_adds_to_an_output() {
    // JSON says what YAML says: the target `emit` compares them.
    let ways: Vec<Way> = ways().into_iter().filter(|way| way.options.format == Format::Yaml).collect();
    let all = std::env::var_os("INJECTION").is_some();
    let mut known = Known::new();
    let (mut refused, mut same, mut inexpressible) = (0, 0, 0);
    let mut accepted = BTreeSet::new();
    for (position, text) in POSITIONS {
        let middle = text.len() / 2;
        let harmless = compile(&file((position, text)), &ways, &mut known, TWIN).expect("the twin is fine");
        assert!(harmless.iter().all(Option::is_some));
        for (turn, hostile) in HOSTILE.iter().enumerate() {
            let places = [
                format!("{hostile}{text}"),
                format!("{}{hostile}{}", &text[..middle], &text[middle..]),
                format!("{text}{hostile}"),
            ];
            let shown = if all { 0..3 } else { (turn + position.len()) % 3..(turn + position.len()) % 3 + 1 };
            for value in &places[shown] {
                let what = format!("{value:?} as {position}");
                let Some(compiled) = compile(&file((position, value)), &ways, &mut known, &what) else {
                    refused += 1;
                    continue;
                };
                accepted.insert(position);
                for (before, after) in harmless.iter().zip(compiled) {
                    // What a target cannot say is an error of that target.
                    let (Some(before), Some(after)) = (before, after) else {
                        inexpressible += 1;
                        continue;
                    };
                    assert_eq!(before.len(), after.len(), "{what}");
                    for ((name, before), (found, after)) in before.iter().zip(after) {
                        // A name that is allowed is the name of a static, a key and a file.
                        let renamed = |line: &String| match position {
                            "policy" => line.replace(value, text).replace(&upper(value), &upper(text)),
                            _ => line.clone(),
                        };
                        let after: Vec<String> = after.iter().map(renamed).collect();
                        assert_eq!(*name, renamed(&found), "{what}");
                        // Another expression has another automaton, whose tables have other sizes: no word is new.
                        let words: BTreeSet<&String> = before.iter().collect();
                        let equal = before[..] == after[..]
                            || position == "regex" && after.iter().all(|line| words.contains(line));
                        assert!(equal, "{what}: {name}:\n{}", difference(before, &after));
                    }
                }
                same += 1;
            }
        }
    }
    println!(
        "{refused} refused, {same} of the same structure; {inexpressible} outputs inexpressible; accepted: {accepted:?}"
    );
    let expected =
        ["comment", "description", "reason", "test", "file-name", "path", "method", "request-header", "regex"];
    assert!(expected.iter().all(|position| accepted.contains(position)), "{accepted:?}");
    assert!(refused > 500 && same > 300, "{refused} {same}");
}

/// The name of a policy's static.
fn upper(name: &str) -> String {
    name.to_uppercase().replace('-', "_")
}

/// The first lines that differ.
fn difference(before: &[String], after: &[String]) -> String {
    let at = before.iter().zip(after).position(|(before, after)| before != after).unwrap_or(0);
    let part =
        |lines: &[String]| lines.iter().skip(at.saturating_sub(3)).take(9).cloned().collect::<Vec<_>>().join("\n");
    format!("{}\n--- with the text:\n{}", part(before), part(after))
}
