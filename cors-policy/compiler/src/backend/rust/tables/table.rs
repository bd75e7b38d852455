//! A perfect hash table: compress, hash and displace.

use super::super::hash::{bucket, hash, slot};

/// Texts, each in a slot of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Chooses the hash function.
    pub seed: u64,
    /// The displacement of each bucket.
    pub displacements: Vec<u16>,
    /// The text of each slot; some are empty.
    pub slots: Vec<String>,
}

/// How many texts a bucket has on average: the more, the smaller the table and the longer the search.
const TEXTS_PER_BUCKET: usize = 4;
/// One slot in so many is left empty, so that the last texts soon find a free one.
const TEXTS_PER_EMPTY_SLOT: usize = 16;

impl Table {
    /// A table of texts, of which no two are the same, and the slot of each text.
    #[must_use]
    pub fn new(texts: &[String]) -> (Self, Vec<usize>) {
        let buckets = texts.len().div_ceil(TEXTS_PER_BUCKET);
        let slots = texts.len() + texts.len().div_ceil(TEXTS_PER_EMPTY_SLOT);
        let mut seed = 0;
        loop {
            let hashes: Vec<u64> = texts.iter().map(|text| hash(seed, text.as_bytes())).collect();
            if let Some((displacements, places)) = displace(&hashes, buckets, slots) {
                let mut table = Self { seed, displacements, slots: vec![String::new(); slots] };
                for (text, &place) in texts.iter().zip(&places) {
                    table.slots[place].clone_from(text);
                }
                return (table, places);
            }
            seed += 1;
        }
    }

    /// Where the text of each slot begins among all texts, and where the last one ends.
    #[must_use]
    pub fn starts(&self) -> Vec<u32> {
        let mut end = 0;
        let ends = self.slots.iter().map(|text| {
            end += u32::try_from(text.len()).unwrap_or(u32::MAX);
            end
        });
        std::iter::once(0).chain(ends).collect()
    }
}

/// The displacement of each bucket and the slot of each hash; `None` if a bucket finds no room.
fn displace(hashes: &[u64], buckets: usize, slots: usize) -> Option<(Vec<u16>, Vec<usize>)> {
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); buckets];
    for (index, &hash) in hashes.iter().enumerate() {
        members[bucket(hash, buckets)].push(index);
    }
    // The largest first: they need the most room.
    let mut order: Vec<usize> = (0..buckets).collect();
    order.sort_by_key(|&bucket| std::cmp::Reverse(members[bucket].len()));
    let mut displacements = vec![0; buckets];
    let mut places = vec![0; hashes.len()];
    let mut taken = vec![false; slots];
    for bucket in order {
        let members = &members[bucket];
        displacements[bucket] = (0..=u16::MAX).find(|&displacement| {
            for (count, &member) in members.iter().enumerate() {
                let place = slot(hashes[member], displacement, slots);
                if taken[place] {
                    members[..count].iter().for_each(|&member| taken[places[member]] = false);
                    return false;
                }
                taken[place] = true;
                places[member] = place;
            }
            true
        })?;
    }
    Some((displacements, places))
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn every_text_has_a_slot_of_its_own() {
        for count in [0, 1, 2, 3, 17, 100, 5_000] {
            let texts: Vec<String> = (0..count).map(|number| format!("https://{number}.example")).collect();
            let (table, places) = Table::new(&texts);
            assert!(texts.iter().zip(&places).all(|(text, &place)| table.slots[place] == *text));
            assert_eq!(table.slots.iter().filter(|slot| !slot.is_empty()).count(), count);
            assert_eq!(table.starts().len(), table.slots.len() + 1);
        }
        // A first letter must not make up for a length, whatever the seed.
        let alike = ["a://ababhost", "c://abababhost", "a://b"].map(str::to_owned);
        assert_eq!(Table::new(&alike).1.len(), 3);
        let long = [(8, 'a'), (9, 'o')].map(|(count, first)| format!("{first}://xx{}", "ab".repeat(count)));
        assert_eq!(Table::new(&long).1.len(), 2);
    }
}
