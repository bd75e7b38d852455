//! Whole files: routes, and every key with every character that is allowed in it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::Random;

/// Policies' names, among them words that some reader takes for something else.
const NAMES: [&str; 10] = [
    "p",
    "storefront",
    "no",
    "true",
    "null",
    "static",
    "self",
    "x9-y",
    "on",
    "a-name-that-is-as-long-as-a-name-of-a-policy-can-be-63-letters-",
];

/// What a method or a header's name can be made of beside letters and digits (RFC 9110, `token`). `$` is left
/// out, which nginx cannot say; `*` is not, but it never stands alone.
const TOKEN: &[u8] = b"!#%&'*+-.^_`|~";

/// What a path can be made of beside letters, digits and `/`.
const PATH: &[u8] = b"-._~!$&'()+,;=:@";

impl Random {
    /// A file with routes over two policies.
    pub fn routes(&mut self) -> String {
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

    /// A path that routes are near to.
    pub fn path(&mut self) -> String {
        let segments: String =
            (0..self.below(5)).map(|_| format!("/{}", self.one(&["a", "b", "ab", "a-", "a.b", "aa"]))).collect();
        if self.chance(4) { segments + "/" } else { segments }
    }

    /// Letters, and now and then one of `others`.
    fn word(&mut self, longest: usize, letters: &[u8], others: &[u8]) -> String {
        let one = |random: &mut Self, of: &[u8]| char::from(of[random.below(of.len())]);
        (0..=self.below(longest)).map(|_| if self.chance(4) { one(self, others) } else { one(self, letters) }).collect()
    }

    /// Names for a list, each of them followed by `suffix`, which makes something else of what is forbidden.
    fn names(&mut self, letters: &[u8], suffix: &str) -> Vec<String> {
        let names: BTreeSet<String> = (0..self.below(5)).map(|_| self.word(8, letters, TOKEN) + suffix).collect();
        names.into_iter().collect()
    }

    /// Text of every kind, for where anything goes.
    fn prose(&mut self) -> String {
        let words = ["\"", "'", "#", "{{", "}", "$host", "%REQ(x)%", "\n", "\t", "]]", "--", "*/", "\u{e9}", "a", "\\"];
        (0..self.below(6)).map(|_| self.one(&words)).collect()
    }

    /// A file of several policies, and perhaps routes, that uses every key and character that ends up in an output.
    pub fn file(&mut self) -> String {
        let mut text = String::from("version: 1\npolicies:\n");
        let first = self.below(NAMES.len());
        let names: Vec<&str> = (0..=self.below(4)).map(|index| NAMES[(first + 3 * index) % NAMES.len()]).collect();
        for name in &names {
            self.described_policy(name, &mut text);
        }
        if self.chance(2) {
            self.described_routes(&names, &mut text);
        }
        text
    }

    fn described_policy(&mut self, name: &str, text: &mut String) {
        let everyone = self.chance(5);
        let credentials = !everyone && self.chance(3);
        let mut line = |key: &str, value: &dyn std::fmt::Display| writeln!(text, "    {key}: {value}").unwrap();
        let list = |names: &[String], star: bool| {
            let star = star.then(|| "*".to_owned());
            serde_json::to_string(&star.iter().chain(names).collect::<Vec<_>>()).unwrap()
        };
        let [methods, headers, exposed] =
            [(&b"ABCXYZ09"[..], "Q"), (b"abcxyz09", "-q"), (b"abcxyz09", "-q")].map(|(letters, end)| {
                let names = self.names(letters, end);
                list(&names, !credentials && self.chance(4))
            });
        let entries = self.entries();
        let allowed = if everyone { "\"*\"".to_owned() } else { format!("[{}]", entries.join(", ")) };
        line("description", &serde_json::to_string(&self.prose()).unwrap());
        line("allow_origins", &allowed);
        line("allow_methods", &methods);
        line("allow_headers", &headers);
        line("expose_headers", &exposed);
        line("allow_credentials", &credentials);
        line("allow_private_network", &self.chance(3));
        if self.chance(2) {
            line("max_age", &self.below(86_400));
        }
        let at = text.rfind("    description").unwrap();
        text.insert_str(at, &format!("  \"{name}\":\n"));
    }

    /// Entries as a list in brackets has them.
    fn entries(&mut self) -> Vec<String> {
        let count = [1, 2, 3, 4, 8, 12, 20, 120][self.below(8)];
        let mut entries: Vec<String> = (0..count).map(|_| self.entry()).filter(|entry| !is_regex(entry)).collect();
        entries.extend((0..self.below(3)).filter_map(|_| {
            let regex = self.regex();
            let written = serde_json::to_string(&regex).unwrap();
            cors_compiler::analysis::regex::pattern(&regex).is_ok().then(|| format!("{{regex: {written}}}"))
        }));
        entries.push(format!("https://{}.example", self.label()));
        if self.chance(6) {
            entries.push("null".to_owned());
        }
        entries.sort();
        entries.dedup();
        let quoted = |entry: String| if entry.starts_with('{') { entry } else { format!("\"{entry}\"") };
        entries.into_iter().map(quoted).collect()
    }

    fn described_routes(&mut self, names: &[&str], text: &mut String) {
        let paths: BTreeSet<String> = (0..=self.below(12))
            .map(|_| {
                let segments: String =
                    (0..=self.below(3)).map(|_| format!("/{}x", self.word(6, b"abcXYZ019", PATH))).collect();
                segments + if self.chance(2) { "/**" } else { "" }
            })
            .collect();
        text.push_str("routes:\n");
        for path in paths {
            let policy = if self.chance(4) { "none" } else { self.one(names) };
            let path = serde_json::to_string(&path).unwrap();
            writeln!(text, "  - {{path: {path}, policy: {policy:?}}}").unwrap();
        }
    }
}

fn is_regex(entry: &str) -> bool {
    entry.starts_with("regex")
}
