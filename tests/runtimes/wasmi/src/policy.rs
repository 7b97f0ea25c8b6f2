//! The policy in Rust, in an interpreter. Copy this file; it needs the crates `anyhow` and `wasmi`.

use anyhow::{Context, Result, ensure};
use wasmi::{Config, Engine, Instance, Linker, Memory, Module, Store, StoreLimits, StoreLimitsBuilder, TypedFunc};

const ABI_VERSION: i32 = 1;
/// Most bytes of a call, of an answer, and of the module's memory.
const MOST_CALL: usize = 4 * 1024 * 1024;
const MOST_ANSWER: usize = 4 * 1024 * 1024;
const MOST_MEMORY: usize = 16 * 1024 * 1024;
/// Fuel of a call, and for each of its bytes.
const FUEL: u64 = 20_000_000;
const FUEL_PER_BYTE: u64 = 3_000;

/// Decides: [`Policy::decide`] takes and gives JSON. Whatever error it returns means: no.
pub struct Policy {
    engine: Engine,
    module: Module,
    running: Option<Running>,
}

/// An instance with the exports of the ABI, each of the right type.
struct Running {
    store: Store<StoreLimits>,
    memory: Memory,
    abi_version: TypedFunc<(), i32>,
    alloc: TypedFunc<u32, u32>,
    free: TypedFunc<(u32, u32), ()>,
    decide: TypedFunc<(u32, u32), u64>,
}

impl Policy {
    pub fn new(wasm: &[u8]) -> Result<Self> {
        let engine = Engine::new(Config::default().consume_fuel(true));
        let module = Module::new(&engine, wasm)?;
        let imports: Vec<_> = module.imports().map(|import| format!("{}.{}", import.module(), import.name())).collect();
        ensure!(imports.is_empty(), "the policy imports {imports:?}, it must import nothing");
        let mut first = Running::start(&engine, &module)?;
        let version = first.abi_version.call(&mut first.store, ())?;
        ensure!(version == ABI_VERSION, "the policy speaks abi version {version}, expected {ABI_VERSION}");
        Ok(Self { engine, module, running: None })
    }

    /// The answer to a call. After an error the next call gets a new instance: nothing of a failed one is kept.
    pub fn decide(&mut self, call: &[u8]) -> Result<Vec<u8>> {
        let mut running = match self.running.take() {
            Some(running) => running,
            None => Running::start(&self.engine, &self.module)?,
        };
        let answer = running.ask(call)?;
        self.running = Some(running);
        Ok(answer)
    }
}

impl Running {
    fn start(engine: &Engine, module: &Module) -> Result<Self> {
        let mut store = Store::new(engine, StoreLimitsBuilder::new().memory_size(MOST_MEMORY).build());
        store.limiter(|limits| limits);
        store.set_fuel(FUEL)?;
        let instance: Instance = Linker::new(engine).instantiate_and_start(&mut store, module)?;
        Ok(Self {
            memory: instance.get_memory(&store, "memory").context("the policy does not export `memory`")?,
            abi_version: instance.get_typed_func(&store, "turnpike_abi_version")?,
            alloc: instance.get_typed_func(&store, "turnpike_alloc")?,
            free: instance.get_typed_func(&store, "turnpike_free")?,
            decide: instance.get_typed_func(&store, "turnpike_decide")?,
            store,
        })
    }

    fn ask(&mut self, call: &[u8]) -> Result<Vec<u8>> {
        ensure!(call.len() <= MOST_CALL, "the call has {} bytes, at most {MOST_CALL} are allowed", call.len());
        let store = &mut self.store;
        let call_length = u32::try_from(call.len())?;
        store.set_fuel(FUEL + FUEL_PER_BYTE * u64::from(call_length))?;
        // The ABI has no empty buffers.
        let call_at = if call.is_empty() { 0 } else { self.alloc.call(&mut *store, call_length)? };
        ensure!(call.is_empty() || call_at != 0, "the policy gave no buffer for the call");
        self.memory.write(&mut *store, call_at as usize, call)?;
        let packed = self.decide.call(&mut *store, (call_at, call_length))?;
        let (answer_at, length) = ((packed >> 32) as u32, packed as u32);
        ensure!(length as usize <= MOST_ANSWER, "the answer has {length} bytes, at most {MOST_ANSWER} are allowed");
        let end = (answer_at as usize).checked_add(length as usize).context("the answer has no end")?;
        let answer = self.memory.data(&*store).get(answer_at as usize..end);
        let answer = answer.context("the policy named bytes outside of its memory")?.to_vec();
        self.free.call(&mut *store, (answer_at, length))?;
        self.free.call(&mut *store, (call_at, call_length))?;
        Ok(answer)
    }
}
