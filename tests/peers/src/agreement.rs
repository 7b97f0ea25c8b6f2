//! Holds the answers of the peers to those of Turnpike's rules.

use anyhow::{Context as _, ensure};
use cedar_policy::Schema;
use core_wasm::{activation, decision::ActivationDecision, settings::Settings};
use regorus::Value;

use crate::{
    cedar::{self, Cedar},
    rego::{self, Asked, Interpreter, Machine, facts::Names},
    situations::Situation,
};

/// All peers, prepared for one set of settings.
pub struct Peers {
    names: Names,
    machines: [Machine; 2],
    interpreters: [Interpreter; 2],
    cedar: Cedar,
    schema: Schema,
}

impl Peers {
    /// Prepares them.
    ///
    /// # Errors
    /// When a policy cannot be read.
    pub fn new(settings: &Settings) -> anyhow::Result<Self> {
        let (codes, decision) = (Asked::Codes, Asked::Decision);
        Ok(Self {
            names: Names::default(),
            machines: [Machine::new(codes, settings)?, Machine::new(decision, settings)?],
            interpreters: [Interpreter::new(codes, settings)?, Interpreter::new(decision, settings)?],
            cedar: Cedar::new(settings)?,
            schema: cedar::schema()?,
        })
    }

    /// Asks all of them, in each way in which they are measured.
    ///
    /// # Errors
    /// Names who answers otherwise.
    pub fn agree(&mut self, situation: &Situation) -> anyhow::Result<()> {
        let by_rules = activation::decide(&situation.facts, &situation.settings);
        ensure!(by_rules == situation.decision, "the rules answer {by_rules:?}");
        self.regorus_agrees(situation).context("regorus")?;
        self.cedar_agrees(situation).context("Cedar")
    }

    /// Asks regorus: both questions, in the virtual machine and the interpreter, from Rust values and from text.
    ///
    /// # Errors
    /// When it answers otherwise.
    pub fn regorus_agrees(&mut self, situation: &Situation) -> anyhow::Result<()> {
        let Situation { facts, decision: expected, .. } = situation;
        let (mut told, whole) = (codes(expected), unordered(serde_json::to_value(expected)?));
        told.sort_unstable();
        let from_text = Value::from_json_str(&serde_json::to_string(facts)?)?;
        for input in [self.names.input(facts), from_text] {
            let [codes, decision] = &mut self.machines;
            let [codes_interpreted, decision_interpreted] = &mut self.interpreters;
            for answer in [codes.ask(input.clone())?, codes_interpreted.ask(input.clone())?] {
                ensure!(rego::codes(&answer)? == told, "it answers {answer}, expected {told:?}");
            }
            for answer in [decision.ask(input.clone())?, decision_interpreted.ask(input)?] {
                ensure!(rego::allows(&answer)? == expected.allowed, "it answers {answer}");
                let answer = unordered(serde_json::from_str(&answer.to_json_str()?)?);
                ensure!(answer == whole, "it answers {answer}, expected {whole}");
            }
        }
        Ok(())
    }

    /// Asks Cedar, with a request that its schema checks.
    ///
    /// # Errors
    /// When it answers otherwise.
    pub fn cedar_agrees(&self, situation: &Situation) -> anyhow::Result<()> {
        let (told, expected) = (
            self.cedar.codes(&self.cedar.checked_request(&situation.facts, &self.schema)?)?,
            codes(&situation.decision),
        );
        ensure!(told == expected, "it answers {told:?}, expected {expected:?}");
        Ok(())
    }
}

/// The codes of the reasons, in order.
#[must_use]
pub fn codes(decision: &ActivationDecision) -> Vec<&'static str> {
    decision.reasons.iter().map(|reason| reason.profile().code).collect()
}

/// Rego's reasons are a set: here they stand in the order of their text.
fn unordered(mut decision: serde_json::Value) -> serde_json::Value {
    if let Some(reasons) = decision["reasons"].as_array_mut() {
        reasons.sort_by_cached_key(ToString::to_string);
    }
    decision
}
