//! One mail out of all that is to be told about one mandate.

use core_wasm::texts::Locale;

use super::text::one_line;
use crate::ports::store::outbox::{Digest, NewNotice};

/// Subject and plain text of the mail.
pub(super) fn compose(digest: &Digest, locale: Locale) -> (String, String) {
    let mandate = one_line(&digest.mandate_label);
    let subject = match digest.notices.as_slice() {
        [only] => only.subject.clone(),
        several => {
            let count = several.len();
            match locale {
                Locale::De => format!("{count} Änderungen: {mandate}"),
                Locale::Fr => format!("{count} changements : {mandate}"),
                Locale::It => format!("{count} modifiche: {mandate}"),
                Locale::En => format!("{count} changes: {mandate}"),
            }
        }
    };
    let reason = match locale {
        Locale::De => format!("Sie erhalten diese Nachricht, weil Sie {mandate} im Store verwalten."),
        Locale::Fr => format!("Vous recevez ce message parce que vous gérez {mandate} dans le store."),
        Locale::It => format!("Ricevete questo messaggio perché gestite {mandate} nello store."),
        Locale::En => format!("You receive this message because you manage {mandate} in the store."),
    };
    let told: Vec<String> = digest.notices.iter().map(paragraphs).collect();
    // Dash, dash, space: mail programs show what follows as a signature.
    (subject, format!("{}\n\n-- \n{reason}\n", told.join("\n\n\n")))
}

fn paragraphs(notice: &NewNotice) -> String {
    let mut paragraphs = vec![notice.headline.as_str()];
    paragraphs.extend(notice.body_paragraphs.iter().map(String::as_str));
    paragraphs.join("\n\n")
}
