//! What was asked and answered, counted.

use std::{collections::BTreeMap, fmt::Write as _};

use core_wasm::question::{Answer, FailureCode};

use crate::input::{Form, Input, Origin};

/// Counts of a run.
#[derive(Default)]
pub(crate) struct Tally {
    calls: u64,
    bytes: u64,
    asked: BTreeMap<(Form, Origin), u64>,
    answered: BTreeMap<&'static str, u64>,
    longest_input: usize,
    longest_answer: usize,
    most_fuel: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, input: &Input, answer: &Answer, fuel: u64, length: usize) {
        self.calls += 1;
        self.bytes += u64::try_from(input.bytes.len()).unwrap_or(u64::MAX);
        *self.asked.entry((input.form, input.origin)).or_default() += 1;
        *self.answered.entry(outcome(answer)).or_default() += 1;
        self.longest_input = self.longest_input.max(input.bytes.len());
        self.longest_answer = self.longest_answer.max(length);
        self.most_fuel = self.most_fuel.max(fuel);
    }

    /// Bytes that were asked.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Calls that were answered.
    pub(crate) fn calls(&self) -> u64 {
        self.calls
    }

    /// The whole as text.
    pub(crate) fn report(&self, seed: u64, pages: u64) -> String {
        let Self { calls, bytes, longest_input, longest_answer, most_fuel, .. } = self;
        let mut text = format!(
            "seed {seed}: {bytes} bytes in {calls} calls, each asked in a fresh instance, in one that lasts, and \
             natively: all answers are answers, and the same\n"
        );
        for ((form, origin), count) in &self.asked {
            let _infallible = writeln!(text, "  asked     {count:>9}  {form:?} {origin:?}");
        }
        for (outcome, count) in &self.answered {
            let _infallible = writeln!(text, "  answered  {count:>9}  {outcome}");
        }
        let _infallible = writeln!(
            text,
            "  longest input {longest_input}, longest answer {longest_answer}, most fuel {most_fuel}; the lasting instance has \
             {pages} pages"
        );
        text
    }
}

fn outcome(answer: &Answer) -> &'static str {
    let told = |allowed| if allowed { "allowed" } else { "refused" };
    match answer {
        Answer::Activation(decision) => told(decision.allowed),
        Answer::Deactivation(decision) => told(decision.allowed),
        Answer::Mandates(_) => "mandates",
        Answer::Sharing(decision) => told(decision.allowed),
        Answer::Overview(_) => "overview",
        Answer::Batch(_) => "batch",
        Answer::Failure(failure) => match failure.code {
            FailureCode::Malformed => "malformed",
            FailureCode::TooDeep => "too deep",
        },
    }
}
