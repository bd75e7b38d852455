//! Origin values at every boundary of a policy: what its entries allow, and what lies just beside it.

use cors_compiler::boundary::{Parts, neighbours, samples, telling};
use cors_compiler::ir::Policy;
use cors_compiler::reference::allows_origin;

use crate::wildcards::{around_the_longest, around_the_wildcard};

/// The values of a request's `Origin` fields as sent, spaces included; characters are bytes (Latin-1).
pub(crate) type OriginFields = Vec<String>;

/// How many entries alike are tried.
const MOST_OF_A_KIND: usize = 12;

/// What no policy lists.
pub(crate) const REFUSED: &str = "https://refused.test";

/// An origin that the policy allows, if it allows any.
pub(crate) fn allowed(policy: &Policy) -> String {
    let samples = policy.origins().iter().flat_map(|origin| samples(&origin.pattern.value));
    let mut samples = samples.map(|parts| parts.to_string()).chain(["null".to_owned()]);
    let sample = samples.find(|sample| allows_origin(policy, sample));
    sample.unwrap_or_else(|| REFUSED.to_owned())
}

/// Every shape, without duplicates.
pub(crate) fn shapes(policy: &Policy) -> Vec<OriginFields> {
    let mut shapes: Vec<OriginFields> = vec![vec![]];
    let general = [
        "",
        " ",
        "null",
        "NULL",
        "null.",
        "xnull",
        "*",
        "a",
        "://",
        "https://",
        "https://\u{e9}.test",
        "\u{ff}",
        REFUSED,
    ];
    shapes.extend(general.map(|value| vec![value.to_owned()]));
    for origin in telling(policy, MOST_OF_A_KIND) {
        for sample in samples(&origin.pattern.value) {
            shapes.extend(beside(&sample).into_iter().map(|value| vec![value]));
            shapes.extend(neighbours(&origin.pattern.value, &sample).into_iter().map(|near| vec![near.origin]));
            let sample = sample.to_string();
            shapes.extend([
                vec![format!("  {sample}")],
                vec![format!("{sample}  ")],
                vec![format!("\t{sample}")],
                vec![format!("{sample}\t")],
                vec![format!("\u{a0}{sample}")],
                vec![format!("{sample}\t{REFUSED}")],
                vec![sample.clone(), sample.clone()],
                vec![sample.clone(), String::new()],
                vec![sample.clone(), REFUSED.to_owned()],
                vec![REFUSED.to_owned(), sample],
            ]);
        }
        shapes.extend(around_the_wildcard(&origin.pattern.value).into_iter().map(|value| vec![value]));
        shapes.extend(
            around_the_longest(&origin.pattern.value, policy.longest_origin()).into_iter().map(|value| vec![value]),
        );
    }
    let mut seen = std::collections::HashSet::new();
    shapes.retain(|shape| seen.insert(shape.clone()));
    shapes
}

/// The sample itself, and what differs from it in one place.
fn beside(sample: &Parts) -> Vec<String> {
    let Parts { scheme, host, port } = sample;
    let text = sample.to_string();
    let hosts = [
        host.to_ascii_uppercase(),
        host.chars().skip(1).collect(),
        host.chars().take(host.chars().count() - 1).collect(),
        host.split_once('.').map_or("", |(_, rest)| rest).to_owned(),
    ];
    let prefixed = [
        "evil",
        "evil-",
        "evil.",
        ".",
        "-.",
        "_.",
        "\u{e9}.",
        "\u{80}",
        "a\t",
        "evil.test/",
        "evil.test@",
        "evil.test,",
    ];
    let suffixed =
        [".evil.test", "\tx", "\u{ff}\u{fe}", ".", "..", "x", "-", "/", "@evil.test", "?", "#", "%00", "\u{e9}", ","];
    let dots = host.match_indices('.').map(|(at, _)| format!("{}x{}", &host[..at], &host[at + 1..]));
    let hosts = hosts.into_iter().chain(prefixed.map(|prefix| format!("{prefix}{host}"))).chain(dots);
    let hosts = hosts.chain(suffixed.map(|suffix| format!("{host}{suffix}")));
    // What nginx's keys for hosts have behind the host.
    let keyed = ["http", "https"].into_iter().flat_map(|scheme| {
        ["", ".evil.test", ".=", ".p", ".=.p", ".=.p.x"].map(|rest| format!("{host}.{scheme}{rest}"))
    });
    let hosts = hosts.chain(keyed);
    let mut values: Vec<String> = hosts.map(|host| Parts { host, ..sample.clone() }.to_string()).collect();

    let number: i32 = port.trim_start_matches(':').parse().unwrap_or(8080);
    let beside_it =
        [format!(":{}", number - 1), format!(":{}", number + 1), format!(":0{number}"), format!(":{number}0")];
    let ports =
        ["", ":", ":0", ":1", ":80", ":443", ":65535", ":65536", ":99999", ":+80", ":80x", ":x", ":8080:80", ":*"];
    let ports = ports.map(str::to_owned).into_iter().chain(beside_it);
    values.extend(ports.map(|port| Parts { port, ..sample.clone() }.to_string()));

    let schemes = ["http", "https", "httpss", "HTTPS", "ftp", "xhttps", "", "https://https"];
    values.extend(schemes.map(|scheme| Parts { scheme: scheme.to_owned(), ..sample.clone() }.to_string()));
    let whole = [
        text.to_ascii_uppercase(),
        text[1..].to_owned(),
        format!("{text}/"),
        format!("{text}, {text}"),
        format!("{text} {text}"),
        format!("{scheme}:{host}{port}"),
        format!("{scheme}:/{host}{port}"),
        format!("x{text}"),
    ];
    values.push(text);
    values.extend(whole);
    values
}
