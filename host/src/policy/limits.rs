//! How much one call of the policy may cost. Every limit has its own outcome in [`PolicyError`](super::PolicyError).

use std::time::Duration;

use wasmtime::ResourceLimiter;

const MIB: usize = 1024 * 1024;

/// Limits of a policy and of each call of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest module that is loaded, in bytes.
    pub module_bytes: usize,
    /// Fuel that every call gets; one unit is about one WebAssembly instruction.
    pub fuel_base: u64,
    /// Fuel on top for every byte of the call, because longer calls ask more.
    pub fuel_per_byte: u64,
    /// Wall-clock backstop behind the fuel: a call is stopped between this and two ticks later. One that takes longer than
    /// usual is begun anew for that, and has it from then on.
    pub deadline: Duration,
    /// Most memory of one instance, in bytes.
    pub memory_bytes: usize,
    /// Native stack of the module's functions, in bytes.
    pub stack_bytes: usize,
    /// Longest call, in bytes.
    pub input_bytes: usize,
    /// Longest answer, in bytes.
    pub output_bytes: usize,
    /// Most calls at the same moment.
    pub instances: u32,
    /// Most of them that take longer than usual.
    pub long_calls: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            module_bytes: MIB,
            fuel_base: 20_000_000,
            fuel_per_byte: 3_000,
            // Fuel ends a call long before on an idle machine; on a busy one a call must not fail for waiting its turn.
            deadline: Duration::from_secs(1),
            memory_bytes: 16 * MIB,
            stack_bytes: 256 * 1024,
            input_bytes: 4 * MIB,
            output_bytes: 4 * MIB,
            instances: 64,
            long_calls: 16,
        }
    }
}

impl Limits {
    /// Fuel for a call of that many bytes.
    #[must_use]
    pub fn fuel(&self, input_bytes: usize) -> u64 {
        let bytes = u64::try_from(input_bytes).unwrap_or(u64::MAX);
        self.fuel_base.saturating_add(self.fuel_per_byte.saturating_mul(bytes))
    }
}

/// What a store keeps: the memory limit, and whether the instance ran into it.
#[derive(Debug)]
pub(super) struct Memory {
    most: usize,
    pub(super) exceeded: bool,
}

impl Memory {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { most: limits.memory_bytes, exceeded: false }
    }
}

/// Why a call that asks for more memory ends at once: a module that got a polite `-1` would fail somewhere else, under
/// another name.
#[derive(Debug, thiserror::Error)]
#[error("the memory limit is reached")]
struct MemoryLimitReached;

impl ResourceLimiter for Memory {
    fn memory_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        if desired > self.most {
            self.exceeded = true;
            return Err(wasmtime::Error::new(MemoryLimitReached));
        }
        Ok(true)
    }

    fn table_growing(&mut self, current: usize, _: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        // The table a module starts with is bounded by the pool; no policy grows one.
        Ok(current == 0)
    }
}
