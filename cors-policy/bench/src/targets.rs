//! What the Rust target is to reach, and whether it does in the run at hand.

use crate::groups::MATCHER;
use crate::measure::Row;
use crate::table::{Measured, Table, number};

/// How a target is met.
enum Goal {
    /// The cheapest of those contenders costs at least that many times as much.
    Ratio(&'static [&'static str], f64),
    /// No case costs more nanoseconds.
    Nanoseconds(f64),
    /// No case allocates: beyond what happens without CORS, if costs are what is added.
    NoAllocation,
}

/// What is to be reached: in the group of that title, by the cases whose names begin so.
struct Target {
    what: &'static str,
    group: &'static str,
    case: &'static str,
    goal: Goal,
    /// The column that counts as ours in a ratio.
    ours: &'static str,
}

/// A target of the matcher alone.
const fn matching(
    what: &'static str,
    group: &'static str,
    case: &'static str,
    peers: &'static [&'static str],
    least: f64,
) -> Target {
    Target { ours: MATCHER, ..ratio(what, group, case, peers, least) }
}

const fn ratio(
    what: &'static str,
    group: &'static str,
    case: &'static str,
    peers: &'static [&'static str],
    least: f64,
) -> Target {
    Target { what, group, case, goal: Goal::Ratio(peers, least), ours: "cors-policy" }
}

const EXACT: &str = "decision: exact origins";
const WILDCARDS: &str = "decision: subdomain wildcards";
const REGEXES: &str = "decision: regular expressions";
const TOWER: &str = "tower: added";
const SETS: &[&str] = &["HashSet", "phf"];
const REGEX: &[&str] = &["RegexSet", "Regex"];

const TARGETS: &[Target] = &[
    ratio("decision, 1 origin, vs cors-core", EXACT, "1 origin, allowed", &["cors-core"], 15.0),
    ratio("decision, 100 origins, vs cors-core", EXACT, "100 origins, allowed", &["cors-core"], 120.0),
    ratio("decision, 10,000 origins, vs cors-core", EXACT, "10,000 origins, allowed", &["cors-core"], 15_000.0),
    Target { what: "decision, any", group: "decision: ", case: "", goal: Goal::NoAllocation, ours: "cors-policy" },
    matching("1 origin vs HashSet and phf", EXACT, "1 origin, allowed", SETS, 8.0),
    matching("10 origins vs HashSet and phf", EXACT, "10 origins, allowed", SETS, 8.0),
    matching("16 origins vs HashSet and phf", EXACT, "16 origins, allowed", SETS, 8.0),
    matching("10,000 origins vs HashSet and phf", EXACT, "10,000 origins, allowed", SETS, 2.0),
    matching("1 wildcard vs RegexSet", WILDCARDS, "1 wildcard, allowed", REGEX, 15.0),
    matching("100 wildcards vs RegexSet", WILDCARDS, "100 wildcards, allowed", REGEX, 6.0),
    matching("1,000 wildcards vs RegexSet", WILDCARDS, "1,000 wildcards, allowed", REGEX, 6.0),
    matching("1 regex, allowed, vs the regex crate", REGEXES, "1 regex, allowed", REGEX, 6.0),
    matching("1 regex, near miss, vs the regex crate", REGEXES, "1 regex, near miss", REGEX, 20.0),
    ratio("tower layer, no `Origin`, vs tower-http", TOWER, "1 origin, no `Origin`", &["tower-http"], 10.0),
    ratio("tower layer, allowed, vs tower-http", TOWER, "1 origin, allowed", &["tower-http"], 4.0),
    Target { what: "tower layer, any", group: TOWER, case: "", goal: Goal::NoAllocation, ours: "cors-policy" },
    ratio(
        "axum + hyper, no `Origin`, vs a list of 1,000",
        "axum + hyper: layer of the router, added",
        "1,000 origins, no `Origin`",
        &["tower-http list"],
        300.0,
    ),
    Target {
        what: "1 MB `Origin`",
        group: "decision: 1 MB `Origin`",
        case: "",
        goal: Goal::Nanoseconds(10.0),
        ours: "cors-policy",
    },
];

/// The targets about which the results say something.
#[must_use]
pub fn table(results: &[Measured]) -> Table {
    let mut table = Table::default();
    table.row(["target", "wanted", "measured", "met"].map(str::to_owned).to_vec());
    for target in TARGETS {
        if let Some((wanted, measured, met)) = target.judge(results) {
            let met = if met { "yes" } else { "**no**" };
            table.row(vec![target.what.to_owned(), wanted, measured, met.to_owned()]);
        }
    }
    table
}

impl Target {
    /// What was wanted, what came, and whether that will do.
    fn judge(&self, results: &[Measured]) -> Option<(String, String, bool)> {
        let groups = results.iter().filter(|group| group.title.starts_with(self.group));
        let cases: Vec<(&Measured, &Row)> = groups
            .flat_map(|group| group.rows.iter().map(move |row| (group, row)))
            // `allowed` is not `allowed, each in turn`.
            .filter(|(_, row)| self.case.is_empty() || row.case == self.case)
            .collect();
        let most = |values: &mut dyn Iterator<Item = f64>| values.reduce(f64::max);
        match self.goal {
            Goal::Ratio(peers, least) => {
                let ratios = cases.iter().flat_map(|(group, row)| {
                    let columns = (0..group.columns.len()).filter(|&column| peers.contains(&group.columns[column]));
                    let ours = group.columns.iter().position(|&column| column == self.ours);
                    columns.filter_map(move |column| group.ratio(row, ours?, column))
                });
                let measured = ratios.reduce(f64::min)?;
                Some((format!("≥ {}×", number(least)), format!("{}×", number(measured)), measured >= least))
            }
            Goal::Nanoseconds(limit) => {
                let costs = cases.iter().filter_map(|(group, row)| Some(row.cells[group.ours]?.nanoseconds));
                let measured = most(&mut { costs })?;
                Some((format!("≤ {} ns", number(limit)), format!("{} ns", number(measured)), measured <= limit))
            }
            Goal::NoAllocation => {
                let calls = cases.iter().filter_map(|(group, row)| Some(row.cells[group.ours]?.allocations));
                let measured = most(&mut { calls })?;
                let measured_text = format!("{} allocations", number(measured));
                Some(("0 allocations".to_owned(), measured_text, measured <= 0.0))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::groups::GROUPS;

    /// A target whose group or case has another name now would never be judged.
    #[test]
    fn every_target_is_about_something() {
        let groups: Vec<_> = GROUPS.iter().map(|(title, make)| make(title)).collect();
        for target in TARGETS {
            let group = groups.iter().find(|group| group.title.starts_with(target.group));
            let group = group.unwrap_or_else(|| panic!("no group for {}", target.what));
            let case = group.cases.iter().any(|case| target.case.is_empty() || case.name == target.case);
            assert!(case, "no case for {}", target.what);
            if let Goal::Ratio(peers, _) = target.goal {
                assert!(peers.iter().any(|peer| group.columns.contains(peer)), "no peer for {}", target.what);
            }
        }
    }
}
