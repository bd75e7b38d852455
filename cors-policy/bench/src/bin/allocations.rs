//! `allocations [WORD…]`: how often each contender allocates for one operation; the benchmark runs it.
//!
//! It is a program of its own, because counting makes every allocation dearer.
#![allow(clippy::print_stdout, reason = "that is what it is for")]

use allocation_counter::measure;
use cors_bench::groups::selected;

/// The operations over which growing buffers and lazily built tables even out.
const COUNT: u32 = 100;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    for group in selected(&words) {
        for mut case in group.cases {
            for (contender, column) in case.contenders.iter_mut().zip(&group.columns) {
                let Some(contender) = contender else { continue };
                let count = if case.name.contains("MB") { 1 } else { COUNT };
                for _ in 0..2 {
                    contender.prepare(count as usize);
                    contender.run();
                }
                contender.prepare(count as usize);
                let calls = measure(|| contender.run()).count_total;
                let calls = f64::from(u32::try_from(calls).unwrap_or(u32::MAX)) / f64::from(count);
                println!("{}\t{}\t{column}\t{calls}", group.title, case.name);
            }
        }
    }
}
