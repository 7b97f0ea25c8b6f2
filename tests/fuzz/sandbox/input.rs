//! What is asked: mostly calls with something changed in them, and some bytes that never were a call.

use std::fmt;

use core_wasm::{compact, question::Call};
use proptest::{
    strategy::{BoxedStrategy, Strategy as _, ValueTree as _},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::Value;

use crate::{bytes, generate, structure};

/// In how many inputs one is long.
const LONG_ONE_IN: u32 = 400;
/// Bytes that a long one has at most.
const LONGEST: usize = 200_000;

/// How an input is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    /// By `turnpike_decide`.
    Json,
    /// By `turnpike_decide_compact`.
    Compact,
}

/// How an input came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Origin {
    /// A call as it is.
    Call,
    /// A call with values exchanged, doubled, taken away or put in.
    Structure,
    /// A call with bytes exchanged, doubled, taken away or put in.
    Bytes,
    /// The beginning of a call, and the end of another.
    Splice,
    /// Words of calls in any order.
    Words,
    /// Any bytes.
    Noise,
    /// A call with very much of one thing, or brackets without end.
    Long,
}

/// Something to ask.
pub(crate) struct Input {
    pub(crate) form: Form,
    pub(crate) origin: Origin,
    pub(crate) bytes: Vec<u8>,
}

impl fmt::Debug for Input {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { form, origin, bytes } = self;
        let begin: String = String::from_utf8_lossy(bytes).chars().take(400).collect();
        write!(formatter, "{form:?} {origin:?} of {} bytes: {begin}", bytes.len())
    }
}

/// Inputs without end, the same ones for the same seed.
pub(crate) struct Inputs {
    random: StdRng,
    runner: TestRunner,
    calls: BoxedStrategy<Call>,
    cases: Vec<Call>,
}

impl Inputs {
    pub(crate) fn new(cases: &[Call], seed: u64) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let of_calls = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        Self {
            random: StdRng::seed_from_u64(seed),
            runner: TestRunner::new_with_rng(Config::default(), of_calls),
            calls: generate::call(),
            cases: cases.to_vec(),
        }
    }

    /// The next one.
    pub(crate) fn next(&mut self) -> Input {
        let form = if self.random.random_bool(0.5) { Form::Json } else { Form::Compact };
        if self.random.random_ratio(1, LONG_ONE_IN) {
            return Input { form, origin: Origin::Long, bytes: self.long(form) };
        }
        let (origin, bytes) = match self.random.random_range(0..20) {
            0 => (Origin::Call, self.written(form)),
            1..8 => (Origin::Structure, self.restructured(form)),
            8..14 => {
                let mut bytes = self.written(form);
                for _ in 0..self.random.random_range(1..6) {
                    bytes::change(&mut bytes, &mut self.random);
                }
                (Origin::Bytes, bytes)
            }
            14..17 => {
                let (begin, end) = (self.written(form), self.written(form));
                (Origin::Splice, bytes::spliced(&begin, &end, &mut self.random))
            }
            17..19 => (Origin::Words, bytes::words(form, &mut self.random)),
            _ => (Origin::Noise, bytes::noise(&mut self.random)),
        };
        Input { form, origin, bytes }
    }

    /// A call of a case, or a random one.
    fn call(&mut self) -> Call {
        if self.random.random_bool(0.5)
            && let Some(call) = self.cases.get(self.random.random_range(0..self.cases.len().max(1)))
        {
            return call.clone();
        }
        self.calls.new_tree(&mut self.runner).expect("calls are made without conditions").current()
    }

    fn value(&mut self) -> Value {
        serde_json::to_value(self.call()).expect("a call is JSON")
    }

    fn written(&mut self, form: Form) -> Vec<u8> {
        let call = self.call();
        match form {
            Form::Json if self.random.random_bool(0.1) => serde_json::to_vec_pretty(&call).expect("a call is JSON"),
            Form::Json => serde_json::to_vec(&call).expect("a call is JSON"),
            Form::Compact => compact::to_vec(&call),
        }
    }

    fn restructured(&mut self, form: Form) -> Vec<u8> {
        let (mut value, other) = (self.value(), self.value());
        for _ in 0..self.random.random_range(1..4) {
            structure::change(&mut value, &other, &mut self.random);
        }
        self.in_form(&value, form)
    }

    /// In the compact form, if it is a call any more; else a call with a changed byte.
    fn in_form(&mut self, value: &Value, form: Form) -> Vec<u8> {
        match (form, serde_json::from_value::<Call>(value.clone())) {
            (Form::Json, _) => value.to_string().into_bytes(),
            (Form::Compact, Ok(call)) => compact::to_vec(&call),
            (Form::Compact, Err(_)) => {
                let mut bytes = self.written(form);
                bytes::change(&mut bytes, &mut self.random);
                bytes
            }
        }
    }

    fn long(&mut self, form: Form) -> Vec<u8> {
        if form == Form::Json && self.random.random_bool(0.3) {
            let text: &[u8] = if self.random.random_bool(0.5) { b"[" } else { b"{\"settings\":" };
            let mut bytes = text.repeat(self.random.random_range(1..LONGEST) / text.len());
            if self.random.random_bool(0.5) {
                bytes.extend(b"}".repeat(bytes.len() / text.len()));
            }
            return bytes;
        }
        let mut value = self.value();
        structure::swell(&mut value, LONGEST, &mut self.random);
        self.in_form(&value, form)
    }
}
