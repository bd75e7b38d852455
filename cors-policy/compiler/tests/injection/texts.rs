//! What means something to YAML, nginx, Envoy, Lua, Rust, PCRE, RE2 or a terminal.

/// Single characters: all punctuation of ASCII, the space, the control characters that mean something, and some of
/// Unicode that end a line, hide text or turn it around.
pub(super) const CHARACTERS: &str = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ \
    \0\u{7}\u{8}\t\n\u{b}\u{c}\r\u{1b}\u{7f}\u{85}\u{9b}\u{a0}\u{e9}\u{200b}\u{200e}\u{2028}\u{2029}\u{202e}\u{2066}\u{feff}";

/// Texts of several.
pub(super) const HOSTILE: [&str; 34] = [
    "$request_uri",
    "${request_uri}",
    "\r\n",
    " #",
    "//",
    "/*",
    "*/",
    "]]",
    "]=]",
    "[[",
    "--",
    "--[[",
    "%REQ(x)%",
    "%%",
    "\\\"",
    "\\n",
    "\\E",
    "(?i)",
    ".*",
    "{{",
    "}}",
    "${}",
    "\"; add_header X-Injected 1; #",
    "; return 200; ",
    "\" }\nserver { listen 1; }",
    "\\\" .. os.exit() .. \\\"",
    "\"]]; os.exit() --",
    "\"#; fn main() {}",
    ": ",
    "\n- x",
    "\n---\n",
    "<!--",
    "\u{1b}[31m",
    "&a *a !!x",
];
