//! The situations that all are asked about: the activations of the decision space.

use anyhow::{Context as _, anyhow};
use core_wasm::{
    decision::ActivationDecision,
    facts::ActivationFacts,
    question::{Answer, Call, Question},
    settings::Settings,
};

/// How far apart those of a sample are: a prime, so that the sample follows no class of the tables.
const STRIDE: usize = 7_919;

/// A situation with the answer that the decision tables give.
#[derive(Clone, Debug)]
pub struct Situation {
    /// Its table and the class of each input.
    pub name: String,
    /// The operator's settings.
    pub settings: Settings,
    /// The facts.
    pub facts: ActivationFacts,
    /// The answer.
    pub decision: ActivationDecision,
}

/// Hands over every activation of the decision space, with the name of its table.
///
/// # Errors
/// When a table is not what it should be, and the visitor's first.
pub fn each(mut visit: impl FnMut(&'static str, Situation) -> anyhow::Result<()>) -> anyhow::Result<()> {
    // The peers are told no limits that admins set: they have no rules about them.
    for table in decision_space::tables()?.into_iter().filter(|table| table.name != "caps") {
        let name = table.name;
        let mut look = |situation: &decision_space::Situation<'_>| -> anyhow::Result<()> {
            let call: Call = serde_json::from_str(situation.call)?;
            let Question::Activation(facts) = call.question else { return Ok(()) };
            let Answer::Activation(decision) = serde_json::from_str(situation.answer)? else {
                return Err(anyhow!("another answer than to an activation"));
            };
            visit(name, Situation { name: situation.described(), settings: call.settings, facts, decision })
        };
        table
            .each(&mut |situation| look(situation).map_err(|error| format!("{}: {error:#}", situation.described())))
            .map_err(|error| anyhow!(error))
            .with_context(|| format!("table `{name}`"))?;
    }
    Ok(())
}

/// What is measured: the same number of every table, under the default settings.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    /// Allowed and refused ones, as they come.
    pub mixed: Vec<Situation>,
    /// Allowed ones: every rule is looked at.
    pub allowed: Vec<Situation>,
}

/// Takes `per_table` mixed and `per_table` allowed situations of each table.
///
/// # Errors
/// As [`each`].
pub fn sample(per_table: usize) -> anyhow::Result<Sample> {
    let settings = Settings::default();
    let mut tables: Vec<(&str, Vec<Situation>)> = Vec::new();
    each(|table, situation| {
        if situation.settings == settings {
            match tables.last_mut() {
                Some((last, situations)) if *last == table => situations.push(situation),
                _ => tables.push((table, vec![situation])),
            }
        }
        Ok(())
    })?;
    let mut sample = Sample::default();
    for (_, situations) in tables {
        sample.mixed.extend(spread(&situations, per_table));
        let allowed: Vec<Situation> = situations.into_iter().filter(|situation| situation.decision.allowed).collect();
        sample.allowed.extend(spread(&allowed, per_table));
    }
    Ok(sample)
}

fn spread(situations: &[Situation], count: usize) -> impl Iterator<Item = Situation> + '_ {
    let places = (0..count.min(situations.len())).map(move |number| number * STRIDE % situations.len());
    places.filter_map(move |place| situations.get(place)).cloned()
}
