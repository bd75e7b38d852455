//! Which origins browsers send: what has the form of an origin need not be one.

use std::sync::LazyLock;

use super::expression::Expression;
use super::{Language, TooLarge};

/// A set of origins that is the same for every policy; `None` never happens: they are small.
pub(crate) type Fixed = LazyLock<Option<Language>>;

/// Every origin of a web page, as browsers serialize it: applications and browser extensions have schemes of their own.
pub(crate) static PAGES: Fixed = LazyLock::new(|| Language::new(&Expression::web_origin()).ok());

/// What has the form of an origin but is sent by no browser: it makes no difference.
pub(crate) static NEVER: Fixed = LazyLock::new(|| Language::new(&Expression::never_serialized()).ok());

/// The shortest origin within all of these and without the others, of those that browsers send.
///
/// # Errors
/// The walk would be too large.
pub(crate) fn witness(within: &[&Language], without: &[&Language]) -> Result<Option<String>, TooLarge> {
    witness_for(within, without, &mut { usize::MAX })
}

/// The same, with what the walks cost taken from `work`.
///
/// # Errors
/// The walk would be too large, or not enough is left of `work`.
pub(crate) fn witness_for(
    within: &[&Language],
    without: &[&Language],
    work: &mut usize,
) -> Result<Option<String>, TooLarge> {
    let never = NEVER.as_ref().ok_or(TooLarge)?;
    match Language::witness_for(within, without, work)? {
        Some(origin) if never.contains(&origin) => {
            let without: Vec<&Language> = without.iter().copied().chain([never]).collect();
            Language::witness_for(within, &without, work)
        }
        found => Ok(found),
    }
}
