//! What an operator paused, as other reads carry it along: a row of its own, or a number in a condition.

/// The kind of the row that is there while billing is paused.
pub(in crate::adapters::sql) const PAUSED: &str = "paused";

/// A row of kind [`PAUSED`] while billing is paused, else none.
macro_rules! paused_row {
    () => {
        "SELECT 'paused', z.seq, '1' FROM pauses z WHERE z.name = 'billing'"
    };
}
pub(in crate::adapters::sql) use paused_row;

/// 1 while billing is paused, else 0.
macro_rules! billing_is_paused {
    () => {
        "(SELECT count(*) FROM pauses z WHERE z.name = 'billing')"
    };
}
pub(in crate::adapters::sql) use billing_is_paused;
