//! Requests that were answered otherwise than the reference does, as a person reads them.

/// How many classes of failures are shown, each by its first.
const SHOWN: usize = 12;

/// A request that was answered as no row admits.
pub(crate) struct Failure {
    /// The same for requests that differ alike.
    pub(crate) class: String,
    pub(crate) detail: String,
}

/// The first failure of each class, and how many are like it.
pub(crate) fn classes(failures: &[Failure]) -> String {
    let mut classes: Vec<(&Failure, usize)> = Vec::new();
    for failure in failures {
        match classes.iter_mut().find(|(first, _)| first.class == failure.class) {
            Some((_, count)) => *count += 1,
            None => classes.push((failure, 1)),
        }
    }
    let shown = classes.iter().take(SHOWN);
    let shown: String =
        shown.map(|(first, count)| format!("{count} like this: {}\n{}", first.class, first.detail)).collect();
    format!("{shown}({} classes in all)", classes.len())
}
