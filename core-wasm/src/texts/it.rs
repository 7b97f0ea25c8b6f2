//! Italian, as written in Switzerland.

use super::{Locale, Text, counted, custom, date, roles};
use crate::{
    facts::SubscriptionStatus,
    reason::{BillingGap, Reason},
};

const UNCHANGED: &str = "Nulla è stato modificato né fatturato.";
const SUPPORT: &str = "La preghiamo di contattare il supporto.";

pub(super) fn text(reason: &Reason) -> Text {
    match reason {
        Reason::FeatureNotFound {} => Text::new(
            "Questa funzione non è offerta nello Store.",
            "La preghiamo di scegliere una funzione elencata nello Store.",
        ),
        Reason::MandateNotFound {} => Text::new(
            "Non esiste oppure Lei non ne fa parte.",
            "La preghiamo di scegliere ciò di cui fa parte o di chiedere l’ammissione all’amministrazione.",
        ),
        Reason::InstanceNotFound {} => Text::new(
            "Questa istanza non esiste qui oppure Lei non ne fa parte.",
            "La preghiamo di ricaricare la pagina e di verificare la Sua scelta.",
        ),
        Reason::NoAccess {} => Text::new(
            "Non c’è alcun accesso a questa istanza a cui rinunciare.",
            "La preghiamo di ricaricare la pagina: probabilmente l’accesso è già stato tolto.",
        ),
        Reason::MandateClosed { system: true, .. } => Text::new(
            "Qui non si può aggiungere nulla, perché serve all’esercizio della piattaforma.",
            "La preghiamo di attivare la funzione altrove.",
        ),
        Reason::MandateClosed { system: false, .. } => Text::new(
            "Qui non si può aggiungere nulla, perché il gestore lo ha bloccato.",
            "La preghiamo di attivare la funzione altrove o di contattare il supporto.",
        ),
        Reason::NotAdmin { admin_labels } => Text::new(
            format!(
                "Per questo occorre qui il ruolo {}, che Lei non ha.",
                roles(admin_labels, ["«", "»"], " o ", "amministrazione")
            ),
            "La preghiamo di rivolgersi alla Sua amministrazione.",
        ),
        #[cfg(not(feature = "js"))]
        Reason::ColleagueNotFound {} => Text::new(
            "Questa persona non esiste o non è membro qui.",
            "La preghiamo di scegliere una persona che è membro qui, o di farla prima ammettere.",
        ),
        #[cfg(not(feature = "js"))]
        Reason::RoleNotFound {} => Text::new(
            "Questa istanza non ha questo ruolo.",
            "La preghiamo di scegliere uno dei ruoli indicati per l’istanza.",
        ),
        #[cfg(not(feature = "js"))]
        Reason::AccessHeld {} => Text::new(
            "Questa persona ha già accesso in questo ruolo.",
            "Non c’è nulla da fare; per un altro ruolo, la preghiamo di scegliere quello.",
        ),
        #[cfg(feature = "js")]
        Reason::ColleagueNotFound {} | Reason::RoleNotFound {} | Reason::AccessHeld {} => Text::new("", ""),
        Reason::NoSubscription { latest, trial_ended_at } => no_subscription(*latest, *trial_ended_at),
        Reason::PlanUnknown {} => Text::new(format!("Il piano del Suo abbonamento non è noto. {UNCHANGED}"), SUPPORT),
        Reason::SubscriptionPastDue {} => Text::new(
            format!("Una fattura è scaduta; perciò non si può aggiungere nulla a pagamento. {UNCHANGED}"),
            "La preghiamo di saldare la fattura aperta e di riprovare.",
        ),
        Reason::BillingIncomplete { missing } => {
            Text::new(format!("La fatturazione non è configurata del tutto ({}). {UNCHANGED}", gaps(missing)), SUPPORT)
        }
        Reason::CapacityReached { limit, used, adding } => Text::new(
            format!("Il Suo piano consente {}: {used} in uso, {adding} in più.", counted(*limit, "istanza", "istanze")),
            "La preghiamo di rinunciare a un’istanza o di passare a un piano più grande.",
        ),
        Reason::BillingOutOfSync { confirmed, counted: existing } => Text::new(
            format!(
                "La fatturazione conta {} invece di {existing}; finché non è chiarito, non si può aggiungere nulla. \
                 {UNCHANGED}",
                counted(*confirmed, "istanza", "istanze")
            ),
            "La preghiamo di riprovare più tardi; se il problema resta, contatti il supporto.",
        ),
        Reason::FeatureMisconfigured {} => {
            Text::new("Questa funzione non può essere attivata, perché le manca un ruolo di amministrazione.", SUPPORT)
        }
        Reason::RestoreExpired { ended_at, until } => Text::new(
            format!(
                "Questa istanza è terminata il {} e poteva essere ripristinata solo fino al {}.",
                date::iso(*ended_at),
                date::iso(*until)
            ),
            "La preghiamo di attivare di nuovo la funzione.",
        ),
        Reason::BillingUnavailable { since } => Text::new(
            format!(
                "{} {UNCHANGED}",
                match since {
                    Some(_) => "Il servizio di pagamento non ha ancora confermato una modifica precedente.",
                    None => "Il servizio di pagamento al momento non risponde.",
                }
            ),
            "La preghiamo di riprovare tra qualche minuto.",
        ),
        Reason::BillingPaused {} => Text::new(
            format!("La fatturazione è sospesa per manutenzione: non si può aggiungere nulla a pagamento. {UNCHANGED}"),
            "La preghiamo di riprovare più tardi.",
        ),
        Reason::TooManyWaiting { limit } => Text::new(
            format!(
                "Qui {} già il servizio di pagamento {}; di più non è possibile. {UNCHANGED}",
                if *limit == 1 { "attende" } else { "attendono" },
                counted(*limit, "attivazione", "attivazioni")
            ),
            "La preghiamo di riprovare tra qualche minuto.",
        ),
        Reason::InvoiceBudgetUsed { limit, retry_at } => Text::new(
            format!(
                "Ogni attivazione viene fatturata subito, e il massimo è di {} in 24 ore. {UNCHANGED}",
                counted(*limit, "fattura", "fatture")
            ),
            format!("La preghiamo di riprovare dal {}.", date::minute(*retry_at)),
        ),
        Reason::PaymentDeclined {} => Text::new(
            format!("Il pagamento è stato rifiutato. {UNCHANGED}"),
            "La preghiamo di verificare il mezzo di pagamento registrato e di riprovare.",
        ),
        Reason::PaymentActionRequired {} => Text::new(
            format!("La banca chiede che chi è titolare della carta confermi il pagamento. {UNCHANGED}"),
            "La preghiamo di far confermare il pagamento presso la banca o di registrare un altro mezzo di pagamento, e di riprovare.",
        ),
        Reason::BillingRefused {} => {
            Text::new(format!("Il servizio di pagamento ha respinto la modifica. {UNCHANGED}"), SUPPORT)
        }
        Reason::Custom { rule, texts } => custom(rule, texts, Locale::It),
    }
}

fn no_subscription(latest: Option<SubscriptionStatus>, trial_ended_at: Option<i64>) -> Text {
    if let Some(end) = trial_ended_at {
        return Text::new(
            format!("Il periodo di prova è terminato il {}.", date::iso(end)),
            "La preghiamo di sottoscrivere un abbonamento.",
        );
    }
    let (what, fix) = match latest {
        None => ("non esiste", "La preghiamo di sottoscrivere un abbonamento."),
        Some(SubscriptionStatus::Pending | SubscriptionStatus::Scheduled) => {
            ("non è ancora iniziato", "La preghiamo di riprovare dopo il suo inizio.")
        }
        Some(SubscriptionStatus::Unpaid) => {
            ("è sospeso per fatture non pagate", "La preghiamo di saldare le fatture aperte.")
        }
        Some(SubscriptionStatus::Paused) => ("è in pausa", "La preghiamo di riprendere l’abbonamento."),
        Some(SubscriptionStatus::Canceled) => ("è disdetto", "La preghiamo di sottoscrivere un nuovo abbonamento."),
        Some(SubscriptionStatus::Expired) => ("è scaduto", "La preghiamo di sottoscrivere un nuovo abbonamento."),
        Some(SubscriptionStatus::Trialing | SubscriptionStatus::Active | SubscriptionStatus::PastDue) => {
            ("al momento non è in vigore", "La preghiamo di verificare inizio e fine dell’abbonamento.")
        }
    };
    Text::new(format!("L’abbonamento necessario {what}."), fix)
}

fn gaps(missing: &[BillingGap]) -> String {
    let words: Vec<&str> = missing
        .iter()
        .map(|gap| match gap {
            BillingGap::Connection => "manca il collegamento al servizio di pagamento",
            BillingGap::Subscription => "manca l’abbonamento presso il servizio di pagamento",
            BillingGap::Item => "manca la posizione per le istanze",
            BillingGap::Price => "il prezzo non corrisponde al piano",
            BillingGap::Difference => {
                "i dati del servizio di pagamento differiscono dai nostri e vanno prima verificati"
            }
            BillingGap::Currency => "la valuta del piano è un’altra",
        })
        .collect();
    words.join("; ")
}
