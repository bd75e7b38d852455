//! What running processes take: memory and file descriptors, as Linux tells.

use std::fs;

/// What some processes take together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    /// Resident memory, in KiB.
    pub(crate) memory: usize,
    /// Open file descriptors.
    pub(crate) descriptors: usize,
}

impl Usage {
    /// The usage of a process and of its children.
    pub(crate) fn of(id: u32) -> Self {
        let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap_or_default();
        let ids = children.split_whitespace().filter_map(|id| id.parse().ok()).chain([id]);
        ids.fold(Self::default(), |sum, id: u32| {
            let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
            let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
            let memory = resident.and_then(|text| text.trim().split(' ').next()?.parse().ok()).unwrap_or(0);
            let descriptors = fs::read_dir(format!("/proc/{id}/fd")).map_or(0, Iterator::count);
            Self { memory: sum.memory + memory, descriptors: sum.descriptors + descriptors }
        })
    }
}

/// What a process has taken since it was warm, at the end of each round.
#[derive(Debug)]
pub(crate) struct Growth {
    id: u32,
    warm: Option<Usage>,
    rounds: usize,
    last: Usage,
}

/// The rounds after which a server has allocated what it keeps.
const WARM: usize = 3;

impl Growth {
    pub(crate) fn of(id: u32) -> Self {
        Self { id, warm: None, rounds: 0, last: Usage::default() }
    }

    /// Looks at the end of a round.
    pub(crate) fn look(&mut self) {
        self.rounds += 1;
        self.last = Usage::of(self.id);
        if self.rounds == WARM {
            self.warm = Some(self.last);
        }
    }

    /// Prints it, and fails if it grew by more than `memory` KiB or `descriptors` file descriptors.
    pub(crate) fn finish(&self, name: &str, memory: usize, descriptors: usize) {
        let Some(warm) = self.warm else { panic!("{name}: no more than {} rounds", self.rounds) };
        println!("{name}: {} rounds; warm {warm:?}, at the end {:?}", self.rounds, self.last);
        assert!(warm.memory > 0 && warm.descriptors > 0, "{name}: {warm:?}");
        assert!(self.last.memory <= warm.memory + memory, "{name} grew: {warm:?} to {:?}", self.last);
        assert!(self.last.descriptors <= warm.descriptors + descriptors, "{name} leaks: {warm:?} to {:?}", self.last);
    }
}
