//! Prints the digest of the host's module, then random calls with what it answers in its sandbox, one JSON object a
//! line: the browser's build is asked the same.
//!
//! `agreement_calls [COUNT]`. The calls are the same in every run.

use std::{
    error::Error,
    io::{self, BufWriter, Write as _},
};

use proptest::{
    strategy::{Strategy as _, ValueTree as _},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Value, json};
use turnpike::policy::Policy;

#[path = "../../../core-wasm/tests/rules/generate.rs"]
mod generate;

/// How many calls unless told.
const COUNT: usize = 3_000;

/// Integers beyond this are no exact numbers in JavaScript: `Number.MAX_SAFE_INTEGER`.
const MAX_SAFE: i64 = (1 << 53) - 1;

fn main() -> Result<(), Box<dyn Error>> {
    let count = std::env::args().nth(1).map_or(Ok(COUNT), |count| count.parse())?;
    let policy = Policy::embedded()?;
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let calls = generate::call();
    let mut out = BufWriter::new(io::stdout().lock());
    writeln!(out, "{}", json!({"digest": policy.digest()}))?;
    for _ in 0..count {
        let call = calls.new_tree(&mut runner).map_err(|reason| reason.to_string())?.current();
        let call = exact(serde_json::to_value(call)?);
        let answer: Value = serde_json::from_slice(&policy.answer_bytes(&serde_json::to_vec(&call)?)?)?;
        writeln!(out, "{}", json!({"call": call, "answer": answer}))?;
    }
    out.flush()?;
    Ok(())
}

/// The same with every integer within what JavaScript holds exactly: its own extremes in place of ours.
fn exact(value: Value) -> Value {
    match value {
        Value::Number(number) => {
            number.as_i64().map_or(Value::Number(number), |integer| Value::from(integer.clamp(-MAX_SAFE, MAX_SAFE)))
        }
        Value::Array(items) => items.into_iter().map(exact).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, exact(value))).collect(),
        other => other,
    }
}
