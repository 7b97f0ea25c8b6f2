//! Any bytes to the function behind `turnpike_decide`. What is read as a call is decided the same in every form of it.

#![no_main]

use core_wasm::{
    compact, json,
    question::{Answer, Call},
    wire,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let answer = wire::answer(input);
    let parsed: Answer = serde_json::from_slice(&answer).expect("an answer is JSON");
    assert_eq!(json::to_vec(&parsed), answer, "an answer has one form");
    match json::from_slice::<Call>(input) {
        Ok(call) => {
            assert!(!matches!(parsed, Answer::Failure(_)), "what was read is decided");
            assert_eq!(
                serde_json::from_slice::<Call>(input).as_ref().ok(),
                Some(&call),
                "it is JSON, and means the same"
            );
            assert_eq!(wire::answer(&json::to_vec(&call)), answer, "written anew it is decided the same");
            assert_eq!(
                compact::answer(&compact::to_vec(&call)),
                compact::to_vec(&parsed),
                "and so in the compact form"
            );
        }
        Err(_) => assert!(matches!(parsed, Answer::Failure(_)), "nothing is decided that was not read"),
    }
});
