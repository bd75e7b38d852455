//! Files and directories at a git revision, as the program `git` gives them.

mod run;
mod tree;

use std::collections::HashSet;
use std::path::Path;

use cors_compiler::source::{MAX_SOURCE_BYTES, Source};

use self::run::{Failure, line, run};
use self::tree::{Found, Kind, Lost, Tree};
use crate::exit::Error;
use crate::files::is_policy_file;

/// Reads `REV:PATH`: whether it is a directory, and its policy files with their paths below it. Links are followed
/// as in the working tree, but not out of the repository.
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
    let unknown = |error: Failure| error.about(&format!("cannot find the git revision `{revision}`"));
    // From here on every argument is a hash, so that none can be an option.
    let commit = line(&["rev-parse", "--verify", &format!("{revision}^{{commit}}")]).map_err(unknown)?;
    let mut tree = Tree::new(line(&["rev-parse", "--verify", &format!("{commit}^{{tree}}")]).map_err(unknown)?);
    let missing = |error: Failure| error.about(&format!("cannot find `{path}` at the git revision `{revision}`"));
    let found = match path.starts_with('/') {
        true => Err(Lost::Nothing),
        false => tree.find(&(prefix(path).map_err(missing)? + path)).map_err(missing)?,
    };
    match found {
        Ok(Found::File { hash, .. }) => {
            let name = format!("git:{revision}:{path}");
            Ok((false, vec![(name.clone(), blob(&hash, &name)?)]))
        }
        Ok(Found::Directory { path: directory, hash }) => {
            let below = if path.is_empty() || path.ends_with('/') { path.to_owned() } else { format!("{path}/") };
            let name = |file: &str| format!("git:{revision}:{below}{file}");
            let read = |(file, hash): (String, String)| Ok((file.clone(), blob(&hash, &name(&file))?));
            let files = policy_files(&mut tree, &directory, &hash, name)?;
            Ok((true, files.into_iter().map(read).collect::<Result<_, Error>>()?))
        }
        Ok(Found::Submodule) => Err(Error::usage(format!(
            "`{path}` at the git revision `{revision}` is a submodule, neither a file nor a directory"
        ))),
        Err(lost) => {
            let why = match lost {
                Lost::Nothing => "there is no such file or directory, or it is a link to none".to_owned(),
                lost => format!("it is a link, or below a link, that {lost}"),
            };
            Err(Error::usage(format!("cannot find `{path}` at the git revision `{revision}`: {why}")))
        }
    }
}

/// What stands before a path that begins with `./` or `../`: the current directory, from the top of the repository.
fn prefix(path: &str) -> Result<String, Failure> {
    if !matches!(path.split('/').next(), Some("." | "..")) {
        return Ok(String::new());
    }
    let prefix = run(&["rev-parse", "--show-prefix"], u64::MAX)?;
    Ok(String::from_utf8_lossy(&prefix).trim_end_matches('\n').to_owned())
}

/// The policy files below a directory: their paths below it, each file once, and the hashes of their contents.
fn policy_files(
    tree: &mut Tree,
    directory: &str,
    hash: &str,
    name: impl Fn(&str) -> String,
) -> Result<Vec<(String, String)>, Error> {
    let cannot = |error: Failure| error.about(&format!("cannot read {}", name("")));
    let mut below = tree::everything_below(hash).map_err(cannot)?;
    below.retain(|entry| is_policy_file(Path::new(&entry.name)));
    // Of several names of a file the first one counts, in the order in which directories are searched.
    below.sort_by(|a, b| a.name.split('/').cmp(b.name.split('/')));
    let (mut files, mut seen, mut lost) = (Vec::new(), HashSet::new(), Vec::new());
    for entry in below {
        let path = format!("{directory}/{}", entry.name);
        let (path, hash) = match entry.kind {
            Kind::File => (path.trim_start_matches('/').to_owned(), entry.hash),
            Kind::Link => match tree.find(&path).map_err(cannot)? {
                Ok(Found::File { path, hash }) => (path, hash),
                // What is in it counts where it stands itself.
                Ok(Found::Directory { .. } | Found::Submodule) => continue,
                Err(why) => {
                    lost.push(format!("{} is a link that {why}", name(&entry.name)));
                    continue;
                }
            },
            Kind::Directory | Kind::Submodule => continue,
        };
        if seen.insert(path) {
            files.push((entry.name, hash));
        }
    }
    match lost.is_empty() {
        true => Ok(files),
        false => Err(Error::usage(format!("cannot read {}", lost.join("; ")))),
    }
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
