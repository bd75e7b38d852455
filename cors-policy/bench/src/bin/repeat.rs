//! `repeat GROUP CASE COLUMN COUNT`: does one operation that often, for `scripts/callgrind`.

use std::process::ExitCode;

use cors_bench::groups::GROUPS;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [title, name, column, count] = arguments.as_slice() else {
        eprintln!("usage: repeat GROUP CASE COLUMN COUNT");
        return ExitCode::from(2);
    };
    let group = GROUPS.iter().find(|(known, _)| known == title).map(|(title, make)| make(title));
    let contender = group.and_then(|group| {
        let column = group.columns.iter().position(|known| known == column)?;
        group.cases.into_iter().find(|case| case.name == *name)?.contenders.swap_remove(column)
    });
    match (contender, count.parse()) {
        (Some(mut contender), Ok(count)) => {
            contender.prepare(count);
            contender.run();
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("repeat: there is no {title}, {name}, {column}, or `{count}` is no number");
            ExitCode::from(2)
        }
    }
}
