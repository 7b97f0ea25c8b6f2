//! German, as written in Switzerland.

use super::{Locale, Text, counted, custom, date, roles};
use crate::{
    facts::SubscriptionStatus,
    reason::{BillingGap, Reason},
};

const UNCHANGED: &str = "Es wurde nichts geändert und nichts verrechnet.";
const SUPPORT: &str = "Bitte wenden Sie sich an den Support.";

pub(super) fn text(reason: &Reason) -> Text {
    match reason {
        Reason::FeatureNotFound {} => Text::new(
            "Diese Funktion wird im Store nicht angeboten.",
            "Bitte wählen Sie eine Funktion, die im Store aufgeführt ist.",
        ),
        Reason::MandateNotFound {} => Text::new(
            "Das gibt es nicht, oder Sie sind dort nicht Mitglied.",
            "Bitte wählen Sie etwas, bei dem Sie Mitglied sind, oder lassen Sie sich von der Administration dort aufnehmen.",
        ),
        Reason::InstanceNotFound {} => Text::new(
            "Diese Instanz gibt es hier nicht, oder Sie sind hier nicht Mitglied.",
            "Bitte laden Sie die Seite neu und prüfen Sie Ihre Auswahl.",
        ),
        Reason::NoAccess {} => Text::new(
            "Zu dieser Instanz besteht kein Zugang, der aufgegeben werden könnte.",
            "Bitte laden Sie die Seite neu: Vermutlich wurde der Zugang bereits entfernt.",
        ),
        Reason::MandateClosed { system: true, .. } => Text::new(
            "Hier kann nichts dazukommen, weil es dem Betrieb der Plattform dient.",
            "Bitte aktivieren Sie die Funktion anderswo.",
        ),
        Reason::MandateClosed { system: false, .. } => Text::new(
            "Hier kann nichts dazukommen, weil der Betreiber es gesperrt hat.",
            "Bitte aktivieren Sie die Funktion anderswo, oder wenden Sie sich an den Support.",
        ),
        Reason::NotAdmin { admin_labels } => Text::new(
            format!(
                "Dazu braucht es hier die Rolle {}, die Sie nicht haben.",
                roles(admin_labels, ["«", "»"], " oder ", "Administration")
            ),
            "Bitte wenden Sie sich an Ihre Administration.",
        ),
        #[cfg(not(feature = "js"))]
        Reason::ColleagueNotFound {} => Text::new(
            "Diese Person gibt es nicht, oder sie ist hier nicht Mitglied.",
            "Bitte wählen Sie jemanden, der hier Mitglied ist, oder lassen Sie die Person zuerst aufnehmen.",
        ),
        #[cfg(not(feature = "js"))]
        Reason::RoleNotFound {} => Text::new(
            "Diese Rolle gibt es bei dieser Instanz nicht.",
            "Bitte wählen Sie eine Rolle, die bei der Instanz aufgeführt ist.",
        ),
        #[cfg(not(feature = "js"))]
        Reason::AccessHeld {} => Text::new(
            "Diese Person hat bereits Zugang in dieser Rolle.",
            "Es gibt nichts zu tun; für eine andere Rolle wählen Sie bitte diese.",
        ),
        #[cfg(feature = "js")]
        Reason::ColleagueNotFound {} | Reason::RoleNotFound {} | Reason::AccessHeld {} => Text::new("", ""),
        Reason::NoSubscription { latest, trial_ended_at } => no_subscription(*latest, *trial_ended_at),
        Reason::PlanUnknown {} => {
            Text::new(format!("Der Plan Ihres Abonnements ist nicht bekannt. {UNCHANGED}"), SUPPORT)
        }
        Reason::SubscriptionPastDue {} => Text::new(
            format!("Eine Rechnung ist überfällig; darum kann nichts Kostenpflichtiges dazukommen. {UNCHANGED}"),
            "Bitte begleichen Sie die offene Rechnung und versuchen Sie es danach noch einmal.",
        ),
        Reason::BillingIncomplete { missing } => Text::new(
            format!("Die Verrechnung ist nicht vollständig eingerichtet ({}). {UNCHANGED}", gaps(missing)),
            SUPPORT,
        ),
        Reason::CapacityReached { limit, used, adding } => Text::new(
            format!(
                "Ihr Plan erlaubt {}: {used} sind belegt, {adding} käme{} dazu.",
                counted(*limit, "Instanz", "Instanzen"),
                if *adding == 1 { "" } else { "n" }
            ),
            "Bitte geben Sie eine Instanz auf, oder wechseln Sie zu einem grösseren Plan.",
        ),
        Reason::BillingOutOfSync { confirmed, counted: existing } => Text::new(
            format!(
                "Verrechnet {} zurzeit {}, vorhanden {existing}; bis das geklärt ist, kann nichts dazukommen. {UNCHANGED}",
                if *confirmed == 1 { "wird" } else { "werden" },
                counted(*confirmed, "Instanz", "Instanzen")
            ),
            "Bitte versuchen Sie es später noch einmal; bleibt es dabei, hilft der Support.",
        ),
        Reason::FeatureMisconfigured {} => {
            Text::new("Diese Funktion kann nicht aktiviert werden, weil ihr eine Administrationsrolle fehlt.", SUPPORT)
        }
        Reason::RestoreExpired { ended_at, until } => Text::new(
            format!(
                "Diese Instanz wurde am {} beendet und konnte nur bis {} wiederhergestellt werden.",
                date::iso(*ended_at),
                date::iso(*until)
            ),
            "Bitte aktivieren Sie die Funktion neu.",
        ),
        Reason::BillingUnavailable { since } => Text::new(
            format!(
                "{} {UNCHANGED}",
                match since {
                    Some(_) => "Der Zahlungsdienst hat eine frühere Änderung noch nicht bestätigt.",
                    None => "Der Zahlungsdienst antwortet zurzeit nicht.",
                }
            ),
            "Bitte versuchen Sie es in einigen Minuten noch einmal.",
        ),
        Reason::BillingPaused {} => Text::new(
            format!(
                "Die Verrechnung ist für Wartungsarbeiten angehalten, deshalb kann nichts hinzukommen, was kostet. {UNCHANGED}"
            ),
            "Bitte versuchen Sie es später noch einmal.",
        ),
        Reason::TooManyWaiting { limit } => Text::new(
            format!(
                "Hier {} bereits {} auf den Zahlungsdienst; mehr sind nicht möglich. {UNCHANGED}",
                if *limit == 1 { "wartet" } else { "warten" },
                counted(*limit, "Aktivierung", "Aktivierungen")
            ),
            "Bitte versuchen Sie es in einigen Minuten noch einmal.",
        ),
        Reason::InvoiceBudgetUsed { limit, retry_at } => Text::new(
            format!(
                "Jede Aktivierung wird sofort in Rechnung gestellt, und innert 24 Stunden {} nur {} möglich. {UNCHANGED}",
                if *limit == 1 { "ist" } else { "sind" },
                counted(*limit, "Rechnung", "Rechnungen")
            ),
            format!("Bitte versuchen Sie es ab {} noch einmal.", date::minute(*retry_at)),
        ),
        Reason::PaymentDeclined {} => Text::new(
            format!("Die Zahlung wurde abgelehnt. {UNCHANGED}"),
            "Bitte prüfen Sie das hinterlegte Zahlungsmittel und versuchen Sie es noch einmal.",
        ),
        Reason::PaymentActionRequired {} => Text::new(
            format!(
                "Die Bank verlangt, dass die Zahlung von der Inhaberin oder dem Inhaber der Karte bestätigt wird. {UNCHANGED}"
            ),
            "Bitte lassen Sie die Zahlung bei der Bank freigeben, oder hinterlegen Sie ein anderes Zahlungsmittel, und versuchen Sie es dann noch einmal.",
        ),
        Reason::BillingRefused {} => {
            Text::new(format!("Der Zahlungsdienst hat die Änderung zurückgewiesen. {UNCHANGED}"), SUPPORT)
        }
        Reason::Custom { rule, texts } => custom(rule, texts, Locale::De),
    }
}

fn no_subscription(latest: Option<SubscriptionStatus>, trial_ended_at: Option<i64>) -> Text {
    if let Some(end) = trial_ended_at {
        return Text::new(
            format!("Die Testphase ist am {} abgelaufen.", date::iso(end)),
            "Bitte schliessen Sie ein Abonnement ab.",
        );
    }
    let (what, fix) = match latest {
        None => ("besteht nicht", "Bitte schliessen Sie ein Abonnement ab."),
        Some(SubscriptionStatus::Pending | SubscriptionStatus::Scheduled) => {
            ("hat noch nicht begonnen", "Bitte versuchen Sie es nach dessen Beginn noch einmal.")
        }
        Some(SubscriptionStatus::Unpaid) => {
            ("ist wegen unbezahlter Rechnungen ausgesetzt", "Bitte begleichen Sie die offenen Rechnungen.")
        }
        Some(SubscriptionStatus::Paused) => ("ist angehalten", "Bitte nehmen Sie das Abonnement wieder auf."),
        Some(SubscriptionStatus::Canceled) => ("ist gekündigt", "Bitte schliessen Sie ein neues Abonnement ab."),
        Some(SubscriptionStatus::Expired) => ("ist abgelaufen", "Bitte schliessen Sie ein neues Abonnement ab."),
        Some(SubscriptionStatus::Trialing | SubscriptionStatus::Active | SubscriptionStatus::PastDue) => {
            ("ist zurzeit nicht in Kraft", "Bitte prüfen Sie Beginn und Ende des Abonnements.")
        }
    };
    Text::new(format!("Das Abonnement, das es dazu braucht, {what}."), fix)
}

fn gaps(missing: &[BillingGap]) -> String {
    let words: Vec<&str> = missing
        .iter()
        .map(|gap| match gap {
            BillingGap::Connection => "die Verbindung zum Zahlungsdienst fehlt",
            BillingGap::Subscription => "das Abonnement beim Zahlungsdienst fehlt",
            BillingGap::Item => "die Position für Instanzen fehlt",
            BillingGap::Price => "der Preis stimmt nicht mit dem Plan überein",
            BillingGap::Difference => {
                "die Daten des Zahlungsdienstes weichen von unseren ab und müssen erst geprüft werden"
            }
            BillingGap::Currency => "die Währung des Plans ist eine andere",
        })
        .collect();
    words.join("; ")
}
