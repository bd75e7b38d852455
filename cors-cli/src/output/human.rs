//! For people at a terminal: the lines with labels drawn beneath.

use cors_compiler::diagnostic::{Diagnostic, Report, display};
use cors_compiler::source::Source;
use miette::{GraphicalReportHandler, GraphicalTheme};

/// The widest line of prose.
const WIDTH: usize = 100;

pub(super) fn render(source: &Source, diagnostic: &Diagnostic, colour: bool) -> String {
    let theme = if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(WIDTH).with_links(false);
    let mut text = String::new();
    match handler.render_report(&mut text, &Report::new(source, diagnostic)) {
        // Prose is wrapped: any word of it may come to begin a line.
        Ok(()) => text.lines().map(|line| display::at_line_start(line) + "\n").collect(),
        Err(_) => cors_compiler::diagnostic::plain::render(source, diagnostic),
    }
}
