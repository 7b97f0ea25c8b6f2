//! The policy in Rego, run by regorus: compiled for its virtual machine, and by its interpreter.

pub mod facts;

use std::{collections::BTreeSet, sync::Arc};

use anyhow::Context as _;
use core_wasm::settings::Settings;
use regorus::{
    Engine, Value,
    languages::rego::compiler::Compiler,
    rvm::{program::Program, vm::RegoVM},
};

/// The policy.
pub const POLICY: &str = include_str!("../../policies/policy.rego");

/// What the policy is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The codes of the reasons, which are none when it is allowed.
    Codes,
    /// Reasons with their parameters, and what follows from a grant.
    Decision,
}

impl Asked {
    const fn rule(self) -> &'static str {
        match self {
            Self::Codes => "data.turnpike.activation.codes",
            Self::Decision => "data.turnpike.activation.decision",
        }
    }
}

/// The compiled policy in a virtual machine that is used again for each question.
pub struct Machine {
    vm: RegoVM,
}

impl Machine {
    /// Compiles the policy for what it is asked for.
    ///
    /// # Errors
    /// When the policy cannot be compiled.
    pub fn new(asked: Asked, settings: &Settings) -> anyhow::Result<Self> {
        let compiled = engine()?.compile_with_entrypoint(&asked.rule().into())?;
        let program: Arc<Program> = Compiler::compile_from_policy(&compiled, &[asked.rule()])?;
        let mut vm = RegoVM::new();
        vm.load_program(program);
        vm.set_data(data(settings)?)?;
        Ok(Self { vm })
    }

    /// The answer.
    ///
    /// # Errors
    /// When the policy cannot be evaluated.
    pub fn ask(&mut self, input: Value) -> anyhow::Result<Value> {
        self.vm.set_input(input);
        Ok(self.vm.execute()?)
    }
}

/// The policy in regorus' interpreter, which is used again for each question.
pub struct Interpreter {
    engine: Engine,
    rule: &'static str,
}

impl Interpreter {
    /// Reads the policy.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn new(asked: Asked, settings: &Settings) -> anyhow::Result<Self> {
        let mut engine = engine()?;
        engine.add_data(data(settings)?)?;
        Ok(Self { engine, rule: asked.rule() })
    }

    /// The answer.
    ///
    /// # Errors
    /// When the policy cannot be evaluated.
    pub fn ask(&mut self, input: Value) -> anyhow::Result<Value> {
        self.engine.set_input(input);
        self.engine.eval_rule(self.rule.to_owned())
    }
}

/// The codes of an answer to [`Asked::Codes`], in the order of their text.
///
/// # Errors
/// When it is no set of strings.
pub fn codes(answer: &Value) -> anyhow::Result<Vec<&str>> {
    answer.as_set()?.iter_sorted().map(|code| Ok(&**code.as_string()?)).collect()
}

/// Whether an answer to [`Asked::Decision`] allows.
///
/// # Errors
/// When it does not say.
pub fn allows(answer: &Value) -> anyhow::Result<bool> {
    let said = answer.as_object()?.iter().find_map(|(name, value)| match (name, value) {
        (Value::String(name), Value::Bool(allowed)) if &**name == "allowed" => Some(*allowed),
        _ => None,
    });
    said.context("the answer does not say whether it is allowed")
}

fn engine() -> anyhow::Result<Engine> {
    let mut engine = Engine::new();
    engine.add_policy("policy.rego".to_owned(), POLICY.to_owned()).context("policy.rego")?;
    Ok(engine)
}

/// The settings as data of the policy.
fn data(settings: &Settings) -> anyhow::Result<Value> {
    let labels: BTreeSet<String> = settings
        .admin_labels
        .iter()
        .map(|label| label.trim().to_lowercase())
        .filter(|label| !label.is_empty())
        .collect();
    let mut data = Value::from_json_str(&serde_json::to_string(&serde_json::json!({ "settings": settings }))?)?;
    let labels: BTreeSet<Value> = labels.into_iter().map(Value::from).collect();
    data.as_object_mut()?.insert(Value::from("labels"), Value::from(labels));
    Ok(data)
}
