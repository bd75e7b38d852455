//! The sample policies, and the compiler's command line that compiles them.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cors_compiler::ir::{File, Policy};
use cors_compiler::source::Source;

use crate::process::run;

/// A policy file.
pub(crate) struct Sample {
    pub(crate) path: PathBuf,
    /// The path's last part.
    pub(crate) name: String,
    pub(crate) file: File,
}

/// Every file of `policies/`, in the order of their names.
pub(crate) fn samples() -> Vec<Sample> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies");
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = entries.filter(|path| path.extension() == Some(OsStr::new("yaml"))).collect();
    paths.sort();
    assert!(!paths.is_empty(), "no sample policies");
    paths.into_iter().map(load).collect()
}

/// Reads a policy file.
pub(crate) fn load(path: PathBuf) -> Sample {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let checked = cors_compiler::check(&Source::new(&name, fs::read_to_string(&path).unwrap()));
    let file = checked.file.unwrap_or_else(|| panic!("{name}: {:?}", checked.diagnostics));
    Sample { path, name, file }
}

impl Sample {
    /// Runs `cors compile` on the file.
    pub(crate) fn compile<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) {
        run(Command::new(env!("CARGO_BIN_EXE_cors")).arg("compile").arg(&self.path).args(arguments));
    }

    /// What a server can serve: the file's routes (`None`) or else one policy after the other.
    pub(crate) fn servable(&self) -> Vec<Option<&Policy>> {
        match self.file.routes {
            Some(_) => vec![None],
            None => self.file.policies.iter().map(Some).collect(),
        }
    }
}
