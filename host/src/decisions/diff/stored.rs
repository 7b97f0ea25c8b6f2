//! The decisions of the record, made again by the candidate: what would have come out otherwise.
//!
//! What the candidate does not replace is what decided then: each decision's own module, each decision's own settings. It
//! is asked as a host asks, and what a host would not take for an answer is none.

use std::collections::HashMap;

use core_wasm::question::SingleAnswer;
use serde::Deserialize;

use super::{
    Candidate, Part,
    compare::compare,
    report::{Named, Subject, Tally},
};
use crate::{
    decisions::{
        archive::{Archive, question},
        pages::Pages,
        pseudonym::pseudonym,
    },
    policy::{Decider, PolicyError, is_allowed},
    ports::store::{
        StoreError,
        decision::{DecisionFilter, DecisionRecord, DecisionStore, Person, QuestionKind},
        policy::PolicyStore,
    },
};

/// Compares the decisions of the record with what the candidate says to the same facts.
///
/// # Errors
/// [`StoreError`].
pub async fn of_record<S: PolicyStore + DecisionStore>(
    store: &S,
    candidate: &Candidate,
    filter: &DecisionFilter,
    with_names: bool,
) -> Result<Part, StoreError> {
    let people = if with_names { whose(store.people().await?) } else { HashMap::new() };
    let (mut archive, mut tally, mut pages) = (Archive::new(store), Tally::new(with_names), Pages::new(store, filter));
    while let Some(page) = pages.next().await? {
        for decision in &page {
            match again(&mut archive, candidate, decision).await? {
                Ok((before, after)) => {
                    tally.add(subject_of(decision), compare(&before, &after, is_allowed), || named(decision, &people));
                }
                Err(why) => tally.miss(why),
            }
        }
    }
    Ok(tally.finish())
}

type Compared = (SingleAnswer, Result<SingleAnswer, PolicyError>);

async fn again(
    archive: &mut Archive<'_>,
    candidate: &Candidate,
    decision: &DecisionRecord,
) -> Result<Result<Compared, String>, StoreError> {
    let Ok(before) = serde_json::from_str(&decision.answer) else {
        return Ok(Err("an answer of the record cannot be read".to_owned()));
    };
    let policy = match &candidate.policy {
        Some(policy) => policy.clone(),
        None => match archive.policy(&decision.policy_digest).await? {
            Ok(policy) => policy,
            Err(missing) => return Ok(Err(missing.to_string())),
        },
    };
    let kept = match archive.settings(&decision.settings_digest).await? {
        Ok(settings) => settings,
        Err(missing) => return Ok(Err(missing.to_string())),
    };
    let question = match question(decision) {
        Ok(question) => question,
        Err(missing) => return Ok(Err(missing.to_string())),
    };
    let after = Decider::new(policy, candidate.settings(&kept)).single(&question);
    Ok(Ok((before, after.map(|decided| decided.decision))))
}

/// Of the facts only what tells a restore and an end for all apart from the usual.
#[derive(Deserialize)]
struct Kind {
    #[serde(default)]
    restoring: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    scope: Option<String>,
}

/// What a decision of the record is about.
#[must_use]
pub fn subject_of(decision: &DecisionRecord) -> Subject {
    let kind = serde_json::from_str(&decision.facts).unwrap_or(Kind { restoring: None, scope: None });
    match decision.kind {
        QuestionKind::Mandates => Subject::Home,
        QuestionKind::Sharing => Subject::Share,
        QuestionKind::Activation if kind.restoring.is_some() => Subject::Restore,
        QuestionKind::Activation => Subject::Activate,
        QuestionKind::Deactivation if kind.scope.as_deref() == Some("mandate") => Subject::End,
        QuestionKind::Deactivation => Subject::Leave,
    }
}

/// Whom each pseudonym stands for, as long as its key is there.
fn whose(people: Vec<Person>) -> HashMap<String, Person> {
    people.into_iter().map(|person| (pseudonym(&person.key, &person.user_id), person)).collect()
}

fn named(decision: &DecisionRecord, people: &HashMap<String, Person>) -> Named {
    let person = decision.who.as_ref().and_then(|who| people.get(who));
    Named {
        mandate: decision.mandate_id.clone(),
        user: person.map(|person| person.user_id.clone()).or_else(|| decision.who.clone()),
        name: person.map(|person| person.username.clone()),
        about: decision.feature_code.clone().or_else(|| decision.instance_id.clone()),
    }
}
