//! What a decision costs in Turnpike's sandbox and in other policy engines, on the same situations, in one run.
//!
//! `cargo xtask bench peers`. Before anything is timed, all must give the same answers to what is timed. Ratios carry over
//! to other machines, nanoseconds do not. What the sandbox has to reach is told at the end of each part.

#![expect(clippy::disallowed_methods, reason = "a benchmark measures with the machine's own clock")]

mod goals;
mod measure;

use anyhow::{Context as _, ensure};
use core_wasm::{
    activation,
    facts::ActivationFacts,
    question::{Answer, Call, Question, Single, SingleAnswer},
    settings::Settings,
};
use peers::{
    agreement::Peers,
    cedar::Cedar,
    policy::{Decider, Policy},
    rego::{self, Asked, Interpreter, Machine, facts::Names},
    situations::{self, Situation},
};
use regorus::Value;

use self::{
    goals::Goal,
    measure::{Section, Way, measure, print},
};

/// Situations of each table that are measured, mixed and allowed.
const PER_TABLE: usize = 60;
/// Questions in one batch.
const BATCH: usize = 100;

const NATIVE: &str = "the rules natively in Rust, no sandbox";
const SANDBOX: &str = "Turnpike";
const SANDBOX_BATCH: &str = "Turnpike, batch of 100";
const SANDBOX_TEXT: &str = "Turnpike, read in the sandbox";
const SANDBOX_TEXT_BATCH: &str = "Turnpike, read in the sandbox, batch of 100";

/// From facts in Rust, and from JSON text: one decision, and each of a batch of 100.
const FROM_FACTS: [Goal; 2] = [Goal { way: SANDBOX, most: 5_000.0 }, Goal { way: SANDBOX_BATCH, most: 800.0 }];
const FROM_TEXT: [Goal; 2] =
    [Goal { way: SANDBOX_TEXT, most: 15_000.0 }, Goal { way: SANDBOX_TEXT_BATCH, most: 2_500.0 }];

const NOTES: &str = "
Turnpike     policy.wasm in a fresh instance for each call, under fuel, deadline and memory limit; every reason with its
             parameters, in order, and what follows from a grant, as Rust types. Its JSON text holds the settings too.
regorus RVM  no sandbox; compiled once, one virtual machine used again and again, settings prepared as data. `all of the
             answer` has reasons with parameters as a set, and the grant, and is left in regorus' own values; `codes` has
             the reasons' codes only.
Cedar        no sandbox; policies and settings prepared, requests not held to the schema. Codes of the reasons only: a policy
             of Cedar says no parameters and nothing of a grant. What Cedar has no words for the host finds out first: the
             labels that make an admin, the subscription in force, the template role, how many invoices count; and it leaves
             out what may not be told behind a reason. The peers have no batch: each decision costs the same.";

fn main() -> anyhow::Result<()> {
    let sample = situations::sample(PER_TABLE)?;
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("regorus {}, cedar-policy {}", locked("regorus"), locked("cedar-policy"));
    println!("load of the machine: {}", load.trim());
    println!("`times` is the median as a multiple of Turnpike's single decision from the same.");
    compare("mixed", &sample.mixed)?;
    compare("allowed", &sample.allowed)?;
    println!("{NOTES}");
    Ok(())
}

fn compare(name: &str, situations: &[Situation]) -> anyhow::Result<()> {
    let settings = Settings::default();
    let policy = Policy::embedded()?;
    let decider = Decider::new(policy.clone(), settings.clone());
    agree(&decider, situations)?;

    let facts: Vec<ActivationFacts> = situations.iter().map(|situation| situation.facts.clone()).collect();
    let batch: Vec<Single> = facts.iter().cycle().take(BATCH).cloned().map(Single::Activation).collect();
    let call = |question| serde_json::to_vec(&Call { settings: settings.clone(), question });
    let calls = facts.iter().map(|facts| call(Question::Activation(facts.clone()))).collect::<Result<Vec<_>, _>>()?;
    let batch_call = call(Question::Batch(batch.clone()))?;
    let texts = facts.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?;
    let names = Names::default();
    let values: Vec<Value> = facts.iter().map(|facts| names.input(facts)).collect();
    let cedar = Cedar::new(&settings)?;
    let requests = facts.iter().map(|facts| cedar.request(facts)).collect::<Result<Vec<_>, _>>()?;

    let in_it = |call: &[u8]| -> Option<Answer> { serde_json::from_slice(&policy.call(call).ok()?.bytes).ok() };
    let by_host = |call: &[u8]| match serde_json::from_slice::<Call>(call).ok()?.question {
        Question::Activation(facts) => decider.activation(&facts).ok().map(|_| ()),
        Question::Batch(questions) => decider.batch(&questions).ok().map(|_| ()),
        _ => None,
    };
    let cedar_decides =
        |facts: &ActivationFacts| -> Option<usize> { Some(cedar.codes(&cedar.request(facts).ok()?).ok()?.len()) };
    let read = |text: &str| serde_json::from_str::<ActivationFacts>(text).ok();

    let allowed = situations.iter().filter(|situation| situation.decision.allowed).count();
    let reasons: usize = situations.iter().map(|situation| situation.decision.reasons.len()).sum();
    println!(
        "\n{name}: {} situations, {allowed} allowed, {:.1} reasons for each refused; all are answered alike",
        situations.len(),
        reasons as f64 / (situations.len() - allowed).max(1) as f64,
    );
    let [mut codes, mut whole] = machines(&settings)?;
    let [mut codes_of_text, mut whole_of_text] = machines(&settings)?;
    let [mut codes_of_values, mut whole_of_values] = machines(&settings)?;
    let mut codes_interpreted = Interpreter::new(Asked::Codes, &settings)?;
    let mut whole_interpreted = Interpreter::new(Asked::Decision, &settings)?;
    let of_codes = |answer: anyhow::Result<Value>| answer.is_ok_and(|answer| rego::codes(&answer).is_ok());
    let of_whole = |answer: anyhow::Result<Value>| answer.is_ok_and(|answer| rego::allows(&answer).is_ok());
    let of_text = |text: &str| Value::from_json_str(text);
    let mut sections = [
        Section {
            title: "from facts in Rust to the decision in Rust",
            base: SANDBOX,
            ways: vec![
                Way::single(NATIVE, &facts, |facts| {
                    let decision = activation::decide(facts, &settings);
                    decision.allowed == decision.reasons.is_empty()
                }),
                Way::single(SANDBOX, &facts, |facts| decider.activation(facts).is_ok()),
                Way::batch(SANDBOX_BATCH, BATCH, || decider.batch(&batch).is_ok()),
                Way::single("regorus RVM, codes", &facts, |facts| of_codes(codes.ask(names.input(facts)))),
                Way::single("regorus RVM, all of the answer", &facts, |facts| of_whole(whole.ask(names.input(facts)))),
                Way::single("Cedar, codes", &facts, |facts| cedar_decides(facts).is_some()),
            ],
        },
        Section {
            title: "from JSON text to the decision in Rust",
            base: SANDBOX_TEXT,
            ways: vec![
                Way::single(SANDBOX_TEXT, &calls, |call| in_it(call).is_some()),
                Way::batch(SANDBOX_TEXT_BATCH, BATCH, || in_it(&batch_call).is_some()),
                Way::single("Turnpike, read by the host", &calls, |call| by_host(call).is_some()),
                Way::batch("Turnpike, read by the host, batch of 100", BATCH, || by_host(&batch_call).is_some()),
                Way::single("regorus RVM, codes", &texts, |text| {
                    of_text(text).is_ok_and(|input| of_codes(codes_of_text.ask(input)))
                }),
                Way::single("regorus RVM, all of the answer", &texts, |text| {
                    of_text(text).is_ok_and(|input| of_whole(whole_of_text.ask(input)))
                }),
                Way::single("Cedar, codes", &texts, |text| {
                    read(text).and_then(|facts| cedar_decides(&facts)).is_some()
                }),
            ],
        },
        Section {
            title: "evaluation alone, of what is in the engine's own values already",
            base: SANDBOX,
            ways: vec![
                Way::single("regorus RVM, codes", &values, |input| of_codes(codes_of_values.ask(input.clone()))),
                Way::single("regorus RVM, all of the answer", &values, |input| {
                    of_whole(whole_of_values.ask(input.clone()))
                }),
                Way::single("regorus interpreter, codes", &values, |input| {
                    of_codes(codes_interpreted.ask(input.clone()))
                }),
                Way::single("regorus interpreter, all of the answer", &values, |input| {
                    of_whole(whole_interpreted.ask(input.clone()))
                }),
                Way::single("Cedar, codes", &requests, |request| cedar.codes(request).is_ok()),
            ],
        },
    ];
    measure(&mut sections)?;
    print(&sections);
    for (section, goals) in sections.iter().zip([FROM_FACTS, FROM_TEXT]) {
        goals::print(section, &goals, NATIVE);
    }
    Ok(())
}

/// Holds all answers to what is timed to those of the decision tables.
fn agree(decider: &Decider, situations: &[Situation]) -> anyhow::Result<()> {
    let mut peers = Peers::new(decider.settings())?;
    for situation in situations {
        let Situation { name, settings, facts, decision } = situation;
        let call = Call { settings: settings.clone(), question: Question::Activation(facts.clone()) };
        let from_text = decider.policy().call(&serde_json::to_vec(&call)?)?.bytes;
        ensure!(decider.activation(facts)?.decision == *decision, "{name}: the sandbox decides otherwise");
        ensure!(
            serde_json::from_slice::<Answer>(&from_text)? == Answer::Activation(decision.clone()),
            "{name}: the sandbox decides otherwise from text"
        );
        peers.agree(situation).with_context(|| name.clone())?;
    }
    let questions: Vec<Single> =
        situations.iter().map(|situation| Single::Activation(situation.facts.clone())).collect();
    let expected = situations.iter().map(|situation| SingleAnswer::Activation(situation.decision.clone()));
    ensure!(decider.batch(&questions)?.decision.into_iter().eq(expected), "the sandbox decides a batch otherwise");
    Ok(())
}

/// The virtual machine for the codes of the reasons, and that for all of the answer.
fn machines(settings: &Settings) -> anyhow::Result<[Machine; 2]> {
    Ok([Machine::new(Asked::Codes, settings)?, Machine::new(Asked::Decision, settings)?])
}

/// The version that this program is built with.
fn locked(name: &str) -> &'static str {
    let entry = format!("name = \"{name}\"\nversion = \"");
    let version = include_str!("../Cargo.lock").split(&entry).nth(1).and_then(|rest| rest.split('"').next());
    version.unwrap_or("of an unknown version")
}
