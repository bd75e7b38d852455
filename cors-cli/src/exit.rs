//! Exit codes, and the errors that are none of the policy's.

use std::fmt;
use std::process::{ExitCode, Termination};

use cors_compiler::diagnostic::display::one_line;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Nothing is wrong.
    Clean = 0,
    /// The policy has faults, an output is stale, a request is refused, a change is such that it fails, or a
    /// server does otherwise.
    Findings = 1,
    /// The arguments make no sense, or something cannot be read or written.
    Usage = 2,
    /// There was nothing to check.
    Nothing = 3,
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(self as u8)
    }
}

/// Why a command could not do its work.
#[derive(Debug)]
pub(crate) enum Error {
    /// The arguments make no sense together, or something cannot be read or written.
    Usage(String),
    /// There is nothing to check.
    Nothing(String),
}

impl Error {
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage(message.into())
    }

    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) => Exit::Usage,
            Self::Nothing(_) => Exit::Nothing,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // A message names files and arguments, which may hold anything.
            Self::Usage(message) | Self::Nothing(message) => f.write_str(&one_line(message)),
        }
    }
}

/// An error of printing, which says what it is about.
impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::Usage(error.to_string())
    }
}
