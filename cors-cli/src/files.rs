//! Finding policy files, and writing outputs whole or not at all.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::exit::Error;

/// How deep directories are searched; a deeper tree is no place for policies.
const DEPTH: usize = 32;

/// The files that were named, and the policy files in the directories that were, in order.
pub(crate) fn policy_files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    let mut found = Vec::new();
    for path in paths {
        match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => search(path, DEPTH, &mut found)?,
            Ok(_) => found.push(path.clone()),
            Err(error) => return Err(Error::Usage(format!("cannot read {}: {error}", path.display()))),
        }
    }
    if found.is_empty() {
        let places: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        return Err(Error::Nothing(format!("nothing to check: no *.yaml or *.yml in {}", places.join(", "))));
    }
    Ok(found)
}

fn search(directory: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), Error> {
    let unreadable = |error: std::io::Error| Error::Usage(format!("cannot read {}: {error}", directory.display()));
    let mut entries =
        std::fs::read_dir(directory).map_err(unreadable)?.collect::<Result<Vec<_>, _>>().map_err(unreadable)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let is_policy = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
        if path.is_dir() {
            // A link to a directory above would be followed for ever.
            let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
            if depth > 0 && !is_link {
                search(&path, depth - 1, found)?;
            }
        } else if is_policy {
            found.push(path);
        }
    }
    Ok(())
}

/// Writes files. Each is written beside its place first; only when all are complete are they renamed,
/// so that no reader ever sees a half. Files that are right already are left alone.
pub(crate) fn write_all(files: &[(PathBuf, String)]) -> Result<(), Error> {
    let mut ready = Vec::new();
    for (path, text) in files {
        if std::fs::read(path).is_ok_and(|found| found == text.as_bytes()) {
            continue;
        }
        let failed = |error: std::io::Error| Error::Usage(format!("cannot write {}: {error}", path.display()));
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::create_dir_all(directory).map_err(failed)?;
        let mut file = temporary(directory).map_err(failed)?;
        file.write_all(text.as_bytes()).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
        ready.push((file, path));
    }
    for (file, path) in ready {
        file.persist(path)
            .map_err(|error| Error::Usage(format!("cannot write {}: {}", path.display(), error.error)))?;
    }
    Ok(())
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
