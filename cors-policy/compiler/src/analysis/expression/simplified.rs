//! The same expression with fewer parts, to be read.

use super::{ByteSet, Expression};

impl Expression {
    /// How many parts it has.
    #[must_use]
    pub fn size(&self) -> usize {
        match self {
            Self::Bytes(_) => 1,
            Self::Concatenation(parts) | Self::Alternation(parts) => 1 + parts.iter().map(Self::size).sum::<usize>(),
            Self::Repetition { inner, .. } => 1 + inner.size(),
        }
    }

    /// The same with less: nested parts joined, bytes that are alternatives made one set.
    #[must_use]
    pub fn simplified(self) -> Self {
        match self {
            Self::Bytes(_) => self,
            Self::Concatenation(parts) => {
                let mut flat = Vec::new();
                for part in parts {
                    match part.simplified() {
                        Self::Concatenation(inner) => flat.extend(inner),
                        other => flat.push(other),
                    }
                }
                if flat.iter().any(|part| *part == Self::Alternation(Vec::new())) {
                    return Self::Alternation(Vec::new());
                }
                let mut joined: Vec<Self> = Vec::new();
                for part in flat {
                    match (joined.last_mut(), part) {
                        // `aa*` is `a+`.
                        (Some(last), Self::Repetition { inner, min: 0, max: None }) if *last == *inner => {
                            *last = Self::Repetition { inner, min: 1, max: None };
                        }
                        (_, part) => joined.push(part),
                    }
                }
                if joined.len() == 1 { joined.remove(0) } else { Self::Concatenation(joined) }
            }
            Self::Alternation(parts) => {
                let (mut flat, mut bytes) = (Vec::new(), ByteSet::EMPTY);
                let mut optional = false;
                for part in parts {
                    match part.simplified() {
                        Self::Alternation(inner) => flat.extend(inner),
                        Self::Bytes(set) => bytes = bytes.union(set),
                        other if other == Self::EMPTY => optional = true,
                        other => flat.push(other),
                    }
                }
                if !bytes.is_empty() {
                    flat.push(Self::Bytes(bytes));
                }
                let whole = if flat.len() == 1 { flat.remove(0) } else { Self::Alternation(flat) };
                match whole {
                    Self::Alternation(parts) if optional && parts.is_empty() => Self::EMPTY,
                    whole if optional => whole.optional(),
                    whole => whole,
                }
            }
            Self::Repetition { inner, min, max } => {
                let inner = inner.simplified();
                match (inner == Self::EMPTY || max == Some(0), (min, max)) {
                    (true, _) => Self::EMPTY,
                    (false, (1, Some(1))) => inner,
                    _ => Self::Repetition { inner: Box::new(inner), min, max },
                }
            }
        }
    }
}
