//! The functions behind the module's exports, natively: which memory they hand out, leave behind and take back.
#![expect(unsafe_code, reason = "the ABI hands raw memory to its caller, which these tests are")]

mod ledger;

use std::ptr::{null, null_mut};

use core_wasm::{abi, compact, own::OwnRules, wire};

use self::ledger::{held, holding};

/// 4 MiB, as docs/policy-abi.md has it.
const LONGEST_CALL: usize = 4_194_304;

/// What a caller gets: where the answer begins, as far as 32 bits tell, and its length.
fn unpacked(packed: i64) -> (u32, usize) {
    let packed = packed.cast_unsigned();
    ((packed >> 32) as u32, (packed & 0xFFFF_FFFF) as usize)
}

type Decide = unsafe fn(*const u8, usize, &OwnRules) -> i64;

/// Asks, reads the answer and gives it back; nothing else may have been kept of the call.
fn asked(decide: Decide, pointer: *const u8, length: usize) -> Vec<u8> {
    let before = held();
    // SAFETY: the callers below hand over what they own.
    let (begin, length) = unpacked(unsafe { decide(pointer, length, OwnRules::NONE) });
    assert_eq!(held() - before, length.cast_signed(), "the answer, and nothing else, is left");
    let answer = holding(begin, length).expect("the answer is a block of its own");
    // SAFETY: the block is held, and as long.
    let bytes = unsafe { std::slice::from_raw_parts(answer, length) }.to_vec();
    // SAFETY: as the ABI has it.
    unsafe { abi::free(answer, length) };
    assert_eq!(held() - before, bytes.capacity().cast_signed(), "the answer was given back");
    bytes
}

#[test]
fn a_buffer_has_the_bytes_that_were_asked_for_and_is_given_back() {
    let before = held();
    for length in [1, 7, 4_096, LONGEST_CALL] {
        let buffer = abi::buffer(length);
        assert!(!buffer.is_null());
        assert_eq!(held() - before, length.cast_signed());
        // SAFETY: the buffer is that long.
        unsafe { buffer.write_bytes(0xA5, length) };
        // SAFETY: it came from there.
        unsafe { abi::free(buffer, length) };
        assert_eq!(held(), before);
    }
}

#[test]
fn no_buffer_is_empty_or_longer_than_a_call() {
    let before = held();
    for length in [0, LONGEST_CALL + 1, usize::MAX] {
        assert!(abi::buffer(length).is_null(), "{length}");
    }
    assert_eq!(held(), before);
}

#[test]
fn nothing_is_given_back_without_an_address_or_a_length() {
    let before = held();
    let buffer = abi::buffer(8);
    // SAFETY: neither is a block.
    unsafe {
        abi::free(null_mut(), 8);
        abi::free(buffer, 0);
    }
    assert_eq!(held() - before, 8);
    // SAFETY: it came from there.
    unsafe { abi::free(buffer, 8) };
}

#[test]
fn an_answer_is_that_of_the_rules() {
    let call = br#"{"settings":"#;
    assert_eq!(asked(abi::decide, call.as_ptr(), call.len()), wire::answer(call));
    let call = [1, 0, 0, 0, 0];
    assert_eq!(asked(abi::decide_compact, call.as_ptr(), call.len()), compact::answer(&call));
}

#[test]
fn no_address_or_no_length_is_a_call_without_bytes() {
    for decide in [abi::decide, abi::decide_compact] as [Decide; 2] {
        let none = asked(decide, null(), 0);
        assert_eq!(asked(decide, null(), 5), none);
        assert_eq!(asked(decide, b"[]".as_ptr(), 0), none);
    }
    assert_eq!(asked(abi::decide, null(), 0), wire::answer(&[]));
}
