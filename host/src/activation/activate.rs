//! Activating a feature in a mandate.

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

/// A wish for a feature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activate {
    /// Which feature.
    pub feature_code: String,
    /// In which mandate.
    pub mandate_id: String,
    /// The quote that it is held to.
    pub quote_id: Option<String>,
    /// The request of a member that it approves.
    pub request_id: Option<String>,
}

impl Desk {
    /// Activates a feature: the change that does it, done or under way, or the reasons against it.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn activate(
        &self,
        caller: &Caller,
        request: Activate,
        key: Option<RequestKey>,
        admit: Admit<'_>,
    ) -> Result<Answered<ChangeRecord>, DeskError> {
        let approving = match &request.request_id {
            Some(id) => Some(self.approvable(id, &request.mandate_id, &request.feature_code).await?),
            None => None,
        };
        let ask = Ask {
            user_id: caller.user_id.clone(),
            mandate_id: request.mandate_id,
            feature_code: Some(request.feature_code),
            join: key.is_none(),
            quote_id: request.quote_id,
            sharing_with: approving.as_ref().map(|approving| approving.user_id.clone()),
            approving,
            key,
            ..Ask::default()
        };
        self.reserve(caller, &ask, &NewInstance, admit).await
    }
}

pub(super) struct NewInstance;

impl Wish for NewInstance {
    fn kind(&self) -> ChangeKind {
        ChangeKind::Activate
    }

    fn quotable(&self, ask: &Ask, _snapshot: &Snapshot) -> Option<Wanted> {
        Some(Wanted::one(&ask.mandate_id, ask.feature_code.as_deref()?))
    }

    fn facts(&self, snapshot: &Snapshot, now: Millis, billing_connected: bool) -> ActivationFacts {
        facts::of_activation(snapshot, now, billing_connected)
    }

    fn instance(&self, snapshot: &Snapshot, new_id: &mut dyn FnMut() -> String) -> Option<WishedInstance> {
        let feature = snapshot.feature.as_ref()?;
        Some(WishedInstance {
            id: new_id(),
            label: Some(feature.label.en.clone().unwrap_or_else(|| feature.code.clone())),
            others: Vec::new(),
        })
    }
}
