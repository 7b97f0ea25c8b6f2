//! Calls that take long: they keep no worker from other requests, not even where there is one only.

use std::{sync::mpsc, time::Duration};

use core_wasm::settings::Settings;
use tokio::{
    runtime::{Builder, Runtime},
    task::JoinHandle,
};
use turnpike::policy::{Decider, Limits, Policy, PolicyError};

use super::{calls, embedded, wat::Wat};

/// Ends a call by its deadline: after it, seconds in which nobody else was served.
const DEADLINE: Duration = Duration::from_secs(3);

fn endless(limits: Limits) -> Policy {
    let limits = Limits { fuel_base: u64::MAX, deadline: DEADLINE, ..limits };
    Wat::deciding("(loop $again (br $again)) unreachable").load(limits).unwrap()
}

fn one_worker() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

/// Begins an endless call on the worker; it has begun when this is back.
fn begin(runtime: &Runtime, policy: &Policy) -> JoinHandle<PolicyError> {
    let policy = policy.clone();
    let (begun, begins) = mpsc::channel();
    let call = runtime.spawn(async move {
        begun.send(()).expect("somebody waits for it");
        policy.answer_bytes(b"{}").expect_err("endless")
    });
    begins.recv().unwrap();
    call
}

#[test]
fn one_worker_serves_others_while_calls_run_to_their_deadline() {
    let policy = endless(Limits::default());
    let runtime = one_worker();
    let endless: Vec<_> = (0..4).map(|_| begin(&runtime, &policy)).collect();
    // Decisions, tasks that wait for one another, and time: all that a worker drives.
    let good = embedded();
    let others = runtime.spawn(async move {
        let decider = Decider::new(good, Settings::default());
        for _ in 0..10 {
            let decider = decider.clone();
            let decided = tokio::spawn(async move { decider.activation(&calls::activation()) });
            assert!(decided.await.unwrap().unwrap().decision.allowed);
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    });
    runtime.block_on(others).unwrap();
    for call in &endless {
        assert!(!call.is_finished(), "others were served after the endless calls, not beside them");
    }
    for call in endless {
        let error = runtime.block_on(call).unwrap();
        assert!(matches!(error, PolicyError::Deadline), "{error:?}");
    }
}

#[test]
fn more_long_calls_than_allowed_are_told_so_and_leave_room_for_usual_ones() {
    let policy = endless(Limits { long_calls: 2, ..Limits::default() });
    let runtime = one_worker();
    let calls: Vec<_> = (0..5).map(|_| begin(&runtime, &policy)).collect();
    let outcomes: Vec<PolicyError> = calls.into_iter().map(|call| runtime.block_on(call).unwrap()).collect();
    let refused = outcomes.iter().filter(|error| matches!(error, PolicyError::LongCallsExhausted)).count();
    let stopped = outcomes.iter().filter(|error| matches!(error, PolicyError::Deadline)).count();
    assert_eq!((stopped, refused), (2, 3), "{outcomes:?}");
    // The places are free again.
    let again = runtime.block_on(begin(&runtime, &policy)).unwrap();
    assert!(matches!(again, PolicyError::Deadline), "{again:?}");
}

#[test]
fn a_long_call_is_answered_like_any_other() {
    // Counts to the number of bytes of its call times 50,000 and answers with one byte: some four units of fuel each.
    let body = "(local $left i64) (local.set $left (i64.mul (i64.extend_i32_u (local.get 1)) (i64.const 50000)))
        (loop $again (local.set $left (i64.sub (local.get $left) (i64.const 1)))
            (br_if $again (i64.gt_s (local.get $left) (i64.const 0))))
        (i64.store8 (i32.const 16) (i64.const 55)) (i64.const 0x10_00000001)";
    let policy = Wat::deciding(body).policy();
    let fuel = |bytes: usize| {
        let output = policy.call(&vec![b' '; bytes]).unwrap();
        assert_eq!(output.bytes, b"7");
        output.fuel
    };
    let [first, second, third] = [1, 2, 40].map(fuel);
    let each = second - first;
    // Fuel is that of the call alone, whether it was begun anew or not.
    assert_eq!(third, first + 39 * each);
    assert!(first < 2_000_000 && third > 2_000_000, "{first}, {third}");
    let runtime = one_worker();
    let beside = policy.clone();
    let on_a_worker = runtime.spawn(async move { beside.call(&[b' '; 40]).unwrap().fuel });
    assert_eq!(runtime.block_on(on_a_worker).unwrap(), third);
}
