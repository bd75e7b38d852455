//! JUnit XML, which CI systems read: suites of cases, each with what became of it.
//!
//! There is no standard; this is what Jenkins, GitLab and GitHub's actions have in common.

use std::fmt::Write as _;

/// Cases that belong together.
pub(crate) struct Suite {
    pub(crate) name: String,
    pub(crate) cases: Vec<Case>,
}

/// Something that was tried.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) outcome: Outcome,
}

/// What became of a case. The texts say why, their first line in short.
pub(crate) enum Outcome {
    Passed,
    Failed(String),
    /// It could not be tried.
    Error(String),
    Skipped(String),
}

/// The document.
pub(crate) fn document(suites: &[Suite]) -> String {
    let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    let all = suites.iter().flat_map(|suite| &suite.cases);
    let _ = writeln!(out, "<testsuites {}>", counts(all));
    for suite in suites {
        let name = escape(&suite.name);
        let _ = writeln!(out, "  <testsuite name=\"{name}\" {}>", counts(&suite.cases));
        for case in &suite.cases {
            let _ = write!(out, "    <testcase classname=\"{name}\" name=\"{}\"", escape(&case.name));
            let (element, text) = match &case.outcome {
                Outcome::Passed => {
                    out.push_str("/>\n");
                    continue;
                }
                Outcome::Failed(text) => ("failure", text),
                Outcome::Error(text) => ("error", text),
                Outcome::Skipped(text) => ("skipped", text),
            };
            let message = escape(text.lines().next().unwrap_or(""));
            let _ = writeln!(out, ">\n      <{element} message=\"{message}\">{}</{element}>", escape(text));
            out.push_str("    </testcase>\n");
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn counts<'a>(cases: impl IntoIterator<Item = &'a Case>) -> String {
    let [mut tests, mut failures, mut errors, mut skipped] = [0; 4];
    for case in cases {
        tests += 1;
        match case.outcome {
            Outcome::Passed => {}
            Outcome::Failed(_) => failures += 1,
            Outcome::Error(_) => errors += 1,
            Outcome::Skipped(_) => skipped += 1,
        }
    }
    format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\"")
}

/// Text that is safe in content and in attributes: what XML 1.0 cannot carry becomes `�`, and a line break
/// survives the normalization of attributes.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            '\t' => escaped.push_str("&#9;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_is_told_and_every_text_escaped() {
        let case = |name: &str, outcome| Case { name: name.to_owned(), outcome };
        let suites = [Suite {
            name: "a<b>.yaml".to_owned(),
            cases: vec![
                case("passes", Outcome::Passed),
                case("\"fails\" & \u{1b}[31m", Outcome::Failed("one\ntwo ]]>".to_owned())),
                case("breaks", Outcome::Error("no file".to_owned())),
                case("waits", Outcome::Skipped("elsewhere".to_owned())),
            ],
        }];
        let expected = "\
<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<testsuites tests=\"4\" failures=\"1\" errors=\"1\" skipped=\"1\">
  <testsuite name=\"a&lt;b&gt;.yaml\" tests=\"4\" failures=\"1\" errors=\"1\" skipped=\"1\">
    <testcase classname=\"a&lt;b&gt;.yaml\" name=\"passes\"/>
    <testcase classname=\"a&lt;b&gt;.yaml\" name=\"&quot;fails&quot; &amp; \u{fffd}[31m\">
      <failure message=\"one\">one&#10;two ]]&gt;</failure>
    </testcase>
    <testcase classname=\"a&lt;b&gt;.yaml\" name=\"breaks\">
      <error message=\"no file\">no file</error>
    </testcase>
    <testcase classname=\"a&lt;b&gt;.yaml\" name=\"waits\">
      <skipped message=\"elsewhere\">elsewhere</skipped>
    </testcase>
  </testsuite>
</testsuites>
";
        assert_eq!(document(&suites), expected);
    }
}
