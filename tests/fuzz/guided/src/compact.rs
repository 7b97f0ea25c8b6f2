//! Any bytes to the function behind `turnpike_decide_compact`. What is read as a call has no other form, and is decided as in
//! JSON.

#![no_main]

use core_wasm::{
    compact, json,
    question::{Answer, Call},
    wire,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let answer = compact::answer(input);
    let parsed: Answer = compact::from_slice(&answer).expect("an answer is in the compact form");
    assert_eq!(compact::to_vec(&parsed), answer, "an answer has one form");
    match compact::from_slice::<Call>(input) {
        Ok(call) => {
            assert!(!matches!(parsed, Answer::Failure(_)), "what was read is decided");
            assert_eq!(compact::to_vec(&call), input, "a call has one form");
            let in_json = json::to_vec(&call);
            assert_eq!(json::from_slice::<Call>(&in_json).as_ref().ok(), Some(&call), "it can be said in JSON");
            assert_eq!(wire::answer(&in_json), json::to_vec(&parsed), "and is decided the same");
        }
        Err(_) => assert!(matches!(parsed, Answer::Failure(_)), "nothing is decided that was not read"),
    }
});
