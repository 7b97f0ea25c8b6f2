//! Modules that keep the ABI and mean harm: each call ends with its own outcome, and the next policy is served.

use std::time::Duration;

use core_wasm::{
    question::{FailureCode, Question, Single},
    settings::Settings,
};
use turnpike::policy::{Decider, Limits, Policy, PolicyError};

use super::{calls, embedded, wat::Wat};

/// What the policy makes of a call; afterwards another policy in the same process answers as ever.
fn outcome(policy: &Policy) -> PolicyError {
    let error = policy.answer_bytes(b"{}").expect_err("the call should end without an answer");
    assert_others_are_served();
    error
}

/// What becomes of a typed question.
fn decision(text: &str) -> PolicyError {
    let decider = Decider::new(Wat::answering(text).policy(), Settings::default());
    decider.activation(&calls::activation()).expect_err("there should be no decision")
}

fn assert_others_are_served() {
    let good = Decider::new(embedded(), Settings::default());
    assert!(good.activation(&calls::activation()).unwrap().decision.allowed);
}

#[test]
fn an_endless_loop_runs_out_of_fuel() {
    let policy = Wat::deciding("(loop $again (br $again)) unreachable").policy();
    assert!(matches!(outcome(&policy), PolicyError::OutOfFuel));
}

#[test]
fn an_endless_loop_with_endless_fuel_meets_the_deadline() {
    let limits = Limits { fuel_base: u64::MAX, ..Limits::default() };
    let policy = Wat::deciding("(loop $again (br $again)) unreachable").load(limits).unwrap();
    let error = outcome(&policy);
    assert!(matches!(error, PolicyError::Deadline), "{error:?}");
    // Also when the clock had time to fall asleep in between.
    assert!(matches!(outcome(&policy), PolicyError::Deadline));
}

#[test]
fn deep_recursion_runs_out_of_stack() {
    let policy = Wat::deciding("(call $decide (local.get 0) (local.get 1)) (i64.const 1) i64.add").policy();
    let error = outcome(&policy);
    assert!(matches!(error, PolicyError::StackOverflow), "{error:?}");
}

#[test]
fn growing_memory_meets_the_limit() {
    let policy = Wat::deciding("(drop (memory.grow (i32.const 1000))) (i64.const 0)").policy();
    let error = outcome(&policy);
    assert!(matches!(error, PolicyError::MemoryLimit), "{error:?}");
    let page_by_page = "(loop $again (br_if $again (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))) (i64.const 0)";
    assert!(matches!(outcome(&Wat::deciding(page_by_page).policy()), PolicyError::MemoryLimit));
}

#[test]
fn facts_that_need_more_memory_than_there_is_meet_the_limit() {
    // Within the bytes of a call, and eight bytes each once they are read.
    let call = String::from_utf8(calls::json(Question::Batch(vec![Single::Activation(calls::activation())]))).unwrap();
    let many = format!("\"invoices\":[0{}]", ",0".repeat(2_000_000));
    let call = call.replacen("\"invoices\":[]", &many, 1);
    assert!(call.len() > 4_000_000 && call.len() <= Limits::default().input_bytes, "{}", call.len());
    // A busy machine must not end it by time.
    let limits = Limits { deadline: Duration::from_secs(60), ..Limits::default() };
    let policy = Policy::load(embedded().bytes(), limits).unwrap();
    let error = policy.answer_bytes(call.as_bytes()).expect_err("no answer");
    assert!(matches!(error, PolicyError::MemoryLimit), "{error:?}");
    assert_others_are_served();
}

#[test]
fn a_trap_is_a_trap() {
    for body in ["unreachable", "(i64.div_u (i64.const 1) (i64.const 0))", "(i64.load (i32.const -8))"] {
        let error = outcome(&Wat::deciding(body).policy());
        assert!(matches!(error, PolicyError::Trap(_)), "{body}: {error:?}");
    }
}

#[test]
fn a_huge_answer_is_not_read() {
    let limits = Limits { output_bytes: 1_000, ..Limits::default() };
    let policy = Wat::deciding("(i64.const 1001)").load(limits).unwrap();
    let error = outcome(&policy);
    assert!(matches!(error, PolicyError::OutputTooLong { bytes: 1_001, most: 1_000 }), "{error:?}");
    let error = outcome(&Wat::deciding("(i64.const 0xffffffff)").policy());
    assert!(matches!(error, PolicyError::OutputTooLong { bytes: 0xffff_ffff, .. }), "{error:?}");
}

#[test]
fn a_lying_pointer_reads_nothing() {
    // One page of memory: the last byte that exists, then one beyond, then the end of the address space.
    assert!(Wat::deciding("(i64.const 0xffff_00000001)").policy().answer_bytes(b"{}").is_ok());
    for packed in ["0xffff_00000002", "0x10000_00000001", "0xffffffff_00000010"] {
        let error = outcome(&Wat::deciding(&format!("(i64.const {packed})")).policy());
        assert!(matches!(error, PolicyError::OutputOutOfBounds), "{packed}: {error:?}");
    }
}

#[test]
fn a_lying_allocation_is_written_nowhere() {
    for address in ["0", "65535", "-1"] {
        let alloc = format!(r#"(func (export "turnpike_alloc") (param i32) (result i32) i32.const {address})"#);
        let wat = Wat { alloc: alloc.leak(), ..Wat::default() };
        let error = outcome(&wat.policy());
        assert!(matches!(error, PolicyError::InputRefused { bytes: 2 }), "{address}: {error:?}");
    }
}

#[test]
fn a_call_that_is_too_long_is_not_made() {
    let limits = Limits { input_bytes: 1, ..Limits::default() };
    let policy = Wat::deciding("unreachable").load(limits).unwrap();
    assert!(matches!(outcome(&policy), PolicyError::InputTooLong { bytes: 2, most: 1 }));
}

#[test]
fn garbage_is_no_answer() {
    for text in ["garbage", "{}", r#"{"activation":{}}"#, r#"{"activation":null} "#, "\u{1}", "[[[[[[["] {
        let error = decision(text);
        assert!(matches!(error, PolicyError::NotAnAnswer(_)), "{text}: {error:?}");
    }
    let error = Decider::new(Wat::default().policy(), Settings::default()).activation(&calls::activation());
    assert!(matches!(error, Err(PolicyError::NotAnAnswer(_))), "nothing at all: {error:?}");
}

#[test]
fn garbage_is_no_compact_answer() {
    let decision = |bytes: &[u8]| {
        let decider = Decider::new(Wat::answering_compact(bytes).policy(), Settings::default());
        decider.activation(&calls::activation()).expect_err("there should be no decision")
    };
    let garbage: [&[u8]; 7] =
        [&[], &[0], &[1], &[1, 9], &[1, 0, 2], &[1, 0, 0, 255, 255, 255, 255], &[1, 4, 0, 0, 0, 0, 0]];
    for bytes in garbage {
        let error = decision(bytes);
        assert!(matches!(error, PolicyError::NotACompactAnswer(_)), "{bytes:?}: {error:?}");
        assert_eq!(error.code(), "not-an-answer");
    }
    let error = decision(&[1, 4, 0, 0, 0, 0]);
    assert!(matches!(error, PolicyError::WrongKind { expected: "activation" }), "{error:?}");
    // Allowed without saying what follows.
    let error = decision(&[1, 0, 1, 0, 0, 0, 0, 0]);
    assert!(matches!(error, PolicyError::Unfitting(_)), "{error:?}");
}

#[test]
fn a_module_without_the_compact_form_is_asked_in_json() {
    let policy = Wat::answering("{}").policy();
    assert!(!policy.reads_compact());
    assert!(matches!(policy.call_compact(&[1]), Err(PolicyError::NoCompactForm)));
}

#[test]
fn an_answer_to_another_question_is_none() {
    let error = decision(r#"{"mandates":{"mandates":[],"homeMandateDue":false}}"#);
    assert!(matches!(error, PolicyError::WrongKind { expected: "activation" }), "{error:?}");
}

#[test]
fn a_failure_is_told_with_its_code() {
    let error = decision(r#"{"failure":{"code":"too-deep","detail":"so it is"}}"#);
    assert!(matches!(error, PolicyError::Failure { code: FailureCode::TooDeep, .. }), "{error:?}");
    assert_eq!(error.code(), "failure");
}

#[test]
fn an_answer_that_does_not_fit_the_facts_is_none() {
    let unfitting = [
        // Allowed without saying what follows.
        r#"{"activation":{"allowed":true,"reasons":[],"grant":null}}"#,
        // Refused, and yet something follows.
        r#"{"activation":{"allowed":false,"reasons":[],"grant":{"adminRole":"a","subscription":0,"billing":"nothing"}}}"#,
        // Allowed in spite of a reason.
        r#"{"activation":{"allowed":true,"reasons":[{"code":"plan-unknown","params":{}}],"grant":{"adminRole":"a","subscription":0,"billing":"nothing"}}}"#,
        // The mandate has one subscription.
        r#"{"activation":{"allowed":true,"reasons":[],"grant":{"adminRole":"a","subscription":1,"billing":"nothing"}}}"#,
    ];
    for text in unfitting {
        let error = decision(text);
        assert!(matches!(error, PolicyError::Unfitting(_)), "{text}: {error:?}");
    }
}

#[test]
fn lists_of_another_length_fit_nothing() {
    let decider = |text| Decider::new(Wat::answering(text).policy(), Settings::default());
    let mandates = decider(r#"{"mandates":{"mandates":[],"homeMandateDue":false}}"#).mandates(&calls::mandates());
    assert!(matches!(mandates, Err(PolicyError::Unfitting(_))), "{mandates:?}");
    let overview = decider(r#"{"overview":{"features":[],"instances":[]}}"#).overview(&calls::overview(1, 1));
    assert!(matches!(overview, Err(PolicyError::Unfitting(_))), "{overview:?}");
    let batch = decider(r#"{"batch":[]}"#).batch(&calls::batch());
    assert!(matches!(batch, Err(PolicyError::Unfitting(_))), "{batch:?}");
}

#[test]
fn more_calls_than_instances_are_told_so() {
    // Two calls that run until their deadline, then a third beside them.
    let limits = Limits { fuel_base: u64::MAX, instances: 2, long_calls: 2, ..Limits::default() };
    let busy = Wat::deciding("(loop $again (br $again)) unreachable").load(limits).unwrap();
    let outcomes: Vec<PolicyError> = std::thread::scope(|scope| {
        let calls: Vec<_> = (0..6).map(|_| scope.spawn(|| busy.answer_bytes(b"{}").expect_err("endless"))).collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    });
    let is_exhausted = |error: &&PolicyError| {
        // Whoever finds an instance free for a moment, between its two beginnings, finds no place for long calls.
        matches!(error, PolicyError::InstancesExhausted | PolicyError::LongCallsExhausted)
    };
    let exhausted = outcomes.iter().filter(is_exhausted).count();
    let stopped = outcomes.iter().filter(|error| matches!(error, PolicyError::Deadline)).count();
    assert!(stopped >= 2 && exhausted >= 1 && stopped + exhausted == 6, "{outcomes:?}");
    // The instances are free again.
    assert!(matches!(outcome(&busy), PolicyError::Deadline));
}

#[test]
fn nothing_is_left_for_the_next_call() {
    // Counts its calls in memory and in a global; each call finds both at their beginning.
    let wat = Wat {
        before: "(global $calls (mut i64) (i64.const 0))",
        ..Wat::deciding(
            "(global.set $calls (i64.add (global.get $calls) (i64.const 1)))
             (i64.store (i32.const 64) (i64.add (i64.load (i32.const 64)) (i64.const 1)))
             (i64.store8 (i32.const 16) (i64.add (i64.const 48) (i64.add (global.get $calls) (i64.load (i32.const 64)))))
             (i64.const 0x10_00000001)",
        )
    };
    let policy = wat.policy();
    for _ in 0..100 {
        assert_eq!(policy.answer_bytes(b"{}").unwrap(), b"2");
    }
}
