//! The sandbox that runs the rules: the only wasmtime code.
//!
//! [`Policy`] is a module that was checked and compiled; every call gets an instance of its own under [`Limits`].
//! [`Decider`] is what a use case holds: facts in, decision out. [`Current`] points to the one that decides now; [`Gates`]
//! say what a module from outside must show before it is that.
//!
//! Calls take microseconds, do no I/O and never wait, so they are made directly from async code. One that takes longer goes
//! on aside, where it keeps no worker from other requests.

mod answers;
mod aside;
mod current;
mod decider;
mod demand;
mod engine;
mod error;
mod fit;
mod fuel;
mod gates;
mod golden;
mod instance;
mod limits;
mod module;
mod ticker;

use std::{fmt, io::Read as _, path::Path, sync::Arc};

pub use self::{
    answers::{is_allowed, reasons},
    current::Current,
    decider::{Decided, Decider},
    demand::Demand,
    error::{LoadError, PolicyError},
    fuel::CaseFuel,
    gates::{CaseFault, Examination, GOLDEN_FUEL, Gates},
    instance::Output,
    limits::Limits,
    module::hex_sha256,
};
use self::{instance::Form, module::ValidatedModule};

/// The module of this build, found by build.rs.
const EMBEDDED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/policy.wasm"));

/// A policy that was checked and compiled. Cloning is cheap; all clones share one pool of instances.
#[derive(Clone)]
pub struct Policy {
    module: Arc<ValidatedModule>,
}

impl Policy {
    /// The policy that is part of this binary.
    ///
    /// # Errors
    /// When the machine cannot set up the sandbox.
    pub fn embedded() -> Result<Self, LoadError> {
        Self::load(EMBEDDED, Limits::default())
    }

    /// A policy from a file, under the default limits. What it answers is not looked at.
    ///
    /// # Errors
    /// When the file cannot be read or its module is refused.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, LoadError> {
        Self::load(&read(path)?, Limits::default())
    }

    /// Checks and compiles a module.
    ///
    /// # Errors
    /// When the module is refused; the error names exactly what is wrong.
    pub fn load(bytes: &[u8], limits: Limits) -> Result<Self, LoadError> {
        Ok(Self { module: Arc::new(ValidatedModule::new(bytes, limits)?) })
    }

    /// SHA-256 of the module in lower-case hexadecimal: the policy digest.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.module.digest
    }

    /// The module itself, to be served and archived under its digest.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.module.bytes
    }

    /// Version of the ABI that the module speaks.
    #[must_use]
    pub fn abi_version(&self) -> i32 {
        self.module.abi_version
    }

    /// Names of all exports.
    #[must_use]
    pub fn exports(&self) -> &[String] {
        &self.module.exports
    }

    /// Pages of 64 KiB that the memory of an instance starts with.
    #[must_use]
    pub fn memory_pages(&self) -> u64 {
        self.module.memory_pages
    }

    /// The limits of every call.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        self.module.instances.limits()
    }

    /// Hands a call in JSON to the module and gives its answer with the fuel it took.
    ///
    /// # Errors
    /// When a limit ended the call or the output is not in the module's memory. What the output says is not looked at.
    pub fn call(&self, call: &[u8]) -> Result<Output, PolicyError> {
        self.module.instances.decide(call, Form::Json)
    }

    /// Whether the module reads calls in the [compact form](core_wasm::compact).
    #[must_use]
    pub fn reads_compact(&self) -> bool {
        self.module.instances.reads_compact()
    }

    /// Hands a call in the [compact form](core_wasm::compact) to the module and gives its answer with the fuel it took.
    ///
    /// # Errors
    /// As [`call`](Self::call), and when the module does not read this form.
    pub fn call_compact(&self, call: &[u8]) -> Result<Output, PolicyError> {
        self.module.instances.decide(call, Form::Compact)
    }

    /// Hands a call in JSON to the module and gives its answer.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub fn answer_bytes(&self, call: &[u8]) -> Result<Vec<u8>, PolicyError> {
        Ok(self.call(call)?.bytes)
    }
}

/// A module's bytes from a file; of one that is too long just enough to tell.
///
/// # Errors
/// [`LoadError::File`].
pub fn read(path: impl AsRef<Path>) -> Result<Vec<u8>, LoadError> {
    let path = path.as_ref();
    let most = u64::try_from(Limits::default().module_bytes).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(most).read_to_end(&mut bytes))
        .map(|_| bytes)
        .map_err(|source| LoadError::File { path: path.display().to_string(), source })
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy").field("digest", &self.digest()).finish_non_exhaustive()
    }
}
