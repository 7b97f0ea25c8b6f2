//! Everything that is known to be true of the rules: cases as data, laws, the JSON reader, the texts.

#[path = "../../../tests/cases/reader.rs"]
mod reader;

mod cases;
mod compact;
mod coverage;
mod generate;
mod instants;
mod json;
mod laws;
mod own;
mod reads;
#[cfg(feature = "texts")]
mod texts;
