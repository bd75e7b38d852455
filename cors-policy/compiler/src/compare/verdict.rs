//! What a change means, in one word.

use serde::Serialize;

/// What a change means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Both sides mean the same.
    Equal,
    /// They differ, but a script can do the same with both.
    Changes,
    /// A script can do less than before.
    Narrows,
    /// A script can do more than before.
    Widens,
    /// Some can do more, and some less.
    Both,
}

impl Verdict {
    /// The verdict on something that gained, lost, both or neither.
    pub(super) const fn of(gained: bool, lost: bool) -> Self {
        match (gained, lost) {
            (true, true) => Self::Both,
            (true, false) => Self::Widens,
            (false, true) => Self::Narrows,
            (false, false) => Self::Equal,
        }
    }

    /// Whether something is allowed that was not.
    #[must_use]
    pub const fn widens(self) -> bool {
        matches!(self, Self::Widens | Self::Both)
    }

    /// Whether something is not allowed any more.
    #[must_use]
    pub const fn narrows(self) -> bool {
        matches!(self, Self::Narrows | Self::Both)
    }

    /// The verdict on two things together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match Self::of(self.widens() || other.widens(), self.narrows() || other.narrows()) {
            Self::Equal if self != Self::Equal || other != Self::Equal => Self::Changes,
            joined => joined,
        }
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Equal => "equal",
            Self::Changes => "changes",
            Self::Narrows => "narrows",
            Self::Widens => "widens",
            Self::Both => "both",
        })
    }
}

/// What became of a policy or a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It is on both sides.
    Kept,
    /// It is new.
    Added,
    /// It is gone.
    Removed,
}

impl Status {
    /// Of something that is on the old side, on the new one, or on both (or, without a difference, on neither).
    #[must_use]
    pub const fn of(old: bool, new: bool) -> Self {
        match (old, new) {
            (false, true) => Self::Added,
            (true, false) => Self::Removed,
            (true, true) | (false, false) => Self::Kept,
        }
    }

    /// The verdict that this alone comes to: that something is there or not is a change, whatever it says.
    pub(super) const fn verdict(self) -> Verdict {
        match self {
            Self::Kept => Verdict::Equal,
            Self::Added | Self::Removed => Verdict::Changes,
        }
    }
}
