//! Policies of many origins: what every server is asked, each time with the reference's answers.

use std::fs;
use std::path::Path;

use cors_test_policies::{Generated, POLICIES};

use crate::policies::{Sample, load, samples};

/// Every policy of many origins, in a file each.
pub(crate) fn many(directory: &Path) -> Vec<Sample> {
    POLICIES.iter().map(|generated| write(directory, generated)).collect()
}

/// The one of that name.
pub(crate) fn one(directory: &Path, name: &str) -> Sample {
    write(directory, POLICIES.iter().find(|generated| generated.name == name).unwrap())
}

fn write(directory: &Path, generated: &Generated) -> Sample {
    let path = directory.join(format!("{}.yaml", generated.name));
    fs::write(&path, generated.text).unwrap();
    load(path)
}

/// What every server is compared on: the sample policies, then those of many origins.
pub(crate) fn all(directory: &Path) -> Vec<Sample> {
    samples().into_iter().chain(many(directory)).collect()
}
