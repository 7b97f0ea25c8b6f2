//! The compact form beside JSON: the same calls, the same answers, and a failure for everything that is no call.

use core_wasm::{
    compact::{self, from_slice, to_vec},
    json,
    question::{Answer, Asked, Call, FailureCode, Question},
    wire,
};
use proptest::{collection::vec, prelude::*, sample::Index};

use crate::{cases, generate, own};

/// What the rules answer to a call in the compact form, as JSON.
fn answer_in_json(call: &Call) -> Vec<u8> {
    let answer: Answer = from_slice(&compact::answer(&to_vec(call))).expect("an answer");
    serde_json::to_vec(&answer).expect("an answer is JSON")
}

fn is_failure(bytes: &[u8]) -> bool {
    let answer: Answer = from_slice(&compact::answer(bytes)).expect("an answer");
    matches!(answer, Answer::Failure(failure) if failure.code == FailureCode::Malformed && !failure.detail.is_empty())
}

#[test]
fn every_case_gets_the_answer_of_json() {
    let mut asked = 0;
    for file in cases::all() {
        for case in file.cases {
            let Ok(call) = json::from_slice::<Call>(&case.input) else { continue };
            assert!(answer_in_json(&call) == wire::answer(&case.input), "{}: {}", file.rule, case.name);
            asked += 1;
        }
    }
    assert!(asked > 250, "the cases are gone");
}

/// Written down byte by byte, so that nobody changes the form unseen.
#[test]
fn the_form_is_what_is_documented() {
    let call = Call { settings: core_wasm::settings::Settings::default(), question: Question::Batch(Vec::new()) };
    let bytes = to_vec(&call);
    let mut expected = vec![1];
    expected.extend([1, 0, 0, 0, 5, 0, 0, 0]);
    expected.extend(b"admin");
    expected.extend([0, 0, 1]);
    expected.extend(604_800_000_i64.to_le_bytes());
    expected.extend([3, 0, 0, 0]);
    expected.extend(b"CHF");
    expected.push(0);
    expected.extend(15_i64.to_le_bytes());
    expected.extend(20_i64.to_le_bytes());
    expected.extend([4, 0, 0, 0, 0]);
    assert_eq!(bytes, expected);
    assert_eq!(compact::answer(&bytes), [1, 4, 0, 0, 0, 0]);
}

#[test]
fn a_fault_is_told_with_its_byte() {
    let detail = |bytes: &[u8]| match from_slice(&compact::answer(bytes)) {
        Ok(Answer::Failure(failure)) => failure.detail,
        other => format!("{other:?}"),
    };
    assert_eq!(detail(&[]), "expected more bytes (byte 0)");
    assert_eq!(detail(&[2]), "expected version 1 of the compact form (byte 0)");
    assert_eq!(detail(&[1, 255, 255, 255, 255]), "expected a length within the bytes (byte 1)");
    assert_eq!(detail(&[1, 1, 0, 0, 0, 1, 0, 0, 0, 255]), "expected UTF-8 (byte 9)");
    assert_eq!(detail(&[1, 0, 0, 0, 0, 9]), "expected a variant of `AdminMatch` (byte 5)");
    assert_eq!(detail(&[1, 0, 0, 0, 0, 0, 0, 2]), "expected a boolean: 0 or 1 (byte 7)");
    assert_eq!(detail(b"{\"settings\":"), "expected version 1 of the compact form (byte 0)");
    let fault = from_slice::<Call>(&[2]).expect_err("another version");
    assert_eq!(fault.to_string(), "expected version 1 of the compact form (byte 0)");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_call_is_answered_as_in_json(call in generate::call()) {
        let json = wire::answer(&serde_json::to_vec(&call).expect("a call is JSON"));
        prop_assert_eq!(answer_in_json(&call), json);
    }

    #[test]
    fn rules_of_an_operators_own_say_the_same_in_both(call in generate::call()) {
        let json = wire::answer_with(&serde_json::to_vec(&call).expect("a call is JSON"), &own::YEARLY);
        let answer: Answer = from_slice(&compact::answer_with(&to_vec(&call), &own::YEARLY)).expect("an answer");
        prop_assert_eq!(serde_json::to_vec(&answer).expect("an answer is JSON"), json);
    }

    #[test]
    fn what_is_written_is_read(call in generate::call()) {
        prop_assert_eq!(&from_slice::<Call>(&to_vec(&call)).expect("it is read"), &call);
        let answer = wire::decide(&call.question, &call.settings);
        prop_assert_eq!(from_slice::<Answer>(&to_vec(&answer)).expect("it is read"), answer);
    }

    #[test]
    fn borrowed_questions_have_the_same_bytes(call in generate::call()) {
        let asked = match &call.question {
            Question::Activation(facts) => Asked::Activation(facts),
            Question::Deactivation(facts) => Asked::Deactivation(facts),
            Question::Mandates(facts) => Asked::Mandates(facts),
            Question::Overview(facts) => Asked::Overview(facts),
            Question::Sharing(facts) => Asked::Sharing(facts),
            Question::Batch(questions) => Asked::Batch(questions),
        };
        prop_assert_eq!(to_vec(&asked), to_vec(&call.question));
        prop_assert_eq!(serde_json::to_vec(&asked).ok(), serde_json::to_vec(&call.question).ok());
    }

    /// No two forms of one value: what is accepted is written back byte for byte.
    #[test]
    fn whatever_is_read_was_written_so(call in generate::call(), changes in vec((any::<Index>(), any::<u8>()), 1..4)) {
        let mut bytes = to_vec(&call);
        for (at, byte) in changes {
            *at.get_mut(&mut bytes) = byte;
        }
        match from_slice::<Call>(&bytes) {
            Ok(call) => prop_assert_eq!(to_vec(&call), bytes),
            Err(_) => prop_assert!(is_failure(&bytes)),
        }
    }

    #[test]
    fn what_is_cut_off_or_goes_on_is_a_failure(call in generate::call(), at in any::<Index>(), more in 1_usize..9) {
        let mut bytes = to_vec(&call);
        prop_assert!(is_failure(&bytes[..at.index(bytes.len())]));
        bytes.extend(vec![0; more]);
        prop_assert!(is_failure(&bytes));
    }

    #[test]
    fn no_bytes_are_a_call_by_chance(bytes in vec(any::<u8>(), 0..64), versioned in any::<bool>()) {
        let bytes = if versioned { [vec![compact::VERSION], bytes].concat() } else { bytes };
        prop_assert!(is_failure(&bytes));
    }
}
