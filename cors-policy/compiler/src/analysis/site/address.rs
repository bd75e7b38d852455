//! Public IP addresses in an expression: whoever rents a server has one.

use std::sync::LazyLock;

use crate::analysis::expression::{Expression, LABEL};
use crate::analysis::sent::witness;
use crate::analysis::{Dfa, Language};

/// The networks of the addresses of an expression are taken for the author's own if there are no more of
/// them.
const MOST_BLOCKS: usize = 2;
/// The numbers of an address that make up its network: `/24` for IPv4, `/48` for IPv6.
const NETWORK: usize = 3;

/// An origin at a public address, if the expression admits addresses of many blocks.
pub(super) fn foreign(dfa: &Dfa) -> Option<String> {
    static ADDRESSES: LazyLock<Option<[Language; 2]>> = LazyLock::new(|| {
        let [ipv4, ipv6] = [public_ipv4(), public_ipv6()];
        Some([Language::new(&ipv4).ok()?, Language::new(&ipv6).ok()?])
    });
    let own = Language::from(dfa);
    ADDRESSES.as_ref()?.iter().find_map(|addresses| {
        let first = witness(&[&own, addresses], &[]).ok()??;
        let mut seen = vec![block_of(&first)?];
        while seen.len() <= MOST_BLOCKS {
            let others: Vec<&Language> = seen.iter().collect();
            let next = witness(&[&own, addresses], &others).ok()??;
            seen.push(block_of(&next)?);
        }
        Some(first)
    })
}

/// The origins at addresses of the network of `origin`.
fn block_of(origin: &str) -> Option<Language> {
    let (_, host) = origin.split_once("://")?;
    let network: String = host.split_inclusive(['.', ':']).take(NETWORK).collect();
    let rest = Expression::Bytes(LABEL.union(".:]".bytes().collect())).at_least(1);
    Language::new(&page(Expression::concat([Expression::literal(&network), rest]))).ok()
}

fn page(host: Expression) -> Expression {
    let scheme = Expression::any_of([Expression::literal("https://"), Expression::literal("http://")]);
    Expression::concat([scheme, host]).with_port()
}

/// IPv4 addresses whose first number is that of no private network and not this machine's.
fn public_ipv4() -> Expression {
    let first = [(1, 9), (11, 126), (128, 168), (170, 171), (173, 191), (193, 223)];
    let first = Expression::any_of(first.map(|(from, to)| Expression::number(from, to)));
    page(Expression::ipv4(first, 3))
}

/// Global unicast addresses (`2000::/3`, RFC 4291) without a zero, as RFC 5952 writes them: enough to tell
/// whether there are many.
fn public_ipv6() -> Expression {
    let hex = || Expression::any_of([Expression::range(b'0', b'9'), Expression::range(b'a', b'f')]);
    let not_zero = Expression::any_of([Expression::range(b'1', b'9'), Expression::range(b'a', b'f')]);
    let first = Expression::concat([Expression::any_of(["2", "3"].map(Expression::literal)), hex().times(3, 3)]);
    let group = Expression::concat([Expression::literal(":"), not_zero, hex().times(0, 3)]);
    page(Expression::concat([Expression::literal("["), first, group.times(7, 7), Expression::literal("]")]))
}
