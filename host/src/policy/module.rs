//! A module that was checked before it decides anything: no imports, the whole ABI, the right version.

use std::sync::Arc;

use sha2::{Digest, Sha256};
use wasmtime::{ExternType, Linker, Module, ModuleExport, ValType};

use super::{
    engine,
    error::LoadError,
    instance::{Guest, Instances},
    limits::Limits,
    ticker::Ticker,
};

/// A compiled module that passed every check, ready to be instantiated per call.
pub(super) struct ValidatedModule {
    pub(super) bytes: Vec<u8>,
    /// SHA-256 of the bytes in lower-case hexadecimal.
    pub(super) digest: Arc<str>,
    pub(super) abi_version: i32,
    pub(super) exports: Vec<String>,
    /// Pages of 64 KiB that the memory starts with.
    pub(super) memory_pages: u64,
    pub(super) instances: Instances,
}

impl ValidatedModule {
    pub(super) fn new(bytes: &[u8], limits: Limits) -> Result<Self, LoadError> {
        if bytes.len() > limits.module_bytes {
            return Err(LoadError::TooLong { bytes: bytes.len(), most: limits.module_bytes });
        }
        let engine = engine::new(&limits).map_err(|error| LoadError::Sandbox(error.into()))?;
        let module = Module::from_binary(&engine, bytes).map_err(|error| LoadError::Invalid(error.into()))?;
        check_imports(&module)?;
        let guest = guest(&module)?;
        let linked = Linker::new(&engine).instantiate_pre(&module).map_err(|error| LoadError::Invalid(error.into()))?;
        let ticker = Ticker::start(engine).map_err(|error| LoadError::Sandbox(error.into()))?;
        let instances = Instances::new(linked, guest, ticker, limits);
        let abi_version = instances.abi_version().map_err(LoadError::NoAbiVersion)?;
        if abi_version != core_wasm::ABI_VERSION {
            return Err(LoadError::AbiVersion { found: abi_version, expected: core_wasm::ABI_VERSION });
        }
        Ok(Self {
            bytes: bytes.to_vec(),
            digest: hex_sha256(bytes).into(),
            abi_version,
            exports: module.exports().map(|export| export.name().to_owned()).collect(),
            memory_pages: module.resources_required().max_initial_memory_size.unwrap_or(0),
            instances,
        })
    }
}

/// SHA-256 in lower-case hexadecimal.
#[must_use]
pub fn hex_sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn check_imports(module: &Module) -> Result<(), LoadError> {
    let imports: Vec<String> =
        module.imports().map(|import| format!("{}.{}", import.module(), import.name())).collect();
    if imports.is_empty() { Ok(()) } else { Err(LoadError::Imports(imports)) }
}

/// The five exports of the ABI and the one that is optional, each of the right type.
fn guest(module: &Module) -> Result<Guest, LoadError> {
    // Never called, because no instance outlives its call; but a module without it is none for other hosts.
    function(module, "turnpike_free", "(i32, i32) -> ()")?;
    let is_compact = module.get_export("turnpike_decide_compact").is_some();
    Ok(Guest {
        memory: memory(module)?,
        abi_version: function(module, "turnpike_abi_version", "() -> (i32)")?,
        alloc: function(module, "turnpike_alloc", "(i32) -> (i32)")?,
        decide: function(module, "turnpike_decide", "(i32, i32) -> (i64)")?,
        decide_compact: if is_compact {
            Some(function(module, "turnpike_decide_compact", "(i32, i32) -> (i64)")?)
        } else {
            None
        },
    })
}

fn memory(module: &Module) -> Result<ModuleExport, LoadError> {
    match find(module, "memory")? {
        (ExternType::Memory(memory), export) if !memory.is_shared() && !memory.is_64() => Ok(export),
        (other, _) => Err(wrong_type("memory", "a memory", &other)),
    }
}

fn function(module: &Module, name: &'static str, expected: &'static str) -> Result<ModuleExport, LoadError> {
    match find(module, name)? {
        (found @ ExternType::Func(_), export) if describe(&found) == expected => Ok(export),
        (found, _) => Err(wrong_type(name, expected, &found)),
    }
}

fn find(module: &Module, name: &'static str) -> Result<(ExternType, ModuleExport), LoadError> {
    let export = module.get_export(name).zip(module.get_export_index(name));
    export.ok_or(LoadError::MissingExport(name))
}

fn wrong_type(name: &'static str, expected: &'static str, found: &ExternType) -> LoadError {
    LoadError::ExportType { name, expected, found: describe(found) }
}

/// The type of an export as its ABI documentation writes it.
fn describe(export: &ExternType) -> String {
    let list =
        |types: &mut dyn Iterator<Item = ValType>| types.map(|value| value.to_string()).collect::<Vec<_>>().join(", ");
    match export {
        ExternType::Func(function) => {
            format!("({}) -> ({})", list(&mut function.params()), list(&mut function.results()))
        }
        ExternType::Memory(_) => "a memory".to_owned(),
        ExternType::Table(_) => "a table".to_owned(),
        ExternType::Global(_) => "a global".to_owned(),
        ExternType::Tag(_) => "a tag".to_owned(),
    }
}
