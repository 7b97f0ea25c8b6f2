//! Why a policy was not loaded, and why a call of it has no answer.

use core_wasm::question::FailureCode;

use super::gates::CaseFault;

/// Why a module is refused before it decides anything.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The file cannot be read.
    #[error("cannot read the policy module `{path}`")]
    File {
        /// As given.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// Longer than any policy.
    #[error("the policy module has {bytes} bytes, at most {most} are loaded")]
    TooLong {
        /// Its length.
        bytes: usize,
        /// [`Limits::module_bytes`](super::Limits::module_bytes).
        most: usize,
    },
    /// The sandbox cannot be set up with these limits on this machine.
    #[error("the sandbox cannot be set up")]
    Sandbox(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Not WebAssembly, with features that are off, or larger from the start than one instance may be.
    #[error("the policy module is no WebAssembly module that this host runs")]
    Invalid(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It asks for something from outside.
    #[error("the policy module imports {}, a policy must import nothing", names(.0))]
    Imports(Vec<String>),
    /// A part of the ABI is not there.
    #[error("the policy module does not export `{0}`")]
    MissingExport(&'static str),
    /// A part of the ABI has another type.
    #[error("the policy module exports `{name}` as {found}, expected {expected}")]
    ExportType {
        /// Name of the export.
        name: &'static str,
        /// What it must be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
    /// It could not tell its ABI version.
    #[error("the policy module does not tell its abi version")]
    NoAbiVersion(#[source] PolicyError),
    /// It speaks another version.
    #[error("the policy module speaks abi version {found}, this host speaks {expected}")]
    AbiVersion {
        /// What it says.
        found: i32,
        /// [`core_wasm::ABI_VERSION`].
        expected: i32,
    },
    /// Another module is pinned.
    #[error("the policy module has the digest `{found}`, but only {} may decide here", names(.pins))]
    Pinned {
        /// Its digest.
        found: String,
        /// [`Gates::pins`](super::Gates::pins).
        pins: Vec<String>,
    },
    /// It fails a golden case.
    #[error("the policy module fails the golden case `{case}`: {fault}")]
    Golden {
        /// The rule and what the case shows.
        case: String,
        /// What stands against it.
        fault: CaseFault,
    },
    /// Checking it broke off.
    #[error("the policy module could not be checked to the end")]
    Interrupted,
    /// The golden cases of this binary are broken.
    #[error("the golden cases of this binary cannot be read")]
    Cases(#[source] serde_json::Error),
}

impl LoadError {
    /// The error with its causes, in one line: the same words in the log, in `doctor` and on the command line.
    #[must_use]
    pub fn in_full(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(deeper) = cause {
            let more = deeper.to_string().replace(char::is_control, " ");
            if !text.contains(&more) {
                text = format!("{text}: {more}");
            }
            cause = deeper.source();
        }
        text
    }
}

fn names(imports: &[String]) -> String {
    imports.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Why a call has no answer. Each is closed: nobody is allowed anything by it.
///
/// Users are shown [`code`](Self::code) at most; the rest is for the operator's log.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// The facts cannot be written as JSON.
    #[error("the call cannot be written")]
    Unwritable(#[source] serde_json::Error),
    /// The module reads JSON only.
    #[error("the policy does not read the compact form")]
    NoCompactForm,
    /// Longer than [`Limits::input_bytes`](super::Limits::input_bytes).
    #[error("the call has {bytes} bytes, at most {most} are allowed")]
    InputTooLong {
        /// Length of the call.
        bytes: usize,
        /// The limit.
        most: usize,
    },
    /// The module gave no buffer, or one outside of its memory.
    #[error("the policy gave no buffer for a call of {bytes} bytes")]
    InputRefused {
        /// Length of the call.
        bytes: usize,
    },
    /// As many calls as [`Limits::instances`](super::Limits::instances) are running.
    #[error("all instances of the policy are busy")]
    InstancesExhausted,
    /// As many long calls as [`Limits::long_calls`](super::Limits::long_calls) are running.
    #[error("as many calls of the policy take long as may at the same moment")]
    LongCallsExhausted,
    /// The instance could not be made for another reason.
    #[error("the policy cannot be instantiated")]
    Instantiation(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// More steps than [`Limits::fuel`](super::Limits::fuel) allows.
    #[error("the policy ran out of fuel")]
    OutOfFuel,
    /// Longer than [`Limits::deadline`](super::Limits::deadline).
    #[error("the policy ran past its deadline")]
    Deadline,
    /// Deeper than [`Limits::stack_bytes`](super::Limits::stack_bytes).
    #[error("the policy ran out of stack")]
    StackOverflow,
    /// More than [`Limits::memory_bytes`](super::Limits::memory_bytes).
    #[error("the policy ran out of memory")]
    MemoryLimit,
    /// Any other trap.
    #[error("the policy trapped")]
    Trap(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Longer than [`Limits::output_bytes`](super::Limits::output_bytes).
    #[error("the answer has {bytes} bytes, at most {most} are allowed")]
    OutputTooLong {
        /// Length of the answer.
        bytes: usize,
        /// The limit.
        most: usize,
    },
    /// Pointer and length do not lie in the module's memory.
    #[error("the answer lies outside of the policy's memory")]
    OutputOutOfBounds,
    /// Not JSON, or not of the documented form.
    #[error("the output of the policy is no answer")]
    NotAnAnswer(#[source] serde_json::Error),
    /// Not of the compact form.
    #[error("the output of the policy is no answer in the compact form")]
    NotACompactAnswer(#[source] core_wasm::compact::Fault),
    /// Another answer to the same call in the compact form than in JSON.
    #[error("the policy answers otherwise in the compact form than in json")]
    FormsDiffer,
    /// The module says that the call was none.
    #[error("the policy refused the call as {code:?}: {detail}")]
    Failure {
        /// What kind of fault.
        code: FailureCode,
        /// What exactly.
        detail: String,
    },
    /// An answer to another question.
    #[error("the policy answered another question: expected `{expected}`")]
    WrongKind {
        /// What was asked.
        expected: &'static str,
    },
    /// An answer of the right kind that contradicts itself or the facts.
    #[error("the answer does not fit the facts: {0}")]
    Unfitting(&'static str),
}

impl PolicyError {
    /// A stable name, for metrics and for the answer to the user.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unwritable(_) => "unwritable",
            Self::NoCompactForm => "no-compact-form",
            Self::InputTooLong { .. } => "input-too-long",
            Self::InputRefused { .. } => "input-refused",
            Self::InstancesExhausted => "instances-exhausted",
            Self::LongCallsExhausted => "long-calls-exhausted",
            Self::Instantiation(_) => "instantiation",
            Self::OutOfFuel => "out-of-fuel",
            Self::Deadline => "deadline",
            Self::StackOverflow => "stack-overflow",
            Self::MemoryLimit => "memory-limit",
            Self::Trap(_) => "trap",
            Self::OutputTooLong { .. } => "output-too-long",
            Self::OutputOutOfBounds => "output-out-of-bounds",
            Self::NotAnAnswer(_) | Self::NotACompactAnswer(_) => "not-an-answer",
            Self::FormsDiffer => "forms-differ",
            Self::Failure { .. } => "failure",
            Self::WrongKind { .. } => "wrong-kind",
            Self::Unfitting(_) => "unfitting",
        }
    }
}
