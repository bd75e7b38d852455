//! Random answers to CORS requests: most of what is in them is nearly right.

use cors_compiler::reference::{Headers, Response};

use crate::nearby::Random;

/// The request headers that scripts set: the name, the value, and whether a browser asks leave for them.
pub(crate) const REQUEST_HEADERS: [(&str, &str, bool); 17] = [
    ("x-a", "1", true),
    ("X-B", "", true),
    ("x-a", "1", true),
    ("authorization", "Basic YTpi", true),
    ("x-b", "2", true),
    ("authorization", "Bearer a", true),
    ("Content-Type", "application/json", true),
    ("content-type", "text/plain", false),
    ("content-type", "Multipart/Form-Data; boundary=a", false),
    ("accept", "text/html", false),
    ("accept", "a(b", true),
    ("accept-language", "de", false),
    ("content-language", "de; q=1", false),
    ("content-language", "de/ch", true),
    ("range", "bytes=0-9", false),
    ("range", "bytes=0-1,3-4", true),
    ("save-data", "on", true),
];

/// The methods that scripts use.
pub(crate) const METHODS: [&str; 14] =
    ["GET", "GET", "get", "HEAD", "POST", "POST", "PUT", "put", "PATCH", "patch", "DELETE", "OPTIONS", "QUERY", "x"];

/// What of a list is asked for, and what else may be in it.
struct Wanted<'a> {
    asked: &'a [String],
    others: &'a [&'a str],
}

/// The answer to a preflight that asks for `method` and `headers`.
pub(crate) fn preflight(random: &mut Random, origin: &str, method: &str, headers: &[String]) -> Response {
    const STATUSES: [u16; 16] = [204, 204, 204, 204, 204, 204, 200, 200, 200, 201, 299, 300, 302, 304, 404, 500];
    let mut answer = Response { status: one(random, &STATUSES), headers: Headers::default() };
    if answer.status == 302 {
        answer.headers.push("location", "/");
    }
    access(random, origin, &mut answer.headers);
    let methods = Wanted { asked: &[method.to_owned()], others: &["GET", "PUT", "put", "PATCH", "x", "X", "QUERY"] };
    list(random, "access-control-allow-methods", &methods, &mut answer.headers);
    let names = Wanted { asked: headers, others: &["x-a", "X-B", "content-type", "accept", "Authorization", "range"] };
    list(random, "access-control-allow-headers", &names, &mut answer.headers);
    answer
}

/// The answer to the request itself; its own headers are there to be exposed, or not.
pub(crate) fn actual(random: &mut Random, origin: &str) -> Response {
    const STATUSES: [u16; 8] = [200, 200, 200, 201, 299, 400, 404, 500];
    let own = [("x-c", "1"), ("x-d", ""), ("etag", "\"1\""), ("set-cookie", "a=b"), ("content-language", "de")];
    let mut answer = Response { status: one(random, &STATUSES), headers: Headers::from(own) };
    // The answer to another request must not serve this one.
    answer.headers.push("cache-control", "no-store");
    access(random, origin, &mut answer.headers);
    let exposed = Wanted { asked: &["x-c".to_owned()], others: &["X-D", "etag", "set-cookie", "x-unknown", "*"] };
    list(random, "access-control-expose-headers", &exposed, &mut answer.headers);
    answer
}

/// `Access-Control-Allow-Origin` and `-Allow-Credentials`.
fn access(random: &mut Random, origin: &str, headers: &mut Headers) {
    let (name, upper) = ("access-control-allow-origin", origin.to_ascii_uppercase());
    let other = if origin == "null" { "https://other.test" } else { "null" };
    let values: &[&str] = match random.below(48) {
        0..20 => &[origin],
        20..35 => &["*"],
        35 => &[],
        36 => &[other],
        37 => &[""],
        38 => &[&upper],
        39 => &[origin, origin],
        40 => &[origin, "*"],
        41 => &["*", "*"],
        42 => &[origin, ""],
        43 => &[&format!("{origin}/")],
        44 => &[&format!("{origin}, {origin}")],
        45 => &[&format!("{origin} *")],
        46 => &[&format!(" \t{origin}\t ")],
        _ => &[&format!("{origin}:443")],
    };
    values.iter().for_each(|value| headers.push(name, value));
    let values: &[&str] = match random.below(16) {
        0..10 => &["true"],
        10 => &[],
        11 => &["True"],
        12 => &["true", "true"],
        13 => &["true,"],
        14 => &["\ttrue "],
        _ => &["false"],
    };
    values.iter().for_each(|value| headers.push("access-control-allow-credentials", value));
}

/// A list, in the forms that lists have or had better not have.
fn list(random: &mut Random, name: &str, wanted: &Wanted<'_>, headers: &mut Headers) {
    let mut items: Vec<String> = Vec::new();
    let complete = random.below(4) > 0;
    for asked in wanted.asked {
        if complete || random.below(2) == 0 {
            items.push(match random.below(8) {
                0 => asked.to_ascii_uppercase(),
                1 => asked.to_ascii_lowercase(),
                _ => asked.clone(),
            });
        }
    }
    for _ in 0..random.below(3) {
        items.push((*one(random, &wanted.others.iter().collect::<Vec<_>>())).to_owned());
    }
    match random.below(24) {
        0..4 => items.push("*".to_owned()),
        4 => items = vec!["*".to_owned()],
        5 => items.push(one(random, &["\"PUT\"", "x y", "x;y", "x=1", "(a)", "/", "\u{e9}", "*/*"]).to_owned()),
        6 => items.push(String::new()),
        7 => items.insert(0, String::new()),
        8 => return,
        _ => {}
    }
    if items.is_empty() && random.below(2) == 0 {
        return;
    }
    if random.below(8) == 0 {
        // Each in a field of its own.
        return items.iter().for_each(|item| headers.push(name, item));
    }
    headers.push(name, &items.join(one(random, &[", ", ", ", ",", ",", ",,", " , ", ",\t", "\t,\t,"])));
}

/// One of them.
pub(crate) fn one<T: Copy>(random: &mut Random, items: &[T]) -> T {
    items[random.below(items.len())]
}
