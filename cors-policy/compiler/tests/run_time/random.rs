//! Random policies, and requests that are near the boundaries of their entries.

use cors_compiler::browser::Fetch;
use cors_compiler::reference::{Headers, Request, Response};

/// A small generator (splitmix64): the same numbers on every run, and a failure shows its policy.
pub(super) struct Random(u64);

impl Random {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ mixed >> 31) % count as u64) as usize
    }

    fn chance(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }

    fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }

    fn label(&mut self) -> String {
        let long = self.one(&["tenant-number-", "a_b-c9", "x", "checkout", "w"]).repeat(1 + self.below(4) / 3);
        format!("{long}{}", self.below(40))
    }

    fn domain(&mut self) -> String {
        let top = self.one(&["example", "test", "internal.example"]);
        let label = self.label();
        if self.chance(3) { format!("{}.{label}.{top}", self.label()) } else { format!("{label}.{top}") }
    }

    /// An entry of any form.
    fn entry(&mut self) -> String {
        let scheme = self.one(&["https", "https", "https", "http", "capacitor"]);
        let port = match self.below(8) {
            0 => ":*".to_owned(),
            1 => format!(":{}", 8000 + self.below(40)),
            2 => format!(":{}-{}", 3000 + self.below(40), 3100 + self.below(6000)),
            _ => String::new(),
        };
        let domain = self.domain();
        match self.below(14) {
            0..4 => format!("{scheme}://{domain}{port}"),
            4..7 => format!("{scheme}://*.{domain}{port}"),
            7 => format!("{scheme}://{}-*.{domain}{port}", self.one(&["pr", "review-app"])),
            8 => format!("{scheme}://*-{}.{domain}{port}", self.one(&["team", "x"])),
            9 => format!("{scheme}://a-*-b.{domain}{port}"),
            10 => format!("http://{}{port}", self.one(&["localhost", "127.0.0.1", "[::1]", "[2001:db8::1]"])),
            11 => format!("regex: 'https://pr-[0-9]{{1,3}}\\.{}'", domain.replace('.', r"\.")),
            12 => format!("regex: 'https?://.*{}(:[0-9]+)?'", domain.replace('.', r"\.")),
            _ => format!("regex: 'https://({}|[a-c]+x?)\\.{}'", self.label(), domain.replace('.', r"\.")),
        }
    }

    /// A file with one policy.
    pub(super) fn policy(&mut self) -> String {
        let count = match self.below(6) {
            0 => 1,
            1..4 => 1 + self.below(6),
            4 => 1 + self.below(40),
            _ => 40 + self.below(80),
        };
        let mut entries: Vec<String> = (0..count).map(|_| self.entry()).collect();
        // The reference compiles a regex anew for each comparison.
        let most = if self.chance(10) { 5 } else { self.below(3) };
        let mut regexes = 0;
        entries.retain(|entry| {
            regexes += usize::from(entry.starts_with("regex"));
            regexes <= most || !entry.starts_with("regex")
        });
        if entries.is_empty() {
            entries.push("https://a.example".to_owned());
        }
        if self.chance(10) {
            entries.push("\"null\"".to_owned());
        }
        entries.sort();
        entries.dedup();
        let lines: String = entries
            .iter()
            .map(|entry| match entry.starts_with("regex") || entry.starts_with('"') {
                true => format!("      - {entry}\n"),
                false => format!("      - '{entry}'\n"),
            })
            .collect();
        let credentials = self.chance(3);
        let star = if credentials { "x-none" } else { "'*'" };
        let method_star = if credentials { "FROB" } else { "'*'" };
        let methods = self.some(&["PUT", "PATCH", "DELETE", "QUERY", method_star]);
        let headers =
            self.some(&["content-type", "x-a", "x-b", "x-request-id", "authorization", "if-match", star, "x-zz"]);
        let expose = self.some(&["etag", "x-total", "link"]);
        let max_age = self.one(&["", "    max_age: 10m\n"]);
        let private_network = self.chance(4);
        format!(
            "version: 1\npolicies:\n  p:\n    allow_origins:\n{lines}    allow_methods: [{methods}]\n    \
             allow_headers: [{headers}]\n    expose_headers: [{expose}]\n    allow_credentials: {credentials}\n    \
             allow_private_network: {private_network}\n{max_age}"
        )
    }

    fn some(&mut self, of: &[&str]) -> String {
        of.iter().filter(|_| self.chance(2)).copied().collect::<Vec<_>>().join(", ")
    }

    /// An origin that matches an entry or almost does.
    pub(super) fn origin(&mut self, entries: &[String]) -> String {
        let entry = &entries[self.below(entries.len())];
        let mut origin = match entry.strip_prefix("regex: ") {
            Some(regex) => self.match_of(regex),
            None => self.instance(entry),
        };
        if self.chance(2) {
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

    pub(super) fn request(&mut self, entries: &[String]) -> Request {
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
    pub(super) fn upstream(&mut self) -> Response {
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

    pub(super) fn fetch(&mut self, entries: &[String]) -> Fetch {
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
    pub(super) fn spellings(&mut self, value: Option<&str>) -> Vec<Vec<String>> {
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

    /// A file with routes over two policies.
    pub(super) fn routes(&mut self) -> String {
        let mut paths: Vec<String> = (0..=self.below(30)).map(|_| self.path()).collect();
        for path in &mut paths {
            *path = path.trim_end_matches('/').to_owned();
            if self.chance(2) {
                path.push_str("/**");
            }
        }
        paths.retain(|path| !path.is_empty());
        paths.push("/c".into());
        paths.sort();
        paths.dedup();
        let lines: String = paths
            .iter()
            .map(|path| format!("  - {{path: '{path}', policy: {}}}\n", self.one(&["p", "q", "none"])))
            .collect();
        format!(
            "version: 1\npolicies:\n  p: {{allow_origins: [https://a.example]}}\n  q: {{allow_origins: ['*']}}\nroutes:\n{lines}"
        )
        .replace("['*']", "'*'")
    }

    pub(super) fn path(&mut self) -> String {
        let segments: String =
            (0..self.below(5)).map(|_| format!("/{}", self.one(&["a", "b", "ab", "a-", "a.b", "aa"]))).collect();
        if self.chance(4) { segments + "/" } else { segments }
    }
}
