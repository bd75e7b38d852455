//! Gives every comment to the node that it is about: at the end of its line, before it, or after it as the
//! last thing of a block.

use super::tree::{Comment, Loose, Tree};

/// Gives all comments away.
pub(super) fn attach(tree: &mut Tree) {
    for Loose { at, own_line, comment } in std::mem::take(&mut tree.loose) {
        // Units stand in the order of the text; the first is the file.
        let next = tree.units.partition_point(|unit| unit.begin <= at).max(1);
        let previous = next - 1;
        let next = (next < tree.units.len()).then_some(next);
        let place = if own_line || (previous == 0 && at < tree.units[0].end) {
            before(tree, at, comment.column, previous, next)
        } else {
            Place::Trailing(tree.ended(previous, at))
        };
        tree.put(place, comment);
    }
    tree.settle();
}

enum Place {
    Trailing(usize),
    Head(usize),
    /// At the end of the unit's collection.
    Foot(usize),
}

/// Where a comment on a line of its own belongs, between two units.
fn before(tree: &Tree, at: usize, column: usize, previous: usize, next: Option<usize>) -> Place {
    if let Some(flow) = tree.enclosing_flow(previous, at) {
        return match next.filter(|&next| tree.units[next].begin < tree.units[flow].end) {
            Some(next) => Place::Head(next),
            None => Place::Foot(flow),
        };
    }
    let within = |owner: usize, unit: usize| tree.owners(unit).any(|above| above == owner);
    let opens = next.is_some_and(|next| within(previous, next));
    if previous != 0 && tree.awaits_value(previous, at, opens) {
        return Place::Head(previous);
    }
    // The first of a block, or no deeper than what follows.
    if let Some(next) = next.filter(|&next| opens || column <= tree.units[next].column) {
        return Place::Head(next);
    }
    // The innermost block that has ended and begins no farther to the right.
    let block = tree.owners(previous).find(|&owner| tree.block_column(owner) <= column).unwrap_or(0);
    match next {
        Some(next) if within(block, next) => Place::Head(next),
        _ => Place::Foot(block),
    }
}

impl Tree {
    /// The units above a unit, from the nearest to the file.
    fn owners(&self, unit: usize) -> impl Iterator<Item = usize> {
        let above = |unit: usize| (unit != 0).then(|| self.units[unit].owner);
        std::iter::successors(above(unit), move |&unit| above(unit))
    }

    /// Whether an offset is between a unit's key or `-` and its value, which is no block with units of its own.
    fn awaits_value(&self, unit: usize, at: usize, opens: bool) -> bool {
        match self.units[unit].collection() {
            Some(flow) if flow.flow => at < flow.start,
            _ => !opens && at < self.units[unit].end,
        }
    }

    /// The column of the entries or items of a unit's value.
    fn block_column(&self, owner: usize) -> usize {
        let first = self.children(owner).first().map_or(0, |&first| self.units[first].column);
        // A list may stand at its key's own column, and is deeper all the same.
        let same = self.units[owner].key.is_some() && first <= self.units[owner].column;
        if same { self.units[owner].column + 1 } else { first }
    }

    /// The unit whose flow collection encloses an offset: the innermost.
    fn enclosing_flow(&self, unit: usize, at: usize) -> Option<usize> {
        std::iter::once(unit).chain(self.owners(unit)).find(|&owner| {
            let collection = self.units[owner].collection();
            collection.is_some_and(|flow| flow.flow && flow.start < at && at < flow.end)
        })
    }

    /// The unit that a comment at the end of a line is about: of several flow collections that have ended
    /// before it, the outermost.
    fn ended(&self, unit: usize, at: usize) -> usize {
        let is_over = |&owner: &usize| self.units[owner].collection().is_some_and(|flow| flow.flow && flow.end <= at);
        self.owners(unit).take_while(is_over).last().unwrap_or(unit)
    }

    fn put(&mut self, place: Place, comment: Comment) {
        match place {
            Place::Trailing(unit) => self.units[unit].trailing.push(comment),
            Place::Head(unit) => self.units[unit].head.push(comment),
            Place::Foot(unit) => match self.collection_mut(unit) {
                Some(collection) if !collection.units.is_empty() => collection.foot.push(comment),
                // Nothing can stand in an empty collection.
                _ if unit == 0 => self.units[0].trailing.push(comment),
                _ => self.units[unit].head.push(comment),
            },
        }
    }

    /// A line ends with one comment: the others go before it.
    fn settle(&mut self) {
        for unit in &mut self.units {
            let last = unit.trailing.pop();
            unit.head.append(&mut unit.trailing);
            unit.trailing.extend(last);
        }
    }
}
