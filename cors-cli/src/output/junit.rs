//! JUnit XML, as CI servers read it: suites of cases, each with an outcome.

use std::fmt::Write as _;

/// A group of cases.
#[derive(Debug, Default)]
pub(crate) struct Suite {
    pub(crate) name: String,
    pub(crate) cases: Vec<Case>,
}

/// One case.
#[derive(Debug)]
pub(crate) struct Case {
    /// What it belongs to: CI servers group by it.
    pub(crate) class: String,
    pub(crate) name: String,
    pub(crate) outcome: Outcome,
}

/// What became of a case.
#[derive(Debug)]
pub(crate) enum Outcome {
    Passed,
    /// It was run, and does not hold.
    Failed {
        /// On one line.
        message: String,
        /// All there is to say.
        text: String,
    },
    /// It could not be run, and why.
    Error(String),
    /// It was not to be run, and why.
    Skipped(String),
}

/// The whole document. It holds no times, so that the same results are the same bytes.
pub(crate) fn render(suites: &[Suite]) -> String {
    let mut xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n".to_owned();
    for suite in suites {
        let failures = suite.cases.iter().filter(|case| matches!(case.outcome, Outcome::Failed { .. })).count();
        let errors = suite.cases.iter().filter(|case| matches!(case.outcome, Outcome::Error(_))).count();
        let skipped = suite.cases.iter().filter(|case| matches!(case.outcome, Outcome::Skipped(_))).count();
        let (name, tests) = (attribute(&suite.name), suite.cases.len());
        let counts = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\"");
        let _ = writeln!(xml, "  <testsuite name=\"{name}\" {counts}>");
        for case in &suite.cases {
            let (class, name) = (attribute(&case.class), attribute(&case.name));
            let _ = write!(xml, "    <testcase classname=\"{class}\" name=\"{name}\"");
            let _ = match &case.outcome {
                Outcome::Passed => writeln!(xml, "/>"),
                Outcome::Failed { message, text } => writeln!(
                    xml,
                    ">\n      <failure message=\"{}\">{}</failure>\n    </testcase>",
                    attribute(message),
                    content(text)
                ),
                Outcome::Error(message) => {
                    writeln!(xml, ">\n      <error message=\"{}\"/>\n    </testcase>", attribute(message))
                }
                Outcome::Skipped(message) => {
                    writeln!(xml, ">\n      <skipped message=\"{}\"/>\n    </testcase>", attribute(message))
                }
            };
        }
        xml.push_str("  </testsuite>\n");
    }
    xml.push_str("</testsuites>\n");
    xml
}

/// Text between tags. XML has no way to write most control characters: they become `�`.
fn content(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\n' | '\t' => escaped.push(c),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c if c.is_control() => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

/// The value of an attribute. A reader would turn bare line breaks and tabs into spaces.
fn attribute(text: &str) -> String {
    content(text).replace('"', "&quot;").replace('\n', "&#10;").replace('\t', "&#9;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_say_is_escaped_or_replaced() {
        let case = |name: &str, outcome| Case { class: "a&b".to_owned(), name: name.to_owned(), outcome };
        let failed =
            Outcome::Failed { message: "\"<x>\"\n".to_owned(), text: "\u{1b}[31m]]>\u{0}\u{ffff}é".to_owned() };
        let cases = vec![
            case("p", Outcome::Passed),
            case("f", failed),
            case("e", Outcome::Error("'".to_owned())),
            case("k", Outcome::Skipped(String::new())),
        ];
        let xml = render(&[Suite { name: "s".to_owned(), cases }]);
        assert_eq!(
            xml,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  \
             <testsuite name=\"s\" tests=\"4\" failures=\"1\" errors=\"1\" skipped=\"1\">\n    \
             <testcase classname=\"a&amp;b\" name=\"p\"/>\n    \
             <testcase classname=\"a&amp;b\" name=\"f\">\n      \
             <failure message=\"&quot;&lt;x&gt;&quot;&#10;\">\u{fffd}[31m]]&gt;\u{fffd}\u{fffd}é</failure>\n    \
             </testcase>\n    \
             <testcase classname=\"a&amp;b\" name=\"e\">\n      <error message=\"'\"/>\n    </testcase>\n    \
             <testcase classname=\"a&amp;b\" name=\"k\">\n      <skipped message=\"\"/>\n    </testcase>\n  \
             </testsuite>\n</testsuites>\n"
        );
    }
}
