//! What a decision costs, beside other crates that do the same: `cargo bench -p cors-bench`.
//!
//! [`groups`] says what is compared, [`mod@measure`] how, [`table`] and [`targets`] what is printed.

pub mod groups;
pub mod measure;
pub mod origins;
pub mod policies;
pub mod table;
pub mod targets;
