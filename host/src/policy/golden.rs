//! The golden cases: what a module that comes from outside is asked before it decides. They are the rules' own cases.

use std::collections::BTreeMap;

use core_wasm::question::{Answer, Call, Question};
use serde::{Deserialize, de::Error as _};
use serde_json::Value;

/// All case files, put together by build.rs.
const CASES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/golden.json"));

/// A question with the answer of Turnpike's own rules.
#[derive(Clone, Debug)]
pub(super) struct Golden {
    /// The rule and what the case shows.
    pub(super) name: String,
    /// The call.
    pub(super) call: Vec<u8>,
    /// What it asks; `None` when it is no call, and the answer says so.
    pub(super) question: Option<Question>,
    /// The answer.
    pub(super) answer: Answer,
}

#[derive(Deserialize)]
struct Document {
    bases: BTreeMap<String, Value>,
    files: BTreeMap<String, File>,
}

#[derive(Deserialize)]
struct File {
    base: Option<String>,
    cases: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    name: String,
    base: Option<String>,
    /// By JSON pointer; a whole comes before its parts.
    #[serde(default)]
    change: BTreeMap<String, Value>,
    raw: Option<String>,
    answer: Answer,
}

/// All of them, by file and in their order there.
///
/// # Errors
/// When what is embedded is not as tests/cases/reader.rs describes it.
pub(super) fn cases() -> serde_json::Result<Vec<Golden>> {
    let Document { bases, files } = serde_json::from_slice(CASES)?;
    let mut cases = Vec::new();
    for (rule, file) in files {
        for entry in file.cases {
            let call = match entry.raw {
                Some(raw) => raw.into_bytes(),
                None => {
                    let base = entry.base.or_else(|| file.base.clone()).and_then(|base| bases.get(&base));
                    let mut call = base.cloned().unwrap_or_default();
                    for (pointer, value) in entry.change {
                        let member = call.pointer_mut(&pointer);
                        *member.ok_or_else(|| {
                            serde_json::Error::custom(format!("`{pointer}` is nowhere in `{}`", entry.name))
                        })? = value;
                    }
                    serde_json::to_vec(&call)?
                }
            };
            let question = match entry.answer {
                Answer::Failure(_) => None,
                _ => Some(serde_json::from_slice::<Call>(&call)?.question),
            };
            cases.push(Golden { name: format!("{rule}: {}", entry.name), call, question, answer: entry.answer });
        }
    }
    Ok(cases)
}
