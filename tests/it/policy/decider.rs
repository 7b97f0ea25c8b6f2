//! Typed facts in, typed decisions out, with the digests of what decided.

use core_wasm::{
    question::{Answer, Question, SingleAnswer},
    settings::Settings,
    wire,
};
use sha2::{Digest, Sha256};
use turnpike::policy::Decider;

use super::{calls, embedded};

fn decider() -> Decider {
    Decider::new(embedded(), Settings::default())
}

fn native(question: Question) -> Answer {
    wire::decide(&question, &Settings::default())
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn every_question_gets_the_decision_of_the_rules() {
    let decider = decider();
    let (activation, deactivation) = (calls::activation(), calls::deactivation());
    let (mandates, overview, batch) = (calls::mandates(), calls::overview(2, 3), calls::batch());

    let decision = decider.activation(&activation).unwrap().decision;
    assert!(decision.allowed);
    assert_eq!(Answer::Activation(decision), native(Question::Activation(activation)));
    let decision = decider.deactivation(&deactivation).unwrap().decision;
    assert!(decision.allowed);
    assert_eq!(Answer::Deactivation(decision), native(Question::Deactivation(deactivation)));
    let decision = decider.mandates(&mandates).unwrap().decision;
    assert_eq!(Answer::Mandates(decision), native(Question::Mandates(mandates)));
    let decision = decider.overview(&overview).unwrap().decision;
    assert_eq!(Answer::Overview(decision), native(Question::Overview(overview)));
    let decision = decider.sharing(&calls::sharing()).unwrap().decision;
    assert!(decision.allowed);
    assert_eq!(Answer::Sharing(decision), native(Question::Sharing(calls::sharing())));
    let decision = decider.batch(&batch).unwrap().decision;
    assert!(matches!(
        decision[..],
        [
            SingleAnswer::Activation(_),
            SingleAnswer::Deactivation(_),
            SingleAnswer::Mandates(_),
            SingleAnswer::Sharing(_)
        ]
    ));
    assert_eq!(Answer::Batch(decision), native(Question::Batch(batch)));
}

#[test]
fn a_decision_carries_the_digests_and_fuel_of_the_same_call_in_bytes() {
    let decider = decider();
    let decided = decider.activation(&calls::activation()).unwrap();
    assert_eq!(*decided.policy_digest, hex(decider.policy().bytes()));
    assert_eq!(*decided.settings_digest, hex(&serde_json::to_vec(&Settings::default()).unwrap()));
    // Equal fuel, so the typed way writes the very bytes that a call is in the compact form.
    let call = calls::compact(Question::Activation(calls::activation()));
    assert_eq!(decided.fuel, decider.policy().call_compact(&call).unwrap().fuel);
}

#[test]
fn other_settings_decide_otherwise_and_have_another_digest() {
    let settings = Settings { admin_labels: vec!["owner".to_owned()], ..Settings::default() };
    let owners = Decider::new(embedded(), settings);
    assert!(!owners.activation(&calls::activation()).unwrap().decision.allowed);
    assert_ne!(owners.settings_digest(), decider().settings_digest());
}

#[test]
fn many_threads_share_one_policy() {
    let decider = decider();
    let expected = decider.activation(&calls::activation()).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..200 {
                    assert_eq!(decider.activation(&calls::activation()).unwrap(), expected);
                }
            });
        }
    });
}
