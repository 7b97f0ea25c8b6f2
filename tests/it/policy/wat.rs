//! Modules in WebAssembly text that keep the ABI, except where a test wants them not to.

use std::time::Duration;

use turnpike::policy::{Limits, LoadError, Policy};

/// A well-formed policy whose parts can be replaced one by one.
pub(crate) struct Wat {
    /// Anything that stands before the exports.
    pub(crate) before: &'static str,
    pub(crate) memory: &'static str,
    pub(crate) version: &'static str,
    pub(crate) alloc: &'static str,
    pub(crate) free: &'static str,
    pub(crate) decide: String,
}

impl Default for Wat {
    fn default() -> Self {
        Self {
            before: "",
            memory: r#"(memory (export "memory") 1)"#,
            version: r#"(func (export "turnpike_abi_version") (result i32) i32.const 1)"#,
            alloc: r#"(func (export "turnpike_alloc") (param i32) (result i32) i32.const 4096)"#,
            free: r#"(func (export "turnpike_free") (param i32 i32))"#,
            decide: decide("(i64.const 0)"),
        }
    }
}

impl Wat {
    /// A policy whose `turnpike_decide` is this.
    pub(crate) fn deciding(body: &str) -> Self {
        Self { decide: decide(body), ..Self::default() }
    }

    /// A policy that answers every call with this text.
    pub(crate) fn answering(text: &str) -> Self {
        let bytes: String = text.bytes().map(|byte| format!("\\{byte:02x}")).collect();
        let packed = (16_u64 << 32) | u64::try_from(text.len()).unwrap();
        Self {
            decide: format!("(data (i32.const 16) \"{bytes}\") {}", decide(&format!("(i64.const {packed})"))),
            ..Self::default()
        }
    }

    /// A policy that answers every call in the compact form with these bytes, and traps at JSON.
    pub(crate) fn answering_compact(bytes: &[u8]) -> Self {
        let text: String = bytes.iter().map(|byte| format!("\\{byte:02x}")).collect();
        let packed = (16_u64 << 32) | u64::try_from(bytes.len()).unwrap();
        let compact = format!(
            r#"(data (i32.const 16) "{text}")
            (func (export "turnpike_decide_compact") (param i32 i32) (result i64) (i64.const {packed}))"#
        );
        Self { decide: format!("{compact} {}", decide("unreachable")), ..Self::default() }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let Self { before, memory, version, alloc, free, decide } = self;
        ::wat::parse_str(format!("(module {before} {memory} {version} {alloc} {free} {decide})")).unwrap()
    }

    pub(crate) fn load(&self, limits: Limits) -> Result<Policy, LoadError> {
        Policy::load(&self.bytes(), limits)
    }

    /// The policy under the default limits but for time; it must be acceptable.
    pub(crate) fn policy(&self) -> Policy {
        self.load(patient()).unwrap()
    }

    /// Why the policy is refused under the default limits but for time.
    pub(crate) fn refusal(&self) -> LoadError {
        self.load(patient()).expect_err("the module should be refused")
    }
}

/// The default limits with so much time that a busy machine never ends a call that another limit is to end.
fn patient() -> Limits {
    Limits { deadline: Duration::from_secs(60), ..Limits::default() }
}

fn decide(body: &str) -> String {
    format!(r#"(func $decide (export "turnpike_decide") (param i32 i32) (result i64) {body})"#)
}
