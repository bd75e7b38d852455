//! Policies of many origins: what every server is asked, each time with the reference's answers.

use std::fs;
use std::path::Path;

use crate::policies::{Sample, load, samples};

/// Every policy of many origins, in a file each.
pub(crate) fn many(directory: &Path) -> Vec<Sample> {
    let write = |generated: &cors_test_policies::Generated| {
        let path = directory.join(format!("{}.yaml", generated.name));
        fs::write(&path, generated.text).unwrap();
        load(path)
    };
    cors_test_policies::POLICIES.iter().map(write).collect()
}

/// What every server is compared on: the sample policies, then those of many origins.
pub(crate) fn all(directory: &Path) -> Vec<Sample> {
    samples().into_iter().chain(many(directory)).collect()
}
