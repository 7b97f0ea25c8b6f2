//! Prints what the rules answer natively: every case of tests/cases, one JSON object a line. The build for browsers is held
//! against it.

use std::{
    error::Error,
    io::{self, BufWriter, Write},
    path::Path,
};

use core_wasm::wire;
use serde_json::json;

#[path = "../../tests/cases/reader.rs"]
mod reader;

fn main() -> Result<(), Box<dyn Error>> {
    let cases = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/cases"));
    let mut out = BufWriter::new(io::stdout().lock());
    for file in reader::read_all(cases)? {
        for case in file.cases {
            let name = format!("{}: {}", file.rule, case.name);
            let answer = String::from_utf8(wire::answer(&case.input))?;
            let line = json!({"case": name, "input": String::from_utf8_lossy(&case.input), "answer": answer, "right": case.answer});
            writeln!(out, "{line}")?;
        }
    }
    Ok(out.flush()?)
}
