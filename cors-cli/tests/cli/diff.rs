//! `cors diff`.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::formats::{documented, fields};
use crate::{BAD, GOOD, WARNED, code, cors_in, holding, root, scratch, stderr, stdout};

/// Compares the text with a file of `tests/data/diff`, or writes it there.
fn assert_golden(name: &str, text: &str) {
    let path = data().join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    assert!(text == expected, "{name} is stale (UPDATE_GOLDEN=1 writes it); now it would be:\n{text}");
}

fn data() -> std::path::PathBuf {
    root().join("cors-cli/tests/data/diff")
}

#[test]
fn what_changed_is_told_in_every_format() {
    for (format, golden) in [("human", "expected.txt"), ("markdown", "expected.md"), ("json", "expected.json")] {
        let output = cors_in(&data(), &["diff", "old", "new", "--format", format]);
        assert_eq!((code(&output), stderr(&output)), (0, String::new()), "{format}");
        let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
        assert_golden(golden, &stdout(&output).replace(&version, "\"version\": \"…\""));
    }
    let plain = cors_in(&data(), &["diff", "old", "new"]);
    assert_eq!(stdout(&plain), std::fs::read_to_string(data().join("expected.txt")).unwrap(), "human is the default");
}

/// A policy with a body, in a directory with the one before it.
fn change(old: &str, new: &str) -> tempfile::TempDir {
    let file = |body: &str| format!("version: 1\npolicies:\n  p: {{{body}}}\n");
    let directory = holding("old.yaml", file(old));
    std::fs::write(directory.path().join("new.yaml"), file(new)).unwrap();
    directory
}

/// One wildcard of each side meets every one of the other.
#[test]
fn many_wildcards_that_meet_are_told_apart_exactly() {
    let list = |entry: fn(usize) -> String| {
        let entries: Vec<String> = (0..200).map(|number| format!("\"{}\"", entry(number))).collect();
        format!("allow_origins: [{}]", entries.join(", "))
    };
    let (ends, starts) = (
        list(|number| format!("https://*-{number}.a.example")),
        list(|number| format!("https://{number}-*.a.example")),
    );
    let directory = change(&ends, &starts);
    let output = cors_in(directory.path(), &["diff", "old.yaml", "new.yaml", "--format", "json"]);
    let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let changed = &report["files"][0]["policies"][0]["changes"][0];
    for (side, start, end) in [("gained", "https://7-", ".a.example"), ("lost", "https://", "-7.a.example")] {
        let items = changed[side].as_array().unwrap();
        assert_eq!(items.len(), 200);
        let witness = items[7]["witness"].as_str().unwrap();
        assert!(witness.starts_with(start) && witness.ends_with(end), "{witness}");
    }
    let directory = change(&ends, &ends.replace("\"https://*-0.a.example\", ", ""));
    let output = cors_in(directory.path(), &["diff", "old.yaml", "new.yaml"]);
    assert!(
        stdout(&output).contains("`https://*-0.a.example` no longer admits origins such as `https://"),
        "{output:?}"
    );
    assert!(stdout(&output).ends_with("narrows: scripts can do less than before, and nothing more\n"), "{output:?}");
}

/// `x` is at one place of the name at least, or nowhere: that is everything, and takes too long to find out.
#[test]
fn what_is_too_large_is_not_taken_for_equal() {
    let place = |at: usize| format!("{{regex: 'https://[xy]{{{at}}}x[xy]{{{}}}\\.example'}}", 31 - at);
    let places: Vec<String> = (0..32).map(place).chain(["{regex: 'https://y{32}\\.example'}".to_owned()]).collect();
    let one = "allow_origins: [{regex: 'https://[xy]{32}\\.example'}]";
    let directory = change(&format!("allow_origins: [{}]", places.join(", ")), one);
    let output = cors_in(directory.path(), &["diff", "old.yaml", "new.yaml", "--fail-on", "widening"]);
    assert_eq!(code(&output), 1, "{output:?}");
    let printed = stdout(&output);
    assert!(printed.contains("as far as can be told: not decided exactly"), "{printed}");
    assert!(printed.ends_with("widens: scripts can do more than before, and nothing less\n"), "{printed}");
}

#[test]
fn the_exit_code_is_what_was_asked_for() {
    let a = "allow_origins: [https://a.example]";
    let b = "allow_origins: [https://a.example, https://b.example]";
    for (old, new, verdict, widening, any) in [
        (a, r"allow_origins: [{regex: 'https://a\.example'}]", "equal", 0, 0),
        (a, b, "widens", 1, 1),
        (b, a, "narrows", 0, 1),
        (a, "allow_origins: [https://c.example]", "both", 1, 1),
        (a, "allow_origins: [https://a.example], max_age: 1h", "changes", 0, 1),
    ] {
        let directory = change(old, new);
        for (more, expected) in [(&[][..], 0), (&["--fail-on", "widening"], widening), (&["--fail-on", "any"], any)] {
            for format in ["human", "markdown", "json"] {
                let arguments = [&["diff", "old.yaml", "new.yaml", "--format", format], more].concat();
                let output = cors_in(directory.path(), &arguments);
                assert_eq!(code(&output), expected, "{old} -> {new} {more:?}: {output:?}");
                assert!(stdout(&output).contains(verdict), "{verdict}: {}", stdout(&output));
            }
        }
    }
}

/// The policy is the same on both sides as it is written; what the environment adds is not.
#[test]
fn what_changes_in_an_environment_only_is_told() {
    let file = |added: &str| {
        format!(
            "version: 1\npolicies:\n  p: {{allow_origins: [https://a.example]}}\nenvironments:\n  staging:\n    p: {{add_origins: [{added}]}}\n"
        )
    };
    let directory = holding("old.yaml", file("https://stage.a.example"));
    std::fs::write(directory.path().join("new.yaml"), file("'https://*.a.example'")).unwrap();
    for more in [&[][..], &["--environment", "staging"]] {
        let output =
            cors_in(directory.path(), &[&["diff", "old.yaml", "new.yaml", "--fail-on", "widening"], more].concat());
        assert_eq!(code(&output), 1, "{output:?}");
        assert!(stdout(&output).contains("new.yaml, in environment staging: widens"), "{}", stdout(&output));
    }
    let unknown = cors_in(directory.path(), &["diff", "old.yaml", "new.yaml", "--environment", "stagin"]);
    assert_eq!(code(&unknown), 2, "{unknown:?}");
    assert!(stderr(&unknown).contains("no file of either side has an environment `stagin`"), "{}", stderr(&unknown));

    // What is written changes: the environment, in which that means the same, is not told once more.
    let text = std::fs::read_to_string(directory.path().join("old.yaml")).unwrap();
    std::fs::write(directory.path().join("new.yaml"), text.replace("https://a.example", "http://a.example")).unwrap();
    let output = cors_in(directory.path(), &["diff", "old.yaml", "new.yaml"]);
    assert!(!stdout(&output).contains("environment"), "{}", stdout(&output));
}

#[test]
fn a_side_that_is_not_valid_is_named() {
    let directory = scratch();
    for (name, text) in [("good.yaml", GOOD), ("bad.yaml", BAD), ("warned.yaml", WARNED)] {
        std::fs::write(directory.path().join(name), text).unwrap();
    }
    for (old, new, told) in [
        ("bad.yaml", "good.yaml", &["OLD is not valid: bad.yaml"][..]),
        ("good.yaml", "bad.yaml", &["NEW is not valid: bad.yaml"]),
        ("bad.yaml", "bad.yaml", &["OLD is not valid: bad.yaml", "NEW is not valid: bad.yaml"]),
    ] {
        let output = cors_in(directory.path(), &["diff", old, new]);
        assert_eq!((code(&output), stdout(&output)), (2, String::new()), "{old} {new}");
        let said = stderr(&output);
        assert!(said.contains("bad.yaml:4:") && said.contains("origin-uppercase"), "{said}");
        assert_eq!(said.matches("is not valid").count(), told.len(), "{said}");
        assert!(told.iter().all(|line| said.contains(line)), "{said}");
    }
    // Warnings are for `cors check`.
    let output = cors_in(directory.path(), &["diff", "good.yaml", "warned.yaml"]);
    assert_eq!((code(&output), stderr(&output)), (0, String::new()));
}

#[test]
fn what_cannot_be_compared_is_an_error() {
    let directory = holding("a.yaml", GOOD);
    std::fs::create_dir(directory.path().join("empty")).unwrap();
    for (old, new, expected, message) in [
        ("a.yaml", "missing.yaml", 2, "cannot read missing.yaml: no such file"),
        ("a.yaml", ".", 2, "OLD is a file and NEW a directory"),
        (".", "a.yaml", 2, "OLD is a directory and NEW a file"),
        ("empty", "empty", 3, "nothing to compare"),
    ] {
        let output = cors_in(directory.path(), &["diff", old, new]);
        assert_eq!((code(&output), stdout(&output)), (expected, String::new()), "{old} {new}");
        assert!(stderr(&output).contains(message), "{message}: {}", stderr(&output));
    }
    let output = cors_in(directory.path(), &["diff", "empty", "."]);
    assert_eq!(code(&output), 0);
    assert!(stdout(&output).contains("a.yaml: added, widens"), "{}", stdout(&output));
}

/// Runs git, or `cors` with git, in a directory, without anyone's configuration.
fn with_git(directory: &Path, program: &str, arguments: &[&str]) -> Output {
    let path = std::env::var_os("PATH").unwrap();
    let mut command = Command::new(program);
    command.args(arguments).current_dir(directory).env_clear().env("PATH", path).env("HOME", directory);
    command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CEILING_DIRECTORIES", std::env::temp_dir());
    command.output().unwrap()
}

fn git(directory: &Path, arguments: &[&str]) {
    let identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"];
    let output = with_git(directory, "git", &[&identity, arguments].concat());
    assert!(output.status.success(), "{arguments:?}: {output:?}");
}

#[test]
fn revisions_of_git_are_sides_too() {
    let directory = scratch();
    let at = directory.path();
    let write = |name: &str, text: &str| std::fs::write(at.join(name), text).unwrap();
    let more = GOOD.replace("a.example", "a.example, https://b.example");
    git(at, &["init", "-q", "-b", "main"]);
    std::fs::create_dir_all(at.join("policies/deep")).unwrap();
    write("policies/a.yaml", GOOD);
    write("policies/deep/ä b.yml", GOOD);
    write("policies/notes.txt", "no policy");
    git(at, &["add", "."]);
    git(at, &["commit", "-q", "-m", "one"]);
    write("policies/a.yaml", &more);
    std::fs::remove_file(at.join("policies/deep/ä b.yml")).unwrap();
    let diff = |arguments: &[&str]| with_git(at, env!("CARGO_BIN_EXE_cors"), &[&["diff"], arguments].concat());

    let output = diff(&["git:main:policies", "policies"]);
    assert_eq!((code(&output), stderr(&output)), (0, String::new()));
    let expected = "a.yaml: widens\n  policy p: widens\n    + policies/a.yaml:4:40: `https://b.example` is admitted\n\
                    deep/ä b.yml: removed, narrows\n  policy p: removed, narrows\n    \
                    - git:main:policies/deep/ä b.yml:4:21: `https://a.example` is no longer admitted\n\
                    both: scripts can do more than before in one way, and less in another\n";
    assert_eq!(stdout(&output), expected);

    for (old, new, line) in [
        ("git:main:policies/a.yaml", "policies/a.yaml", "widens: "),
        ("git:HEAD:./policies/", "git:main:policies", "equal: "),
        ("git:HEAD:", "git:main:.", "equal: "),
        ("policies/a.yaml", "git:main^{commit}:policies/a.yaml", "narrows: "),
    ] {
        let output = diff(&[old, new]);
        assert_eq!((code(&output), stderr(&output)), (0, String::new()), "{old} {new}");
        assert!(stdout(&output).contains(line), "{old} {new}: {}", stdout(&output));
    }
    for (old, message) in [
        ("git:nowhere:policies", "cannot find the git revision `nowhere`"),
        ("git:main:nothing", "cannot find `nothing` at the git revision `main`"),
        ("git:--output=x:policies", "`--output=x` is not a git revision"),
        ("git::policies", "`` is not a git revision"),
        ("git:main", "write `git:REV:PATH`"),
    ] {
        let output = diff(&[old, "policies"]);
        assert_eq!((code(&output), stdout(&output)), (2, String::new()), "{old}");
        assert!(stderr(&output).contains(message), "{old}: {}", stderr(&output));
    }
    assert!(!at.join("x").exists());

    let elsewhere = holding("p.yaml", GOOD);
    let outside = with_git(elsewhere.path(), env!("CARGO_BIN_EXE_cors"), &["diff", "git:main:p.yaml", "p.yaml"]);
    assert_eq!(code(&outside), 2);
    assert!(stderr(&outside).contains("not a git repository"), "{}", stderr(&outside));
    let without = Command::new(env!("CARGO_BIN_EXE_cors"))
        .args(["diff", "git:main:p.yaml", "p.yaml"])
        .current_dir(elsewhere.path())
        .env_clear()
        .env("PATH", elsewhere.path())
        .output()
        .unwrap();
    assert_eq!(code(&without), 2);
    assert!(stderr(&without).contains("cannot run git, which `git:` needs"), "{}", stderr(&without));
}

/// What a partial clone does not have is not fetched: that would contact a host, and run what its configuration says.
#[cfg(unix)]
#[test]
fn nothing_is_fetched_for_a_revision() {
    let directory = scratch();
    let at = directory.path();
    let write = |name: &str, text: &str| std::fs::write(at.join(name), text).unwrap();
    std::fs::create_dir(at.join("origin")).unwrap();
    write("origin/p.yaml", GOOD);
    let origin = at.join("origin");
    git(&origin, &["init", "-q", "-b", "main"]);
    git(&origin, &["config", "uploadpack.allowFilter", "true"]);
    git(&origin, &["add", "."]);
    git(&origin, &["commit", "-q", "-m", "one"]);
    let url = format!("file://{}", origin.display());
    git(at, &["clone", "-q", "--filter=blob:none", "--no-checkout", &url, "partial"]);
    let partial = at.join("partial");
    let script = format!("sh -c 'touch {}/fetched; git-upload-pack \"$@\"' --", at.display());
    git(&partial, &["config", "remote.origin.uploadpack", &script]);
    write("partial/p.yaml", GOOD);
    let output = with_git(&partial, env!("CARGO_BIN_EXE_cors"), &["diff", "git:HEAD:p.yaml", "p.yaml"]);
    assert_eq!((code(&output), stdout(&output)), (2, String::new()), "{}", stderr(&output));
    assert!(!at.join("fetched").exists(), "{}", stderr(&output));
    git(&partial, &["show", "HEAD:p.yaml"]);
    assert!(at.join("fetched").exists(), "git itself would fetch");
}

/// What a link leads to is read at the revision, so that a clean working tree has no differences.
#[cfg(unix)]
#[test]
fn links_are_followed_at_a_revision_as_in_the_working_tree() {
    use std::os::unix::fs::symlink;
    let directory = scratch();
    let at = directory.path();
    git(at, &["init", "-q", "-b", "main"]);
    for folder in ["policies/deep", "shared/more", "config"] {
        std::fs::create_dir_all(at.join(folder)).unwrap();
    }
    for file in ["policies/a.yaml", "shared/z.yaml", "shared/more/y.yml", "config/c.yaml"] {
        std::fs::write(at.join(file), GOOD).unwrap();
    }
    for (target, link) in [
        ("../shared/z.yaml", "policies/z.yaml"),
        // By two links, one of them in the middle of the path.
        ("../../through/more/./y.yml", "policies/deep/far.yaml"),
        ("shared", "through"),
        // The same file again, before and after its other names.
        ("a.yaml", "policies/b.yaml"),
        ("z.yaml", "policies/deep.yaml"),
        // Directories are searched where they are themselves.
        ("../config", "policies/config"),
        ("../config", "policies/config.yaml"),
        // No policy file by its name.
        ("nowhere", "policies/notes.txt"),
        ("policies", "linked"),
        ("linked/z.yaml", "one.yaml"),
    ] {
        symlink(target, at.join(link)).unwrap();
    }
    git(at, &["add", "."]);
    git(at, &["commit", "-q", "-m", "one"]);
    let cors = |directory: &Path, old: &str, new: &str| {
        with_git(directory, env!("CARGO_BIN_EXE_cors"), &["diff", old, new, "--fail-on", "any", "--format", "json"])
    };
    for (old, new, names) in [
        ("git:HEAD:policies", "policies", &["a.yaml", "deep.yaml", "deep/far.yaml"][..]),
        ("git:HEAD:linked", "linked", &["a.yaml", "deep.yaml", "deep/far.yaml"]),
        ("git:HEAD:linked/deep", "policies/deep", &["far.yaml"]),
        ("git:HEAD:through/more/", "git:HEAD:shared/more", &["y.yml"]),
        ("git:HEAD:one.yaml", "one.yaml", &["one.yaml"]),
        ("git:HEAD:linked/deep/../a.yaml", "one.yaml", &["one.yaml"]),
    ] {
        let output = cors(at, old, new);
        assert_eq!((code(&output), stderr(&output)), (0, String::new()), "{old}: {}", stdout(&output));
        let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
        let compared: Vec<&str> =
            report["files"].as_array().unwrap().iter().map(|file| file["file"].as_str().unwrap()).collect();
        assert_eq!(compared, names, "{old}");
    }
    // From below the top.
    for (old, new) in [("git:HEAD:./deep", "deep"), ("git:HEAD:../one.yaml", "../one.yaml"), ("git:HEAD:.", ".")] {
        let output = cors(&at.join("policies"), old, new);
        assert_eq!((code(&output), stderr(&output)), (0, String::new()), "{old}: {}", stdout(&output));
    }

    // What the link leads to is changed, and only that: not the one of the revision is compared.
    std::fs::write(at.join("shared/z.yaml"), GOOD.replace("a.example", "b.example")).unwrap();
    let output = with_git(at, env!("CARGO_BIN_EXE_cors"), &["diff", "git:HEAD:policies", "policies"]);
    assert!(stdout(&output).contains("deep.yaml: both"), "{}", stdout(&output));
}

#[cfg(unix)]
#[test]
fn links_at_a_revision_that_lead_nowhere_are_named() {
    use std::os::unix::fs::symlink;
    let directory = scratch();
    let at = directory.path().join("repository");
    std::fs::create_dir_all(at.join("policies")).unwrap();
    std::fs::write(directory.path().join("outside.yaml"), GOOD).unwrap();
    git(&at, &["init", "-q", "-b", "main"]);
    std::fs::write(at.join("policies/a.yaml"), GOOD).unwrap();
    let absolute = directory.path().join("outside.yaml");
    for (target, link) in [
        ("../../outside.yaml", "policies/out.yaml"),
        (absolute.to_str().unwrap(), "policies/root.yaml"),
        ("missing.yaml", "policies/gone.yaml"),
        ("a.yaml/b.yaml", "policies/below.yaml"),
        ("loop.yaml", "policies/loop.yaml"),
        ("..", "up"),
    ] {
        symlink(target, at.join(link)).unwrap();
    }
    git(&at, &["add", "."]);
    git(&at, &["commit", "-q", "-m", "one"]);
    let said = |old: &str| {
        let output = with_git(&at, env!("CARGO_BIN_EXE_cors"), &["diff", old, "policies/a.yaml"]);
        assert_eq!((code(&output), stdout(&output)), (2, String::new()), "{old}");
        stderr(&output)
    };
    let whole = said("git:HEAD:policies");
    for (link, why) in [
        ("out", "leads out of the repository"),
        ("root", "leads out of the repository"),
        ("gone", "leads to nothing"),
        ("below", "leads to nothing"),
        ("loop", "leads to itself, or over more than 40 links"),
    ] {
        let told = format!("git:HEAD:policies/{link}.yaml is a link that {why}");
        assert!(whole.contains(&told), "{told}: {whole}");
        let alone = said(&format!("git:HEAD:policies/{link}.yaml"));
        let why = if why.ends_with("nothing") { "it is a link to none" } else { why };
        assert!(alone.contains(&format!("`policies/{link}.yaml`")) && alone.contains(why), "{alone}");
    }
    assert!(said("git:HEAD:up/outside.yaml").contains("leads out of the repository"));
}

/// Whatever stands in a file or in its name, a comment has code spans and headings of ours only, and a
/// terminal gets no escapes.
#[test]
fn no_text_of_a_policy_gets_out_of_its_place() {
    let hostile = "`<code>@everyone**[x](y)<img>\u{1b}[31m\u{202e}`.yaml";
    let policy = |more: &str| {
        format!(
            "version: 1\npolicies:\n  p:\n    allow_origins:\n      - https://a.example\n      - regex: 'https://(a|@everyone``<b>)?b\\.example{more}'\n"
        )
    };
    let (old, new) = (scratch(), scratch());
    std::fs::write(old.path().join(hostile), GOOD).unwrap();
    std::fs::write(new.path().join(hostile), policy("")).unwrap();
    let run = |format: &str| {
        let sides = [old.path().to_str().unwrap(), new.path().to_str().unwrap()];
        cors_in(&root(), &["diff", sides[0], sides[1], "--format", format])
    };
    for format in ["human", "markdown", "json"] {
        let output = run(format);
        let printed = stdout(&output);
        // The alternative that no origin matches is an error, which quotes it.
        let all = format!("{printed}{}", stderr(&output));
        assert!(!all.contains(['\u{1b}', '\u{202e}']), "{format}: {all:?}");
    }
    std::fs::write(new.path().join(hostile), GOOD.replace("a.example", "b.example")).unwrap();
    let comment = stdout(&run("markdown"));
    assert!(comment.starts_with("<!-- cors-policy diff -->\n"), "{comment}");
    let outside = outside_of_code(&comment);
    assert!(comment.contains("@everyone"), "{comment}");
    for text in ["@", "<img", "<code>", "[x]", "yaml"] {
        assert!(!outside.contains(text), "{text}: {outside}");
    }
}

/// What of a Markdown text stands in no code span: a span ends with as many backticks as it begins with.
fn outside_of_code(text: &str) -> String {
    let mut outside = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('`') {
        outside.push_str(&rest[..start]);
        let fence = rest[start..].len() - rest[start..].trim_start_matches('`').len();
        rest = &rest[start + fence..];
        let mut at = 0;
        loop {
            let next = at + rest[at..].find('`').expect("every span ends");
            let run = rest[next..].len() - rest[next..].trim_start_matches('`').len();
            at = next + run;
            if run == fence {
                break;
            }
        }
        rest = &rest[at..];
    }
    outside + rest
}

#[test]
fn a_comment_has_room_for_everything_or_says_so() {
    let file = |of: &str, count: usize| {
        let lines: String = (0..count).map(|n| format!("      - https://{of}{n}.example\n")).collect();
        format!("version: 1\npolicies:\n  p:\n    allow_origins:\n{lines}")
    };
    let directory = holding("old.yaml", GOOD);
    for (count, folded, all) in [(30, true, true), (10_000, true, false), (5, false, true)] {
        std::fs::write(directory.path().join("new.yaml"), file("n", count)).unwrap();
        let comment = stdout(&cors_in(directory.path(), &["diff", "old.yaml", "new.yaml", "--format", "markdown"]));
        assert!(comment.len() < 65_000, "{}", comment.len());
        assert_eq!(comment.contains("<details>"), folded, "{count}");
        assert_eq!(comment.matches("<details>").count(), comment.matches("</details>").count());
        assert_eq!(comment.contains("do not fit into a comment"), !all, "{count}");
        let human = stdout(&cors_in(directory.path(), &["diff", "old.yaml", "new.yaml"]));
        assert_eq!(human.contains("more lines; --format json has all of them"), count > 20, "{human}");
    }
}

/// The fields that `docs/json.md` names are those that are printed, and the other way round.
#[test]
fn every_field_is_documented() {
    let output = cors_in(&data(), &["diff", "old", "new", "--format", "json"]);
    let document: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let mut printed = BTreeSet::new();
    fields(&document, &mut printed);
    assert_eq!(documented("cors diff"), printed);
}
