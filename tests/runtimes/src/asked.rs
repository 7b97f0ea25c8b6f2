//! What is asked, and what must be answered: the cases as written, then the situations as the tables say.

use std::path::Path;

use anyhow::{Context, Result, anyhow};
use core_wasm::question::Answer;

#[path = "../../cases/reader.rs"]
mod reader;

/// Calls with their answers, in one order for all runtimes.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// How many of them are cases of tests/cases.
    pub(crate) cases: usize,
    /// How many are situations of the decision space.
    pub(crate) situations: usize,
    /// How many situations there are.
    pub(crate) space: usize,
    pub(crate) pairs: Vec<Pair>,
}

/// A call and its answer.
#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) call: Vec<u8>,
    pub(crate) answer: String,
}

impl Pair {
    /// Whether the answer says that it is no call.
    pub(crate) fn is_no_call(&self) -> bool {
        self.answer.starts_with(r#"{"failure""#)
    }
}

impl Asked {
    /// All cases, and of the situations every n-th.
    pub(crate) fn collect(every: usize) -> Result<Self> {
        let mut asked = Self::default();
        asked.add_cases()?;
        asked.add_situations(every)?;
        Ok(asked)
    }

    /// The calls in one text, each ended by a NUL byte, which no call holds.
    pub(crate) fn calls(&self) -> Vec<u8> {
        let mut text = Vec::new();
        for pair in &self.pairs {
            text.extend_from_slice(&pair.call);
            text.push(0);
        }
        text
    }

    /// How many of them are no calls: they are answered with a failure.
    pub(crate) fn no_calls(&self) -> usize {
        self.pairs.iter().filter(|pair| pair.is_no_call()).count()
    }

    fn add_cases(&mut self) -> Result<()> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../cases");
        for file in reader::read_all(&folder).map_err(|fault| anyhow!(fault))? {
            for case in file.cases {
                let name = || format!("{}: {}", file.rule, case.name);
                // In the order of the wire, which JSON itself does not know.
                let answer: Answer = serde_json::from_value(case.answer.clone()).with_context(name)?;
                self.pairs.push(Pair { call: case.input, answer: serde_json::to_string(&answer)? });
                self.cases += 1;
            }
        }
        Ok(())
    }

    fn add_situations(&mut self, every: usize) -> Result<()> {
        for table in decision_space::tables()? {
            let added = table.each(&mut |situation| {
                if self.space.is_multiple_of(every) {
                    self.pairs.push(Pair { call: situation.call.into(), answer: situation.answer.to_owned() });
                    self.situations += 1;
                }
                self.space += 1;
                Ok(())
            });
            added.map_err(|fault| anyhow!("{}: {fault}", table.name))?;
        }
        Ok(())
    }
}
