//! Bytes in, bytes out: the JSON form of a call, the same natively and in the module.

use crate::{
    activation, deactivation, mandates, overview,
    question::{Answer, Call, Failure, FailureCode, Question, Single, SingleAnswer},
    settings::Settings,
};

/// The deepest nesting of brackets in any call is 11; what is deeper is refused before it is parsed.
pub const MAX_DEPTH: usize = 16;

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

fn decide_one(question: &Single, settings: &Settings) -> SingleAnswer {
    match question {
        Single::Activation(facts) => SingleAnswer::Activation(activation::decide(facts, settings)),
        Single::Deactivation(facts) => SingleAnswer::Deactivation(deactivation::decide(facts, settings)),
        Single::Mandates(facts) => SingleAnswer::Mandates(mandates::decide(facts, settings)),
    }
}

fn parse(input: &[u8]) -> Result<Call, Failure> {
    if depth(input) > MAX_DEPTH {
        return Err(Failure { code: FailureCode::TooDeep, detail: "nested deeper than any call is".to_owned() });
    }
    serde_json::from_slice(input).map_err(|error| Failure { code: FailureCode::Malformed, detail: error.to_string() })
}

/// The deepest nesting of brackets outside of strings. The parser recurses once per level, and the module's stack is small.
fn depth(input: &[u8]) -> usize {
    let (mut deepest, mut level, mut in_string, mut escaped) = (0_usize, 0_usize, false, false);
    for byte in input {
        match (in_string, byte) {
            (true, _) if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (true, b'"') => in_string = false,
            (true, _) => {}
            (false, b'"') => in_string = true,
            (false, b'{' | b'[') => {
                level = level.saturating_add(1);
                deepest = deepest.max(level);
            }
            (false, b'}' | b']') => level = level.saturating_sub(1),
            (false, _) => {}
        }
    }
    deepest
}
