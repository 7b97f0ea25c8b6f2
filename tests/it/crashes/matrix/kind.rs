//! The kinds of fault that a billing provider shows: each meets the first update of its subscription, before or after the crash.

use stripe_sim::{Action, BodyKind, Cut, Stage};

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// None.
    Nothing,
    /// 402: the card is declined.
    Declined,
    /// 400: the request is refused for good.
    Invalid,
    /// 404: the subscription is gone.
    Missing,
    /// 401: the key is not accepted.
    BadKey,
    /// 409: a request with the same idempotency key is under way.
    InUse,
    /// 429.
    Limited,
    /// 500, not applied, and saved under the idempotency key.
    Failed,
    /// 500, applied all the same, and saved under the idempotency key.
    FailedAfter,
    /// 502 with a proxy's page, not applied.
    BadGateway,
    /// A reset connection, not applied.
    Dropped,
    /// Applied, then a reset connection.
    Reset,
    /// Applied; the answer never comes.
    Stalled,
    /// Applied; the answer breaks off.
    Truncated,
    /// Applied after half a second.
    Slow,
    /// The request arrives when all is over.
    Late,
}

impl Kind {
    /// All of them.
    pub(super) const ALL: [Self; 16] = [
        Self::Nothing,
        Self::Declined,
        Self::Invalid,
        Self::Missing,
        Self::BadKey,
        Self::InUse,
        Self::Limited,
        Self::Failed,
        Self::FailedAfter,
        Self::BadGateway,
        Self::Dropped,
        Self::Reset,
        Self::Stalled,
        Self::Truncated,
        Self::Slow,
        Self::Late,
    ];

    /// What the simulator does.
    pub(super) fn action(self) -> Option<Action> {
        let status = |status, body, at, code: Option<&str>| {
            Some(Action::Status { status, body, at, code: code.map(str::to_owned), should_retry: None, saved: None })
        };
        let json = |number, code| status(number, BodyKind::Json, Stage::Before, code);
        match self {
            Self::Nothing => None,
            Self::Declined => json(402, Some("card_declined")),
            Self::Invalid => json(400, Some("parameter_invalid_integer")),
            Self::Missing => json(404, Some("resource_missing")),
            Self::BadKey => json(401, None),
            Self::InUse => json(409, Some("idempotency_key_in_use")),
            Self::Limited => json(429, Some("rate_limit")),
            Self::Failed => json(500, None),
            Self::FailedAfter => status(500, BodyKind::Json, Stage::After, None),
            Self::BadGateway => status(502, BodyKind::Html, Stage::Before, None),
            Self::Dropped => Some(Action::Drop { at: Stage::Before, how: Cut::Rst }),
            Self::Reset => Some(Action::Drop { at: Stage::After, how: Cut::Rst }),
            Self::Stalled => Some(Action::Stall),
            Self::Truncated => Some(Action::Truncate),
            Self::Slow => Some(Action::Delay { ms: 500, at: Stage::Before }),
            Self::Late => Some(Action::Hold { at: Stage::Arrival }),
        }
    }

    /// Whether no answer comes as long as the connection stands.
    pub(super) fn hangs(self) -> bool {
        matches!(self, Self::Stalled | Self::Late)
    }

    /// Whether the operation has to wait after it.
    pub(super) fn pauses(self) -> bool {
        !self.refuses() && !matches!(self, Self::Nothing | Self::Slow)
    }

    /// Whether an activation may be refused for it.
    pub(super) fn refuses(self) -> bool {
        matches!(self, Self::Declined | Self::Invalid | Self::Missing)
    }

    /// Whether a repeat gets the same failure again, so that only a reading tells what became of it.
    pub(super) fn is_replayed(self) -> bool {
        matches!(self, Self::Failed | Self::FailedAfter)
    }
}
