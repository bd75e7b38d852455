//! Files and directories at a git revision, as the program `git` gives them.

use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};

use cors_compiler::source::{MAX_SOURCE_BYTES, Source};

use crate::exit::Error;
use crate::files::is_policy_file;

/// Reads `REV:PATH`: whether it is a directory, and its policy files with their paths below it.
pub(super) fn read(place: &str) -> Result<(bool, Vec<(String, Source)>), Error> {
    let Some((revision, path)) = place.split_once(':') else {
        return Err(Error::usage(format!("`git:{place}` has no path; write `git:REV:PATH`, as `git:main:policies`")));
    };
    // Git would take it for an option.
    if revision.is_empty() || revision.starts_with('-') || place.contains('\0') {
        return Err(Error::usage(format!("`{revision}` is not a git revision")));
    }
    let path = path.trim_end_matches('/');
    let path = if path == "." { "./" } else { path };
    let commit = line(&["rev-parse", "--verify", &format!("{revision}^{{commit}}")])
        .map_err(|error| error.about(&format!("cannot find the git revision `{revision}`")))?;
    // From here on every argument begins with the commit's hash, so that none can be an option.
    let object = format!("{commit}:{path}");
    let missing = |error: Failure| error.about(&format!("cannot find `{path}` at the git revision `{revision}`"));
    let kind = line(&["cat-file", "-t", &object]).map_err(missing)?;
    match kind.as_str() {
        "blob" => {
            let name = format!("git:{revision}:{path}");
            Ok((false, vec![(name.clone(), blob(&object, &name)?)]))
        }
        "tree" => {
            let listing = run(&["ls-tree", "-r", "-z", "--full-tree", &object], u64::MAX).map_err(missing)?;
            let files = String::from_utf8_lossy(&listing).into_owned();
            let files = files.split_terminator('\0').filter_map(ordinary_file);
            let below = if path.is_empty() || path.ends_with('/') { path.to_owned() } else { format!("{path}/") };
            let read = |(hash, file): (&str, &str)| {
                let source = blob(hash, &format!("git:{revision}:{below}{file}"))?;
                Ok((file.to_owned(), source))
            };
            Ok((
                true,
                files.filter(|(_, file)| is_policy_file(Path::new(file))).map(read).collect::<Result<_, Error>>()?,
            ))
        }
        _ => Err(Error::usage(format!("`{path}` at the git revision `{revision}` is neither a file nor a directory"))),
    }
}

/// The hash and the path of an entry of `git ls-tree -z`; `None` for links and submodules.
fn ordinary_file(entry: &str) -> Option<(&str, &str)> {
    let (about, path) = entry.split_once('\t')?;
    let mut about = about.split(' ');
    let is_file = about.next()?.starts_with("100") && about.next()? == "blob";
    about.next().filter(|_| is_file).map(|hash| (hash, path))
}

/// The content of a file. (`git show` would pass it through the user's filters.)
fn blob(object: &str, name: &str) -> Result<Source, Error> {
    let bytes = run(&["cat-file", "blob", object], MAX_SOURCE_BYTES + 1)
        .map_err(|error| error.about(&format!("cannot read {name}")))?;
    if bytes.len() as u64 > MAX_SOURCE_BYTES {
        let limit = MAX_SOURCE_BYTES / (1024 * 1024);
        return Err(Error::usage(format!("cannot read {name}: it is larger than {limit} MiB")));
    }
    Ok(Source::from_bytes(name, bytes))
}

/// Why git did not answer.
enum Failure {
    /// It cannot be run.
    NotRun(std::io::Error),
    /// What it says.
    Refused(String),
}

impl Failure {
    fn about(self, what: &str) -> Error {
        match self {
            Self::NotRun(error) => Error::usage(format!("cannot run git, which `git:` needs: {error}")),
            Self::Refused(said) => Error::usage(format!("{what}: {said}")),
        }
    }
}

/// The first line that git prints.
fn line(arguments: &[&str]) -> Result<String, Failure> {
    let text = run(arguments, 4096)?;
    Ok(String::from_utf8_lossy(&text).lines().next().unwrap_or("").to_owned())
}

/// What git prints, up to `most` bytes.
fn run(arguments: &[&str], most: u64) -> Result<Vec<u8>, Failure> {
    let mut child = Command::new("git")
        .args(arguments)
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(Failure::NotRun)?;
    let mut text = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        stdout.take(most).read_to_end(&mut text).map_err(Failure::NotRun)?;
    }
    let output = child.wait_with_output().map_err(Failure::NotRun)?;
    // Git may not be done with what is more than anyone reads.
    if output.status.success() || text.len() as u64 == most {
        return Ok(text);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.lines().next().unwrap_or("git gives no reason");
    Err(Failure::Refused(said.trim_start_matches("fatal: ").to_owned()))
}
