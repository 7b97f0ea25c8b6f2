//! The zero-import module: plain exports over linear memory, JSON or the compact form both ways.
//!
//! The caller asks for a buffer, writes a call into it, calls `turnpike_decide` and reads the answer at the pointer and
//! length it got back. It frees both buffers, or drops the instance.

use std::alloc::{Layout, alloc, dealloc};

use crate::{compact, wire};

/// Longest call that is accepted, in bytes.
pub const MAX_INPUT: usize = 4 * 1024 * 1024;

/// Version of this interface.
#[unsafe(no_mangle)]
pub extern "C" fn turnpike_abi_version() -> i32 {
    crate::ABI_VERSION
}

/// A buffer of `len` bytes for a call; 0 when refused (no bytes, too many, or no memory).
#[unsafe(no_mangle)]
pub extern "C" fn turnpike_alloc(len: usize) -> *mut u8 {
    match layout(len) {
        // SAFETY: the layout has a size above zero.
        Some(layout) if len <= MAX_INPUT => unsafe { alloc(layout) },
        _ => std::ptr::null_mut(),
    }
}

/// Gives back a buffer of [`turnpike_alloc`] or an answer of [`turnpike_decide`].
///
/// # Safety
/// `ptr` and `len` are a pair that this module handed out and that was not freed before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn turnpike_free(ptr: *mut u8, len: usize) {
    if let Some(layout) = layout(len)
        && !ptr.is_null()
    {
        // SAFETY: by the contract above the memory was allocated with this very layout.
        unsafe { dealloc(ptr, layout) };
    }
}

/// Answers the call in the buffer, in JSON: pointer to the answer in the upper, its length in the lower 32 bits.
///
/// # Safety
/// `ptr` points to `len` readable bytes of this module's memory.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn turnpike_decide(ptr: *const u8, len: usize) -> i64 {
    // SAFETY: by the contract above.
    handed_over(wire::answer(unsafe { input(ptr, len) }))
}

/// As [`turnpike_decide`], with call and answer in the [compact form](crate::compact).
///
/// # Safety
/// `ptr` points to `len` readable bytes of this module's memory.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn turnpike_decide_compact(ptr: *const u8, len: usize) -> i64 {
    // SAFETY: by the contract above.
    handed_over(compact::answer(unsafe { input(ptr, len) }))
}

/// # Safety
/// `ptr` points to `len` readable bytes of this module's memory.
unsafe fn input<'a>(ptr: *const u8, len: usize) -> &'a [u8] {
    if ptr.is_null() || len == 0 {
        return &[];
    }
    // SAFETY: by the contract above.
    unsafe { std::slice::from_raw_parts(ptr, len) }
}

/// Leaves the answer in the memory, for the caller to read and free.
fn handed_over(answer: Vec<u8>) -> i64 {
    let answer = Box::leak(answer.into_boxed_slice());
    let (address, length) = (answer.as_ptr() as usize as u64, answer.len() as u64);
    ((address << 32) | length).cast_signed()
}

/// The layout of a byte buffer, the same that a boxed slice has.
fn layout(len: usize) -> Option<Layout> {
    if len == 0 { None } else { Layout::array::<u8>(len).ok() }
}
