//! The memory of the module: blocks of fixed sizes, each handed out and taken back in a few instructions.
//!
//! A call allocates a few dozen small blocks and gives all of them back. So a free block waits in the list of its size
//! until a block of that size is wanted; blocks are neither split nor joined. What is new comes from the end of the memory
//! in use, at first from what the module's pages have left behind its data: a fresh instance that answers one question
//! never asks for a page more, which would cost a host more than the answer does.
//!
//! When the last block is given back all memory is free, and it begins anew as one: an instance that answers many calls
//! takes no more than the one of them that takes most, whatever sizes the others left behind.

use std::{
    alloc::{GlobalAlloc, Layout},
    arch::wasm32::{memory_grow, memory_size},
    cell::UnsafeCell,
    ptr::null_mut,
};

/// Sizes and addresses are multiples of it: the largest alignment of any value in here.
const GRAIN: usize = 8;
/// Sizes between one power of two and the next: at most a quarter of a block is lost.
const STEPS: usize = 4;
/// Sizes there are: up to half of all memory that has an address.
const SIZES: usize = 28 * STEPS;
/// Pages that are asked for at once, so that a long call does not ask again and again.
const PAGES: usize = 8;
const PAGE: usize = 65_536;

struct Blocks(UnsafeCell<State>);

struct State {
    /// The first free block of each size, or 0. A free block begins with the address of the next one.
    free: [usize; SIZES],
    /// Up to where memory is in use; 0 before the first block.
    used: usize,
    /// Up to where there is memory.
    end: usize,
    /// Blocks that are handed out.
    held: usize,
}

// SAFETY: the module has one thread.
unsafe impl Sync for Blocks {}

#[global_allocator]
static BLOCKS: Blocks = Blocks(UnsafeCell::new(State { free: [0; SIZES], used: 0, end: 0, held: 0 }));

unsafe extern "C" {
    /// Where the linker put the end of the module's data; its address is its value.
    static __heap_base: u8;
}

// SAFETY: a block is handed out once until it is given back, is as long as was asked for, and is aligned to the grain;
// more alignment is refused.
unsafe impl GlobalAlloc for Blocks {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.align() > GRAIN {
            return null_mut();
        }
        // SAFETY: one thread, and nothing in here calls back.
        let state = unsafe { &mut *self.0.get() };
        let (index, size) = sized(layout.size());
        let block: *mut u8 = match state.free.get_mut(index) {
            Some(first) if *first != 0 => {
                let block = *first as *mut usize;
                // SAFETY: a free block begins with the address of the next.
                *first = unsafe { block.read() };
                block.cast()
            }
            Some(_) => state.take(size),
            None => null_mut(),
        };
        if !block.is_null() {
            state.held = state.held.wrapping_add(1);
        }
        block
    }

    // One piece of code, not one for each type that has memory.
    #[inline(never)]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as above.
        let state = unsafe { &mut *self.0.get() };
        state.held = state.held.wrapping_sub(1);
        if state.held == 0 {
            // Where the first block begins is found anew, as in a fresh instance.
            *state = State { free: [0; SIZES], used: 0, end: 0, held: 0 };
            return;
        }
        let (index, size) = sized(layout.size());
        if (block as usize).wrapping_add(size) == state.used {
            state.used = block as usize;
        } else if let Some(first) = state.free.get_mut(index) {
            // SAFETY: the block is aligned to the grain, and nobody else uses it any more.
            unsafe { block.cast::<usize>().write(*first) };
            *first = block as usize;
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, length: usize) -> *mut u8 {
        let ((_, old), (_, new)) = (sized(layout.size()), sized(length));
        if old == new {
            return block;
        }
        // SAFETY: as above.
        let state = unsafe { &mut *self.0.get() };
        if (block as usize).wrapping_add(old) == state.used {
            state.used = block as usize;
            let grown = state.take(new);
            if grown.is_null() {
                state.used = (block as usize).wrapping_add(old);
            }
            return grown;
        }
        // SAFETY: the caller's contract; the alignment is that of a layout that was valid.
        unsafe {
            let moved = self.alloc(Layout::from_size_align_unchecked(length, layout.align()));
            if !moved.is_null() {
                moved.copy_from_nonoverlapping(block, layout.size().min(length));
                self.dealloc(block, layout);
            }
            moved
        }
    }
}

impl State {
    /// New memory behind what is in use.
    fn take(&mut self, size: usize) -> *mut u8 {
        if self.used == 0 {
            self.used = (&raw const __heap_base as usize).next_multiple_of(GRAIN);
            self.end = memory_size::<0>().saturating_mul(PAGE);
        }
        let Some(used) = self.used.checked_add(size) else { return null_mut() };
        if used > self.end {
            let missing = used.wrapping_sub(self.end).div_ceil(PAGE);
            let pages = missing.max(PAGES);
            if memory_grow::<0>(pages) == usize::MAX {
                return null_mut();
            }
            self.end = self.end.saturating_add(pages.saturating_mul(PAGE));
        }
        let block = self.used;
        self.used = used;
        block as *mut u8
    }
}

/// The index of the smallest size that holds so many bytes, and that size.
fn sized(bytes: usize) -> (usize, usize) {
    let last = bytes.saturating_sub(1) / GRAIN;
    if last < 2 * STEPS {
        return (last, last.wrapping_add(1).wrapping_mul(GRAIN));
    }
    // So many steps that four to seven whole ones are left.
    let shift = 29_u32.saturating_sub(last.leading_zeros());
    let steps = (last >> shift).saturating_add(1);
    let index = (shift as usize).saturating_mul(STEPS).saturating_add(steps).saturating_sub(1);
    (index, (steps << shift).saturating_mul(GRAIN))
}
