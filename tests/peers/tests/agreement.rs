//! The policies in Rego and in Cedar decide as Turnpike's rules do, in every activation of the decision space.

use std::collections::HashMap;

use peers::{agreement::Peers, cedar, situations};

/// Fewer would be another space than the one that the rules are held to.
const LEAST: usize = 100_000;

#[test]
fn every_situation_is_answered_alike() -> anyhow::Result<()> {
    let mut by_settings: HashMap<String, Peers> = HashMap::new();
    let mut situations = 0;
    situations::each(|_, situation| {
        situations += 1;
        let settings = serde_json::to_string(&situation.settings)?;
        let peers = match by_settings.entry(settings) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(new) => new.insert(Peers::new(&situation.settings)?),
        };
        peers.agree(&situation)
    })?;
    assert!(situations >= LEAST, "only {situations} situations");
    println!("{situations} situations under {} settings are answered alike", by_settings.len());
    Ok(())
}

#[test]
fn the_policies_keep_the_schema() -> anyhow::Result<()> {
    cedar::validate(cedar::schema()?)
}

#[test]
fn another_answer_is_noticed() -> anyhow::Result<()> {
    let mut sample = situations::sample(1)?;
    let situation = sample.allowed.first_mut().ok_or_else(|| anyhow::anyhow!("no situation is allowed"))?;
    let mut stricter = situation.settings.clone();
    stricter.currency = "EUR".to_owned();
    Peers::new(&situation.settings)?.agree(situation)?;
    let mut otherwise = Peers::new(&stricter)?;
    assert!(otherwise.regorus_agrees(situation).is_err(), "regorus may answer as it likes");
    assert!(otherwise.cedar_agrees(situation).is_err(), "Cedar may answer as it likes");
    Ok(())
}
