//! Public IP addresses in an expression: whoever rents a server has one.

use std::sync::LazyLock;

use crate::analysis::expression::{Expression, LABEL};
use crate::analysis::{Dfa, Language};

/// The first numbers of the addresses of an expression are taken for written on purpose if there are no
/// more of them.
const MOST_BLOCKS: usize = 2;

/// An origin at a public address, if the expression admits addresses of many blocks.
pub(super) fn foreign(dfa: &Dfa) -> Option<String> {
    static ADDRESSES: LazyLock<Option<[Language; 2]>> = LazyLock::new(|| {
        let [ipv4, ipv6] = [public_ipv4(), public_ipv6()];
        Some([Language::new(&ipv4).ok()?, Language::new(&ipv6).ok()?])
    });
    let own = Language::from(dfa);
    ADDRESSES.as_ref()?.iter().find_map(|addresses| {
        let first = Language::witness(&[&own, addresses], &[]).ok()??;
        let mut seen = vec![block_of(&first)?];
        while seen.len() <= MOST_BLOCKS {
            let others: Vec<&Language> = seen.iter().collect();
            let next = Language::witness(&[&own, addresses], &others).ok()??;
            seen.push(block_of(&next)?);
        }
        Some(first)
    })
}

/// The origins at addresses whose first number is that of `origin`.
fn block_of(origin: &str) -> Option<Language> {
    let (_, host) = origin.split_once("://")?;
    let number = host.split_inclusive(['.', ':']).next()?;
    let rest = Expression::Bytes(LABEL.union(".:]".bytes().collect())).at_least(1);
    Language::new(&page(Expression::concat([Expression::literal(number), rest]))).ok()
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

/// Global unicast addresses (`2000::/3`, RFC 4291), as RFC 5952 writes those with one run of zeros or none.
fn public_ipv6() -> Expression {
    let hex = || Expression::any_of([Expression::range(b'0', b'9'), Expression::range(b'a', b'f')]);
    let not_zero = Expression::any_of([Expression::range(b'1', b'9'), Expression::range(b'a', b'f')]);
    let first = Expression::concat([Expression::any_of(["2", "3"].map(Expression::literal)), hex().times(3, 3)]);
    let group = Expression::concat([not_zero, hex().times(0, 3)]);
    let more = |from, to| Expression::concat([Expression::literal(":"), group.clone()]).times(from, to);
    let shortened = Expression::concat([more(0, 4), Expression::literal("::"), group.clone()]);
    let rest = Expression::any_of([more(7, 7), shortened]);
    page(Expression::concat([Expression::literal("["), first, rest, Expression::literal("]")]))
}
