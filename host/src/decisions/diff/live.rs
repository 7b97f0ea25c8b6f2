//! Everybody today: every feature and instance of every mandate, for every member, as the store's page would be told, with
//! what decides today and with the candidate.
//!
//! What is asked is what the page asks: the facts come from the same read of the store and the same builder.

use core_wasm::{
    facts::{MandatesFacts, Scope},
    question::{Single, SingleAnswer},
    settings::Settings,
};

use super::{
    Candidate, Part,
    compare::{compare, is_admin},
    report::{Named, Subject, Tally},
};
use crate::{
    facts::PreflightFacts,
    policy::{Decider, Policy, PolicyError, is_allowed},
    ports::{
        clock::Millis,
        store::{
            StoreError,
            decision::{DecisionStore, Member},
            storefront::StorefrontStore,
        },
    },
};

/// Questions in one call.
const AT_ONCE: usize = 200;

/// What decides today.
#[derive(Clone)]
pub struct Today {
    /// The module.
    pub policy: Policy,
    /// The settings.
    pub settings: Settings,
    /// Whether the host can reach a billing provider.
    pub billing_connected: bool,
    /// The present instant.
    pub now: Millis,
}

/// One thing that is asked about.
struct Asked {
    subject: Subject,
    about: Option<String>,
    question: Single,
}

/// Compares what everybody may do today with what they may do under the candidate.
///
/// # Errors
/// [`StoreError`].
pub async fn of_today<S: DecisionStore + StorefrontStore>(
    store: &S,
    candidate: &Candidate,
    today: Today,
    mandate_id: Option<&str>,
    with_names: bool,
) -> Result<Part, StoreError> {
    let settings = candidate.settings(&today.settings);
    let policy = candidate.policy.clone().unwrap_or_else(|| today.policy.clone());
    let after = Decider::new(policy, settings);
    let before = Decider::new(today.policy, today.settings);
    let mut tally = Tally::new(with_names);
    for member in store.members(mandate_id).await? {
        // Whoever left meanwhile is asked nothing.
        let Some(storefront) = store.storefront(&member.user_id, &member.mandate_id).await? else { continue };
        let facts = PreflightFacts::of(&storefront, today.billing_connected);
        for asked in everything(&facts, today.now).chunks(AT_ONCE) {
            let questions: Vec<Single> = asked.iter().map(|asked| asked.question.clone()).collect();
            let answers = answers(&before, &questions).into_iter().zip(answers(&after, &questions));
            for (asked, (before, after)) in asked.iter().zip(answers) {
                match before {
                    Ok(before) => {
                        let difference = compare(&before, &after, test(asked.subject));
                        tally.add(asked.subject, difference, || named(&member, asked));
                    }
                    Err(error) => tally.miss(format!("what decides today gives no answer: {error}")),
                }
            }
        }
    }
    Ok(tally.finish())
}

/// The answer to each question; where one has none, the others still have theirs.
fn answers(decider: &Decider, questions: &[Single]) -> Vec<Result<SingleAnswer, PolicyError>> {
    if let Ok(decided) = decider.batch(questions) {
        return decided.decision.into_iter().map(Ok).collect();
    }
    let alone = |question: &Single| {
        let decided = decider.batch(std::slice::from_ref(question))?;
        decided.decision.into_iter().next().ok_or(PolicyError::Unfitting("one answer per question"))
    };
    questions.iter().map(alone).collect()
}

/// Everything that a member can ask about a mandate.
fn everything(facts: &PreflightFacts, now: Millis) -> Vec<Asked> {
    let standing = MandatesFacts { now, home_granted: true, mandates: vec![facts.mandate.clone()] };
    let mut all = vec![Asked { subject: Subject::Admin, about: None, question: Single::Mandates(standing) }];
    all.extend(facts.features.iter().map(|feature| Asked {
        subject: Subject::Activate,
        about: Some(feature.feature_code.clone()),
        question: Single::Activation(facts.activation(feature, now)),
    }));
    for instance in &facts.instances {
        let scopes = [(Scope::Mine, Subject::Leave, instance.has_access), (Scope::Mandate, Subject::End, true)];
        all.extend(scopes.into_iter().filter(|(.., asked)| *asked).map(|(scope, subject, _)| Asked {
            subject,
            about: Some(instance.instance_id.clone()),
            question: Single::Deactivation(facts.deactivation(instance, scope, now)),
        }));
    }
    all.extend(facts.ended.iter().map(|ended| Asked {
        subject: Subject::Restore,
        about: Some(ended.instance_id.clone()),
        question: Single::Activation(facts.restore(ended, now)),
    }));
    all
}

/// What about an answer makes it a yes.
fn test(subject: Subject) -> fn(&SingleAnswer) -> bool {
    if subject == Subject::Admin { is_admin } else { is_allowed }
}

fn named(member: &Member, asked: &Asked) -> Named {
    Named {
        mandate: member.mandate_id.clone(),
        user: Some(member.user_id.clone()),
        name: Some(member.username.clone()),
        about: asked.about.clone(),
    }
}
