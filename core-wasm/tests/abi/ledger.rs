//! An allocator that writes down, for each thread, what it handed out and has not got back.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    ptr::null_mut,
};

/// Blocks that are remembered: the newest.
const REMEMBERED: usize = 64;

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
    static NEWEST: Cell<[(*mut u8, usize); REMEMBERED]> = const { Cell::new([(null_mut(), 0); REMEMBERED]) };
    static NEXT: Cell<usize> = const { Cell::new(0) };
}

struct Ledger;

#[global_allocator]
static LEDGER: Ledger = Ledger;

// SAFETY: the system's allocator does it; what is written down needs no memory.
unsafe impl GlobalAlloc for Ledger {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: by the contract of this function.
        let block = unsafe { System.alloc(layout) };
        HELD.set(HELD.get() + layout.size().cast_signed());
        let (mut newest, next) = (NEWEST.get(), NEXT.get());
        newest[next % REMEMBERED] = (block, layout.size());
        NEWEST.set(newest);
        NEXT.set(next + 1);
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        HELD.set(HELD.get() - layout.size().cast_signed());
        // SAFETY: by the contract of this function.
        unsafe { System.dealloc(block, layout) }
    }
}

/// Bytes that this thread was handed and has not given back.
pub(crate) fn held() -> isize {
    HELD.get()
}

/// One of the newest blocks, by the lower half of its address and its length.
pub(crate) fn holding(begin: u32, length: usize) -> Option<*mut u8> {
    let newest = NEWEST.get();
    let found = newest.iter().rev().find(|(block, size)| block.addr() as u32 == begin && *size == length);
    found.map(|(block, _)| *block)
}
