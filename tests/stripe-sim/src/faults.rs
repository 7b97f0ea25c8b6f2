//! Faults that a test plans: an ordered list; the first that matches a request is used for it.

use serde::{Deserialize, Serialize};

use crate::card::CardOutcome;

/// One planned fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Which requests it meets; without it every request to the API.
    #[serde(default, rename = "match")]
    pub matches: Matches,
    /// How often it is used; once unless said otherwise.
    #[serde(default)]
    pub times: Times,
    /// What it does.
    pub action: Action,
}

/// Which requests a fault meets.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matches {
    /// The HTTP method, in capitals; none means any.
    #[serde(default)]
    pub method: Option<String>,
    /// What the path begins with, such as `/v1/subscriptions`; none means any.
    #[serde(default)]
    pub path: Option<String>,
}

/// How often a fault is used: a number, or `"forever"` (until the list is cleared).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Times {
    /// This often.
    Count(u32),
    /// Until cleared.
    Unlimited(Forever),
}

/// The word `forever`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Forever {
    /// Until the list of faults is cleared.
    Forever,
}

impl Default for Times {
    fn default() -> Self {
        Self::Count(1)
    }
}

/// Where on a request's way something happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// On the way in: nothing is known of the request yet, neither its idempotency key nor a lock is taken. A request
    /// delayed here is a packet that arrives late; it is applied even if its sender is gone.
    Arrival,
    /// While it runs, before anything is applied: its idempotency key is in flight, its subscription locked.
    #[default]
    Before,
    /// After it was applied and its answer saved.
    After,
}

/// What an injected answer carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyKind {
    /// Stripe's error object.
    #[default]
    Json,
    /// A proxy's page.
    Html,
    /// Nothing.
    Empty,
}

/// How a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cut {
    /// With a TCP reset.
    #[default]
    Rst,
    /// Closed in order, without an answer.
    Close,
}

/// What a fault does to the request it meets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// Payments of this request have this outcome.
    Card {
        /// `declined` or `requires_action`.
        outcome: CardOutcome,
    },
    /// Payments of this request are declined.
    Decline,
    /// Answers a status, before or after the request is applied.
    Status {
        /// The HTTP status.
        status: u16,
        /// JSON, HTML or empty.
        #[serde(default)]
        body: BodyKind,
        /// `before` (not applied) or `after` (applied).
        #[serde(default)]
        at: Stage,
        /// The error's `code`, such as `lock_timeout`.
        #[serde(default)]
        code: Option<String>,
        /// The header `Stripe-Should-Retry`.
        #[serde(default)]
        should_retry: Option<bool>,
        /// Whether the idempotency key remembers this answer. Unless said: a JSON answer of 400, 402, 404 or 500 is
        /// remembered, as the endpoint itself gave it; all others came from something in front of it, and what
        /// is remembered is the endpoint's own answer, if it ran.
        #[serde(default)]
        saved: Option<bool>,
    },
    /// Waits.
    Delay {
        /// Milliseconds.
        ms: u64,
        /// Where.
        #[serde(default)]
        at: Stage,
    },
    /// Waits until the test releases it (`POST /_sim/release`, `Sim::release`).
    Hold {
        /// Where.
        #[serde(default)]
        at: Stage,
    },
    /// Ends the connection without an answer, before or after the request is applied.
    Drop {
        /// `before` (not applied) or `after` (applied).
        #[serde(default)]
        at: Stage,
        /// `rst` or `close`.
        #[serde(default)]
        how: Cut,
    },
    /// Applies and never answers; the connection stays open.
    Stall,
    /// Applies and ends the connection in the middle of the answer's body.
    Truncate,
}

impl Fault {
    /// A fault for the next request to the API whose method and path fit.
    #[must_use]
    pub fn once(method: &str, path: &str, action: Action) -> Self {
        let matches = Matches { method: Some(method.to_owned()), path: Some(path.to_owned()) };
        Self { matches, times: Times::default(), action }
    }

    /// A fault for every request whose method and path fit, until the list is cleared.
    #[must_use]
    pub fn always(method: &str, path: &str, action: Action) -> Self {
        Self { times: Times::Unlimited(Forever::Forever), ..Self::once(method, path, action) }
    }

    fn meets(&self, method: &str, path: &str) -> bool {
        self.matches.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && self.matches.path.as_deref().is_none_or(|prefix| path.starts_with(prefix))
    }
}

/// The planned faults, in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plan(Vec<Fault>);

impl Plan {
    pub(crate) fn add(&mut self, faults: Vec<Fault>) {
        self.0.extend(faults);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn remaining(&self) -> &[Fault] {
        &self.0
    }

    /// Takes the fault for a request.
    pub(crate) fn take(&mut self, method: &str, path: &str) -> Option<Action> {
        let at = self.0.iter().position(|fault| fault.meets(method, path))?;
        let fault = self.0.get_mut(at)?;
        let action = fault.action.clone();
        if let Times::Count(left) = &mut fault.times {
            *left = left.saturating_sub(1);
            if *left == 0 {
                self.0.remove(at);
            }
        }
        Some(action)
    }
}
