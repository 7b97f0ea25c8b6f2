//! What admins are told about a change, as the mail's words need it.

use core_wasm::texts::Locale;

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
        let locale = self.inner.settings.mail_locale;
        let translated = match locale {
            Locale::De => &label.de,
            Locale::Fr => &label.fr,
            Locale::It => &label.it,
            Locale::En => &label.en,
        };
        Occasion {
            id,
            change_id: change.id.clone(),
            at: change.created_at,
            mandate_id: &mandate.id,
            mandate: mandate.label.as_deref().unwrap_or(&mandate.name),
            feature: translated.as_deref().or(label.en.as_deref()).unwrap_or(&change.feature_code),
            by: Some(&caller.username),
            locale,
        }
    }
}
