//! The decision alone: no framework, and no header map.

use std::collections::HashSet;
use std::hint::black_box;

use cors_core::{AllowHeaders, AllowOrigin, Cors};
use cors_policy::{Policy, Request};
use regex::{Regex, RegexSet, RegexSetBuilder};

use super::{Boxed, case, counted, hot, lookup, rotating};
use crate::measure::{Case, Group};
use crate::{origins, policies};

/// The names of the headers that the policies allow.
pub const PREFLIGHT_HEADERS: [&str; 8] = [
    "accept-version",
    "authorization",
    "content-type",
    "if-match",
    "x-api-key",
    "x-csrf-token",
    "x-request-id",
    "x-trace",
];

pub(super) fn no_origin(title: &'static str) -> Group {
    let policy = policies::named("exact-100");
    let core = core(AllowOrigin::exact(origins::exact(100)));
    let contenders = vec![
        lookup(&hot("GET"), move |method| black_box(&black_box(policy).decide(&Request::new(method))).is_allowed()),
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
        let policy = policies::named(&format!("exact-{count}"));
        let some = &keys[count / 2];
        [
            ("allowed", true, hot(some)),
            ("allowed, each in turn", true, rotating(keys.clone())),
            ("refused", false, hot(origins::other(some))),
            ("near miss", false, hot(origins::near_miss(some))),
        ]
        .map(|(what, allowed, texts)| {
            let contenders = vec![
                ours(&texts, policy),
                lookup(&texts, move |origin| evaluate(core, "GET", Some(origin), None)),
                lookup(&texts, |origin| set.contains(origin)),
                lookup(&texts, |origin| perfect.contains(origin)),
            ];
            case(format!("{}, {what}", counted(count, "origin")), allowed, contenders)
        })
    });
    Group {
        title,
        columns: vec!["cors-policy", "cors-core", "HashSet", "phf"],
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
        let policy = policies::named(&format!("wildcard-{count}"));
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
                ours(&texts, policy),
                lookup(&texts, move |origin| evaluate(core, "GET", Some(origin), None)),
                lookup(&texts, |origin| set.is_match(origin)),
            ];
            case(format!("{}, {what}", counted(count, "wildcard")), allowed, contenders)
        })
    });
    Group { title, columns: vec!["cors-policy", "cors-core", "RegexSet"], whole: true, cases: cases.collect() }
}

pub(super) fn regexes(title: &'static str) -> Group {
    let cases = origins::REGEXES.iter().flat_map(|&count| {
        let expressions = origins::regexes(count);
        let set = regex_set(expressions.clone());
        let list: &'static Vec<Regex> = leak(expressions.iter().map(|it| regex(it)).collect());
        let core = core(AllowOrigin::predicate(|origin| str::from_utf8(origin).is_ok_and(|it| set.is_match(it))));
        let policy = policies::named(&format!("regex-{count}"));
        [
            ("allowed", true, hot(origins::MATCHES_FIRST_REGEX)),
            ("refused", false, hot("https://www.customer.example")),
            ("near miss", false, hot(origins::near_miss(origins::MATCHES_FIRST_REGEX))),
        ]
        .map(|(what, allowed, texts)| {
            let contenders = vec![
                ours(&texts, policy),
                lookup(&texts, move |origin| evaluate(core, "GET", Some(origin), None)),
                lookup(&texts, |origin| set.is_match(origin)),
                lookup(&texts, |origin| list.iter().any(|regex| regex.is_match(origin))),
            ];
            case(format!("{}, {what}", counted(count, "regex")), allowed, contenders)
        })
    });
    Group { title, columns: vec!["cors-policy", "cors-core", "RegexSet", "Regex"], whole: true, cases: cases.collect() }
}

pub(super) fn mixed(title: &'static str) -> Group {
    let policy = policies::named("mixed");
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
            ours(&texts, policy),
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
        let policy = policies::named(&format!("exact-{count}"));
        let core = core(AllowOrigin::exact(&keys));
        let texts = hot(&keys[count / 2]);
        let contenders = vec![
            lookup(&texts, move |origin| {
                let request = Request::new(black_box("OPTIONS")).origin(origin);
                let request = request.access_control_request_method(black_box("PUT"));
                black_box(&black_box(policy).decide(&request)).is_allowed()
            }),
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
            ours(&long, policies::named("exact-1")),
            lookup(&long, move |origin| evaluate(core, "GET", Some(origin), None)),
            lookup(&long, |origin| set.contains(origin)),
            lookup(&long, |origin| policies::set(1).contains(origin)),
            lookup(&long, |origin| regexes.is_match(origin)),
        ]
    };
    let wildcard = regex_set(vec![format!(r"https://(?:[a-z0-9_-]+\.)+{}", regex::escape(&origins::domains(1)[0]))]);
    let wild =
        vec![ours(&long, policies::named("wildcard-1")), None, None, None, lookup(&long, |it| wildcard.is_match(it))];
    let by_hand = by_hand(&origins::exact(100));
    let core = core(AllowOrigin::predicate(move |origin| str::from_utf8(origin).is_ok_and(by_hand)));
    let mixed = vec![
        ours(&long, policies::named("mixed")),
        lookup(&long, move |origin| evaluate(core, "GET", Some(origin), None)),
        None,
        None,
        None,
    ];
    let cases: Vec<Case> =
        vec![case("1 origin", false, one), case("1 wildcard", false, wild), case("mixed policy", false, mixed)];
    Group { title, columns: vec!["cors-policy", "cors-core", "HashSet", "phf", "RegexSet"], whole: true, cases }
}

fn ours(texts: &[&'static str], policy: &'static Policy) -> Boxed {
    lookup(texts, move |origin| {
        black_box(&black_box(policy).decide(&Request::new(black_box("GET")).origin(origin))).is_allowed()
    })
}

fn core(origins: AllowOrigin) -> &'static Cors {
    let cors = Cors::builder()
        .allow_origin(origins)
        .allow_methods(["PUT", "PATCH", "DELETE"])
        .allow_headers(AllowHeaders::list(PREFLIGHT_HEADERS))
        .expose_headers(["x-request-id"])
        .allow_credentials(true)
        .max_age(std::time::Duration::from_secs(7200))
        .build();
    leak(cors.unwrap_or_else(|error| unreachable!("a complete configuration: {error:?}")))
}

fn evaluate(cors: &Cors, method: &str, origin: Option<&str>, request_headers: Option<&str>) -> bool {
    let method = black_box(method).as_bytes();
    let preflight = request_headers.map(|_| b"PUT".as_slice());
    let decision =
        cors.evaluate(method, origin.map(str::as_bytes), preflight, request_headers.map(str::as_bytes), false);
    black_box(&decision).headers().is_some()
}

/// What somebody would write by hand for the mixed policy, with care.
fn by_hand(keys: &[String]) -> impl Fn(&str) -> bool + Copy + Send + Sync + 'static {
    let exact: &'static HashSet<String> = leak(keys.iter().cloned().collect());
    let suffixes: &'static Vec<String> = leak(origins::domains(10).iter().map(|domain| format!(".{domain}")).collect());
    let regexes = regex_set(origins::regexes(10));
    let is_label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || b"_-".contains(&it))
    };
    let any_port = |port: &str| port.is_empty() || port.strip_prefix(':').is_some_and(|it| it.parse::<u16>().is_ok());
    move |origin| {
        exact.contains(origin)
            || origin.strip_prefix("https://").is_some_and(|host| {
                let mut wild = suffixes.iter().filter_map(|suffix| host.strip_suffix(suffix.as_str()));
                wild.any(|labels| labels.split('.').all(is_label))
            })
            || origin.strip_prefix("http://localhost").is_some_and(any_port)
            || regexes.is_match(origin)
    }
}

fn regex(expression: &str) -> Regex {
    Regex::new(&format!("^(?:{expression})$")).unwrap_or_else(|error| unreachable!("{error}"))
}

fn regex_set(expressions: Vec<String>) -> &'static RegexSet {
    let whole = expressions.iter().map(|expression| format!("^(?:{expression})$"));
    let set = RegexSetBuilder::new(whole).size_limit(1 << 28).build();
    leak(set.unwrap_or_else(|error| unreachable!("{error}")))
}

fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}
