//! Every situation of the decision tables in `tables/`, with the answer that the tables give.
//!
//! A table names the inputs of a question, the classes that each input falls into, and what is answered for which
//! classes. Its situations are the full product of the classes. Nothing here knows the rules: the answers are put together
//! from the words of the tables, so they are a second opinion on what the rules compute.

mod evaluate;
mod markdown;
mod product;
mod table;

use sha2::{Digest, Sha256};

pub use self::{product::Situation, table::Table};

/// Name and text of a table, and the call that its classes change.
macro_rules! table_file {
    ($name:literal, $base:literal) => {
        (
            $name,
            include_str!(concat!("../tables/", $name, ".md")),
            include_str!(concat!("../../cases/base/", $base, ".json")),
        )
    };
}

/// The questions' files of `tables/`, in the order in which their situations are numbered.
const FILES: &[(&str, &str, &str)] = &[
    table_file!("activation", "activation"),
    table_file!("billing_gaps", "activation"),
    table_file!("caller", "activation"),
    table_file!("caps", "activation"),
    table_file!("deactivation", "deactivation"),
    table_file!("ending_duty", "deactivation"),
    table_file!("mandates", "mandates"),
    table_file!("numbers", "activation"),
    table_file!("overview_features", "overview"),
    table_file!("overview_instances", "overview"),
    table_file!("sharing", "sharing"),
    table_file!("subscriptions", "activation"),
];

/// Why the tables are not what they should be.
#[derive(Debug, thiserror::Error)]
#[error("tables/{table}.md: {fault}")]
pub struct Error {
    /// The file's name.
    pub table: &'static str,
    /// What is wrong in it.
    pub fault: String,
}

/// All tables.
///
/// # Errors
/// Names what is not written as a table is.
pub fn tables() -> Result<Vec<Table>, Error> {
    let read = |(name, text, base): &(&'static str, &str, &str)| {
        Table::read(name, text, base).map_err(|fault| Error { table: name, fault })
    };
    FILES.iter().map(read).collect()
}

/// The digest that stands for all calls and answers, in their order.
#[derive(Clone, Debug, Default)]
pub struct Fingerprint {
    hash: Sha256,
    situations: usize,
}

impl Fingerprint {
    /// Adds a situation.
    pub fn add(&mut self, situation: &Situation<'_>) {
        for part in [situation.call, situation.answer] {
            self.hash.update(part.as_bytes());
            self.hash.update(b"\n");
        }
        self.situations += 1;
    }

    /// How many situations were added, and the SHA-256 over them in hexadecimal.
    #[must_use]
    pub fn finish(self) -> (usize, String) {
        (self.situations, self.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }
}
