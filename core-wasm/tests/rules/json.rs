//! Our JSON reader beside serde_json: the same on every call, never more lenient on anything else.

use core_wasm::{
    json::{from_slice, to_vec},
    question::{Answer, Call},
    wire,
};
use proptest::{collection::vec, prelude::*, sample::Index};

use crate::{cases, generate};

/// A change of bytes that often leaves something close to JSON.
#[derive(Clone, Debug)]
enum Mutation {
    Replace(Index, u8),
    Insert(Index, u8),
    Remove(Index),
    Duplicate(Index, Index),
    Cut(Index),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let byte = || {
        prop_oneof![
            8 => prop::sample::select(b"{}[]\":,\\u0123456789-+.eE tfn/\n\0".to_vec()),
            1 => any::<u8>(),
        ]
    };
    prop_oneof![
        (any::<Index>(), byte()).prop_map(|(at, byte)| Mutation::Replace(at, byte)),
        (any::<Index>(), byte()).prop_map(|(at, byte)| Mutation::Insert(at, byte)),
        any::<Index>().prop_map(Mutation::Remove),
        (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Mutation::Duplicate(from, to)),
        any::<Index>().prop_map(Mutation::Cut),
    ]
}

fn mutate(bytes: &mut Vec<u8>, mutation: &Mutation) {
    if bytes.is_empty() {
        return;
    }
    match mutation {
        Mutation::Replace(at, byte) => *at.get_mut(bytes) = *byte,
        Mutation::Insert(at, byte) => bytes.insert(at.index(bytes.len()), *byte),
        Mutation::Remove(at) => drop(bytes.remove(at.index(bytes.len()))),
        Mutation::Duplicate(from, to) => {
            let (from, to) = (from.index(bytes.len()), to.index(bytes.len()));
            let part = bytes[from.min(to)..from.max(to)].to_vec();
            bytes.splice(to..to, part);
        }
        Mutation::Cut(at) => bytes.truncate(at.index(bytes.len())),
    }
}

#[test]
fn every_answer_of_the_cases_is_written_as_by_serde_json() {
    for case in cases::all().into_iter().flat_map(|file| file.cases) {
        let answer: Answer = serde_json::from_value(case.answer).expect("an answer");
        assert_eq!(to_vec(&answer), serde_json::to_vec(&answer).expect("an answer is JSON"), "{}", case.name);
    }
    let own = crate::own::reason();
    assert_eq!(to_vec(&own), serde_json::to_vec(&own).expect("a reason is JSON"));
    let control: String = (0..=0x7F_u8).map(char::from).collect();
    assert_eq!(to_vec(&control), serde_json::to_vec(&control).expect("a text is JSON"));
    for number in [0, -1, i64::MIN, i64::MAX] {
        assert_eq!(to_vec(&number), serde_json::to_vec(&number).expect("an integer is JSON"));
    }
}

#[test]
fn every_short_escape_is_read() {
    let text = from_slice::<String>(br#""\"\\\/\b\f\n\r\t""#).expect("it is read");
    assert_eq!(text, "\"\\/\u{8}\u{c}\n\r\t");
}

#[test]
fn an_integer_of_any_length_is_read_or_refused() {
    for digits in 1..=25 {
        for digit in ["1", "9"] {
            for text in [digit.repeat(digits), format!("-{}", digit.repeat(digits))] {
                assert_eq!(from_slice::<i64>(text.as_bytes()).ok(), text.parse().ok(), "{text}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_call_is_read_as_it_was_written(call in generate::call(), pretty in any::<bool>()) {
        let bytes = if pretty { serde_json::to_vec_pretty(&call) } else { serde_json::to_vec(&call) }.expect("a call is JSON");
        prop_assert_eq!(&from_slice::<Call>(&bytes).expect("it is read"), &call);
        prop_assert_eq!(&serde_json::from_slice::<Call>(&bytes).expect("it is read"), &call);
    }

    #[test]
    fn every_answer_is_written_as_by_serde_json(call in generate::call(), text in any::<String>()) {
        let answer = wire::decide(&call.question, &call.settings);
        prop_assert_eq!(to_vec(&answer), serde_json::to_vec(&answer).expect("an answer is JSON"));
        prop_assert_eq!(to_vec(&call), serde_json::to_vec(&call).expect("a call is JSON"));
        prop_assert_eq!(to_vec(&text), serde_json::to_vec(&text).expect("a text is JSON"));
    }

    #[test]
    fn every_integer_is_written_as_by_serde_json(number in any::<i64>(), shift in 0..64) {
        let number = number >> shift;
        prop_assert_eq!(to_vec(&number), serde_json::to_vec(&number).expect("an integer is JSON"));
    }

    #[test]
    fn every_text_is_read_as_it_was_written(label in any::<String>(), escaped in any::<bool>()) {
        let text = serde_json::to_string(&label).expect("a text is JSON");
        let text = if escaped {
            let units = label.encode_utf16().map(|unit| format!("\\u{unit:04X}")).collect::<String>();
            format!("\"{units}\"")
        } else {
            text
        };
        prop_assert_eq!(from_slice::<String>(text.as_bytes()).expect("it is read"), label);
    }

    #[test]
    fn every_integer_is_read_as_it_was_written(number in any::<i64>()) {
        prop_assert_eq!(from_slice::<i64>(number.to_string().as_bytes()).expect("it is read"), number);
        prop_assert_eq!(from_slice::<u32>(number.to_string().as_bytes()).ok(), u32::try_from(number).ok());
    }

    #[test]
    fn what_serde_json_refuses_is_refused(call in generate::call(), mutations in vec(mutation(), 1..4)) {
        let mut bytes = serde_json::to_vec(&call).expect("a call is JSON");
        for mutation in &mutations {
            mutate(&mut bytes, mutation);
        }
        if let Ok(ours) = from_slice::<Call>(&bytes) {
            // What both accept they understand alike.
            prop_assert_eq!(serde_json::from_slice::<Call>(&bytes).ok(), Some(ours));
        }
    }

    #[test]
    fn any_bytes_get_an_answer(bytes in vec(any::<u8>(), 0..64)) {
        prop_assert!(from_slice::<Call>(&bytes).is_err());
        let answer: core_wasm::question::Answer = serde_json::from_slice(&core_wasm::wire::answer(&bytes)).expect("an answer");
        prop_assert!(matches!(answer, core_wasm::question::Answer::Failure(_)));
    }
}
