//! The decision alone: no framework, and no header map.

use std::collections::HashSet;
use std::hint::black_box;

use cors_core::AllowOrigin;
use cors_policy::{Policy, Request};
use regex::Regex;

use super::peers::{PREFLIGHT_HEADERS, by_hand, core, evaluate, leak, regex, regex_set};
use super::{Boxed, case, counted, hot, lookup, rotating};
use crate::measure::{Case, Group};
use crate::policies::with_policy;
use crate::{origins, policies};

pub(super) fn no_origin(title: &'static str) -> Group {
    let core = core(AllowOrigin::exact(origins::exact(100)));
    let contenders = vec![
        with_policy!("exact-100", POLICY => lookup(&hot("GET"), |method| {
            black_box(&POLICY.decide(&Request::new(method))).is_allowed()
        })),
        lookup(&hot("GET"), move |method| evaluate(core, method, None, None)),
    ];
    Group { title, columns: vec!["cors-policy", "cors-core"], whole: true, cases: vec![case("GET", false, contenders)] }
}

pub(super) fn exact(title: &'static str) -> Group {
    let cases = origins::EXACT.iter().flat_map(|&count| {
        let keys = origins::exact(count);
        let set: &'static HashSet<String> = leak(keys.iter().cloned().collect());
        let perfect = policies::set(count);
        let core = core(AllowOrigin::exact(&keys));
        let name = format!("exact-{count}");
        let some = &keys[count / 2];
        [
            ("allowed", true, hot(some)),
            ("allowed, each in turn", true, rotating(keys.clone())),
            ("refused", false, hot(origins::other(some))),
            ("near miss", false, hot(origins::near_miss(some))),
        ]
        .map(|(what, allowed, texts)| {
            let contenders = vec![
                ours(&texts, &name),
                by_reference(&texts, &name),
                matcher(&texts, &name),
                lookup(&texts, move |origin| evaluate(core, "GET", Some(origin), None)),
                lookup(&texts, |origin| set.contains(origin)),
                lookup(&texts, |origin| perfect.contains(origin)),
            ];
            case(format!("{}, {what}", counted(count, "origin")), allowed, contenders)
        })
    });
    Group {
        title,
        columns: vec!["cors-policy", BY_REFERENCE, MATCHER, "cors-core", "HashSet", "phf"],
        whole: true,
        cases: cases.collect(),
    }
}

pub(super) fn wildcards(title: &'static str) -> Group {
    let cases = origins::WILDCARDS.iter().flat_map(|&count| {
        let domains = origins::domains(count);
        let regexes = domains.iter().map(|domain| format!(r"https://(?:[a-z0-9_-]+\.)+{}", regex::escape(domain)));
        let set = regex_set(regexes.collect());
        let core = core(AllowOrigin::suffix(domains.iter().map(|domain| format!(".{domain}"))));
        let name = format!("wildcard-{count}");
        let allowed: Vec<String> = domains.iter().map(|domain| format!("https://www.{domain}")).collect();
        let some = &allowed[count / 2];
        [
            ("allowed", true, hot(some)),
            ("allowed, each in turn", true, rotating(allowed.clone())),
            ("refused", false, hot("https://www.customer.example")),
            ("near miss", false, hot(origins::near_miss(some))),
        ]
        .map(|(what, allowed, texts)| {
            let contenders = vec![
                ours(&texts, &name),
                by_reference(&texts, &name),
                matcher(&texts, &name),
                lookup(&texts, move |origin| evaluate(core, "GET", Some(origin), None)),
                lookup(&texts, |origin| set.is_match(origin)),
            ];
            case(format!("{}, {what}", counted(count, "wildcard")), allowed, contenders)
        })
    });
    Group {
        title,
        columns: vec!["cors-policy", BY_REFERENCE, MATCHER, "cors-core", "RegexSet"],
        whole: true,
        cases: cases.collect(),
    }
}

pub(super) fn regexes(title: &'static str) -> Group {
    let cases = origins::REGEXES.iter().flat_map(|&count| {
        let expressions = origins::regexes(count);
        let set = regex_set(expressions.clone());
        let list: &'static Vec<Regex> = leak(expressions.iter().map(|it| regex(it)).collect());
        let core = core(AllowOrigin::predicate(|origin| str::from_utf8(origin).is_ok_and(|it| set.is_match(it))));
        let name = format!("regex-{count}");
        [
            ("allowed", true, hot(origins::MATCHES_FIRST_REGEX)),
            ("refused", false, hot("https://www.customer.example")),
            ("near miss", false, hot(origins::near_miss(origins::MATCHES_FIRST_REGEX))),
        ]
        .map(|(what, allowed, texts)| {
            let contenders = vec![
                ours(&texts, &name),
                by_reference(&texts, &name),
                matcher(&texts, &name),
                lookup(&texts, move |origin| evaluate(core, "GET", Some(origin), None)),
                lookup(&texts, |origin| set.is_match(origin)),
                lookup(&texts, |origin| list.iter().any(|regex| regex.is_match(origin))),
            ];
            case(format!("{}, {what}", counted(count, "regex")), allowed, contenders)
        })
    });
    Group {
        title,
        columns: vec!["cors-policy", BY_REFERENCE, MATCHER, "cors-core", "RegexSet", "Regex"],
        whole: true,
        cases: cases.collect(),
    }
}

pub(super) fn mixed(title: &'static str) -> Group {
    let keys = origins::exact(100);
    let by_hand = by_hand(&keys);
    let core = core(AllowOrigin::predicate(move |origin| str::from_utf8(origin).is_ok_and(by_hand)));
    let cases = [
        ("an exact origin", true, keys[50].clone()),
        ("a wildcard", true, format!("https://www.{}", origins::domains(10)[5])),
        ("any port", true, "http://localhost:5173".to_owned()),
        ("a regex", true, origins::MATCHES_FIRST_REGEX.to_owned()),
        ("near miss of a regex", false, origins::near_miss(origins::MATCHES_FIRST_REGEX)),
    ]
    .map(|(name, allowed, origin)| {
        let texts = hot(origin);
        let contenders = vec![
            ours(&texts, "mixed"),
            lookup(&texts, move |origin| evaluate(core, "GET", Some(origin), None)),
            lookup(&texts, by_hand),
        ];
        case(name, allowed, contenders)
    });
    Group { title, columns: vec!["cors-policy", "cors-core", "by hand"], whole: true, cases: cases.into() }
}

pub(super) fn preflight(title: &'static str) -> Group {
    let few: &'static str = PREFLIGHT_HEADERS[1..6].join(",").leak();
    let many: &'static str = (0..1_000).map(|index| format!("x-{index:03}")).collect::<Vec<_>>().join(",").leak();
    let cases = [(1, "5", few), (100, "5", few), (100, "1,000", many)].map(|(count, names, headers)| {
        let keys = origins::exact(count);
        let core = core(AllowOrigin::exact(&keys));
        let texts = hot(&keys[count / 2]);
        let contenders = vec![
            with_policy!(format!("exact-{count}").as_str(), POLICY => lookup(&texts, |origin| {
                let request = Request::new(black_box("OPTIONS")).origin(origin);
                let request = request.access_control_request_method(black_box("PUT"));
                black_box(&POLICY.decide(&request)).is_allowed()
            })),
            lookup(&texts, move |origin| evaluate(core, "OPTIONS", Some(origin), Some(headers))),
        ];
        case(format!("{}, {names} header names", counted(count, "origin")), true, contenders)
    });
    Group { title, columns: vec!["cors-policy", "cors-core"], whole: true, cases: cases.into() }
}

pub(super) fn megabyte(title: &'static str) -> Group {
    let long = hot(format!("https://{}.example", "a".repeat(1 << 20)));
    let one: Vec<Boxed> = {
        let keys = origins::exact(1);
        let set: &'static HashSet<String> = leak(keys.iter().cloned().collect());
        let regexes = regex_set(keys.iter().map(|key| regex::escape(key)).collect());
        let core = core(AllowOrigin::exact(&keys));
        vec![
            ours(&long, "exact-1"),
            lookup(&long, move |origin| evaluate(core, "GET", Some(origin), None)),
            lookup(&long, |origin| set.contains(origin)),
            lookup(&long, |origin| policies::set(1).contains(origin)),
            lookup(&long, |origin| regexes.is_match(origin)),
        ]
    };
    let wildcard = regex_set(vec![format!(r"https://(?:[a-z0-9_-]+\.)+{}", regex::escape(&origins::domains(1)[0]))]);
    let wild = vec![ours(&long, "wildcard-1"), None, None, None, lookup(&long, |it| wildcard.is_match(it))];
    let by_hand = by_hand(&origins::exact(100));
    let core = core(AllowOrigin::predicate(move |origin| str::from_utf8(origin).is_ok_and(by_hand)));
    let mixed = vec![
        ours(&long, "mixed"),
        lookup(&long, move |origin| evaluate(core, "GET", Some(origin), None)),
        None,
        None,
        None,
    ];
    let cases: Vec<Case> =
        vec![case("1 origin", false, one), case("1 wildcard", false, wild), case("mixed policy", false, mixed)];
    Group { title, columns: vec!["cors-policy", "cors-core", "HashSet", "phf", "RegexSet"], whole: true, cases }
}

/// As users write it: the static itself, whose tables the optimizer sees.
fn ours(texts: &[&'static str], name: &str) -> Boxed {
    with_policy!(name, POLICY => lookup(texts, |origin| {
        black_box(&POLICY.decide(&Request::new(black_box("GET")).origin(origin))).is_allowed()
    }))
}

/// A policy that is known at run time only: what a layer has.
const BY_REFERENCE: &str = "by reference";

fn by_reference(texts: &[&'static str], name: &str) -> Boxed {
    let policy: &'static Policy = policies::named(name);
    lookup(texts, move |origin| {
        black_box(&black_box(policy).decide(&Request::new(black_box("GET")).origin(origin))).is_allowed()
    })
}

/// The origin alone, which is all that sets and expressions look at; of the static itself, too.
pub(crate) const MATCHER: &str = "allows_origin";

fn matcher(texts: &[&'static str], name: &str) -> Boxed {
    with_policy!(name, POLICY => lookup(texts, |origin| POLICY.allows_origin(origin)))
}
