//! Everything that is known to be true of the rules: cases as data, laws, the JSON reader, the texts.

#[path = "../../../tests/cases/reader.rs"]
mod reader;

mod absent;
mod cases;
mod causes;
mod compact;
mod coverage;
mod generate;
mod instants;
mod json;
mod laws;
mod losses;
mod own;
mod page;
mod reads;
#[cfg(feature = "texts")]
mod texts;
