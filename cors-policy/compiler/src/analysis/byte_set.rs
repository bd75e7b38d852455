//! Sets of bytes.

/// A set of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ByteSet([u64; 4]);

impl ByteSet {
    /// The set of no byte.
    pub const EMPTY: Self = Self([0; 4]);

    /// The set of one byte.
    #[must_use]
    pub const fn byte(byte: u8) -> Self {
        Self::range(byte, byte)
    }

    /// The set of the bytes from `first` to `last`.
    #[must_use]
    pub const fn range(first: u8, last: u8) -> Self {
        let mut set = [0; 4];
        let mut byte = first as usize;
        while byte <= last as usize {
            set[byte / 64] |= 1 << (byte % 64);
            byte += 1;
        }
        Self(set)
    }

    /// Whether the byte is in the set.
    #[must_use]
    pub const fn contains(&self, byte: u8) -> bool {
        self.0[byte as usize / 64] & (1 << (byte % 64)) != 0
    }

    /// What is in either set.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        Self([a | e, b | f, c | g, d | h])
    }

    /// What is in both sets.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        Self([a & e, b & f, c & g, d & h])
    }

    /// Whether it holds no byte.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::EMPTY
    }

    /// How many bytes it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The bytes, in order.
    pub fn iter(&self) -> impl Iterator<Item = u8> + use<> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let (word, bits) = (0u8..).zip(&mut left).find(|(_, bits)| **bits != 0)?;
            let bit = bits.trailing_zeros() as u8;
            *bits &= *bits - 1;
            Some(word * 64 + bit)
        })
    }

    /// The bytes as runs of consecutive ones.
    #[must_use]
    pub fn ranges(&self) -> Vec<(u8, u8)> {
        let mut ranges: Vec<(u8, u8)> = Vec::new();
        for byte in self.iter() {
            match ranges.last_mut() {
                Some((_, last)) if *last + 1 == byte => *last = byte,
                _ => ranges.push((byte, byte)),
            }
        }
        ranges
    }
}

impl FromIterator<u8> for ByteSet {
    fn from_iter<I: IntoIterator<Item = u8>>(bytes: I) -> Self {
        bytes.into_iter().fold(Self::EMPTY, |set, byte| set.union(Self::byte(byte)))
    }
}
