//! Bringing an ended instance back, decided and billed like an activation.

use core_wasm::facts::ActivationFacts;

use super::{
    Admit, Answered, Caller, Desk, DeskError, Wanted,
    reserve::{Wish, WishedInstance},
};
use crate::{
    facts,
    ports::{
        clock::Millis,
        store::{
            change::{ChangeKind, ChangeRecord},
            snapshot::{Ask, RequestKey, Snapshot},
        },
    },
};

/// A wish for an ended instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restore {
    /// Which instance.
    pub instance_id: String,
    /// Of which mandate.
    pub mandate_id: String,
    /// The quote that it is held to: one of an activation of the same feature, which costs the same.
    pub quote_id: Option<String>,
}

impl Desk {
    /// Restores an ended instance: the change that does it, done or under way, or the reasons against it.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn restore(
        &self,
        caller: &Caller,
        request: Restore,
        key: Option<RequestKey>,
        admit: Admit<'_>,
    ) -> Result<Answered<ChangeRecord>, DeskError> {
        let ask = Ask {
            user_id: caller.user_id.clone(),
            mandate_id: request.mandate_id,
            ended_instance_id: Some(request.instance_id),
            join: key.is_none(),
            quote_id: request.quote_id,
            key,
            ..Ask::default()
        };
        self.reserve(caller, &ask, &EndedInstance, admit).await
    }
}

struct EndedInstance;

impl Wish for EndedInstance {
    fn kind(&self) -> ChangeKind {
        ChangeKind::Restore
    }

    fn quotable(&self, ask: &Ask, snapshot: &Snapshot) -> Option<Wanted> {
        Some(Wanted::one(&ask.mandate_id, &snapshot.ended.as_ref()?.feature_code))
    }

    fn facts(&self, snapshot: &Snapshot, now: Millis, billing_connected: bool) -> ActivationFacts {
        facts::of_restore(snapshot, now, billing_connected)
    }

    /// Who had access when it ended has it again, as far as the store still knows them as members.
    fn instance(&self, snapshot: &Snapshot, _new_id: &mut dyn FnMut() -> String) -> Option<WishedInstance> {
        let ended = snapshot.ended.as_ref()?;
        Some(WishedInstance { id: ended.id.clone(), label: ended.label.clone(), others: ended.accesses.clone() })
    }
}
