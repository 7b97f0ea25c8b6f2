//! The same calls in the compact form, and the answers in it as the JSON that they must be.
//!
//! In files call and answer are hexadecimal digits, framed as JSON is: a NUL byte after each call, a line feed after each
//! answer. What is no call has no compact form: the answer is `-`.

use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use anyhow::Result;
use core_wasm::{
    compact::{answer, from_slice, to_vec},
    question::{Answer, Call},
};

use crate::{
    asked::{Asked, Pair},
    report::UNASKED,
};

/// All calls in the compact form.
#[derive(Debug)]
pub(crate) struct Compact {
    /// In the order in which all is asked; `None`: it is no call.
    calls: Vec<Option<Vec<u8>>>,
}

impl Compact {
    /// What must be answered with a failure is no call: serde_json would read some of it.
    pub(crate) fn of(asked: &Asked) -> Result<Self> {
        let compact = |pair: &Pair| {
            let call = (!pair.is_no_call()).then(|| serde_json::from_slice::<Call>(&pair.call));
            Ok(call.transpose()?.map(|call| to_vec(&call)))
        };
        Ok(Self { calls: asked.pairs.iter().map(compact).collect::<Result<_>>()? })
    }

    /// The calls for a program.
    pub(crate) fn calls(&self) -> Vec<u8> {
        self.calls.iter().flatten().flat_map(|call| format!("{}\0", hexadecimal(call)).into_bytes()).collect()
    }

    /// What the rules compiled into this program answer, in JSON, and how long the decisions took.
    pub(crate) fn native(&self) -> Result<(Vec<u8>, Duration)> {
        let start = Instant::now();
        let answers: Vec<Vec<u8>> = self.calls.iter().flatten().map(|call| answer(call)).collect();
        let took = start.elapsed();
        let lines: String = answers.iter().map(|answer| format!("{}\n", hexadecimal(answer))).collect();
        Ok((self.in_json(lines.as_bytes())?, took))
    }

    /// A program's answers as JSON, one line for each call of all.
    pub(crate) fn in_json(&self, answers: &[u8]) -> Result<Vec<u8>> {
        let mut lines = answers.split_inclusive(|byte| *byte == b'\n');
        let mut text = Vec::new();
        for call in &self.calls {
            match call {
                None => text.extend_from_slice(UNASKED),
                // What is missing is missing here, too.
                Some(_) => match lines.next() {
                    Some(line) => text.extend_from_slice(&json(line)?),
                    None => break,
                },
            }
            text.push(b'\n');
        }
        // So is what is too much.
        text.extend(lines.flatten());
        Ok(text)
    }
}

/// An answer as JSON; in words what it is instead.
fn json(line: &[u8]) -> Result<Vec<u8>> {
    let Some(bytes) = line.strip_suffix(b"\n").and_then(bytes) else {
        return Ok(b"no line of hexadecimal digits".to_vec());
    };
    match from_slice::<Answer>(&bytes) {
        // There is one way to write it.
        Ok(answer) if to_vec(&answer) == bytes => Ok(serde_json::to_vec(&answer)?),
        Ok(_) => Ok(b"an answer that is written otherwise".to_vec()),
        Err(fault) => Ok(format!("no answer: {fault}").into_bytes()),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().saturating_mul(2));
    for byte in bytes {
        let _infallible = write!(text, "{byte:02x}");
    }
    text
}

fn bytes(digits: &[u8]) -> Option<Vec<u8>> {
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let is_even = digits.len().is_multiple_of(2);
    is_even.then(|| digits.chunks(2).map(pair).collect())?
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One question about no mandates, and what is no call.
    fn asked() -> (Asked, String) {
        let settings = serde_json::to_string(&core_wasm::settings::Settings::default()).expect("plain data");
        let call = format!(
            r#"{{"settings":{settings},"question":{{"mandates":{{"now":0,"homeGranted":true,"mandates":[]}}}}}}"#
        );
        let expected = r#"{"mandates":{"mandates":[],"homeMandateDue":false}}"#.to_owned();
        let pair = |call: &str, answer: &str| Pair { call: call.into(), answer: answer.to_owned() };
        (
            Asked { pairs: vec![pair(&call, &expected), pair("no call", r#"{"failure":{}}"#)], ..Asked::default() },
            expected,
        )
    }

    #[test]
    fn the_rules_answer_as_in_json_and_what_is_no_call_is_not_asked() {
        let (asked, expected) = asked();
        let compact = Compact::of(&asked).expect("calls");
        assert_eq!(compact.calls().iter().filter(|byte| **byte == 0).count(), 1);
        assert_eq!(compact.native().expect("plain data").0, format!("{expected}\n-\n").into_bytes());
    }

    #[test]
    fn whatever_else_a_program_writes_is_no_answer() {
        let compact = Compact::of(&asked().0).expect("calls");
        let told = |answers: &str| String::from_utf8(compact.in_json(answers.as_bytes()).expect("text")).expect("text");
        let good = told("01020000000000\n");
        assert!(good.starts_with(r#"{"mandates""#) && good.ends_with("}\n-\n"), "{good}");
        for bad in [
            "",
            "01020000000000",
            "02020000000000\n",
            "0102000000000000\n",
            "zz\n",
            "010\n",
            "-\n",
            "01020000000000\n00\n",
        ] {
            assert_ne!(told(bad), good, "{bad:?}");
        }
    }
}
