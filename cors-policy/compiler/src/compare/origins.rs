//! Origins: what one policy admits and the other does not, decided on automata where the entries do not tell.

use std::cell::{Cell, OnceCell};
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::{Item, Party};
use crate::analysis::expression::Expression;
use crate::analysis::{Language, TooLarge};
use crate::fetch::pattern::{HostPattern, OriginPattern, PortPattern, RegexPattern, parse};
use crate::ir::{Access, Origin, Policy};
use crate::lint::reach::{Fixed, PAGES};
use crate::lint::shadowed_origin::plain::{Index, cover_ports, ends, may_meet};

/// The most origins of an entry that are listed one by one.
const MOST_LISTED: usize = 10;
/// How often the automata of one comparison are asked for further origins to list, if they are small.
const MOST_QUESTIONS: usize = 500;
/// A question to an automaton of more entries than this counts as several.
const ENTRIES_OF_A_QUESTION: usize = 50;

/// What has the form of an origin but is never sent: it makes no difference.
static NEVER_SENT: Fixed = LazyLock::new(|| Language::new(&Expression::never_serialized()).ok());

/// The entries of the first policy that admit an origin which the other one does not.
pub(super) fn more(of: Party<'_>, than: Option<&Policy>) -> Vec<Item> {
    let origins = match than.map(|than| &than.access) {
        Some(Access::Anyone(_)) => return Vec::new(),
        Some(Access::Listed { origins, .. }) => origins.as_slice(),
        None => &[],
    };
    let others = Others::new(origins);
    if let Access::Anyone(place) = of.policy.access {
        return vec![Item { witness: others.stranger(), ..of.side.item("*", place) }];
    }
    // What stands on both sides is no difference, whatever it admits.
    let only_here = of.policy.origins().iter().filter(|origin| !others.literal.contains(&origin.pattern.value));
    let item = |origin: &Origin| {
        let pattern = &origin.pattern.value;
        let (witness, origins) = match others.lack(pattern) {
            Ok(None) => return None,
            Ok(Some(witness)) => (Some(witness.clone()), others.all_lacking(pattern, witness)),
            Err(TooLarge) => (None, Vec::new()),
        };
        let through = origin.through.iter().map(|place| of.side.location(*place)).collect();
        Some(Item { witness, origins, through, ..of.side.item(pattern.to_string(), origin.pattern.place) })
    };
    only_here.filter_map(item).collect()
}

/// The entries of the other side, so that most questions are answered without an automaton.
struct Others<'a> {
    origins: &'a [Origin],
    literal: HashSet<&'a OriginPattern>,
    index: Index<'a>,
    regexes: Vec<(&'a OriginPattern, &'a RegexPattern)>,
    /// The plain entries whose hosts are below a name, by scheme and name. (The others are in the index.)
    below: OnceCell<HashMap<(&'a str, &'a str), Vec<&'a OriginPattern>>>,
    questions: Cell<usize>,
}

impl<'a> Others<'a> {
    fn new(origins: &'a [Origin]) -> Self {
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
            questions: Cell::new(MOST_QUESTIONS),
        }
    }

    /// Whether these entries admit the origin of an exact pattern.
    fn admit(&self, exact: &OriginPattern, text: &str) -> bool {
        self.literal.contains(exact)
            || cover_ports(&self.index.around(exact), exact)
            || self.regexes.iter().any(|(_, regex)| regex.dfa.matches(text.as_bytes()))
    }

    /// An origin that none of these entries admits.
    fn stranger(&self) -> Option<String> {
        let is_one = |text: &&str| parse(text).is_ok_and(|exact| !self.admit(&exact, text));
        if let Some(stranger) = ["https://evil.example", "https://evil.test"].into_iter().find(is_one) {
            return Some(stranger.to_owned());
        }
        let everyone = Language::new(&Expression::serialized_origin()).ok()?;
        let all = languages(self.origins.iter().map(|origin| &origin.pattern.value)).ok()?;
        witness(&everyone, &all).ok()?
    }

    /// An origin that the pattern admits and none of these entries does.
    fn lack(&self, pattern: &OriginPattern) -> Result<Option<String>, TooLarge> {
        if let Some(text) = pattern.as_exact() {
            return Ok((!self.admit(pattern, &text)).then_some(text));
        }
        // The first guess is right unless there is something near it.
        if let Some(text) = sample(pattern)
            && let Ok(exact) = parse(&text)
            && !self.admit(&exact, &text)
        {
            return Ok(Some(text));
        }
        if cover_ports(&self.index.around(pattern), pattern) {
            return Ok(None);
        }
        witness(&Language::of(pattern)?, &languages(self.near(pattern))?)
    }

    /// All origins that the pattern admits and none of these entries does, if they are few; `first` is one.
    fn all_lacking(&self, pattern: &OriginPattern, first: String) -> Vec<String> {
        let endless = matches!(pattern, OriginPattern::Tuple { host, .. } if !matches!(host, HostPattern::Exact(_)));
        if pattern.as_exact().is_some() {
            return vec![first];
        }
        if self.questions.get() == 0 {
            return Vec::new();
        }
        let near = self.near(pattern);
        // A wildcard leaves finitely many only where others are as wide.
        if endless && near.iter().all(|other| other.as_exact().is_some()) {
            return Vec::new();
        }
        let cost = 1 + near.len() / ENTRIES_OF_A_QUESTION;
        let (Ok(own), Ok(mut others)) = (Language::of(pattern), languages(near)) else { return Vec::new() };
        let mut found = vec![first];
        while let (Some(left), Some(last)) = (self.questions.get().checked_sub(cost), found.last()) {
            self.questions.set(left);
            let Ok(known) = Language::new(&Expression::literal(last)) else { break };
            others = Language::union([&others, &known]);
            match witness(&own, &others) {
                Ok(None) => {
                    found.sort();
                    return found;
                }
                Ok(Some(another)) if found.len() < MOST_LISTED => found.push(another),
                Ok(Some(_)) | Err(TooLarge) => break,
            }
        }
        Vec::new()
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

/// The simplest origin of a plain pattern. It may be none that browsers send, with a default port.
fn sample(pattern: &OriginPattern) -> Option<String> {
    let OriginPattern::Tuple { scheme, host, port } = pattern else { return None };
    let host = HostPattern::Exact(match host {
        HostPattern::Exact(host) => host.clone(),
        HostPattern::Subdomains { suffix } => format!("a.{suffix}"),
        HostPattern::Label { before, after, suffix } => format!("{before}a{after}.{suffix}"),
    });
    let port = match *port {
        PortPattern::Range(first, _) => PortPattern::Exact(first),
        PortPattern::Any => PortPattern::Default,
        other => other,
    };
    Some(OriginPattern::Tuple { scheme: scheme.clone(), host, port }.to_string())
}

/// What any of the entries admits.
fn languages<'a>(patterns: impl IntoIterator<Item = &'a OriginPattern>) -> Result<Language, TooLarge> {
    let parts = patterns.into_iter().map(Language::of).collect::<Result<Vec<_>, _>>()?;
    Ok(Language::union(&parts))
}

/// The shortest origin that one has and the others do not; one of the web if there is any.
fn witness(own: &Language, others: &Language) -> Result<Option<String>, TooLarge> {
    let never = NEVER_SENT.as_ref().ok_or(TooLarge)?;
    let web = Language::witness(&[own, PAGES.as_ref().ok_or(TooLarge)?], &[others, never])?;
    match web {
        Some(web) => Ok(Some(web)),
        None => Language::witness(&[own], &[others, never]),
    }
}
