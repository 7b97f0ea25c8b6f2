//! French, as written in Switzerland.

use super::{Locale, Text, counted, custom, date, roles};
use crate::{
    facts::SubscriptionStatus,
    reason::{BillingGap, Reason},
};

const UNCHANGED: &str = "Rien n’a été modifié ni facturé.";
const SUPPORT: &str = "Veuillez contacter le support.";

pub(super) fn text(reason: &Reason) -> Text {
    match reason {
        Reason::FeatureNotFound {} => Text::new(
            "Cette fonctionnalité n’est pas proposée dans le Store.",
            "Veuillez choisir une fonctionnalité qui figure dans le Store.",
        ),
        Reason::MandateNotFound {} => Text::new(
            "Cela n’existe pas, ou vous n’en êtes pas membre.",
            "Veuillez choisir ce dont vous êtes membre, ou demander à son administration de vous y admettre.",
        ),
        Reason::InstanceNotFound {} => Text::new(
            "Cette instance n’existe pas ici, ou vous n’êtes pas membre.",
            "Veuillez recharger la page et vérifier votre choix.",
        ),
        Reason::NoAccess {} => Text::new(
            "Il n’existe aucun accès à cette instance auquel renoncer.",
            "Veuillez recharger la page : l’accès a sans doute déjà été retiré.",
        ),
        Reason::MandateClosed { system: true, .. } => Text::new(
            "Rien ne peut s’ajouter ici, car cela sert à l’exploitation de la plateforme.",
            "Veuillez activer la fonctionnalité ailleurs.",
        ),
        Reason::MandateClosed { system: false, .. } => Text::new(
            "Rien ne peut s’ajouter ici, car l’exploitant l’a bloqué.",
            "Veuillez activer la fonctionnalité ailleurs ou contacter le support.",
        ),
        Reason::NotAdmin { admin_labels } => Text::new(
            format!(
                "Cette action requiert ici le rôle {}, que vous n’avez pas.",
                roles(admin_labels, ["«", "»"], " ou ", "administration")
            ),
            "Veuillez vous adresser à votre administration.",
        ),
        #[cfg(not(feature = "js"))]
        Reason::ColleagueNotFound {} => Text::new(
            "Cette personne n’existe pas ou n’est pas membre ici.",
            "Veuillez choisir une personne qui est membre ici, ou la faire d’abord admettre.",
        ),
        #[cfg(not(feature = "js"))]
        Reason::RoleNotFound {} => {
            Text::new("Cette instance n’a pas ce rôle.", "Veuillez choisir l’un des rôles indiqués pour l’instance.")
        }
        #[cfg(not(feature = "js"))]
        Reason::AccessHeld {} => Text::new(
            "Cette personne a déjà accès dans ce rôle.",
            "Il n’y a rien à faire ; pour un autre rôle, veuillez choisir celui-ci.",
        ),
        #[cfg(feature = "js")]
        Reason::ColleagueNotFound {} | Reason::RoleNotFound {} | Reason::AccessHeld {} => Text::new("", ""),
        Reason::NoSubscription { latest, trial_ended_at } => no_subscription(*latest, *trial_ended_at),
        Reason::PlanUnknown {} => {
            Text::new(format!("Le plan de votre abonnement n’est pas connu. {UNCHANGED}"), SUPPORT)
        }
        Reason::SubscriptionPastDue {} => Text::new(
            format!("Une facture est en retard ; rien de payant ne peut donc être ajouté. {UNCHANGED}"),
            "Veuillez régler la facture ouverte, puis réessayer.",
        ),
        Reason::BillingIncomplete { missing } => Text::new(
            format!("La facturation n’est pas entièrement configurée ({}). {UNCHANGED}", gaps(missing)),
            SUPPORT,
        ),
        Reason::CapacityReached { limit, used, adding } => Text::new(
            format!(
                "Votre plan autorise {} : {used} en service, {adding} en plus.",
                counted(*limit, "instance", "instances")
            ),
            "Veuillez renoncer à une instance ou passer à un plan plus grand.",
        ),
        Reason::BillingOutOfSync { confirmed, counted: existing } => Text::new(
            format!(
                "La facturation compte {} au lieu de {existing} ; rien ne peut être ajouté avant que cela soit réglé. \
                 {UNCHANGED}",
                counted(*confirmed, "instance", "instances")
            ),
            "Veuillez réessayer plus tard ; si cela persiste, contactez le support.",
        ),
        Reason::FeatureMisconfigured {} => Text::new(
            "Cette fonctionnalité ne peut pas être activée, car il lui manque un rôle d’administration.",
            SUPPORT,
        ),
        Reason::RestoreExpired { ended_at, until } => Text::new(
            format!(
                "Cette instance a pris fin le {} et ne pouvait être restaurée que jusqu’au {}.",
                date::iso(*ended_at),
                date::iso(*until)
            ),
            "Veuillez activer la fonctionnalité à nouveau.",
        ),
        Reason::BillingUnavailable { since } => Text::new(
            format!(
                "{} {UNCHANGED}",
                match since {
                    Some(_) => "Le service de paiement n’a pas encore confirmé une modification précédente.",
                    None => "Le service de paiement ne répond pas en ce moment.",
                }
            ),
            "Veuillez réessayer dans quelques minutes.",
        ),
        Reason::BillingPaused {} => Text::new(
            format!("La facturation est suspendue pour maintenance : rien de payant ne peut être ajouté. {UNCHANGED}"),
            "Veuillez réessayer plus tard.",
        ),
        Reason::TooManyWaiting { limit } => Text::new(
            format!(
                "Ici, {} {} déjà le service de paiement ; il ne peut y en avoir davantage. {UNCHANGED}",
                counted(*limit, "activation", "activations"),
                if *limit == 1 { "attend" } else { "attendent" }
            ),
            "Veuillez réessayer dans quelques minutes.",
        ),
        Reason::InvoiceBudgetUsed { limit, retry_at } => Text::new(
            format!(
                "Chaque activation est facturée immédiatement, et le maximum est de {} par 24 heures. {UNCHANGED}",
                counted(*limit, "facture", "factures")
            ),
            format!("Veuillez réessayer à partir du {}.", date::minute(*retry_at)),
        ),
        Reason::PaymentDeclined {} => Text::new(
            format!("Le paiement a été refusé. {UNCHANGED}"),
            "Veuillez vérifier le moyen de paiement enregistré, puis réessayer.",
        ),
        Reason::PaymentActionRequired {} => Text::new(
            format!("La banque demande que le ou la titulaire de la carte confirme le paiement. {UNCHANGED}"),
            "Veuillez faire confirmer le paiement auprès de la banque ou enregistrer un autre moyen de paiement, puis réessayer.",
        ),
        Reason::BillingRefused {} => {
            Text::new(format!("Le service de paiement a rejeté la modification. {UNCHANGED}"), SUPPORT)
        }
        Reason::Custom { rule, texts } => custom(rule, texts, Locale::Fr),
    }
}

fn no_subscription(latest: Option<SubscriptionStatus>, trial_ended_at: Option<i64>) -> Text {
    if let Some(end) = trial_ended_at {
        return Text::new(
            format!("La période d’essai a pris fin le {}.", date::iso(end)),
            "Veuillez souscrire un abonnement.",
        );
    }
    let (what, fix) = match latest {
        None => ("n’existe pas", "Veuillez souscrire un abonnement."),
        Some(SubscriptionStatus::Pending | SubscriptionStatus::Scheduled) => {
            ("n’a pas encore commencé", "Veuillez réessayer après son début.")
        }
        Some(SubscriptionStatus::Unpaid) => {
            ("est suspendu pour factures impayées", "Veuillez régler les factures ouvertes.")
        }
        Some(SubscriptionStatus::Paused) => ("est en pause", "Veuillez reprendre l’abonnement."),
        Some(SubscriptionStatus::Canceled) => ("est résilié", "Veuillez souscrire un nouvel abonnement."),
        Some(SubscriptionStatus::Expired) => ("a expiré", "Veuillez souscrire un nouvel abonnement."),
        Some(SubscriptionStatus::Trialing | SubscriptionStatus::Active | SubscriptionStatus::PastDue) => {
            ("n’est pas en vigueur actuellement", "Veuillez vérifier le début et la fin de l’abonnement.")
        }
    };
    Text::new(format!("L’abonnement requis {what}."), fix)
}

fn gaps(missing: &[BillingGap]) -> String {
    let words: Vec<&str> = missing
        .iter()
        .map(|gap| match gap {
            BillingGap::Connection => "la connexion au service de paiement manque",
            BillingGap::Subscription => "l’abonnement auprès du service de paiement manque",
            BillingGap::Item => "le poste pour les instances manque",
            BillingGap::Price => "le prix ne correspond pas au plan",
            BillingGap::Difference => {
                "les données du service de paiement diffèrent des nôtres et doivent d’abord être vérifiées"
            }
            BillingGap::Currency => "la monnaie du plan est une autre",
        })
        .collect();
    words.join(" ; ")
}
