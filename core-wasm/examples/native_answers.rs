//! Prints what the rules answer natively: every case of tests/cases and the sentences of every reason met there, one JSON
//! object a line. The build for browsers is held against it.

use std::{
    collections::BTreeSet,
    error::Error,
    io::{self, BufWriter, Write},
    path::Path,
};

use core_wasm::{
    reason::Reason,
    texts::{Locale, explain},
    wire,
};
use serde_json::{Value, json};

#[path = "../../tests/cases/reader.rs"]
mod reader;

/// Reasons that no rule says, because billing tells them, and one whose numbers are singular.
const FURTHER: [&str; 4] = [
    r#"{"code":"payment-declined","params":{}}"#,
    r#"{"code":"payment-action-required","params":{}}"#,
    r#"{"code":"billing-refused","params":{}}"#,
    r#"{"code":"capacity-reached","params":{"limit":1,"used":1,"adding":1}}"#,
];

fn main() -> Result<(), Box<dyn Error>> {
    let cases = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/cases"));
    let mut out = BufWriter::new(io::stdout().lock());
    let mut reasons: BTreeSet<String> = FURTHER.into_iter().map(str::to_owned).collect();
    for file in reader::read_all(cases)? {
        for case in file.cases {
            let name = format!("{}: {}", file.rule, case.name);
            let answer = String::from_utf8(wire::answer(&case.input))?;
            for question in ["/activation/reasons", "/deactivation/reasons"] {
                let told = case.answer.pointer(question).and_then(Value::as_array).into_iter().flatten();
                reasons.extend(told.map(Value::to_string));
            }
            let line = json!({"case": name, "input": String::from_utf8_lossy(&case.input), "answer": answer, "right": case.answer});
            writeln!(out, "{line}")?;
        }
    }
    for reason in reasons {
        let reason: Reason = serde_json::from_str(&reason)?;
        let texts: serde_json::Map<String, Value> = Locale::ALL
            .into_iter()
            .map(|locale| Ok((locale.tag().to_owned(), serde_json::to_value(explain(&reason, locale))?)))
            .collect::<Result<_, serde_json::Error>>()?;
        writeln!(out, "{}", json!({"reason": reason, "texts": texts}))?;
    }
    Ok(out.flush()?)
}
