//! Expressions made from automata.

use std::collections::HashMap;

use super::Dfa;
use crate::analysis::TooLarge;
use crate::analysis::expression::Expression;

impl Dfa {
    /// An expression that matches the same words; every word in one way only, unless it is too large.
    ///
    /// States are eliminated one by one, those with the fewest ways through them first.
    ///
    /// # Errors
    /// The expression would have more than `most` parts.
    pub fn to_expression(&self, most: usize) -> Result<Expression, TooLarge> {
        let states = self.accepting.len();
        let (start, end) = (states, states + 1);
        let mut edges: HashMap<(usize, usize), Expression> =
            self.edges().into_iter().map(|(from, to, set)| ((from, to), Expression::Bytes(set))).collect();
        for state in (1..states).filter(|&state| self.accepting[state]) {
            edges.insert((state, end), Expression::EMPTY);
        }
        edges.insert((start, usize::from(self.start)), Expression::EMPTY);
        let mut left: Vec<usize> = (1..states).collect();
        while let Some(index) = (0..left.len()).min_by_key(|&index| {
            let state = left[index];
            let into = edges.iter().filter(|((a, b), _)| *b == state && *a != state);
            let out = edges.iter().filter(|((a, b), _)| *a == state && *b != state);
            let weight = |(_, expression): (_, &Expression)| expression.size();
            let (incoming, outgoing) = (into.clone().count(), out.clone().count());
            (into.map(weight).sum::<usize>() * outgoing + out.map(weight).sum::<usize>() * incoming, state)
        }) {
            let state = left.swap_remove(index);
            eliminate(&mut edges, state);
            if edges.values().map(Expression::size).sum::<usize>() > most {
                return Err(TooLarge);
            }
        }
        Ok(edges.remove(&(start, end)).unwrap_or(Expression::Alternation(Vec::new())))
    }
}

/// Replaces the ways through a state by edges around it.
fn eliminate(edges: &mut HashMap<(usize, usize), Expression>, state: usize) {
    let looped = edges.remove(&(state, state)).map_or(Expression::EMPTY, |inner| inner.at_least(0));
    let mut take = |select: fn(&(usize, usize)) -> usize, other: fn(&(usize, usize)) -> usize| {
        let mut keys: Vec<(usize, usize)> = edges.keys().filter(|key| select(key) == state).copied().collect();
        keys.sort_unstable();
        keys.iter().filter_map(|key| Some((other(key), edges.remove(key)?))).collect::<Vec<_>>()
    };
    let incoming = take(|key| key.1, |key| key.0);
    let outgoing = take(|key| key.0, |key| key.1);
    for (from, before) in &incoming {
        for (to, after) in &outgoing {
            let through = Expression::concat([before.clone(), looped.clone(), after.clone()]).simplified();
            let edge = match edges.remove(&(*from, *to)) {
                Some(known) => Expression::any_of([known, through]).simplified(),
                None => through,
            };
            edges.insert((*from, *to), edge);
        }
    }
}
