//! The compact form in docs/policy-abi.md against what the compiler is told of it, and its examples against the module.

use std::{fs, path::PathBuf};

use core_wasm::{
    ABI_VERSION,
    compact::{VERSION, from_slice, to_vec},
    question::{Answer, Call},
};

use super::{embedded, layout};

/// Where the examples are.
const EXAMPLES: &str = "docs/policy-abi/compact-examples.json";

/// A call and its answer, in both forms.
#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Example {
    kind: String,
    call: Call,
    call_bytes: String,
    answer: Answer,
    answer_bytes: String,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).expect(path)
}

fn examples() -> Vec<Example> {
    serde_json::from_str(&read(EXAMPLES)).expect(EXAMPLES)
}

fn in_json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("plain data")
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whoever swaps two numbers or two fields, for writing and reading at once, makes another form: this says so.
#[test]
fn the_page_has_the_fields_and_numbers_of_every_type() {
    let tables = layout::tables(&root().join("core-wasm"));
    assert!(read("docs/policy-abi.md").contains(&tables), "docs/policy-abi.md must have these tables:\n{tables}");
}

#[test]
fn the_page_names_the_version_of_the_form() {
    let page = read("docs/policy-abi.md");
    let told = format!("The first byte of every call and answer is the version of the form: {VERSION}. ");
    assert!(page.contains(&told), "`{told}`");
    assert!(page.contains(&format!("belongs to ABI version {ABI_VERSION}")));
}

#[test]
fn the_examples_are_what_the_module_reads_and_answers() {
    let text = read(EXAMPLES);
    let examples = examples();
    let kinds: Vec<&str> = examples.iter().map(|example| example.kind.as_str()).collect();
    assert_eq!(kinds, ["activation", "deactivation", "mandates", "overview", "sharing", "batch"]);
    for Example { kind, call, call_bytes, answer, answer_bytes } in &examples {
        let bytes = to_vec(call);
        assert_eq!(hexadecimal(&bytes), *call_bytes, "{kind}");
        let output = embedded().call_compact(&bytes).expect(kind).bytes;
        assert_eq!(hexadecimal(&output), *answer_bytes, "{kind}");
        assert_eq!(from_slice::<Answer>(&output).as_ref(), Ok(answer), "{kind}");
        // In JSON it is the same, and both are shown in the one form that digests are taken of.
        let (call, answer) = (in_json(call), in_json(answer));
        assert_eq!(String::from_utf8(embedded().answer_bytes(call.as_bytes()).expect(kind)).expect(kind), answer);
        assert!(text.contains(&call) && text.contains(&answer), "{kind}: {call} {answer}");
        assert!(call.contains(&format!(r#""question":{{"{kind}":"#)), "{kind}");
    }
}

#[test]
fn the_page_shows_the_shortest_of_the_examples() {
    let without_space = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>();
    let page = without_space(&read("docs/policy-abi.md"));
    let examples = examples();
    let shown = examples.iter().find(|example| example.kind == "mandates").expect("mandates");
    for part in [&in_json(&shown.call), &shown.call_bytes, &in_json(&shown.answer), &shown.answer_bytes] {
        assert!(page.contains(part), "the page does not show {part}");
    }
}

#[test]
fn whatever_is_written_otherwise_is_refused() {
    for example in examples() {
        let good = to_vec(&example.call);
        let more = [good.as_slice(), &[0]].concat();
        let newer = [&[VERSION + 1], &good[1..]].concat();
        for bad in [&good[1..], &good[..good.len() - 1], &more, &newer] {
            let output = embedded().call_compact(bad).expect("an answer").bytes;
            let answer: Answer = from_slice(&output).expect("an answer");
            assert!(matches!(answer, Answer::Failure(_)), "{}: {answer:?}", example.kind);
        }
    }
}
