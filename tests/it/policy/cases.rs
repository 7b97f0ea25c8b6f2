//! Every case of tests/cases, byte for byte: natively and through the sandbox, in JSON and in the compact form.

use std::path::Path;

use core_wasm::{
    compact, json,
    question::{Answer, Call},
};

use super::embedded;
use crate::reader::read_all;

#[test]
fn every_case_is_answered_as_written() {
    let policy = embedded();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/cases");
    let files = read_all(&folder).unwrap();
    assert!(!files.is_empty(), "no cases in `{}`", folder.display());
    for (file, case) in files.iter().flat_map(|file| file.cases.iter().map(move |case| (file, case))) {
        let name = format!("{}: {}", file.rule, case.name);
        // The written answer in the order of the wire, which JSON itself does not know.
        let answer: Answer = serde_json::from_value(case.answer.clone()).expect(&name);
        let expected = serde_json::to_string(&answer).expect(&name);
        assert_eq!(String::from_utf8_lossy(&core_wasm::wire::answer(&case.input)), expected, "{name}, natively");
        let sandboxed = policy.answer_bytes(&case.input).expect(&name);
        assert_eq!(String::from_utf8_lossy(&sandboxed), expected, "{name}, in the sandbox");
        let Ok(call) = json::from_slice::<Call>(&case.input) else { continue };
        let output = policy.call_compact(&compact::to_vec(&call)).expect(&name);
        let answer: Answer = compact::from_slice(&output.bytes).expect(&name);
        assert_eq!(serde_json::to_string(&answer).expect(&name), expected, "{name}, in the compact form");
    }
}
