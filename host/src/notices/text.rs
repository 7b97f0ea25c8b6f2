//! What admins are told about one event, in four languages: the notices that use cases write with their state change.

use core_wasm::texts::Locale;
use jiff::Timestamp;

use crate::ports::{
    clock::Millis,
    store::{
        change::ChangeRecord,
        feature_request::NewFeatureRequest,
        outbox::NewNotice,
        snapshot::{MandateRecord, Translations},
    },
};

/// Longer labels and names are cut.
const LONGEST_NAME: usize = 120;

/// Something that admins are to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occasion<'a> {
    /// Id of the notice.
    pub id: String,
    /// The change it tells of.
    pub change_id: String,
    /// When it happened, UTC milliseconds.
    pub at: Millis,
    /// The mandate.
    pub mandate_id: &'a str,
    /// What the mandate is called.
    pub mandate: &'a str,
    /// What the feature instance is called.
    pub feature: &'a str,
    /// Name of the user who did it, where somebody did.
    pub by: Option<&'a str>,
    /// Language of the mail.
    pub locale: Locale,
}

impl<'a> Occasion<'a> {
    /// The occasion of a change in a mandate, to a feature of that label, by nobody named.
    #[must_use]
    pub fn of(
        id: String,
        change: &'a ChangeRecord,
        mandate: &'a MandateRecord,
        label: &'a Translations,
        locale: Locale,
    ) -> Self {
        Self {
            id,
            change_id: change.id.clone(),
            at: change.created_at,
            mandate_id: &mandate.id,
            mandate: mandate.label.as_deref().unwrap_or(&mandate.name),
            feature: translated(label, locale).unwrap_or(&change.feature_code),
            by: None,
            locale,
        }
    }

    /// The occasion of a member's request for a feature of that label.
    #[must_use]
    pub fn of_request(
        id: String,
        request: &'a NewFeatureRequest,
        mandate: &'a MandateRecord,
        label: &'a Translations,
        locale: Locale,
    ) -> Self {
        Self {
            id,
            change_id: request.id.clone(),
            at: request.asked_at,
            mandate_id: &mandate.id,
            mandate: mandate.label.as_deref().unwrap_or(&mandate.name),
            feature: translated(label, locale).unwrap_or(&request.feature_code),
            by: None,
            locale,
        }
    }

    /// The same, done by a user of that name.
    #[must_use]
    pub fn by(self, name: &'a str) -> Self {
        Self { by: Some(name), ..self }
    }
}

/// The label in the language, else in English.
fn translated(label: &Translations, locale: Locale) -> Option<&str> {
    let own = match locale {
        Locale::De => &label.de,
        Locale::Fr => &label.fr,
        Locale::It => &label.it,
        Locale::En => &label.en,
    };
    own.as_deref().or(label.en.as_deref())
}

/// A member asks for a feature; `note` is why, in their words.
#[must_use]
pub fn requested(occasion: Occasion<'_>, note: Option<&str>) -> NewNotice {
    let Names { mandate, feature, by } = Names::of(&occasion);
    let by = by.unwrap_or_default();
    let (subject, headline, now) = match occasion.locale {
        Locale::De => (
            format!("{feature} wird gewünscht: {mandate}"),
            format!("{by} wünscht {feature} für {mandate}."),
            "Aktiviert ist noch nichts. Im Store sehen Sie den Preis und können zustimmen oder ablehnen.",
        ),
        Locale::Fr => (
            format!("{feature} est demandé : {mandate}"),
            format!("{by} demande {feature} pour {mandate}."),
            "Rien n’est encore activé. Dans le store, vous voyez le prix et pouvez accepter ou refuser.",
        ),
        Locale::It => (
            format!("{feature} è richiesto: {mandate}"),
            format!("{by} chiede {feature} per {mandate}."),
            "Non è ancora attivato nulla. Nello store vede il prezzo e può accettare o rifiutare.",
        ),
        Locale::En => (
            format!("{feature} is asked for: {mandate}"),
            format!("{by} asks for {feature} for {mandate}."),
            "Nothing is activated yet. In the store you see the price, and can approve or decline.",
        ),
    };
    let words = note.map(|note| format!("“{}”", one_line(note)));
    notice(occasion, subject, headline, words.into_iter().chain([now.to_owned()]).collect())
}

/// A feature instance was activated and can be used.
#[must_use]
pub fn activated(occasion: Occasion<'_>) -> NewNotice {
    let Names { mandate, feature, by } = Names::of(&occasion);
    let (subject, headline, now) = match occasion.locale {
        Locale::De => (
            format!("{feature} wurde aktiviert: {mandate}"),
            match by {
                Some(by) => format!("{by} hat {feature} für {mandate} aktiviert."),
                None => format!("{feature} wurde für {mandate} aktiviert."),
            },
            "Die Funktion kann ab sofort benutzt werden und zählt zum Abonnement.",
        ),
        Locale::Fr => (
            format!("{feature} a été activé : {mandate}"),
            match by {
                Some(by) => format!("{by} a activé {feature} pour {mandate}."),
                None => format!("{feature} a été activé pour {mandate}."),
            },
            "La fonction peut être utilisée dès maintenant et compte dans l’abonnement.",
        ),
        Locale::It => (
            format!("{feature} è stato attivato: {mandate}"),
            match by {
                Some(by) => format!("{by} ha attivato {feature} per {mandate}."),
                None => format!("{feature} è stato attivato per {mandate}."),
            },
            "La funzione può essere usata da subito e conta nell’abbonamento.",
        ),
        Locale::En => (
            format!("{feature} was activated: {mandate}"),
            match by {
                Some(by) => format!("{by} activated {feature} for {mandate}."),
                None => format!("{feature} was activated for {mandate}."),
            },
            "The feature can be used from now on and counts towards the subscription.",
        ),
    };
    notice(occasion, subject, headline, vec![now.to_owned()])
}

/// An instance that had ended is back.
#[must_use]
pub fn restored(occasion: Occasion<'_>) -> NewNotice {
    let Names { mandate, feature, by } = Names::of(&occasion);
    let (subject, headline, now) = match occasion.locale {
        Locale::De => (
            format!("{feature} wurde wiederhergestellt: {mandate}"),
            match by {
                Some(by) => format!("{by} hat {feature} für {mandate} wiederhergestellt."),
                None => format!("{feature} wurde für {mandate} wiederhergestellt."),
            },
            "Die Funktion kann wieder benutzt werden und zählt wieder zum Abonnement.",
        ),
        Locale::Fr => (
            format!("{feature} a été rétabli : {mandate}"),
            match by {
                Some(by) => format!("{by} a rétabli {feature} pour {mandate}."),
                None => format!("{feature} a été rétabli pour {mandate}."),
            },
            "La fonction peut de nouveau être utilisée et compte de nouveau dans l’abonnement.",
        ),
        Locale::It => (
            format!("{feature} è stato ripristinato: {mandate}"),
            match by {
                Some(by) => format!("{by} ha ripristinato {feature} per {mandate}."),
                None => format!("{feature} è stato ripristinato per {mandate}."),
            },
            "La funzione può essere usata di nuovo e conta di nuovo nell’abbonamento.",
        ),
        Locale::En => (
            format!("{feature} was restored: {mandate}"),
            match by {
                Some(by) => format!("{by} restored {feature} for {mandate}."),
                None => format!("{feature} was restored for {mandate}."),
            },
            "The feature can be used again and counts towards the subscription again.",
        ),
    };
    notice(occasion, subject, headline, vec![now.to_owned()])
}

/// An instance ended; until `restorable_until` it can be had back.
#[must_use]
pub fn ended(occasion: Occasion<'_>, restorable_until: Millis) -> NewNotice {
    let Names { mandate, feature, by } = Names::of(&occasion);
    let until = instant(restorable_until, occasion.locale);
    let (subject, headline, now, later) = match occasion.locale {
        Locale::De => (
            format!("{feature} wurde beendet: {mandate}"),
            match by {
                Some(by) => format!("{by} hat {feature} für {mandate} beendet."),
                None => format!("{feature} wurde für {mandate} beendet."),
            },
            "Die Funktion kann nicht mehr benutzt werden und zählt nicht mehr zum Abonnement.",
            format!("Bis {until} kann sie im Store wiederhergestellt werden."),
        ),
        Locale::Fr => (
            format!("{feature} a pris fin : {mandate}"),
            match by {
                Some(by) => format!("{by} a mis fin à {feature} pour {mandate}."),
                None => format!("{feature} a pris fin pour {mandate}."),
            },
            "La fonction ne peut plus être utilisée et ne compte plus dans l’abonnement.",
            format!("Elle peut être rétablie dans le store jusqu’au {until}."),
        ),
        Locale::It => (
            format!("{feature} è terminato: {mandate}"),
            match by {
                Some(by) => format!("{by} ha terminato {feature} per {mandate}."),
                None => format!("{feature} è terminato per {mandate}."),
            },
            "La funzione non può più essere usata e non conta più nell’abbonamento.",
            format!("Può essere ripristinata nello store fino al {until}."),
        ),
        Locale::En => (
            format!("{feature} ended: {mandate}"),
            match by {
                Some(by) => format!("{by} ended {feature} for {mandate}."),
                None => format!("{feature} ended for {mandate}."),
            },
            "The feature can no longer be used and no longer counts towards the subscription.",
            format!("It can be restored in the store until {until}."),
        ),
    };
    notice(occasion, subject, headline, vec![now.to_owned(), later])
}

/// A user gave up the own access, or an admin took it away; the instance stays.
#[must_use]
pub fn left(occasion: Occasion<'_>) -> NewNotice {
    let Names { mandate, feature, by } = Names::of(&occasion);
    let (subject, headline, now) = match occasion.locale {
        Locale::De => (
            format!("Zugang zu {feature} aufgegeben: {mandate}"),
            match by {
                Some(by) => format!("{by} hat einen Zugang zu {feature} für {mandate} aufgegeben."),
                None => format!("Ein Zugang zu {feature} für {mandate} wurde aufgegeben."),
            },
            "Andere benutzen die Funktion weiterhin; sie zählt unverändert zum Abonnement.",
        ),
        Locale::Fr => (
            format!("Accès à {feature} abandonné : {mandate}"),
            match by {
                Some(by) => format!("{by} a abandonné un accès à {feature} pour {mandate}."),
                None => format!("Un accès à {feature} pour {mandate} a été abandonné."),
            },
            "D’autres personnes utilisent encore la fonction ; elle compte toujours dans l’abonnement.",
        ),
        Locale::It => (
            format!("Accesso a {feature} rilasciato: {mandate}"),
            match by {
                Some(by) => format!("{by} ha rilasciato un accesso a {feature} per {mandate}."),
                None => format!("Un accesso a {feature} per {mandate} è stato rilasciato."),
            },
            "Altre persone usano ancora la funzione; conta sempre nell’abbonamento.",
        ),
        Locale::En => (
            format!("Access to {feature} given up: {mandate}"),
            match by {
                Some(by) => format!("{by} gave up an access to {feature} for {mandate}."),
                None => format!("An access to {feature} for {mandate} was given up."),
            },
            "Others still use the feature; it counts towards the subscription as before.",
        ),
    };
    notice(occasion, subject, headline, vec![now.to_owned()])
}

fn notice(occasion: Occasion<'_>, subject: String, headline: String, mut paragraphs: Vec<String>) -> NewNotice {
    let at = instant(occasion.at, occasion.locale);
    paragraphs.push(match occasion.locale {
        Locale::De => format!("Zeitpunkt: {at}"),
        Locale::Fr => format!("Date : {at}"),
        Locale::It => format!("Data: {at}"),
        Locale::En => format!("Time: {at}"),
    });
    NewNotice {
        id: occasion.id,
        change_id: occasion.change_id,
        mandate_id: occasion.mandate_id.to_owned(),
        subject,
        headline,
        body_paragraphs: paragraphs,
        created_at: occasion.at,
    }
}

/// The names as they are fit for one line of a mail.
struct Names {
    mandate: String,
    feature: String,
    by: Option<String>,
}

impl Names {
    fn of(occasion: &Occasion<'_>) -> Self {
        Self { mandate: one_line(occasion.mandate), feature: one_line(occasion.feature), by: occasion.by.map(one_line) }
    }
}

/// Names come from data: they neither begin a new line nor fill a page.
pub(super) fn one_line(name: &str) -> String {
    let line = name.split(|c: char| c.is_control() || c.is_whitespace()).filter(|word| !word.is_empty());
    let line = line.collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST_NAME {
        line
    } else {
        line.chars().take(LONGEST_NAME - 1).chain(['…']).collect()
    }
}

/// Date and time in UTC, to the minute.
fn instant(at: Millis, locale: Locale) -> String {
    let format = match locale {
        Locale::De | Locale::Fr | Locale::It => "%d.%m.%Y, %H:%M UTC",
        Locale::En => "%-d %B %Y, %H:%M UTC",
    };
    // No date of ours is outside of the years -9999 to 9999; the number would still be the truth.
    Timestamp::from_millisecond(at).map_or_else(|_| format!("{at} ms"), |at| at.strftime(format).to_string())
}
