//! The module in the sandbox and the rules compiled natively give the same bytes.

use core_wasm::{
    compact::from_slice,
    question::{Answer, FailureCode, Question},
};
use turnpike::policy::{Gates, Limits, LoadError, Policy};

use super::{calls, embedded};

#[test]
fn the_sandbox_answers_as_the_native_rules_do() {
    let policy = embedded();
    for (name, call) in calls::all() {
        let native = core_wasm::wire::answer(&call);
        let sandboxed = policy.answer_bytes(&call).unwrap();
        assert_eq!(String::from_utf8(native), String::from_utf8(sandboxed), "{name}");
    }
}

#[test]
fn the_compact_form_gets_the_answer_of_json_for_less() {
    let policy = embedded();
    for (name, question) in calls::questions() {
        let compact = calls::compact(question.clone());
        let in_json = policy.call(&calls::json(question)).unwrap();
        let output = policy.call_compact(&compact).unwrap();
        assert_eq!(output.bytes, core_wasm::compact::answer(&compact), "{name}, natively");
        let answer: Answer = from_slice(&output.bytes).unwrap();
        assert_eq!(serde_json::to_vec(&answer).unwrap(), in_json.bytes, "{name}");
        assert!(output.fuel < in_json.fuel, "{name} takes {} fuel, {} as JSON", output.fuel, in_json.fuel);
        assert_eq!(policy.call_compact(&compact).unwrap(), output, "{name}, again");
    }
}

/// What decides is asked in the compact form, so a module that keeps its word in JSON only does not come in.
#[test]
fn a_module_that_answers_otherwise_in_the_compact_form_is_not_admitted() {
    let good = embedded().bytes().to_vec();
    Gates::default().admit(&good, Limits::default()).expect("the module as it is");
    // Its export of the compact form points to the function for JSON.
    let index_of = |name: &str| {
        let entry = [&[u8::try_from(name.len()).unwrap()], name.as_bytes(), &[0]].concat();
        let start = good.windows(entry.len()).position(|bytes| bytes == entry).expect("the export") + entry.len();
        let length = good[start..].iter().position(|byte| *byte < 0x80).unwrap() + 1;
        start..start + length
    };
    let (compact, json) = (index_of("turnpike_decide_compact"), index_of("turnpike_decide"));
    assert_eq!(compact.len(), json.len());
    let mut bad = good.clone();
    bad[compact].copy_from_slice(&good[json]);
    assert_ne!(bad, good);
    let refused = Gates::default().admit(&bad, Limits::default());
    assert!(matches!(refused, Err(LoadError::Golden { .. })), "{refused:?}");
}

#[test]
fn whatever_is_no_call_in_the_compact_form_is_answered_with_a_failure() {
    let policy = embedded();
    for (name, call) in calls::no_compact_calls() {
        let output = policy.call_compact(&call).unwrap();
        assert_eq!(output.bytes, core_wasm::compact::answer(&call), "{name}, natively");
        let answer: Answer = from_slice(&output.bytes).unwrap();
        assert!(
            matches!(&answer, Answer::Failure(failure) if failure.code == FailureCode::Malformed),
            "{name}: {answer:?}"
        );
    }
}

#[test]
fn equal_calls_take_equal_fuel_whatever_was_asked_before() {
    let policy = embedded();
    let once: Vec<_> = calls::all().iter().map(|(_, call)| policy.call(call).unwrap()).collect();
    let again: Vec<_> = calls::all().iter().rev().map(|(_, call)| policy.call(call).unwrap()).collect();
    let elsewhere = Policy::load(policy.bytes(), *policy.limits()).unwrap();
    for (((name, call), first), second) in calls::all().iter().zip(&once).zip(again.iter().rev()) {
        assert_eq!(first, second, "{name}");
        assert_eq!(*first, elsewhere.call(call).unwrap(), "{name}, in another sandbox");
    }
}

#[test]
fn a_usual_decision_stays_far_from_its_fuel() {
    let policy = embedded();
    for (name, call) in calls::all() {
        let fuel = policy.call(&call).unwrap().fuel;
        let allowed = policy.limits().fuel(call.len());
        assert!(fuel < allowed / 50, "{name} takes {fuel} of {allowed}");
    }
}

#[test]
fn the_largest_overview_stays_within_its_fuel() {
    // Every mandate is full, so that every feature is tried in every mandate.
    let mut facts = calls::overview(100, 200);
    for mandate in &mut facts.mandates {
        mandate.counted = 5;
    }
    let call = calls::json(Question::Overview(facts));
    let policy = embedded();
    let (fuel, allowed) = (policy.call(&call).unwrap().fuel, policy.limits().fuel(call.len()));
    assert!(fuel < allowed, "{fuel} of {allowed}");
}
