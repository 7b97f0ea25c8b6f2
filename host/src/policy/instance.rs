//! One call: a fresh instance, the call written into it, the answer read out of it, the instance dropped.

use std::time::Duration;

use wasmtime::{
    Extern, Instance, InstancePre, ModuleExport, PoolConcurrencyLimitError, Store, Trap, WasmParams, WasmResults,
};

use super::{
    aside::{Aside, USUAL_FUEL, USUAL_TIME},
    error::PolicyError,
    limits::{Limits, Memory},
    ticker::{self, Ticker},
};

/// Where the module keeps the exports of the ABI.
pub(super) struct Guest {
    pub(super) memory: ModuleExport,
    pub(super) abi_version: ModuleExport,
    pub(super) alloc: ModuleExport,
    pub(super) decide: ModuleExport,
    /// Not every module has it.
    pub(super) decide_compact: Option<ModuleExport>,
}

/// How call and answer are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// In JSON, which every module reads.
    Json,
    /// In the [compact form](core_wasm::compact).
    Compact,
}

/// What a call gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The answer in the form of the call, if the module keeps its word.
    pub bytes: Vec<u8>,
    /// Fuel that the call took: equal for equal calls of the same module.
    pub fuel: u64,
}

/// Makes an instance per call.
///
/// Nothing is kept between calls: what one call wrote, or how it trapped, cannot reach the next one. The pool keeps a
/// slot of memory per concurrent call, so that this costs microseconds.
pub(super) struct Instances {
    linked: InstancePre<Memory>,
    guest: Guest,
    ticker: Ticker,
    limits: Limits,
    aside: Aside,
}

/// What a call may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Allowance {
    fuel: u64,
    deadline: Duration,
}

impl Allowance {
    /// As much of it as a call takes on the thread that makes it.
    fn usual(self) -> Self {
        Self { fuel: self.fuel.min(USUAL_FUEL), deadline: self.deadline.min(USUAL_TIME) }
    }
}

impl Instances {
    pub(super) fn new(linked: InstancePre<Memory>, guest: Guest, ticker: Ticker, limits: Limits) -> Self {
        Self { linked, guest, ticker, limits, aside: Aside::new(limits.long_calls) }
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Asks the module for its ABI version.
    pub(super) fn abi_version(&self) -> Result<i32, PolicyError> {
        let _running = self.ticker.run();
        Call::start(self, self.allowance(0))?.function(&self.guest.abi_version, ())
    }

    /// Whether the module reads the compact form.
    pub(super) fn reads_compact(&self) -> bool {
        self.guest.decide_compact.is_some()
    }

    /// Hands the call to the module and gives its answer.
    pub(super) fn decide(&self, input: &[u8], form: Form) -> Result<Output, PolicyError> {
        if input.len() > self.limits.input_bytes {
            return Err(PolicyError::InputTooLong { bytes: input.len(), most: self.limits.input_bytes });
        }
        let decide = match form {
            Form::Json => &self.guest.decide,
            Form::Compact => self.guest.decide_compact.as_ref().ok_or(PolicyError::NoCompactForm)?,
        };
        let _running = self.ticker.run();
        let whole = self.allowance(input.len());
        let usual = whole.usual();
        match self.attempt(input, decide, usual) {
            Err(PolicyError::OutOfFuel | PolicyError::Deadline) if usual != whole => {
                self.aside.run(|| self.attempt(input, decide, whole))
            }
            outcome => outcome,
        }
    }

    fn allowance(&self, input_bytes: usize) -> Allowance {
        Allowance { fuel: self.limits.fuel(input_bytes), deadline: self.limits.deadline }
    }

    fn attempt(&self, input: &[u8], decide: &ModuleExport, allowance: Allowance) -> Result<Output, PolicyError> {
        let mut call = Call::start(self, allowance)?;
        let length = u32::try_from(input.len()).map_err(|_| PolicyError::InputRefused { bytes: input.len() })?;
        // The ABI has no empty buffers: nothing is handed over as no address and no length.
        let input_at: u32 = if length == 0 { 0 } else { call.function(&self.guest.alloc, (length,))? };
        call.write(input_at, input)?;
        let packed: u64 = call.function(decide, (input_at, length))?;
        let bytes = call.read((packed >> 32) as u32, packed as u32)?;
        // Neither buffer is given back: the instance goes with both.
        Ok(Output { bytes, fuel: allowance.fuel.saturating_sub(call.fuel_left()?) })
    }
}

/// An instance under limits, alive for one call.
struct Call<'a> {
    of: &'a Instances,
    store: Store<Memory>,
    instance: Instance,
}

impl<'a> Call<'a> {
    fn start(of: &'a Instances, allowance: Allowance) -> Result<Self, PolicyError> {
        let mut store = Store::new(of.linked.module().engine(), Memory::new(&of.limits));
        store.limiter(|memory| memory);
        store.set_fuel(allowance.fuel).map_err(|error| PolicyError::Instantiation(error.into()))?;
        store.set_epoch_deadline(ticker::ticks(allowance.deadline));
        match of.linked.instantiate(&mut store) {
            Ok(instance) => Ok(Self { of, store, instance }),
            Err(error) if error.is::<PoolConcurrencyLimitError>() => Err(PolicyError::InstancesExhausted),
            // A start function may trap like any other.
            Err(error) if error.is::<Trap>() || store.data().exceeded => Err(outcome(error, store.data())),
            Err(error) => Err(PolicyError::Instantiation(error.into())),
        }
    }

    fn function<P: WasmParams, R: WasmResults>(&mut self, export: &ModuleExport, params: P) -> Result<R, PolicyError> {
        let function = self.instance.get_module_export(&mut self.store, export).and_then(Extern::into_func);
        let called = match function {
            Some(function) => {
                function.typed::<P, R>(&self.store).and_then(|function| function.call(&mut self.store, params))
            }
            None => Err(wasmtime::Error::msg("an export that was checked is not there")),
        };
        called.map_err(|error| outcome(error, self.store.data()))
    }

    fn write(&mut self, at: u32, input: &[u8]) -> Result<(), PolicyError> {
        let refused = || PolicyError::InputRefused { bytes: input.len() };
        if at == 0 {
            return if input.is_empty() { Ok(()) } else { Err(refused()) };
        }
        let (memory, at) = self.memory().zip(usize::try_from(at).ok()).ok_or_else(refused)?;
        memory.write(&mut self.store, at, input).map_err(|_| refused())
    }

    fn read(&mut self, at: u32, length: u32) -> Result<Vec<u8>, PolicyError> {
        let (at, length) =
            usize::try_from(at).ok().zip(usize::try_from(length).ok()).ok_or(PolicyError::OutputOutOfBounds)?;
        let most = self.of.limits.output_bytes;
        if length > most {
            return Err(PolicyError::OutputTooLong { bytes: length, most });
        }
        let memory = self.memory().ok_or(PolicyError::OutputOutOfBounds)?;
        let answer = at.checked_add(length).and_then(|end| memory.data(&self.store).get(at..end));
        answer.map(<[u8]>::to_vec).ok_or(PolicyError::OutputOutOfBounds)
    }

    fn memory(&mut self) -> Option<wasmtime::Memory> {
        self.instance.get_module_export(&mut self.store, &self.of.guest.memory).and_then(Extern::into_memory)
    }

    fn fuel_left(&self) -> Result<u64, PolicyError> {
        self.store.get_fuel().map_err(|error| PolicyError::Instantiation(error.into()))
    }
}

/// Which limit ended a call.
fn outcome(error: wasmtime::Error, memory: &Memory) -> PolicyError {
    match error.downcast_ref::<Trap>() {
        _ if memory.exceeded => PolicyError::MemoryLimit,
        Some(Trap::OutOfFuel) => PolicyError::OutOfFuel,
        Some(Trap::Interrupt) => PolicyError::Deadline,
        Some(Trap::StackOverflow) => PolicyError::StackOverflow,
        _ => PolicyError::Trap(error.into()),
    }
}
