//! What aliases may repeat: the budgets are charged at the alias, and nothing is expanded.

use std::collections::HashMap;

use crate::source::Span;
use crate::syntax::tree::Node;

/// How deep collections may nest. A policy needs six levels.
pub(super) const MAX_DEPTH: usize = 32;

/// The most nodes that are written in a file, and the most that aliases repeat.
pub(super) const MAX_NODES: usize = 1_000_000;

/// How much a node brings to where an alias repeats it.
#[derive(Clone, Copy)]
pub(super) struct Weight {
    nodes: usize,
    height: usize,
}

impl Weight {
    pub(super) const SCALAR: Self = Self { nodes: 1, height: 0 };
    pub(super) const COLLECTION: Self = Self { nodes: 1, height: 1 };

    /// Adds the weight of a child.
    pub(super) fn add(&mut self, child: Self) {
        self.nodes = self.nodes.saturating_add(child.nodes);
        self.height = self.height.max(child.height + 1);
    }
}

/// The values that have an anchor.
#[derive(Default)]
pub(super) struct Anchors {
    finished: HashMap<usize, (Node, Weight)>,
    /// The nodes that aliases repeat, so far.
    repeated: usize,
    too_large: bool,
}

/// Why an alias cannot be followed.
pub(super) enum Refusal {
    /// It stands within the value that it repeats.
    Itself,
    TooDeep,
    TooLarge,
    /// The same, and not for the first time in the file.
    TooLargeAgain,
}

impl Anchors {
    /// Remembers a finished node.
    pub(super) fn define(&mut self, anchor: usize, node: &Node, weight: Weight) {
        self.finished.insert(anchor, (node.clone(), weight));
    }

    /// The node that an alias at `depth` repeats.
    pub(super) fn resolve(&mut self, anchor: usize, alias: Span, depth: usize) -> Result<(Node, Weight), Refusal> {
        let (node, weight) = self.finished.get(&anchor).ok_or(Refusal::Itself)?;
        if depth + weight.height > MAX_DEPTH {
            return Err(Refusal::TooDeep);
        }
        let repeated = self.repeated.saturating_add(weight.nodes);
        if repeated > MAX_NODES {
            let again = std::mem::replace(&mut self.too_large, true);
            return Err(if again { Refusal::TooLargeAgain } else { Refusal::TooLarge });
        }
        self.repeated = repeated;
        let alias = Some(alias);
        Ok((Node { alias, ..node.clone() }, *weight))
    }
}
