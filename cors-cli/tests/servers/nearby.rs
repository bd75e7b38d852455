//! Origins that nobody thought of: pieces of known ones put together at random, the same in every run.

use std::collections::HashSet;

use cors_compiler::ir::Policy;
use cors_compiler::reference::allows_origin;

use crate::origins::{REFUSED, shapes};

/// What the pieces are of if a policy lists nothing.
const ANY: [&str; 3] = [REFUSED, "https://a.example:8443", "http://[::1]:3000"];

/// The same sequence in every run.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// A number below `limit` (xorshift64*).
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(high).unwrap() % limit
    }
}

/// The beginning of one origin, perhaps something in between, the end of another.
pub(crate) fn mutation(random: &mut Random, origins: &[String]) -> String {
    const BETWEEN: [&str; 23] = [
        "", "", "", "a", "7", "-", "_", ".", "..", ":", ":80", ":8443", ":0", "://", "/", "*", "[", "]", "A", "a.b",
        "pr-", "-team", "@",
    ];
    let one = &origins[random.below(origins.len())];
    // Half of them are cut and joined at one place, so that many stay whole.
    let other = if random.below(2) == 0 { one } else { &origins[random.below(origins.len())] };
    let cut = random.below(one.len() + 1);
    let from = if other == one { cut } else { random.below(other.len() + 1) };
    let between = BETWEEN[random.below(BETWEEN.len())];
    format!("{}{between}{}", &one[..cut], &other[from..])
}

/// Origins near those that the policy allows, without end and without duplicates.
pub(crate) fn nearby(policy: &Policy) -> impl Iterator<Item = String> {
    let shapes = shapes(policy);
    let single = shapes.iter().filter_map(|fields| fields.first().filter(|_| fields.len() == 1));
    let listed = single.filter(|origin| origin.len() < 300 && origin.is_ascii() && allows_origin(policy, origin));
    let origins: Vec<String> = listed.cloned().chain(ANY.map(str::to_owned)).collect();
    let mut seen: HashSet<String> = shapes.iter().flatten().cloned().collect();
    let mut random = Random(1);
    std::iter::repeat_with(move || mutation(&mut random, &origins)).filter(move |origin| seen.insert(origin.clone()))
}
