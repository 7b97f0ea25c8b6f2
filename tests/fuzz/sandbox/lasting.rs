//! One instance that answers everything: what is left of a call must not matter for the next, and all memory is given back.

use turnpike::policy::Limits;
use wasmtime::{Config, Engine, Memory, Module, Result, Store, StoreLimits, StoreLimitsBuilder, TypedFunc};

use crate::input::{Form, Input};

/// The exports of an instance.
pub(crate) struct Lasting {
    store: Store<StoreLimits>,
    limits: Limits,
    memory: Memory,
    alloc: TypedFunc<u32, u32>,
    free: TypedFunc<(u32, u32), ()>,
    decide: TypedFunc<(u32, u32), u64>,
    decide_compact: TypedFunc<(u32, u32), u64>,
}

impl Lasting {
    pub(crate) fn new(module: &[u8], limits: Limits) -> Result<Self> {
        let engine = Engine::new(Config::new().consume_fuel(true))?;
        let most = StoreLimitsBuilder::new().memory_size(limits.memory_bytes).build();
        let mut store = Store::new(&engine, most);
        store.limiter(|limits| limits);
        store.set_fuel(limits.fuel(0))?;
        let instance = wasmtime::Instance::new(&mut store, &Module::from_binary(&engine, module)?, &[])?;
        let memory = instance
            .get_memory(&mut store, "memory")
            .ok_or_else(|| wasmtime::Error::msg("the module has no memory"))?;
        Ok(Self {
            alloc: instance.get_typed_func(&mut store, "turnpike_alloc")?,
            free: instance.get_typed_func(&mut store, "turnpike_free")?,
            decide: instance.get_typed_func(&mut store, "turnpike_decide")?,
            decide_compact: instance.get_typed_func(&mut store, "turnpike_decide_compact")?,
            store,
            limits,
            memory,
        })
    }

    /// Asks, and gives back both buffers.
    pub(crate) fn ask(&mut self, input: &Input) -> Result<Vec<u8>> {
        self.store.set_fuel(self.limits.fuel(input.bytes.len()))?;
        let length = u32::try_from(input.bytes.len())?;
        // The ABI has no empty buffers.
        let at = if length == 0 { 0 } else { self.alloc.call(&mut self.store, length)? };
        if length > 0 {
            if at == 0 {
                return Err(wasmtime::Error::msg("`turnpike_alloc` gave no buffer for the call"));
            }
            self.memory.write(&mut self.store, usize::try_from(at)?, &input.bytes)?;
        }
        let decide = match input.form {
            Form::Json => &self.decide,
            Form::Compact => &self.decide_compact,
        };
        let packed = decide.call(&mut self.store, (at, length))?;
        let (answer_at, answer_length) = ((packed >> 32) as u32, packed as u32);
        let mut answer = vec![0; usize::try_from(answer_length)?];
        self.memory.read(&self.store, usize::try_from(answer_at)?, &mut answer)?;
        self.free.call(&mut self.store, (answer_at, answer_length))?;
        self.free.call(&mut self.store, (at, length))?;
        Ok(answer)
    }

    /// Pages of 64 KiB that its memory has by now.
    pub(crate) fn pages(&self) -> u64 {
        self.memory.size(&self.store)
    }
}
