//! Expressions made from automata.

use std::collections::{BTreeSet, HashMap};

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
        let mut graph = Graph { around: vec![Around::default(); states + 2], ..Graph::default() };
        for (from, to, set) in self.edges() {
            graph.insert(from, to, Expression::Bytes(set));
        }
        for state in (1..states).filter(|&state| self.accepting[state]) {
            graph.insert(state, end, Expression::EMPTY);
        }
        graph.insert(start, usize::from(self.start), Expression::EMPTY);
        let mut left: Vec<usize> = (1..states).collect();
        while let Some(index) = (0..left.len()).min_by_key(|&index| (graph.around[left[index]].weight(), left[index])) {
            graph.eliminate(left.swap_remove(index));
            if graph.size > most {
                return Err(TooLarge);
            }
        }
        Ok(graph.remove(start, end).unwrap_or(Expression::Alternation(Vec::new())))
    }
}

/// States, and the expressions that lead from one to another.
#[derive(Default)]
struct Graph {
    /// Each with its size, which takes long to count.
    edges: HashMap<(usize, usize), (Expression, usize)>,
    around: Vec<Around>,
    /// The size of all edges.
    size: usize,
}

/// What leads to a state and away from it, loops aside.
#[derive(Default, Clone)]
struct Around {
    before: BTreeSet<usize>,
    after: BTreeSet<usize>,
    /// The size of the edges that lead to it.
    incoming: usize,
    /// The size of the edges that lead away from it.
    outgoing: usize,
}

impl Around {
    /// How much there is to write when the state is eliminated.
    fn weight(&self) -> usize {
        self.incoming * self.after.len() + self.outgoing * self.before.len()
    }
}

impl Graph {
    fn insert(&mut self, from: usize, to: usize, expression: Expression) {
        let size = expression.size();
        self.size += size;
        if from != to {
            self.around[from].after.insert(to);
            self.around[from].outgoing += size;
            self.around[to].before.insert(from);
            self.around[to].incoming += size;
        }
        self.edges.insert((from, to), (expression, size));
    }

    fn remove(&mut self, from: usize, to: usize) -> Option<Expression> {
        let (expression, size) = self.edges.remove(&(from, to))?;
        self.size -= size;
        if from != to {
            self.around[from].after.remove(&to);
            self.around[from].outgoing -= size;
            self.around[to].before.remove(&from);
            self.around[to].incoming -= size;
        }
        Some(expression)
    }

    /// Replaces the ways through a state by edges around it.
    fn eliminate(&mut self, state: usize) {
        let looped = self.remove(state, state).map_or(Expression::EMPTY, |inner| inner.at_least(0));
        let Around { before, after, .. } = self.around[state].clone();
        let incoming: Vec<_> = before.into_iter().filter_map(|from| Some((from, self.remove(from, state)?))).collect();
        let outgoing: Vec<_> = after.into_iter().filter_map(|to| Some((to, self.remove(state, to)?))).collect();
        for (from, before) in &incoming {
            for (to, after) in &outgoing {
                let through = Expression::concat([before.clone(), looped.clone(), after.clone()]).simplified();
                let edge = match self.remove(*from, *to) {
                    Some(known) => Expression::any_of([known, through]).simplified(),
                    None => through,
                };
                self.insert(*from, *to, edge);
            }
        }
    }
}
