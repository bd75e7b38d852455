//! Requests near the boundaries of a policy, and what a service behind it answers.

use cors_compiler::browser::Fetch;
use cors_compiler::reference::{Headers, Request, Response};

use super::Random;

impl Random {
    /// An origin that matches an entry or almost does.
    pub fn origin(&mut self, entries: &[String]) -> String {
        let entry = &entries[self.below(entries.len())];
        let origin = match entry.strip_prefix("regex: ") {
            Some(regex) => self.match_of(regex),
            None => self.instance(entry),
        };
        if self.chance(2) {
            return origin;
        }
        self.perturb(origin)
    }

    /// An origin with one thing changed.
    pub fn perturb(&mut self, mut origin: String) -> String {
        if origin.is_empty() {
            return origin;
        }
        match self.below(12) {
            0 => origin.push_str(self.one(&[".", "x", ":8001", ":443", ":0", ":3050", ":65536", "/", " ", "\u{e4}"])),
            1 => origin.insert_str(0, self.one(&["x", " ", "https://", "http://", "."])),
            2 => drop(origin.pop()),
            3 => drop(origin.remove(0)),
            4 => origin = origin.replacen("://", "://x.", 1),
            5 => origin = origin.replacen('.', "..", 1),
            6 => origin = origin.replacen("https", "http", 1),
            7 => origin = origin.replacen("://", "://.", 1),
            8 | 9 => {
                let at = self.below(origin.len());
                let with = self.one(&["a", "-", ".", ":", "/", "A", "0", "_", "@", "{", "`", "\u{7f}"]);
                origin.replace_range(at..=at, with);
            }
            10 => origin = origin.replacen("://", &format!("://{}", "a.".repeat(self.below(200))), 1),
            _ => {
                let short = ["null", "", "*", "https://", "a", "://", "https://a.example", "http://[::1"];
                origin = self.one(&short).to_owned();
            }
        }
        origin
    }

    /// An origin that a pattern matches.
    fn instance(&mut self, entry: &str) -> String {
        let (rest, port) = match entry.rfind(':').filter(|&colon| !entry[colon..].contains([']', '/'])) {
            Some(colon) => entry.split_at(colon),
            None => (entry, ""),
        };
        let host = if rest.contains("*.") {
            let labels = self.one(&["a", "a.b", "tenant-number-1", "a-_.b.c-9.long-label-of-some-length", "0"]);
            rest.replacen('*', labels, 1)
        } else {
            rest.replacen('*', self.one(&["1", "a-b", "0123456789abcdef", "x_y"]), 1)
        };
        let port = match port.trim_start_matches(':').split_once('-') {
            Some((first, last)) => format!(":{}", self.one(&[first, last, "3070"])),
            None if port == ":*" => self.one(&["", ":1", ":65535", ":8080"]).to_owned(),
            None => port.to_owned(),
        };
        host + &port
    }

    /// An origin that one of the expressions above matches.
    fn match_of(&mut self, regex: &str) -> String {
        let digits = self.one(&["1", "12", "123", "1234"]);
        let plain = regex
            .replace(r"\.", ".")
            .replace("[0-9]{1,3}", digits)
            .replace("https?", self.one(&["https", "http"]))
            .replace(".*", self.one(&["a.", "", "a.b-", "0"]))
            .replace("(:[0-9]+)?", self.one(&["", ":1", ":65535", ":65536", ":012"]));
        match (plain.find('('), plain.find(')')) {
            (Some(open), Some(close)) => {
                let label = plain[open + 1..close].split('|').next().unwrap_or_default().to_owned();
                let label = self.one(&[label.as_str(), "abc", "ccx", "x", "ab"]).to_owned();
                format!("{}{label}{}", &plain[..open], &plain[close + 1..])
            }
            _ => plain,
        }
    }

    /// A request, a preflight or not.
    pub fn request(&mut self, entries: &[String]) -> Request {
        let mut headers = Headers::default();
        for _ in 0..[1, 1, 1, 1, 1, 1, 0, 2][self.below(8)] {
            headers.push("origin", &self.origin(entries));
        }
        if self.chance(2) {
            headers.push("access-control-request-method", self.one(&["PUT", "GET", "", "FROB"]));
        }
        if self.chance(4) {
            headers.push("access-control-request-private-network", self.one(&["true", "TRUE", ""]));
        }
        Request {
            method: self.one(&["GET", "OPTIONS", "OPTIONS", "options", "POST"]).to_owned(),
            path: "/".into(),
            headers,
        }
    }

    /// What a service answers that sets headers of CORS and `Vary` itself.
    pub fn upstream(&mut self) -> Response {
        let fields = [
            ("vary", "Accept-Encoding"),
            ("vary", "origin"),
            ("vary", "accept, ORIGIN"),
            ("vary", "*"),
            ("vary", "origin-agent-cluster, x-origin"),
            ("access-control-allow-origin", "*"),
            ("access-control-allow-origin", "https://evil.test"),
            ("access-control-allow-credentials", "true"),
            ("access-control-expose-headers", "x-secret"),
            ("access-control-allow-methods", "DELETE"),
            ("access-control-allow-headers", "*"),
            ("access-control-max-age", "86400"),
            ("access-control-allow-private-network", "true"),
            ("content-type", "text/plain"),
        ];
        let mut headers = Headers::default();
        for _ in 0..self.below(4) {
            let (name, value) = fields[self.below(fields.len())];
            headers.push(name, value);
        }
        Response { status: [200, 304, 404, 500][self.below(4)], headers }
    }

    /// What a script asks a browser to fetch.
    pub fn fetch(&mut self, entries: &[String]) -> Fetch {
        let names =
            ["content-type", "X-A", "x-b", "x-request-id", "Authorization", "if-match", "x-zz", "x-none", "x-z", "*"];
        let unsafe_headers = (0..self.below(5)).map(|_| self.one(&names).to_owned()).collect();
        let entry = entries[self.below(entries.len())].clone();
        Fetch {
            origin: if self.chance(8) { "https://evil.test".into() } else { self.listed(&entry) },
            method: self.one(&["PUT", "put", "GET", "POST", "PATCH", "patch", "FROB", "QUERY", "DELETE"]).to_owned(),
            path: "/".into(),
            unsafe_headers,
            credentials: self.chance(3),
            upload_listener: false,
        }
    }

    fn listed(&mut self, entry: &str) -> String {
        match entry.strip_prefix("regex: ") {
            Some(regex) => self.match_of(regex),
            None => self.instance(entry),
        }
    }

    /// Other ways to ask about the same names than the browser's.
    pub fn spellings(&mut self, value: Option<&str>) -> Vec<Vec<String>> {
        let Some(value) = value else { return vec![vec![], vec![String::new()], vec![" ,".into(), "\t".into()]] };
        let mut names: Vec<&str> = value.split(',').collect();
        let sorted = value.to_owned();
        let spaced = names.join(" ,\t");
        let padded = format!(" ,{},, ", names.join(", "));
        let upper = value.to_uppercase();
        let split = names.iter().map(|name| format!(" {name}")).collect();
        let twice = format!("{},{sorted}", names[0]);
        names.reverse();
        let unsorted = names.join(",");
        let half = names.len() / 2;
        let halves = vec![names[..half].join(", "), names[half..].join(",")];
        [sorted, spaced, padded, upper, twice, unsorted]
            .map(|value| vec![value])
            .into_iter()
            .chain([split, halves])
            .collect()
    }
}
