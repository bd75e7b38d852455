//! `cors explain` and `cors check --explain`.

use cors_compiler::diagnostic::Code;

use crate::{BAD, GOOD, code, cors, cors_in, holding, stderr, stdout};

#[test]
fn every_id_is_listed_once_aligned() {
    let output = cors(&["explain"]);
    assert_eq!(code(&output), 0);
    let printed = stdout(&output);
    let listed: Vec<&str> = printed.lines().map(|line| line.split_whitespace().next().unwrap()).collect();
    let mut ids: Vec<&str> = Code::all().map(|code| code.id).collect();
    ids.sort_unstable();
    assert_eq!(listed, ids);
    let column = |line: &str| [" error ", " warning ", " info "].iter().find_map(|word| line.find(word)).unwrap();
    let columns: Vec<usize> = printed.lines().map(column).collect();
    assert!(columns.windows(2).all(|pair| pair[0] == pair[1]), "{printed}");
    for one in Code::all() {
        let line = printed.lines().find(|line| line.starts_with(&format!("{} ", one.id))).unwrap();
        assert!(line.contains(&format!(" {} ", one.severity)) && line.ends_with(one.summary), "{line}");
    }
}

#[test]
fn every_id_has_a_page() {
    for one in Code::all() {
        let output = cors(&["explain", one.id]);
        assert_eq!(code(&output), 0);
        let page = stdout(&output);
        assert!(page.starts_with(&format!("# {}\n", one.id)), "{page}");
        assert!(page.lines().count() > 5, "{page}");
    }
}

#[test]
fn an_unknown_id_is_a_mistake() {
    for (id, help) in [
        ("wildcard-with-credential", "did you mean `wildcard-with-credentials`?"),
        ("frobnicate", "`cors explain` lists all of them"),
        ("\u{1b}[31m", "there is no diagnostic `\u{fffd}[31m`"),
    ] {
        let output = cors(&["explain", id]);
        assert_eq!(code(&output), 2);
        assert!(stderr(&output).contains(help), "{}", stderr(&output));
        assert!(stdout(&output).is_empty());
    }
}

#[test]
fn check_explains_each_id_once() {
    let two = BAD.replace("[https://A.example/]", "[https://A.example/, https://B.example/]");
    let directory = holding("p.yaml", two);
    for format in ["human", "plain", "github"] {
        let arguments = ["check", "p.yaml", "--format", format];
        let without = stdout(&cors_in(directory.path(), &arguments));
        assert!(!without.contains("\n# "), "{format}");
        let output = cors_in(directory.path(), &[&arguments[..], &["--explain"]].concat());
        assert_eq!(code(&output), 1);
        let pages = stdout(&output).strip_prefix(&without).unwrap().to_owned();
        let headlines: Vec<&str> = pages.lines().filter(|line| line.starts_with("# ")).collect();
        assert_eq!(headlines, ["# origin-uppercase", "# origin-with-path"], "{format}");
    }
}

#[test]
fn nothing_is_explained_if_nothing_is_found() {
    let directory = holding("p.yaml", GOOD);
    let output = cors_in(directory.path(), &["check", "p.yaml", "--explain"]);
    assert_eq!((code(&output), stdout(&output)), (0, String::new()));
}
