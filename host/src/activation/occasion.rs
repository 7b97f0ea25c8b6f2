//! What admins are told about a change, as the mail's words need it.

use super::{Caller, Desk};
use crate::{
    notices::Occasion,
    ports::store::{
        change::ChangeRecord,
        snapshot::{MandateRecord, Translations},
    },
};

impl Desk {
    /// The occasion of a change, named in the language of mails.
    pub(super) fn occasion<'a>(
        &self,
        id: String,
        change: &'a ChangeRecord,
        mandate: &'a MandateRecord,
        label: &'a Translations,
        caller: &'a Caller,
    ) -> Occasion<'a> {
        Occasion::of(id, change, mandate, label, self.inner.settings.mail_locale).by(&caller.username)
    }
}
