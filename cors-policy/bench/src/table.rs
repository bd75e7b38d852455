//! The results, and how they are printed: one Markdown table, which reads well on a terminal, too.

use std::fmt::{self, Display};

use crate::measure::{Cell, Group, Row};

/// What the cases of a group cost.
#[derive(Debug, Clone)]
pub struct Measured {
    /// The group's title.
    pub title: &'static str,
    /// The contenders.
    pub columns: Vec<&'static str>,
    /// Which of them is `cors-policy`; those before it are what others add to.
    pub ours: usize,
    /// The cases.
    pub rows: Vec<Row>,
}

impl Measured {
    /// The group without its results.
    #[must_use]
    pub fn new(group: &Group) -> Self {
        Self { title: group.title, columns: group.columns.clone(), ours: group.ours(), rows: Vec::new() }
    }

    /// How many times as much as one contender another one costs. `None` if there is no such number: it has
    /// not been measured, or the first costs nothing that shows.
    #[must_use]
    pub fn ratio(&self, row: &Row, first: usize, other: usize) -> Option<f64> {
        let (first, theirs) = (row.cells[first]?.nanoseconds, row.cells[other]?.nanoseconds);
        (first > 0.0 && other > self.ours).then(|| theirs / first)
    }
}

/// A table whose rows may have headings of their own between them.
#[derive(Debug, Default)]
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// The results: nanoseconds, allocations, and in brackets the ratio to `cors-policy`.
    #[must_use]
    pub fn of(results: &[Measured]) -> Self {
        let mut table = Self::default();
        for group in results {
            let mut heading = vec![format!("**{}**", group.title)];
            heading.extend(group.columns.iter().map(|column| format!("**{column}**")));
            table.row(heading);
            for row in &group.rows {
                let cells = (0..row.cells.len()).map(|column| cell(group, row, column));
                table.row(std::iter::once(row.case.clone()).chain(cells).collect());
            }
        }
        table
    }

    /// Adds a row; the first one is the table's heading.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }
}

fn cell(group: &Measured, row: &Row, column: usize) -> String {
    let Some(Cell { nanoseconds, allocations }) = row.cells[column] else { return String::new() };
    let added = column >= group.ours && group.ours > 0;
    let sign = |value: f64| if added && value > 0.0 { "+" } else { "" };
    let ratio = group.ratio(row, group.ours, column).map(|ratio| format!(" ({}×)", number(ratio))).unwrap_or_default();
    format!("{}{} / {}{}{ratio}", sign(nanoseconds), number(nanoseconds), sign(allocations), number(allocations))
}

/// One or two digits at least, and thousands apart: `0.03`, `1.3`, `120`, `15,000`.
#[must_use]
pub fn number(value: f64) -> String {
    if value.abs() < 0.095 && value.abs() > 0.0 {
        return format!("{value:.2}");
    }
    if value.abs() < 9.95 && value.fract().abs() > 0.049 {
        return format!("{value:.1}");
    }
    let digits = format!("{:.0}", value.abs());
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if value < 0.0 && digits != "0" { format!("-{text}") } else { text }
}

impl Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let text = |row: &[String], column: usize| row.get(column).cloned().unwrap_or_default();
        let widths: Vec<usize> = (0..count)
            .map(|column| self.rows.iter().map(|row| text(row, column).chars().count()).max().unwrap_or(0).max(3))
            .collect();
        for (index, row) in self.rows.iter().enumerate() {
            for (column, &width) in widths.iter().enumerate() {
                write!(f, "| {:<width$} ", text(row, column))?;
            }
            writeln!(f, "|")?;
            if index == 0 {
                widths.iter().try_for_each(|&width| write!(f, "|{}", "-".repeat(width + 2)))?;
                writeln!(f, "|")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        for (value, text) in [
            (0.0, "0"),
            (2.0, "2"),
            (1.26, "1.3"),
            (9.96, "10"),
            (123.4, "123"),
            (15_000.2, "15,000"),
            (1_234_567.0, "1,234,567"),
            (-306.0, "-306"),
            (-0.3, "-0.3"),
            (0.025, "0.03"),
        ] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn what_is_added_has_a_sign_and_a_ratio() {
        let cell = |nanoseconds, allocations| Some(Cell { nanoseconds, allocations });
        let group = Measured {
            title: "tower",
            columns: vec!["no layer", "cors-policy", "peer", "other"],
            ours: 1,
            rows: vec![Row {
                case: "allowed".to_owned(),
                cells: vec![cell(100.0, 2.0), cell(20.0, 0.0), cell(250.0, 9.0), None],
            }],
        };
        let expected = "\
| **tower** | **no layer** | **cors-policy** | **peer**        | **other** |
|-----------|--------------|-----------------|-----------------|-----------|
| allowed   | 100 / 2      | +20 / 0         | +250 / +9 (12×) |           |
";
        assert_eq!(Table::of(&[group]).to_string(), expected);
    }
}
