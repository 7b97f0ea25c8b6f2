//! Bytes in, bytes out: the compact form of a call, the same natively and in the module.

use super::{
    VERSION,
    layout::{BATCH, FAILURE},
    read::{Fault, Read, Reader},
    write::Write,
};
use crate::{
    own::OwnRules,
    question::{Failure, FailureCode, Question, Single},
    settings::Settings,
    wire,
};

/// Room for an answer about one feature.
const FIRST_ROOM: usize = 256;

/// Answers a call in the compact form. Whatever the bytes are, there is an answer.
#[must_use]
pub fn answer(input: &[u8]) -> Vec<u8> {
    answer_with(input, OwnRules::NONE)
}

/// Answers a call in the compact form, with rules of the operator's own.
#[must_use]
pub fn answer_with(input: &[u8], own: &OwnRules) -> Vec<u8> {
    let mut answer = Vec::with_capacity(FIRST_ROOM);
    answer.push(VERSION);
    if let Err(fault) = decide(input, own, &mut answer) {
        answer.clear();
        answer.extend_from_slice(&[VERSION, FAILURE]);
        failure(fault).write(&mut answer);
    }
    answer
}

fn decide(input: &[u8], own: &OwnRules, answer: &mut Vec<u8>) -> Result<(), Fault> {
    let mut reader = Reader::new(input);
    reader.version()?;
    let settings = Settings::read(&mut reader)?;
    let mut batch = reader.clone();
    if batch.byte()? == BATCH {
        answer.push(BATCH);
        return decide_each(&mut batch, &settings, own, answer);
    }
    let question = Question::read(&mut reader)?;
    reader.end()?;
    wire::decide_with(&question, &settings, own).write(answer);
    Ok(())
}

/// One question after another, so that the facts of the one take the place of those of the one before.
fn decide_each(
    reader: &mut Reader<'_>,
    settings: &Settings,
    own: &OwnRules,
    answer: &mut Vec<u8>,
) -> Result<(), Fault> {
    let count = reader.count()?;
    super::write::count(count, answer);
    for _ in 0..count {
        wire::decide_one(&Single::read(reader)?, settings, own).write(answer);
    }
    reader.end()
}

/// Put together by hand: formatting would bring kilobytes into the module.
fn failure(fault: Fault) -> Failure {
    let mut detail = String::from("expected ");
    for part in [fault.expected(), " (byte ", &fault.at().to_string(), ")"] {
        detail.push_str(part);
    }
    Failure { code: FailureCode::Malformed, detail }
}
