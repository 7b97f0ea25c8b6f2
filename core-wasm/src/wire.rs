//! Bytes in, bytes out: the JSON form of a call, the same natively and in the module.

use crate::{
    activation, deactivation,
    json::{self, Fault},
    mandates, overview,
    own::OwnRules,
    question::{Answer, Call, Failure, FailureCode, Question, Single, SingleAnswer},
    settings::Settings,
    sharing,
};

/// Answers a call in JSON. Whatever the bytes are, there is an answer.
#[must_use]
pub fn answer(input: &[u8]) -> Vec<u8> {
    answer_with(input, OwnRules::NONE)
}

/// Answers a call in JSON, with rules of the operator's own.
#[must_use]
pub fn answer_with(input: &[u8], own: &OwnRules) -> Vec<u8> {
    let answer = match parse(input) {
        Ok(call) => decide_with(&call.question, &call.settings, own),
        Err(failure) => Answer::Failure(failure),
    };
    json::to_vec(&answer)
}

/// Answers a question.
#[must_use]
pub fn decide(question: &Question, settings: &Settings) -> Answer {
    decide_with(question, settings, OwnRules::NONE)
}

/// Answers a question, with rules of the operator's own.
#[must_use]
pub fn decide_with(question: &Question, settings: &Settings, own: &OwnRules) -> Answer {
    match question {
        Question::Activation(facts) => Answer::Activation(activation::decide_with(facts, settings, own)),
        Question::Deactivation(facts) => Answer::Deactivation(deactivation::decide(facts, settings)),
        Question::Mandates(facts) => Answer::Mandates(mandates::decide(facts, settings)),
        Question::Overview(facts) => Answer::Overview(overview::decide_with(facts, settings, own)),
        Question::Sharing(facts) => Answer::Sharing(sharing::decide(facts, settings)),
        Question::Batch(singles) => {
            Answer::Batch(singles.iter().map(|single| decide_one(single, settings, own)).collect())
        }
    }
}

/// Answers one question of a batch.
pub(crate) fn decide_one(question: &Single, settings: &Settings, own: &OwnRules) -> SingleAnswer {
    match question {
        Single::Activation(facts) => SingleAnswer::Activation(activation::decide_with(facts, settings, own)),
        Single::Deactivation(facts) => SingleAnswer::Deactivation(deactivation::decide(facts, settings)),
        Single::Mandates(facts) => SingleAnswer::Mandates(mandates::decide(facts, settings)),
        Single::Sharing(facts) => SingleAnswer::Sharing(sharing::decide(facts, settings)),
    }
}

fn parse(input: &[u8]) -> Result<Call, Failure> {
    json::from_slice(input).map_err(|error| Failure {
        code: match error.fault() {
            Fault::Malformed => FailureCode::Malformed,
            Fault::TooDeep => FailureCode::TooDeep,
        },
        detail: error.into_message(),
    })
}
