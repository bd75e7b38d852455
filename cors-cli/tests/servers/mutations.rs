//! Origins that nobody thought of: pieces of allowed ones put together at random, asked of Envoy's scripts
//! and of the reference.

use cors_compiler::reference::allows_origin;

use crate::assembled::{allowed, get};
use crate::client::Client;
use crate::envoy::Envoy;
use crate::many::many;
use crate::origins::shapes;
use crate::upstream::Upstream;

/// How many are tried; among them at least this share must be allowed, or the pieces are too wild.
const TRIED: usize = 4_000;
const LEAST_ALLOWED: usize = TRIED / 10;

/// The same sequence in every run.
struct Random(u64);

impl Random {
    /// A number below `limit` (xorshift64*).
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(high).unwrap() % limit
    }
}

/// The beginning of one origin, perhaps something in between, the end of another.
fn mutation(random: &mut Random, origins: &[String]) -> String {
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

#[test]
fn random_origins_are_decided_by_scripts_as_by_the_reference() {
    let scratch = tempfile::tempdir().unwrap();
    let sample = many(scratch.path()).pop().unwrap();
    let policy = &sample.file.policies[0];
    let origins: Vec<String> = shapes(policy)
        .into_iter()
        .filter_map(|mut fields| fields.pop().filter(|_| fields.is_empty()))
        .filter(|origin| allows_origin(policy, origin))
        .collect();
    for profile in ["native", "exact"] {
        let (directory, upstream) = (tempfile::tempdir().unwrap(), Upstream::start());
        let envoy = Envoy::start(directory.path(), &sample, None, profile, upstream.address);
        let (mut client, mut random, mut count) = (Client::new(envoy.address), Random(1), 0);
        for _ in 0..TRIED {
            let origin = mutation(&mut random, &origins);
            let expected = allows_origin(policy, origin.trim());
            let found = allowed(&get(&mut client, "/", &origin));
            assert_eq!(!found.is_empty(), expected, "{profile}: {origin}");
            count += usize::from(expected);
        }
        println!("{profile}: {TRIED} random origins compared, {count} of them allowed, 0 differences");
        assert!((LEAST_ALLOWED..TRIED - LEAST_ALLOWED).contains(&count), "{count}");
    }
}
