//! Bytes in, bytes out: the JSON form of a call, the same natively and in the module.

use crate::{
    activation, deactivation,
    json::{self, Fault},
    mandates, overview,
    question::{Answer, Call, Failure, FailureCode, Question, Single, SingleAnswer},
    settings::Settings,
};

/// Answers a call in JSON. Whatever the bytes are, there is an answer.
#[must_use]
pub fn answer(input: &[u8]) -> Vec<u8> {
    let answer = match parse(input) {
        Ok(call) => decide(&call.question, &call.settings),
        Err(failure) => Answer::Failure(failure),
    };
    // Serialising these types into memory cannot fail: no map keys, no foreign serializers.
    serde_json::to_vec(&answer).unwrap_or_default()
}

/// Answers a question.
#[must_use]
pub fn decide(question: &Question, settings: &Settings) -> Answer {
    match question {
        Question::Activation(facts) => Answer::Activation(activation::decide(facts, settings)),
        Question::Deactivation(facts) => Answer::Deactivation(deactivation::decide(facts, settings)),
        Question::Mandates(facts) => Answer::Mandates(mandates::decide(facts, settings)),
        Question::Overview(facts) => Answer::Overview(overview::decide(facts, settings)),
        Question::Batch(singles) => Answer::Batch(singles.iter().map(|single| decide_one(single, settings)).collect()),
    }
}

/// Answers one question of a batch.
pub(crate) fn decide_one(question: &Single, settings: &Settings) -> SingleAnswer {
    match question {
        Single::Activation(facts) => SingleAnswer::Activation(activation::decide(facts, settings)),
        Single::Deactivation(facts) => SingleAnswer::Deactivation(deactivation::decide(facts, settings)),
        Single::Mandates(facts) => SingleAnswer::Mandates(mandates::decide(facts, settings)),
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
