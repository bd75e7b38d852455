//! Reading a side of the comparison: a file, a directory, or either at a git revision.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cors_compiler::compare::Side;
use cors_compiler::ir::File;
use cors_compiler::source::Source;

use super::git;
use crate::exit::{Error, Exit};
use crate::files::{self, load};

/// The policy files of a side.
pub(super) struct Tree {
    /// As the user gave it.
    pub(super) name: String,
    /// Whether it is a directory: files are matched by their paths then.
    is_directory: bool,
    /// In the order of their paths.
    pub(super) files: Vec<Entry>,
}

/// A policy file.
pub(super) struct Entry {
    /// Its path below the directory, with `/`; for a file, its name.
    path: String,
    pub(super) source: Source,
}

/// Two files that belong together, by their numbers; at least one is there.
pub(super) struct Pair {
    pub(super) name: String,
    pub(super) old: Option<usize>,
    pub(super) new: Option<usize>,
}

impl Tree {
    pub(super) fn read(argument: &Path) -> Result<Self, Error> {
        let name = argument.to_string_lossy().into_owned();
        match name.strip_prefix("git:") {
            Some(place) => {
                let (is_directory, sources) = git::read(place)?;
                let files = sources.into_iter().map(|(path, source)| Entry { path, source }).collect();
                Ok(Self { name, is_directory, files })
            }
            None => {
                // Whatever is no directory is for `load` to read, or to refuse.
                let is_directory = !files::is_stdin(argument) && argument.is_dir();
                let files =
                    if is_directory { directory(argument)? } else { vec![Entry::load(argument, name.clone())?] };
                Ok(Self { name, is_directory, files })
            }
        }
    }

    /// A file of the tree, given what all of them say.
    pub(super) fn side<'a>(&'a self, valid: &'a [Valid], index: Option<usize>) -> Option<Checked<'a>> {
        let index = index?;
        Some(Checked { source: &self.files.get(index)?.source, valid: valid.get(index)? })
    }
}

/// What a valid file says: as it is written, and in each of its environments.
pub(super) struct Valid {
    pub(super) file: File,
    pub(super) environments: Vec<(String, File)>,
}

/// A valid file of one side.
#[derive(Clone, Copy)]
pub(super) struct Checked<'a> {
    source: &'a Source,
    valid: &'a Valid,
}

impl<'a> Checked<'a> {
    /// The names of its environments.
    pub(super) fn environments(self) -> impl Iterator<Item = &'a str> {
        self.valid.environments.iter().map(|(name, _)| name.as_str())
    }

    /// What it says in an environment; as it is written, if it has no such environment.
    pub(super) fn within(self, environment: Option<&str>) -> Side<'a> {
        let changed = self.valid.environments.iter().find(|(name, _)| Some(name.as_str()) == environment);
        Side { source: self.source, file: changed.map_or(&self.valid.file, |(_, file)| file) }
    }
}

impl Entry {
    fn load(path: &Path, name: String) -> Result<Self, Error> {
        Ok(Self { path: name, source: load(path)? })
    }
}

/// The policy files of a directory; there may be none.
fn directory(root: &Path) -> Result<Vec<Entry>, Error> {
    let (found, unreadable) = match files::policy_files(&[root.to_owned()]) {
        Err(error) if error.exit() == Exit::Nothing => (Vec::new(), Vec::new()),
        other => other?,
    };
    if let Some((_, error)) = unreadable.into_iter().next() {
        return Err(error);
    }
    let entry = |path: PathBuf| {
        let below = path.strip_prefix(root).unwrap_or(&path);
        let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        Entry::load(&path, parts.join("/"))
    };
    found.into_iter().map(entry).collect()
}

/// Which file belongs to which: in directories those with the same path, else the two.
pub(super) fn paired(old: &Tree, new: &Tree) -> Result<Vec<Pair>, Error> {
    match (old.is_directory, new.is_directory) {
        (true, true) => {}
        (false, false) => return Ok(vec![Pair { name: new.name.clone(), old: Some(0), new: Some(0) }]),
        (is_directory, _) => {
            let what = if is_directory { "a directory and NEW a file" } else { "a file and NEW a directory" };
            return Err(Error::usage(format!("OLD is {what}; name two files or two directories")));
        }
    }
    let mut pairs: BTreeMap<&str, Pair> = BTreeMap::new();
    for (tree, is_new) in [(old, false), (new, true)] {
        for (index, entry) in tree.files.iter().enumerate() {
            let pair = pairs.entry(&entry.path);
            let pair = pair.or_insert_with(|| Pair { name: entry.path.clone(), old: None, new: None });
            *(if is_new { &mut pair.new } else { &mut pair.old }) = Some(index);
        }
    }
    if pairs.is_empty() {
        let message = format!("nothing to compare: no *.yaml or *.yml in {} and {}", old.name, new.name);
        return Err(Error::Nothing(message));
    }
    Ok(pairs.into_values().collect())
}
