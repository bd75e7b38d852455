//! Files that mean harm: no panic, no long wait, no deep recursion, and a plain answer.

use std::time::{Duration, Instant};

use super::{found, read};

#[test]
fn deep_nesting_is_refused() {
    for (opening, column) in [("[", 33), ("{", 33), ("- ", 65), ("? ", 65), ("{a: ", 129)] {
        let text = opening.repeat(100_000);
        assert_eq!(found(&text), [format!("unsupported-yaml 1:{column}")], "{opening}");
    }
    let steps: String = (0..100).map(|i| format!("{}k:\n", " ".repeat(i))).collect();
    assert_eq!(found(&steps), ["unsupported-yaml 33:33"]);
    let mixed = format!("{}{}{}", "- ".repeat(20), "[".repeat(20), "]".repeat(20));
    assert_eq!(found(&mixed), ["unsupported-yaml 1:53"]);
}

#[test]
fn nesting_through_aliases_is_refused() {
    let mut text = String::from("policies:\n  a0: &a0 []\n");
    for i in 1..100 {
        text += &format!("  a{i}: &a{i} [*a{}]\n", i - 1);
    }
    let deep: Vec<_> = found(&text).into_iter().filter(|d| d.starts_with("unsupported")).collect();
    assert_eq!(deep.first().map(String::as_str), Some("unsupported-yaml 32:14"));
}

#[test]
fn an_alias_bomb_is_refused_at_the_alias() {
    let mut text = String::from("policies:\n  l0: &l0 [a, a, a, a, a, a, a, a, a, a]\n");
    for i in 1..20 {
        text += &format!("  l{i}: &l{i} [{}]\n", vec![format!("*l{}", i - 1); 10].join(", "));
    }
    let start = Instant::now();
    let refused: Vec<_> = found(&text).into_iter().filter(|d| d.starts_with("unsupported")).collect();
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[test]
fn too_many_nodes_are_refused() {
    let text = "[],".repeat(1_100_000);
    assert_eq!(found(&format!("[{text}]")), ["unsupported-yaml 1:2999999"]);
}

#[test]
fn a_fault_behind_many_aliases_is_reported_once() {
    let uses: String = (0..5_000).map(|i| format!("  p{i}: *a\n")).collect();
    let (_, diagnostics, source) = read(&format!("policies:\n  a: &a {{max_age: []}}\n{uses}"));
    assert_eq!(diagnostics.len(), 1);
    assert_eq!(source.slice(diagnostics[0].span()), "[]");
}

#[test]
fn endless_faults_are_cut_off() {
    let text = format!("routes:\n{}", "- x\n".repeat(50_000));
    assert_eq!(found(&text).len(), 1_000);
    let stars = format!("policies: {{a: {{allow_methods: [{}]}}}}\n", "*, ".repeat(500));
    assert_eq!(found(&stars).len(), 500);
    let stars = format!("routes: [{}]\n", "*, ".repeat(100_000));
    assert!(!found(&stars).is_empty());
}

#[test]
fn strange_bytes_are_no_trouble() {
    let million = "a".repeat(1 << 20);
    for (text, expected) in [
        (million.clone(), vec!["wrong-type 1:1"]),
        (format!("version: {million}"), vec!["wrong-type 1:10"]),
        (format!("{million}: 1"), vec!["yaml-syntax 1:1048577"]),
        (format!("version: *.{million}"), vec!["yaml-syntax 1:10"]),
        ("\u{feff}version: x\n".to_owned(), vec!["wrong-type 1:10"]),
        ("version: 1\n\u{feff}routes: []\n".to_owned(), vec!["yaml-syntax 2:1"]),
        ("version: x\r\nroutes: y\r\n".to_owned(), vec!["wrong-type 1:10", "wrong-type 2:9"]),
        ("version: x\rroutes: y\r".to_owned(), vec!["unsupported-yaml 1:11"]),
        ("version:\tx\nroutes:\t[\ty ]\t\n".to_owned(), vec!["wrong-type 1:10", "wrong-type 2:11"]),
        ("policies: {\"😀é\": x, b: y}".to_owned(), vec!["wrong-type 1:18", "wrong-type 1:24"]),
        ("# 😀\r\npolicies: {é😀: *, b: y}".to_owned(), vec!["yaml-syntax 2:16", "wrong-type 2:22"]),
        ("\n".repeat(100_000), vec!["missing-key 1:1"]),
        ("&".repeat(10_000), vec!["missing-key 1:1"]),
        ("!".repeat(10_000), vec!["unsupported-yaml 1:1"]),
        ("\"".repeat(10_001), vec!["yaml-syntax 1:3"]),
    ] {
        let shown: String = text.chars().take(60).collect();
        assert_eq!(found(&text), expected, "{shown}");
    }
}

#[test]
fn a_file_that_is_too_large_is_not_read() {
    assert_eq!(found(&" ".repeat((16 << 20) + 1)), ["unsupported-yaml 1:1"]);
}

/// A small generator of random numbers, so that failures can be repeated.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap()
    }
}

#[test]
fn mutated_files_never_panic_and_never_fail_silently() {
    let seed = "version: 1\npolicies:\n  a: &a\n    allow_origins: [\"*\", https://*.x.example, {set: b}]\n    \
                allow_methods:\n    - GET\n    max_age: 2h # c\n  b: *a\nroutes:\n- {path: /a/**, policy: 'a'}\n";
    let pieces = [
        "*", "&a ", "[", "]", "{", "}", ": ", "- ", "? ", "\n", "\r", "\t", "\"", "'", "#", "!", "!!str ", "|\n", ">",
        "%", "@", "`", ",", "---\n", "...\n", "~", "null", "0600", "😀", "\u{feff}", "\0", "<<: ", "*a", "  ", "\\",
        "é",
    ];
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for _ in 0..4_000 {
        let mut chars: Vec<char> = seed.chars().collect();
        for _ in 0..=random.below(4) {
            let at = random.below(chars.len());
            let piece: Vec<char> = pieces[random.below(pieces.len())].chars().collect();
            let until = (at + random.below(4)).min(chars.len());
            chars.splice(at..until, piece);
        }
        let text: String = chars.into_iter().collect();
        let (file, diagnostics, source) = read(&text);
        assert!(!diagnostics.is_empty() || file.is_some_and(|f| f.value.is_some()), "{text}");
        for d in &diagnostics {
            assert!(!d.labels.is_empty() && d.help.is_some(), "{text}: {d:?}");
            for label in &d.labels {
                assert!(source.text().get(label.span.start..label.span.end).is_some(), "{text}: {d:?}");
            }
        }
    }
}
