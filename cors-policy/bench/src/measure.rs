//! How contenders are measured: in turns, in one process, so that whatever else the machine does
//! meets all of them.

use std::time::{Duration, Instant};

/// How long one contender runs until the next one has its turn.
const TURN: Duration = Duration::from_micros(60);

/// One way to do what a case asks for.
pub trait Contender {
    /// Makes what the next [`run`](Self::run) consumes; not measured.
    fn prepare(&mut self, count: usize);
    /// Does the work as often as was prepared for.
    fn run(&mut self);
    /// Whether it allows the origin: contenders that disagree do not do the same work.
    fn allowed(&mut self) -> bool;
}

/// Cases that are measured for the same contenders.
pub struct Group {
    /// What the cases have in common.
    pub title: &'static str,
    /// The names of the contenders. Unless costs are whole, the first one does without CORS, and what
    /// the others cost is what they add to it.
    pub columns: Vec<&'static str>,
    /// Whether costs are whole, not added.
    pub whole: bool,
    /// What is asked.
    pub cases: Vec<Case>,
}

/// What is asked, of everyone who can answer.
pub struct Case {
    /// What it is.
    pub name: String,
    /// Whether the policy allows the origin.
    pub allowed: bool,
    /// One for each column; `None` has no such thing.
    pub contenders: Vec<Option<Box<dyn Contender>>>,
}

/// What a case cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The case.
    pub case: String,
    /// One for each column.
    pub cells: Vec<Option<Cell>>,
}

/// What a contender cost, whole or added, for one operation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// The median, in nanoseconds.
    pub nanoseconds: f64,
    /// Calls of the allocator.
    pub allocations: f64,
}

/// How often everyone has a turn.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// The turns of a pass, of which the median counts.
    pub rounds: usize,
    /// The passes, of whose medians the median counts.
    pub passes: usize,
}

impl Group {
    /// The column of `cors-policy`.
    #[must_use]
    pub fn ours(&self) -> usize {
        usize::from(!self.whole)
    }
}

impl Case {
    /// The contender that does not answer as it should, if there is one.
    pub fn dissenter(&mut self, group: &str, columns: &[&'static str], first: usize) -> Option<String> {
        let mut contenders = self.contenders.iter_mut().zip(columns).skip(first);
        let dissents = |it: &mut Box<dyn Contender>| it.allowed() != self.allowed;
        let column = contenders.find_map(|(it, column)| it.as_mut().is_some_and(dissents).then_some(column))?;
        Some(format!("{group}, {}: {column} does not answer {}", self.name, self.allowed))
    }

    /// The nanoseconds of each contender; those behind `first` as what they add to the first one's.
    pub fn measure(&mut self, effort: Effort, first: usize) -> Vec<Option<f64>> {
        let counts: Vec<usize> = self.contenders.iter_mut().map(|it| it.as_mut().map_or(0, calibrate)).collect();
        let mut passes = vec![Vec::new(); counts.len()];
        for _ in 0..effort.passes {
            let mut rounds = vec![Vec::new(); counts.len()];
            for _ in 0..effort.rounds {
                let mut base = 0.0;
                for (column, (contender, &count)) in self.contenders.iter_mut().zip(&counts).enumerate() {
                    let Some(contender) = contender else { continue };
                    let cost =
                        turn(contender, count).as_secs_f64() * 1e9 / f64::from(u32::try_from(count).unwrap_or(1));
                    rounds[column].push(cost - base);
                    if column < first {
                        base = cost;
                    }
                }
            }
            for (pass, rounds) in passes.iter_mut().zip(rounds) {
                pass.extend(median(rounds));
            }
        }
        passes.into_iter().map(median).collect()
    }
}

/// How often the contender is to do its work to fill a turn.
fn calibrate(contender: &mut Box<dyn Contender>) -> usize {
    let mut count = 1;
    loop {
        let took = turn(contender, count).min(turn(contender, count));
        if took >= TURN || count >= 1 << 16 {
            return count;
        }
        let wanted = TURN.as_nanos() / took.as_nanos().max(1) + 1;
        count *= usize::try_from(wanted).unwrap_or(2).clamp(2, 16);
    }
}

fn turn(contender: &mut Box<dyn Contender>, count: usize) -> Duration {
    contender.prepare(count);
    let start = Instant::now();
    contender.run();
    start.elapsed()
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Sleeper(Duration, usize);

    impl Contender for Sleeper {
        fn prepare(&mut self, count: usize) {
            self.1 = count;
        }
        fn run(&mut self) {
            (0..self.1).for_each(|_| std::thread::sleep(self.0));
        }
        fn allowed(&mut self) -> bool {
            true
        }
    }

    #[test]
    fn medians_are_of_the_middle() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(Vec::new()), None);
    }

    #[test]
    fn what_is_added_is_a_difference() {
        let sleeper =
            |micros| -> Option<Box<dyn Contender>> { Some(Box::new(Sleeper(Duration::from_micros(micros), 0))) };
        let contenders = vec![sleeper(100), None, sleeper(200)];
        let mut case = Case { name: "sleep".to_owned(), allowed: false, contenders };
        let costs = case.measure(Effort { rounds: 1, passes: 1 }, 1);
        assert!(costs[0].is_some_and(|base| base >= 100_000.0), "{costs:?}");
        assert_eq!(costs[1], None);
        assert!(costs[2].is_some(), "{costs:?}");
        assert_eq!(case.dissenter("g", &["a", "b", "c"], 1), Some("g, sleep: c does not answer false".to_owned()));
    }
}
