//! Finding policy files, and writing outputs whole or not at all.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use cors_compiler::source::{self, Source, reason};

use crate::exit::Error;

/// What stands for standard input in the place of a file, and what diagnostics call that.
const STDIN: (&str, &str) = ("-", "<stdin>");

/// How deep directories are searched; a deeper tree is no place for policies.
const DEPTH: usize = 32;

/// A path that cannot be read, and why.
type Unreadable = (PathBuf, Error);

/// Whether standard input is meant; a file of that name is `./-`.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path == Path::new(STDIN.0)
}

/// Reads a policy file.
pub(crate) fn load(path: &Path) -> Result<Source, Error> {
    let source = match is_stdin(path) {
        true => source::read(std::io::stdin().lock(), STDIN.1),
        false => source::load(path, &path.to_string_lossy()),
    };
    source.map_err(|error| Error::Usage(error.to_string()))
}

/// The files that were named, and the policy files in the directories that were, in order; and what
/// could not be read.
pub(crate) fn policy_files(paths: &[PathBuf]) -> Result<(Vec<PathBuf>, Vec<Unreadable>), Error> {
    let (mut found, mut unreadable) = (Vec::new(), Vec::new());
    for path in paths {
        match std::fs::metadata(path) {
            _ if is_stdin(path) => found.push(path.clone()),
            Ok(metadata) if metadata.is_dir() => {
                if let Err(error) = search(path, DEPTH, &mut found) {
                    unreadable.push((path.clone(), error));
                }
            }
            Ok(_) => found.push(path.clone()),
            Err(_) if paths == [Path::new("policies")] => {}
            Err(error) => {
                let message = format!("cannot read {}: {}", path.display(), reason(&error));
                unreadable.push((path.clone(), Error::Usage(message)));
            }
        }
    }
    let mut seen = std::collections::HashSet::new();
    let real = |path: &Path| std::fs::canonicalize(path).ok().filter(|_| !is_stdin(path));
    found.retain(|path| seen.insert(real(path).unwrap_or_else(|| path.clone())));
    if found.is_empty() && unreadable.is_empty() {
        let places: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        let message =
            format!("nothing to check: no *.yaml or *.yml in {}; name files or directories", places.join(", "));
        return Err(Error::Nothing(message));
    }
    Ok((found, unreadable))
}

fn search(directory: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), Error> {
    let unreadable =
        |error: std::io::Error| Error::Usage(format!("cannot read {}: {}", directory.display(), reason(&error)));
    let mut entries =
        std::fs::read_dir(directory).map_err(unreadable)?.collect::<Result<Vec<_>, _>>().map_err(unreadable)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let is_policy = is_policy_file(&path);
        if path.is_dir() {
            // A link to a directory above would be followed for ever.
            let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
            if depth > 0 && !is_link {
                search(&path, depth - 1, found)?;
            }
        } else if is_policy && path.is_file() {
            found.push(path);
        }
    }
    Ok(())
}

/// Whether a file of a directory is taken for a policy file, by its name.
pub(crate) fn is_policy_file(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("yaml") || extension.eq_ignore_ascii_case("yml"))
}

/// Writes files. Each is written beside its place first; only when all are complete, and every place is
/// one that can be replaced, are they renamed, so that no reader ever sees a half. Files that are right
/// already are left alone, links are followed, and a file keeps its permissions.
pub(crate) fn write_all(files: &[(PathBuf, String)]) -> Result<(), Error> {
    let mut ready = Vec::new();
    for (path, text) in files {
        let failed =
            |error: std::io::Error| Error::Usage(format!("cannot write {}: {}", path.display(), reason(&error)));
        let place = match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_file() => std::fs::canonicalize(path).map_err(failed)?,
            Ok(_) => {
                let message = format!("cannot write {}: it is there and is no ordinary file", path.display());
                return Err(Error::Usage(message));
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => led_to(path),
            Err(error) => return Err(failed(error)),
        };
        if std::fs::read(&place).is_ok_and(|found| found == text.as_bytes()) {
            continue;
        }
        let directory = place.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::create_dir_all(directory).map_err(failed)?;
        let mut file = temporary(directory).map_err(failed)?;
        file.write_all(text.as_bytes()).map_err(failed)?;
        if let Ok(metadata) = std::fs::metadata(&place) {
            file.as_file().set_permissions(metadata.permissions()).map_err(failed)?;
        }
        file.as_file().sync_all().map_err(failed)?;
        ready.push((file, place));
    }
    for (file, path) in ready {
        let failed = |error: tempfile::PersistError| {
            Error::Usage(format!("cannot write {}: {}", path.display(), reason(&error.error)))
        };
        file.persist(&path).map_err(failed)?;
    }
    Ok(())
}

/// Where a path leads to that is not there yet: itself, or what the last of its links names.
fn led_to(path: &Path) -> PathBuf {
    let mut place = path.to_owned();
    // The system follows no more than that; a link that leads to itself is an error before this.
    for _ in 0..40 {
        let Ok(link) = std::fs::read_link(&place) else { break };
        place = place.parent().unwrap_or(Path::new("")).join(link);
    }
    place
}

/// Replaces a file as a whole, if it still holds what it did.
pub(crate) fn replace(path: &Path, old: &str, new: &str) -> Result<(), Error> {
    match std::fs::read(path) {
        Ok(bytes) if bytes == old.as_bytes() => write_all(&[(path.to_owned(), new.to_owned())]),
        Ok(_) => Err(Error::Usage(format!("cannot write {}: it was changed in the meantime", path.display()))),
        Err(error) => Err(Error::Usage(format!("cannot read {}: {}", path.display(), reason(&error)))),
    }
}

/// A temporary file with the permissions of an ordinary new one.
fn temporary(directory: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".cors-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(directory)
}
