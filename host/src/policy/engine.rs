//! The sandbox: a wasmtime engine with everything off that a policy does not need.

use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig};

use super::limits::Limits;

/// Entries of the table of functions that a module may have.
const TABLE_ELEMENTS: usize = 4_096;

/// Memory that stays mapped in a slot between two calls and is overwritten with what the module begins with: what a usual
/// decision takes (docs/decision-speed.md) and as much again. What a long call takes beyond is given back to the system.
const KEEP_RESIDENT: usize = 2 * 64 * 1024;

/// An engine for policies under these limits.
///
/// There is no `Default`: an engine without fuel, epochs and a pool would run policies without their limits.
pub(super) fn new(limits: &Limits) -> wasmtime::Result<Engine> {
    let mut config = Config::new();
    config
        .consume_fuel(true)
        .epoch_interruption(true)
        .max_wasm_stack(limits.stack_bytes)
        .cranelift_opt_level(OptLevel::Speed)
        // Equal facts, equal bytes on every machine.
        .cranelift_nan_canonicalization(true)
        // A trap has a name; where in the module it happened is nothing a host can act on.
        .wasm_backtrace_max_frames(None)
        .generate_address_map(false)
        .native_unwind_info(false)
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool(limits)));
    without_unused_features(&mut config);
    Engine::new(&config)
}

/// One slot per call at the same moment. A module has one memory and at most one table.
fn pool(limits: &Limits) -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_core_instances(limits.instances)
        .total_memories(limits.instances)
        .total_tables(limits.instances)
        .max_memories_per_module(1)
        .max_tables_per_module(1)
        .max_memory_size(limits.memory_bytes)
        .table_elements(TABLE_ELEMENTS)
        .max_unused_warm_slots(limits.instances)
        .linear_memory_keep_resident(KEEP_RESIDENT)
        .table_keep_resident(TABLE_ELEMENTS * size_of::<usize>())
        // Asking the kernel which pages a call touched takes longer than overwriting all of the one that there is.
        .pagemap_scan(Enabled::No);
    pool
}

/// What rustc emits for its WebAssembly target stays on; the rest would only widen what a hostile module can reach.
fn without_unused_features(config: &mut Config) {
    config
        .wasm_relaxed_simd(false)
        .wasm_simd(false)
        .wasm_memory64(false)
        .wasm_multi_memory(false)
        .wasm_tail_call(false)
        .wasm_extended_const(false);
}
