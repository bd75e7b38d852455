//! Thousands of random origins near those of one large policy, asked of Envoy's scripts and of the reference.

use cors_compiler::reference::allows_origin;

use crate::assembled::{allowed, get};
use crate::client::Client;
use crate::envoy::Envoy;
use crate::many::many;
use crate::nearby::{Random, mutation};
use crate::origins::shapes;
use crate::upstream::Upstream;

/// How many are tried; among them at least this share must be allowed, or the pieces are too wild.
const TRIED: usize = 4_000;
const LEAST_ALLOWED: usize = TRIED / 10;

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
