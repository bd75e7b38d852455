//! What one list of entries admits and another does not, with a witness: the question behind `cors diff`, the
//! mutants of `cors test`, `cors check --fix` and the lints that compare policies.
//!
//! Most questions are answered by the parts of the entries. Where expressions are involved, a few of the origins
//! that they match are tried first, and automata are walked last: as far as the budget of a list goes.

mod gap;
#[cfg(feature = "files")]
mod listed;
pub(crate) mod plain;
#[cfg(test)]
mod tests;

use std::cell::{Cell, OnceCell};
use std::collections::{HashMap, HashSet};

use self::plain::{Index, cover_ports, ends, may_meet};
use crate::analysis::expression::Expression;
use crate::analysis::{Language, TooLarge, sent};
use crate::fetch::pattern::{HostPattern, OriginPattern, PortPattern, RegexPattern, parse};
use crate::ir::{Access, Origin, Policy};

/// What stands for a wildcard in examples.
const FILLERS: [&str; 3] = ["a", "x", "e"];
/// The most origins of an expression that are tried before its automaton is walked.
const MOST_SAMPLES: usize = 50;
/// What the walks cost that decide about the entries of one list.
const MOST_WORK: usize = 300_000_000;

/// An origin that one policy admits and the other one does not; a policy that is not there admits none.
///
/// # Errors
/// The automata are too large to tell.
pub(crate) fn only_in(these: &Policy, those: Option<&Policy>) -> Result<Option<String>, TooLarge> {
    let others = match those.map(|policy| &policy.access) {
        Some(Access::Anyone(_)) => return Ok(None),
        Some(Access::Listed { origins, .. }) => Entries::new(origins),
        None => Entries::new(&[]),
    };
    match &these.access {
        Access::Anyone(_) => others.stranger(),
        Access::Listed { origins, .. } => {
            let mut decided = Ok(None);
            for origin in origins {
                match others.lack(&origin.pattern.value) {
                    Ok(None) => {}
                    Ok(Some(witness)) => return Ok(Some(witness)),
                    Err(TooLarge) => decided = Err(TooLarge),
                }
            }
            decided
        }
    }
}

/// The entries of a list, so that most questions are answered without an automaton.
pub(crate) struct Entries<'a> {
    origins: &'a [Origin],
    literal: HashSet<&'a OriginPattern>,
    index: Index<'a>,
    regexes: Vec<(&'a OriginPattern, &'a RegexPattern)>,
    /// The plain entries whose hosts are below a name, by scheme and name. (The others are in the index.)
    below: OnceCell<HashMap<(&'a str, &'a str), Vec<&'a OriginPattern>>>,
    work: Cell<usize>,
}

impl<'a> Entries<'a> {
    pub(crate) fn new(origins: &'a [Origin]) -> Self {
        let regex = |origin: &'a Origin| match &origin.pattern.value {
            pattern @ OriginPattern::Regex(regex) => Some((pattern, regex.as_ref())),
            OriginPattern::Null | OriginPattern::Tuple { .. } => None,
        };
        Self {
            origins,
            literal: origins.iter().map(|origin| &origin.pattern.value).collect(),
            index: Index::new(origins),
            regexes: origins.iter().filter_map(regex).collect(),
            below: OnceCell::new(),
            work: Cell::new(MOST_WORK),
        }
    }

    /// Whether these entries admit the origin of an exact pattern.
    fn admit(&self, exact: &OriginPattern, text: &str) -> bool {
        self.literal.contains(exact)
            || cover_ports(&self.index.around(exact), exact)
            || self.regexes.iter().any(|(_, regex)| regex.dfa.matches(text.as_bytes()))
    }

    /// Whether a text is an origin that browsers send, and none of these entries admits it.
    fn lacks(&self, text: &str) -> bool {
        parse(text).is_ok_and(|exact| !self.admit(&exact, text))
    }

    /// An origin that none of these entries admits.
    ///
    /// # Errors
    /// The automata are too large to tell.
    pub(crate) fn stranger(&self) -> Result<Option<String>, TooLarge> {
        let readable = ["https://evil.example", "https://evil.test", "http://evil.example", "null"];
        if let Some(stranger) = readable.into_iter().find(|text| self.lacks(text)) {
            return Ok(Some(stranger.to_owned()));
        }
        let everyone = Language::new(&Expression::serialized_origin())?;
        let all = languages(self.origins.iter().map(|origin| &origin.pattern.value))?;
        witness(&everyone, &all, &self.work)
    }

    /// An origin that the pattern admits and none of these entries does.
    ///
    /// # Errors
    /// The automata are too large to tell.
    pub(crate) fn lack(&self, pattern: &OriginPattern) -> Result<Option<String>, TooLarge> {
        if self.literal.contains(pattern) {
            return Ok(None);
        }
        if let Some(text) = pattern.as_exact() {
            return Ok((!self.admit(pattern, &text)).then_some(text));
        }
        // The first guess is right unless there is something near it.
        if let Some(text) = samples(pattern).into_iter().find(|text| self.lacks(text)) {
            return Ok(Some(text));
        }
        if cover_ports(&self.index.around(pattern), pattern) {
            return Ok(None);
        }
        let near = self.near(pattern);
        if let Some(text) = gap::find(pattern, &near).into_iter().find(|text| self.lacks(text)) {
            return Ok(Some(text));
        }
        witness(&Language::of(pattern)?, &languages(near)?, &self.work)
    }

    /// The same, with what the walks cost taken from `work`, for whoever asks of several lists.
    ///
    /// # Errors
    /// The automata are too large to tell, or not enough is left of `work`.
    pub(crate) fn lack_for(&self, pattern: &OriginPattern, work: &mut usize) -> Result<Option<String>, TooLarge> {
        self.work.set(*work);
        let found = self.lack(pattern);
        *work = self.work.get();
        found
    }

    /// The entries that may admit an origin which the pattern admits.
    fn near(&self, pattern: &OriginPattern) -> Vec<&'a OriginPattern> {
        let all = || self.origins.iter().map(|origin| &origin.pattern.value);
        let OriginPattern::Regex(regex) = pattern else {
            let above = self.index.at_ends(pattern).map(|origin| &origin.pattern.value);
            let below = ends(pattern).next().and_then(|end| self.below().get(&end)).into_iter().flatten().copied();
            let plain = above.chain(below).filter(|other| may_meet(pattern, other));
            let regexes = self.regexes.iter().filter(|(_, regex)| may_match(regex, pattern));
            return plain.chain(regexes.map(|(other, _)| *other)).collect();
        };
        let near = |other: &&OriginPattern| match other.as_exact() {
            Some(text) => regex.dfa.matches(text.as_bytes()),
            None => may_match(regex, other),
        };
        all().filter(near).collect()
    }

    fn below(&self) -> &HashMap<(&'a str, &'a str), Vec<&'a OriginPattern>> {
        self.below.get_or_init(|| {
            let mut below: HashMap<_, Vec<&OriginPattern>> = HashMap::new();
            for pattern in self.origins.iter().map(|origin| &origin.pattern.value) {
                // A wildcard of the name itself is in the index.
                for end in ends(pattern).skip(usize::from(pattern.as_exact().is_none())) {
                    below.entry(end).or_default().push(pattern);
                }
            }
            below
        })
    }
}

/// Whether an expression matches anything that begins as the pattern does.
fn may_match(regex: &RegexPattern, pattern: &OriginPattern) -> bool {
    let OriginPattern::Tuple { scheme, host, .. } = pattern else {
        return matches!(pattern, OriginPattern::Regex(_));
    };
    let start = match host {
        HostPattern::Exact(host) => host,
        HostPattern::Label { before, .. } => before,
        HostPattern::Subdomains { .. } => "",
    };
    regex.dfa.run(&format!("{scheme}://{start}")).is_some()
}

/// A few simple origins of a pattern. Some may be such as browsers never send, with a default port.
fn samples(pattern: &OriginPattern) -> Vec<String> {
    let (scheme, host, port) = match pattern {
        OriginPattern::Null => return Vec::new(),
        OriginPattern::Regex(regex) => return regex.dfa.samples(MOST_SAMPLES),
        OriginPattern::Tuple { scheme, host, port } => (scheme, host, port),
    };
    let port = match *port {
        PortPattern::Range(first, _) => PortPattern::Exact(first),
        PortPattern::Any => PortPattern::Default,
        other => other,
    };
    let hosts = match host {
        HostPattern::Exact(host) => vec![host.clone()],
        HostPattern::Subdomains { suffix } => FILLERS.map(|filler| format!("{filler}.{suffix}")).to_vec(),
        HostPattern::Label { before, after, suffix } => {
            FILLERS.map(|filler| format!("{before}{filler}{after}.{suffix}")).to_vec()
        }
    };
    let origin =
        |host| OriginPattern::Tuple { scheme: scheme.clone(), host: HostPattern::Exact(host), port }.to_string();
    hosts.into_iter().map(origin).collect()
}

/// What any of the entries admits.
fn languages<'a>(patterns: impl IntoIterator<Item = &'a OriginPattern>) -> Result<Language, TooLarge> {
    let parts = patterns.into_iter().map(Language::of).collect::<Result<Vec<_>, _>>()?;
    Ok(Language::union(&parts))
}

/// The shortest origin that one has and the others do not; one of the web if there is any.
fn witness(own: &Language, others: &Language, work: &Cell<usize>) -> Result<Option<String>, TooLarge> {
    let never = sent::NEVER.as_ref().ok_or(TooLarge)?;
    let pages = sent::PAGES.as_ref().ok_or(TooLarge)?;
    let mut left = work.take();
    let web = Language::witness_for(&[own, pages], &[others, never], &mut left);
    let found = match web {
        Ok(None) => Language::witness_for(&[own], &[others, never], &mut left),
        found => found,
    };
    work.set(left);
    found
}
