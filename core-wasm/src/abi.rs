//! The zero-import module: plain exports over linear memory, JSON or the compact form both ways.
//!
//! The caller asks for a buffer, writes a call into it, calls `turnpike_decide` and reads the answer at the pointer and
//! length it got back. It frees both buffers, or drops the instance.
//!
//! The exports are made by [`export_policy!`](crate::export_policy): for Turnpike's own module here, for one with further
//! rules in the crate that adds them.

use std::alloc::{Layout, alloc, dealloc};

use crate::{compact, json, own::OwnRules, wire};

/// Longest call that is accepted, in bytes.
pub const MAX_INPUT: usize = 4 * 1024 * 1024;

/// Makes the crate it is used in a policy module: Turnpike's rules and the given [`OwnRules`](crate::own::OwnRules) after
/// them, behind the exports of the ABI. To be used once, in a `cdylib`.
#[macro_export]
macro_rules! export_policy {
    ($own:expr) => {
        const _: () = {
            /// Version of this interface.
            #[unsafe(no_mangle)]
            extern "C" fn turnpike_abi_version() -> i32 {
                $crate::ABI_VERSION
            }

            /// A buffer of `len` bytes for a call; 0 when refused (no bytes, too many, or no memory).
            #[unsafe(no_mangle)]
            extern "C" fn turnpike_alloc(len: usize) -> *mut u8 {
                $crate::abi::buffer(len)
            }

            /// Gives back a buffer of `turnpike_alloc` or an answer of `turnpike_decide`.
            ///
            /// # Safety
            /// `ptr` and `len` are a pair that this module handed out and that was not freed before.
            #[unsafe(no_mangle)]
            unsafe extern "C" fn turnpike_free(ptr: *mut u8, len: usize) {
                // SAFETY: by the contract above.
                unsafe { $crate::abi::free(ptr, len) }
            }

            /// Answers the call in the buffer: pointer to the answer in the upper, its length in the lower 32 bits.
            ///
            /// # Safety
            /// `ptr` points to `len` readable bytes of this module's memory.
            #[unsafe(no_mangle)]
            unsafe extern "C" fn turnpike_decide(ptr: *const u8, len: usize) -> i64 {
                let own: &$crate::own::OwnRules = $own;
                // SAFETY: by the contract above.
                unsafe { $crate::abi::decide(ptr, len, own) }
            }

            /// As `turnpike_decide`, with call and answer in the compact form.
            ///
            /// # Safety
            /// `ptr` points to `len` readable bytes of this module's memory.
            #[unsafe(no_mangle)]
            unsafe extern "C" fn turnpike_decide_compact(ptr: *const u8, len: usize) -> i64 {
                // SAFETY: by the contract above.
                unsafe { $crate::abi::decide_compact(ptr, len, $own) }
            }
        };
    };
}

#[cfg(feature = "abi")]
crate::export_policy!(OwnRules::NONE);

/// A buffer of `len` bytes for a call; null when refused (no bytes, too many, or no memory).
#[must_use]
pub fn buffer(len: usize) -> *mut u8 {
    match layout(len) {
        // SAFETY: the layout has a size above zero.
        Some(layout) if len <= MAX_INPUT => unsafe { alloc(layout) },
        _ => std::ptr::null_mut(),
    }
}

/// Gives back a buffer of [`buffer`] or an answer of [`decide`].
///
/// # Safety
/// `ptr` and `len` are a pair that came from here and that was not freed before.
pub unsafe fn free(ptr: *mut u8, len: usize) {
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
/// `ptr` points to `len` readable bytes.
#[must_use]
pub unsafe fn decide(ptr: *const u8, len: usize, own: &OwnRules) -> i64 {
    // SAFETY: by the contract above.
    let input = unsafe { input(ptr, len) };
    handed_over(json::answer_batch(input, own).unwrap_or_else(|| wire::answer_with(input, own)))
}

/// As [`decide`], with call and answer in the [compact form](crate::compact).
///
/// # Safety
/// `ptr` points to `len` readable bytes.
#[must_use]
pub unsafe fn decide_compact(ptr: *const u8, len: usize, own: &OwnRules) -> i64 {
    // SAFETY: by the contract above.
    handed_over(compact::answer_with(unsafe { input(ptr, len) }, own))
}

/// # Safety
/// `ptr` points to `len` readable bytes, or is null.
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
    (address << 32).wrapping_add(length).cast_signed()
}

/// The layout of a byte buffer, the same that a boxed slice has.
fn layout(len: usize) -> Option<Layout> {
    if len == 0 { None } else { Layout::array::<u8>(len).ok() }
}
