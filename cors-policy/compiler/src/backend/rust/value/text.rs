//! An expression as text that a reviewer can read.

use super::Value;

/// The longest line.
const WIDTH: usize = 100;

impl Value {
    /// The expression, to stand in a line that is indented so far and has so many columns before it.
    pub(in super::super) fn to_text(&self, indent: usize, before: usize) -> String {
        let line = self.on_one_line();
        match line {
            Some(line) if before + line.len() + ",".len() <= WIDTH => line,
            _ => self.on_lines(indent),
        }
    }

    /// The expression on one line, unless it is one that deserves several.
    fn on_one_line(&self) -> Option<String> {
        let all = |values: &[Self]| {
            let parts: Option<Vec<String>> = values.iter().map(Self::on_one_line).collect();
            parts.map(|parts| parts.join(", "))
        };
        Some(match self {
            Self::Struct(name, fields) => {
                let part = |field: &super::Field| Some(format!("{}: {}", field.name, field.value.on_one_line()?));
                let parts: Option<Vec<String>> =
                    fields.iter().map(|field| field.comment.is_empty().then(|| part(field)).flatten()).collect();
                format!("{name} {{ {} }}", parts?.join(", "))
            }
            Self::Name(name, values) if values.is_empty() => (*name).to_owned(),
            Self::Name(name, values) => format!("{name}({})", all(values)?),
            Self::Tuple(values) => format!("({})", all(values)?),
            Self::List(values) => format!("&[{}]", all(values)?),
            Self::Numbers(numbers) => {
                format!("&[{}]", numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
            }
            Self::Text(parts) if parts.len() > 1 => return None,
            Self::Text(parts) => format!("{:?}", parts.concat()),
            Self::Number(number) => number.to_string(),
            Self::Bits(bits) => format!("{bits:#018x}"),
            Self::Bool(value) => value.to_string(),
            Self::Static(name) => format!("&{name}"),
        })
    }

    fn on_lines(&self, indent: usize) -> String {
        let (outer, inner) = (" ".repeat(indent), " ".repeat(indent + 4));
        let rows = |values: &[Self]| -> String {
            values.iter().map(|value| format!("{inner}{},\n", value.to_text(indent + 4, indent + 4))).collect()
        };
        match self {
            Self::Struct(name, fields) => {
                let row = |field: &super::Field| {
                    let comment: String = field.comment.lines().map(|line| format!("{inner}// {line}\n")).collect();
                    let start = format!("{inner}{}: ", field.name);
                    format!("{comment}{start}{},\n", field.value.to_text(indent + 4, start.len()))
                };
                format!("{name} {{\n{}{outer}}}", fields.iter().map(row).collect::<String>())
            }
            // A struct hugs its parentheses.
            Self::Name(name, values) => match values.as_slice() {
                [value @ (Self::Struct(..) | Self::List(_) | Self::Numbers(_))] => {
                    format!("{name}({})", value.on_lines(indent))
                }
                values => format!("{name}(\n{}{outer})", rows(values)),
            },
            Self::Tuple(values) => format!("(\n{}{outer})", rows(values)),
            Self::List(values) => format!("&[\n{}{outer}]", rows(values)),
            Self::Numbers(numbers) => {
                let mut text = format!("&[\n{inner}");
                let mut column = inner.len();
                for number in numbers {
                    let number = format!("{number}, ");
                    if column + number.len() > WIDTH {
                        text.truncate(text.trim_end().len());
                        text.push('\n');
                        text.push_str(&inner);
                        column = inner.len();
                    }
                    column += number.len();
                    text.push_str(&number);
                }
                format!("{}\n{outer}]", text.trim_end())
            }
            // A backslash at the end of a line skips the line break and the white space behind it.
            Self::Text(parts) => {
                let lines: String = parts.iter().map(|part| format!("\\\n{inner}{}", part.escape_debug())).collect();
                format!("\"{lines}\"")
            }
            Self::Number(_) | Self::Bits(_) | Self::Bool(_) | Self::Static(_) => self.on_one_line().unwrap_or_default(),
        }
    }
}
