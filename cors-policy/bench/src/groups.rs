//! What is compared. Each file has the groups of one level, and the crates that stand beside ours there.

mod actix;
mod connection;
mod decision;
mod peers;
mod service;
mod tower;

pub(crate) use decision::MATCHER;

use std::hint::black_box;

use crate::measure::{Case, Contender, Group};

/// Makes the group of that title. Policies of thousands of origins take their time.
pub type Make = fn(&'static str) -> Group;

/// Every group: its title, and what makes it.
pub const GROUPS: &[(&str, Make)] = &[
    ("decision: no `Origin`", decision::no_origin),
    ("decision: exact origins", decision::exact),
    ("decision: subdomain wildcards", decision::wildcards),
    ("decision: regular expressions", decision::regexes),
    ("decision: mixed policy", decision::mixed),
    ("decision: preflight", decision::preflight),
    ("decision: 1 MB `Origin`", decision::megabyte),
    ("tower: added", tower::added),
    ("tower: preflight", tower::preflight),
    ("actix-web: added", actix::added),
    ("actix-web: preflight", actix::preflight),
    ("axum + hyper: layer of the router, added", service::inside),
    ("axum + hyper: layer around the router, added", service::outside),
];

/// The groups whose title has one of the words in it, and cases whose name has; all of them without
/// a word.
pub fn selected(words: &[String]) -> impl Iterator<Item = Group> {
    let has = |text: &str| words.is_empty() || words.iter().any(|word| text.contains(word.as_str()));
    GROUPS.iter().filter_map(move |(title, make)| {
        let mut group = make(title);
        if !has(title) {
            group.cases.retain(|case| has(&case.name));
        }
        (!group.cases.is_empty()).then_some(group)
    })
}

/// Asks about texts, one after the other.
struct Lookup<F> {
    texts: Vec<&'static str>,
    next: usize,
    count: usize,
    ask: F,
}

impl<F: FnMut(&'static str) -> bool> Contender for Lookup<F> {
    fn prepare(&mut self, count: usize) {
        self.count = count;
    }

    fn run(&mut self) {
        let mut left = self.count;
        while left > 0 {
            let rest = &self.texts[self.next..];
            let now = &rest[..left.min(rest.len())];
            for text in now {
                black_box((self.ask)(black_box(text)));
            }
            left -= now.len();
            self.next = (self.next + now.len()) % self.texts.len();
        }
    }

    fn allowed(&mut self) -> bool {
        let mut texts: Vec<&'static str> = self.texts.iter().copied().take(20).collect();
        texts.dedup_by(|one, other| std::ptr::eq(*one, *other));
        texts.into_iter().all(&mut self.ask)
    }
}

/// Answers requests that are made beforehand; that they are dropped is part of the work.
struct Calls<M, R, C, A> {
    make: M,
    requests: Vec<R>,
    call: C,
    allows: A,
}

impl<M: FnMut() -> R, R, C: FnMut(R) -> T, T, A: Fn(&T) -> bool> Contender for Calls<M, R, C, A> {
    fn prepare(&mut self, count: usize) {
        self.requests.clear();
        self.requests.extend(std::iter::repeat_with(&mut self.make).take(count));
    }

    fn run(&mut self) {
        for request in self.requests.drain(..) {
            drop(black_box((self.call)(request)));
        }
    }

    fn allowed(&mut self) -> bool {
        let request = (self.make)();
        (self.allows)(&(self.call)(request))
    }
}

type Boxed = Option<Box<dyn Contender>>;

fn lookup(texts: &[&'static str], ask: impl FnMut(&'static str) -> bool + 'static) -> Boxed {
    Some(Box::new(Lookup { texts: texts.to_vec(), next: 0, count: 0, ask }))
}

fn calls<R: 'static, T: 'static>(
    make: impl FnMut() -> R + 'static,
    call: impl FnMut(R) -> T + 'static,
    allows: impl Fn(&T) -> bool + 'static,
) -> Boxed {
    Some(Box::new(Calls { make, requests: Vec::new(), call, allows }))
}

/// The same text again and again.
fn hot(text: impl Into<String>) -> Vec<&'static str> {
    let text: &'static str = text.into().leak();
    vec![text; 64]
}

/// All the texts in turn, in no order.
fn rotating(texts: impl IntoIterator<Item = String>) -> Vec<&'static str> {
    let texts: Vec<&'static str> = texts.into_iter().map(|text| &*text.leak()).collect();
    // A stride that shares no factor with the powers of ten that the counts are.
    (0..texts.len()).map(|index| texts[index * 7_919 % texts.len()]).collect()
}

fn case(name: impl Into<String>, allowed: bool, contenders: Vec<Boxed>) -> Case {
    Case { name: name.into(), allowed, contenders }
}

/// A count with its unit: `1,000 origins`.
fn counted(count: usize, one: &str) -> String {
    let digits = if count >= 1_000 { format!("{},{:03}", count / 1_000, count % 1_000) } else { count.to_string() };
    let plural = match (count, one) {
        (1, _) => "",
        (_, "regex") => "es",
        _ => "s",
    };
    format!("{digits} {one}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_contenders_answer_alike() {
        for (title, make) in GROUPS {
            let Group { columns, whole, cases, .. } = make(title);
            for mut case in cases {
                assert_eq!(case.contenders.len(), columns.len(), "{title}, {}", case.name);
                assert_eq!(case.dissenter(title, &columns, usize::from(!whole)), None);
                for contender in case.contenders.iter_mut().flatten() {
                    contender.prepare(3);
                    contender.run();
                }
            }
        }
    }

    #[test]
    fn rotating_visits_all() {
        let mut seen = rotating((0..100).map(|number| number.to_string()));
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 100);
    }

    #[test]
    fn counts_are_prose() {
        let counts = [(1, "origin"), (10_000, "origin"), (10, "regex")].map(|(count, one)| counted(count, one));
        assert_eq!(counts, ["1 origin", "10,000 origins", "10 regexes"]);
    }
}
