//! Random policies, and requests that are near the boundaries of their entries.

mod files;
mod regexes;
mod requests;

/// A source of choices: the same on every run, and a failure shows its policy.
#[derive(Debug, Clone)]
pub struct Random {
    /// Choices that somebody made, used up first: a fuzzer learns what they do.
    chosen: std::vec::IntoIter<u8>,
    /// The state of a small generator (splitmix64).
    state: u64,
}

impl Random {
    /// Random choices.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { chosen: Vec::new().into_iter(), state: seed }
    }

    /// The choices that the bytes stand for, one after the other; random ones when they are used up.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self { chosen: Vec::from(bytes).into_iter(), state: bytes.len() as u64 }
    }

    /// A number below `count`.
    pub fn below(&mut self, count: usize) -> usize {
        if let Some(low) = self.chosen.next() {
            let high = if count > 256 { self.chosen.next().unwrap_or(0) } else { 0 };
            return (usize::from(high) * 256 + usize::from(low)) % count;
        }
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ mixed >> 31) % count as u64) as usize
    }

    /// True once in `one_in` times.
    pub fn chance(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }

    /// One of them.
    pub fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
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
    pub fn policy(&mut self) -> String {
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
}
