//! What can happen to one request.

use serde::{Deserialize, Serialize};

/// What the proxy does with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// Nothing: the request goes to the server and its answer comes back.
    Pass,
    /// The request waits, then passes.
    Delay {
        /// Milliseconds.
        ms: u64,
    },
    /// The client is answered at once; the server hears nothing.
    Answer {
        /// The HTTP status.
        status: u16,
        /// What the answer carries.
        #[serde(default)]
        page: Page,
    },
    /// The server deals with the request, and the client is answered something else.
    ForwardThenAnswer {
        /// The HTTP status.
        status: u16,
        /// What the answer carries.
        #[serde(default)]
        page: Page,
    },
    /// The connection ends; the server hears nothing.
    Drop {
        /// How it ends.
        #[serde(default)]
        how: Cut,
    },
    /// The server deals with the request, then the client's connection is reset without an answer.
    ForwardThenReset,
    /// The server deals with the request, and the client hears nothing for as long as it cares to wait.
    ForwardThenStall,
    /// The server deals with the request; its answer breaks off in the middle of the body.
    Truncate,
    /// The server gets the request twice, one after the other and with the same headers.
    Duplicate {
        /// Which of the two answers comes back.
        #[serde(default)]
        answer: Which,
    },
    /// The request waits until it is released ([`FaultProxy::release`](crate::FaultProxy::release)).
    Hold,
    /// The connection is reset at once, and the server gets the request later: the late packet of a sender long gone.
    Late {
        /// Milliseconds.
        ms: u64,
    },
}

/// The body of an answer that is not the server's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Page {
    /// A page for people, as balancers in between give it.
    #[default]
    Html,
    /// An error object, as an API gives it: `{"error": {"type": "api_error", "message": …}}`.
    Json,
    /// Nothing.
    Empty,
}

/// How a connection ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cut {
    /// With a TCP reset.
    #[default]
    Reset,
    /// Closed in order, without an answer.
    Close,
}

/// One of two answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// That to the first request.
    #[default]
    First,
    /// That to the second.
    Second,
}

impl Fault {
    /// What it is counted as in the [`Record`](crate::Record).
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Delay { .. } => "delay",
            Self::Answer { status: 429, .. } => "answer 429",
            Self::Answer { status: 500, .. } => "answer 500",
            Self::Answer { status: 502, .. } => "answer 502",
            Self::Answer { .. } => "answer other",
            Self::ForwardThenAnswer { .. } => "forward then answer",
            Self::Drop { .. } => "drop",
            Self::ForwardThenReset => "forward then reset",
            Self::ForwardThenStall => "forward then stall",
            Self::Truncate => "truncate",
            Self::Duplicate { .. } => "duplicate",
            Self::Hold => "hold",
            Self::Late { .. } => "late",
        }
    }
}
