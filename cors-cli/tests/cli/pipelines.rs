//! `docs/ci.md`, `action.yml` and `.pre-commit-hooks.yaml`: they can be read, no text of a stranger becomes
//! part of a script, and the comment is written once and replaced from then on. (That each command in them is
//! one, a unit test of the command line says.)

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::documents::Page;
use crate::{GOOD, root, scratch, stderr, stdout};

fn text(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap()
}

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap()
}

/// The fenced blocks in a language of `docs/ci.md`.
fn blocks(language: &str) -> Vec<String> {
    let blocks = Page::read("docs/ci.md").blocks();
    blocks.into_iter().filter(|block| block.language == language).map(|block| block.text).collect()
}

/// Every value of that key, wherever it stands.
fn values<'v>(value: &'v Value, key: &str, found: &mut Vec<&'v Value>) {
    match value {
        Value::Object(object) => {
            found.extend(object.get(key));
            object.values().for_each(|inner| values(inner, key, found));
        }
        Value::Array(items) => items.iter().for_each(|inner| values(inner, key, found)),
        _ => {}
    }
}

/// The scripts of a pipeline.
fn scripts(pipeline: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for key in ["run", "script", "before_script"] {
        values(pipeline, key, &mut found);
    }
    let lines = found.into_iter().flat_map(|script| match script {
        Value::Array(lines) => lines.clone(),
        other => vec![other.clone()],
    });
    lines.map(|line| line.as_str().unwrap().to_owned()).collect()
}

/// The step of the action, or of the workflow, that comments.
fn comment(pipeline: &Value) -> String {
    let all = scripts(pipeline);
    let mut comments = all.into_iter().filter(|script| script.contains("gh api"));
    let script = comments.next().unwrap();
    assert_eq!(comments.next(), None);
    script
}

fn bash(script: &str, arguments: &[&str]) -> Output {
    Command::new("bash").args(arguments).arg("-c").arg(script).output().unwrap()
}

#[test]
fn pipelines_are_yaml_and_scripts_are_bash() {
    let mut pipelines: Vec<Value> = blocks("yaml").iter().map(|block| yaml(block)).collect();
    assert!(pipelines.len() >= 6, "{}", pipelines.len());
    pipelines.push(yaml(&text("action.yml")));
    let mut all: Vec<String> = pipelines.iter().flat_map(scripts).collect();
    assert!(all.len() > 20, "{all:#?}");
    all.extend(blocks("sh"));
    for script in all {
        assert!(!script.contains("${{"), "an expression is pasted into a script:\n{script}");
        let said = bash(&script, &["-n"]);
        assert_eq!((said.status.code(), stderr(&said)), (Some(0), String::new()), "{script}");
    }
}

/// A token can do what the job needs, and no more.
#[test]
fn jobs_name_their_permissions() {
    let workflows: Vec<Value> =
        blocks("yaml").iter().map(|block| yaml(block)).filter(|block| block.get("jobs").is_some()).collect();
    assert_eq!(workflows.len(), 2);
    assert_eq!(workflows[0]["permissions"], serde_json::json!({}));
    for job in workflows.iter().flat_map(|workflow| workflow["jobs"].as_object().unwrap().values()) {
        let permissions = job["permissions"].as_object().unwrap();
        assert_eq!(permissions["contents"], "read", "{permissions:?}");
        assert_eq!(
            permissions.contains_key("pull-requests"),
            job.to_string().contains("github.token") || job.to_string().contains("compare")
        );
    }
}

#[test]
fn the_hooks_run_a_script_that_is_there() {
    let hooks = yaml(&text(".pre-commit-hooks.yaml"));
    let ids: Vec<&str> = hooks.as_array().unwrap().iter().map(|hook| hook["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["cors-check", "cors-fmt", "cors-test"]);
    for hook in hooks.as_array().unwrap() {
        let (script, command) = hook["entry"].as_str().unwrap().split_once(' ').unwrap();
        assert_eq!(format!("cors-{command}"), hook["id"].as_str().unwrap());
        assert_eq!(std::fs::metadata(root().join(script)).unwrap().permissions().mode() & 0o111, 0o111);
        assert_eq!(hook["files"], r"^policies/.*\.ya?ml$");
    }
}

/// What `docs/ci.md` passes to the action is what it takes.
#[test]
fn the_documented_inputs_are_those_of_the_action() {
    let action = yaml(&text("action.yml"));
    let inputs = action["inputs"].as_object().unwrap();
    let blocks = blocks("yaml");
    let used = blocks.iter().find(|block| block.contains("uses: OWNER")).unwrap();
    let used = yaml(used);
    let mut given = Vec::new();
    values(&used, "with", &mut given);
    let given: Vec<&String> = given.last().unwrap().as_object().unwrap().keys().collect();
    assert_eq!(given, ["paths", "arguments", "compare"]);
    assert!(given.iter().all(|name| inputs.contains_key(*name)));
    let text = action.to_string();
    for name in inputs.keys() {
        assert!(text.contains(&format!("inputs.{name}")), "{name} does nothing");
    }
}

/// Writes a program.
fn program(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

fn git(directory: &Path, arguments: &[&str]) {
    let identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"];
    let output = Command::new("git").args(identity).args(arguments).current_dir(directory).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
}

/// Runs the step that comments, as GitHub does, with a `gh` that notes what it is asked; the issue has the
/// comments whose ids are `comments`. Returns what was asked, and the summary of the job.
fn say(script: &str, same_repository: &str, comments: &str, at_base: bool) -> (String, String) {
    let directory = scratch();
    let (work, programs) = (directory.path().join("work"), directory.path().join("programs"));
    std::fs::create_dir_all(work.join("policies")).unwrap();
    std::fs::create_dir(&programs).unwrap();
    git(&work, &["init", "-q"]);
    if at_base {
        std::fs::write(work.join("policies/a.yaml"), GOOD).unwrap();
        git(&work, &["add", "."]);
    }
    git(&work, &["commit", "-q", "--allow-empty", "-m", "base"]);
    git(&work, &["update-ref", "refs/remotes/origin/main", "HEAD"]);
    std::fs::write(work.join("policies/a.yaml"), GOOD.replace("[https://a", "[https://b.example, https://a")).unwrap();
    program(
        &programs.join("gh"),
        "#!/bin/sh\nprintf '%s\\n' \"$*\" >> \"$ASKED\"\ncase $* in *--paginate*) printf \"$COMMENTS\";; esac\n",
    );
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_cors"), programs.join("cors")).unwrap();
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
    let asked = directory.path().join("asked");
    let summary = directory.path().join("summary");
    let output = Command::new("bash")
        .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
        .current_dir(&work)
        .envs([("PATH", path.as_str()), ("POLICIES", "policies"), ("BASE", "main"), ("NUMBER", "7")])
        .envs([("SAME_REPOSITORY", same_repository), ("GITHUB_REPOSITORY", "shop/shop"), ("COMMENTS", comments)])
        .envs([("RUNNER_TEMP", directory.path()), ("GITHUB_STEP_SUMMARY", &summary), ("ASKED", &asked)])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}{}", stdout(&output), stderr(&output));
    let asked = std::fs::read_to_string(asked).unwrap_or_default();
    let asked = asked.replace(directory.path().to_str().unwrap(), "TEMP");
    (asked, std::fs::read_to_string(summary).unwrap())
}

#[test]
fn there_is_one_comment_and_it_is_replaced() {
    let script = comment(&yaml(&text("action.yml")));
    assert_eq!(script.trim_end(), comment(&yaml(&blocks("yaml")[0])).trim_end(), "the same in docs/ci.md");

    let (asked, summary) = say(&script, "true", "", true);
    assert!(summary.starts_with("<!-- cors-policy diff -->\n"), "{summary}");
    assert!(summary.contains("widens"), "{summary}");
    assert_eq!(asked.lines().count(), 2, "{asked}");
    assert!(asked.contains("startswith(\"<!-- cors-policy diff -->\")"), "the marker: {asked}");
    let last = asked.lines().last().unwrap();
    assert_eq!(last, "api --silent --method POST repos/shop/shop/issues/7/comments --field body=@TEMP/diff.md");

    let (asked, _) = say(&script, "true", "41\\n42\\n", true);
    let last = asked.lines().last().unwrap();
    assert_eq!(last, "api --silent --method PATCH repos/shop/shop/issues/comments/41 --field body=@TEMP/diff.md");

    let (asked, summary) = say(&script, "false", "", true);
    assert_eq!(asked, "", "a fork only has the summary");
    assert!(summary.contains("widens"), "{summary}");

    let (asked, summary) = say(&script, "true", "", false);
    assert!(asked.contains("POST") && summary.contains("widens"), "the first policies of a repository: {summary}");
}

/// The action passes its inputs on as they are: one line, one argument.
#[test]
fn the_action_checks_what_it_is_told() {
    let action = yaml(&text("action.yml"));
    let script = scripts(&action).into_iter().find(|script| script.contains("cors check")).unwrap();
    let directory = scratch();
    program(&directory.path().join("cors"), "#!/bin/sh\nprintf '<%s>' \"$@\"\n");
    let path = format!("{}:{}", directory.path().display(), std::env::var("PATH").unwrap());
    for (paths, arguments, expected) in [
        ("policies", "", "<check><--format><github><--><policies>"),
        (
            "a b\n\n$(id).yaml\n",
            "--deny-warnings\n--pedantic",
            "<check><--format><github><--deny-warnings><--pedantic><--><a b><$(id).yaml>",
        ),
    ] {
        let output = Command::new("bash")
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &script])
            .envs([("PATH", path.as_str()), ("PATHS", paths), ("ARGUMENTS", arguments)])
            .output()
            .unwrap();
        assert_eq!((stdout(&output).as_str(), stderr(&output).as_str()), (expected, ""));
    }
}
