//! Finding what a path names in a tree of git, with links followed as in the working tree.

use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;

use super::run::{Failure, run};

/// The most links on the way to one file, as on Linux.
const MOST_LINKS: usize = 40;
/// No path is longer than this, so no link is.
const LONGEST_LINK: u64 = 4096;

/// An entry of a tree.
pub(super) struct Entry {
    pub(super) kind: Kind,
    pub(super) hash: String,
    /// Its name; of a listing with everything below, its path.
    pub(super) name: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Directory,
    File,
    Link,
    Submodule,
}

/// What a path leads to; the path is the one without links.
pub(super) enum Found {
    Directory { path: String, hash: String },
    File { path: String, hash: String },
    Submodule,
}

/// Why a path leads to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lost {
    Nothing,
    Outside,
    Submodule,
    TooManyLinks,
}

/// The end of a sentence that begins with the link.
impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("leads to nothing"),
            Self::Outside => f.write_str("leads out of the repository"),
            Self::Submodule => f.write_str("leads into a submodule"),
            Self::TooManyLinks => write!(f, "leads to itself, or over more than {MOST_LINKS} links"),
        }
    }
}

/// The tree of a commit. Each directory on the way is read once.
pub(super) struct Tree {
    root: String,
    known: HashMap<String, Rc<Vec<Entry>>>,
}

impl Tree {
    pub(super) fn new(root: String) -> Self {
        Self { root, known: HashMap::new() }
    }

    /// What a path from the top leads to.
    pub(super) fn find(&mut self, path: &str) -> Result<Result<Found, Lost>, Failure> {
        // The directories that were passed, and the names that are left, the next one last.
        let mut passed: Vec<(String, String)> = Vec::new();
        let mut left: Vec<String> = path.rsplit('/').map(str::to_owned).collect();
        let mut links = 0;
        while let Some(name) = left.pop() {
            match name.as_str() {
                ".." if passed.pop().is_none() => return Ok(Err(Lost::Outside)),
                "" | "." | ".." => continue,
                _ => {}
            }
            let listing = self.listing(passed.last().map_or(self.root.clone(), |(_, hash)| hash.clone()))?;
            let Some(entry) = listing.iter().find(|entry| entry.name == name) else { return Ok(Err(Lost::Nothing)) };
            let hash = entry.hash.clone();
            match entry.kind {
                Kind::Directory => passed.push((name, hash)),
                Kind::File if left.is_empty() => return Ok(Ok(Found::File { path: joined(&passed, &name), hash })),
                Kind::File => return Ok(Err(Lost::Nothing)),
                Kind::Submodule if left.is_empty() => return Ok(Ok(Found::Submodule)),
                Kind::Submodule => return Ok(Err(Lost::Submodule)),
                Kind::Link => {
                    links += 1;
                    let target = run(&["cat-file", "blob", &hash], LONGEST_LINK)?;
                    let target = String::from_utf8_lossy(&target);
                    if links > MOST_LINKS {
                        return Ok(Err(Lost::TooManyLinks));
                    }
                    if target.starts_with('/') {
                        return Ok(Err(Lost::Outside));
                    }
                    left.extend(target.rsplit('/').map(str::to_owned));
                }
            }
        }
        let hash = passed.last().map_or(self.root.clone(), |(_, hash)| hash.clone());
        Ok(Ok(Found::Directory { path: joined(&passed, ""), hash }))
    }

    fn listing(&mut self, hash: String) -> Result<Rc<Vec<Entry>>, Failure> {
        if let Some(known) = self.known.get(&hash) {
            return Ok(Rc::clone(known));
        }
        let read = Rc::new(list(&hash, &[])?);
        self.known.insert(hash, Rc::clone(&read));
        Ok(read)
    }
}

/// All that is below a directory, directories themselves left out.
pub(super) fn everything_below(hash: &str) -> Result<Vec<Entry>, Failure> {
    list(hash, &["-r"])
}

fn list(hash: &str, how: &[&str]) -> Result<Vec<Entry>, Failure> {
    let listing = run(&[&["ls-tree", "-z", "--full-tree"], how, &[hash]].concat(), u64::MAX)?;
    Ok(String::from_utf8_lossy(&listing).split_terminator('\0').filter_map(entry).collect())
}

/// An entry of `git ls-tree -z`: mode, type and hash, a tab, the name.
fn entry(text: &str) -> Option<Entry> {
    let (about, name) = text.split_once('\t')?;
    let mut about = about.split(' ');
    let kind = match (about.next()?, about.next()?) {
        (_, "tree") => Kind::Directory,
        (_, "commit") => Kind::Submodule,
        ("120000", _) => Kind::Link,
        _ => Kind::File,
    };
    Some(Entry { kind, hash: about.next()?.to_owned(), name: name.to_owned() })
}

fn joined(passed: &[(String, String)], last: &str) -> String {
    let names = passed.iter().map(|(name, _)| name.as_str()).chain(Some(last).filter(|last| !last.is_empty()));
    names.collect::<Vec<_>>().join("/")
}
