//! French.

use super::{Cause, FaultKind, place, size, words};
use crate::ports::courier::AddressFault;

const AGAIN: &str = "Veuillez réessayer dans un instant.";
const QUOTE_ANEW: &str = "Veuillez demander une nouvelle offre.";

pub(super) fn text(cause: &Cause) -> (String, String) {
    let (detail, fix) = match cause {
        Cause::Refused(_) | Cause::Entry(_) | Cause::Scim(_) | Cause::Internal => (
            "Une erreur s’est produite de notre côté.",
            "Veuillez réessayer; si cela n’aide pas, adressez-vous au support en indiquant le `traceId`.",
        ),
        Cause::Unauthorized => {
            ("La requête ne contient pas de jeton d’accès valable.", "Veuillez vous connecter et réessayer.")
        }
        Cause::CrossSiteRequest => (
            "La requête porte un cookie, mais rien ne montre qu’elle vient d’une page de ce Store.",
            "Veuillez travailler sur la page du Store. Les programmes envoient avec le cookie `Content-Type: application/json`, `X-Turnpike: 1` et leur propre `Origin`, ou un jeton d’accès.",
        ),
        Cause::InsufficientScope { scope } => {
            return (
                "Le jeton de ce service ne le permet pas.".to_owned(),
                format!("Veuillez utiliser un jeton avec le scope `{scope}`."),
            );
        }
        Cause::MalformedJson { line, column } => {
            return (
                format!("Le contenu de la requête n’est pas du JSON valable (ligne {line}, colonne {column})."),
                "Veuillez envoyer un objet JSON valable.".to_owned(),
            );
        }
        Cause::InvalidField(fault) => {
            return (
                format!("Le champ `{}` {}.", place(&fault.pointer), fault_text(&fault.kind)),
                "Veuillez corriger ce champ.".to_owned(),
            );
        }
        Cause::PayloadTooLarge { limit } => {
            return (
                format!("Le contenu de la requête dépasse {}.", size(*limit).replace('B', "o")),
                "Veuillez envoyer un contenu plus petit.".to_owned(),
            );
        }
        Cause::EventsGone => (
            "Des événements après cet endroit sont déjà supprimés.",
            "Veuillez tout relire, puis recommencer depuis le début.",
        ),
        Cause::WrongSignature => (
            "Le contenu n'est pas signé avec un secret configuré ici.",
            "Veuillez le signer avec le secret de ce point d'accès.",
        ),
        Cause::SignatureExpired => (
            "La signature du contenu n'est pas actuelle.",
            "Veuillez l'envoyer avec une nouvelle signature et vérifier les horloges.",
        ),
        Cause::UnsupportedMediaType => (
            "Le contenu de la requête n’est pas désigné comme JSON.",
            "Veuillez envoyer `Content-Type: application/json`.",
        ),
        Cause::NotFound => ("Il n’y a rien à cette adresse.", "Veuillez vérifier l’adresse."),
        Cause::MethodNotAllowed => {
            ("Cette adresse ne connaît pas cette méthode.", "L’en-tête `Allow` indique les méthodes disponibles ici.")
        }
        Cause::RateLimited { seconds } => {
            return (
                "Il y a eu trop de requêtes en peu de temps.".to_owned(),
                if *seconds == 1 {
                    "Veuillez réessayer dans une seconde.".to_owned()
                } else {
                    format!("Veuillez réessayer dans {seconds} secondes.")
                },
            );
        }
        Cause::TooManyStreams { limit } => {
            return (
                format!("Vous avez déjà {limit} vues ouvertes qui s'actualisent d'elles-mêmes."),
                "Veuillez en fermer une.".to_owned(),
            );
        }
        Cause::IdempotencyKeyReused => (
            "Cet `Idempotency-Key` appartient à une requête dont le contenu est différent.",
            "Veuillez utiliser une nouvelle clé pour chaque nouvelle requête.",
        ),
        Cause::Withdrawn => (
            "L’activation a été retirée avant que quoi que ce soit soit facturé.",
            "Veuillez activer à nouveau la fonction si elle est nécessaire.",
        ),
        Cause::QuoteRequired => (
            "Ce qui est payant demande d’abord une offre.",
            "Veuillez demander une offre et l’indiquer dans la requête.",
        ),
        Cause::QuoteExpired => ("L’offre a expiré. Rien n’a été modifié.", QUOTE_ANEW),
        Cause::QuoteUsed => ("L’offre a déjà été utilisée. Cette requête n’a rien modifié.", QUOTE_ANEW),
        Cause::QuoteChanged => (
            "L’offre n’est plus valable ou concerne autre chose. Rien n’a été modifié.",
            "Veuillez examiner la nouvelle offre et l’accepter, ou en demander une autre.",
        ),
        Cause::RequestNotOpen => (
            "Cette demande a reçu une réponse, a été retirée ou concerne autre chose. Rien n’a été modifié.",
            "Veuillez recharger les demandes.",
        ),
        Cause::ChangePending => ("Une autre modification de cette instance attend la facturation.", AGAIN),
        Cause::RequestInProgress => ("La requête portant cet `Idempotency-Key` est encore en cours.", AGAIN),
        Cause::ServiceUnavailable => ("Le service est momentanément indisponible. Rien n’a été modifié.", AGAIN),
        Cause::PolicyUnavailable => ("Les règles n’ont pas rendu de décision. Rien n’a été modifié.", AGAIN),
        Cause::Timeout => (
            "La réponse n’est pas venue à temps. La requête peut encore produire son effet.",
            "Veuillez vérifier l’état actuel, ou répéter la requête avec le même `Idempotency-Key`.",
        ),
    };
    (detail.to_owned(), fix.to_owned())
}

fn fault_text(kind: &FaultKind) -> String {
    match kind {
        FaultKind::Missing => "manque".to_owned(),
        FaultKind::WrongType { expected: "string" } => "doit être un texte".to_owned(),
        FaultKind::WrongType { expected: "array" } => "doit être une liste".to_owned(),
        FaultKind::WrongType { .. } => "doit être un objet".to_owned(),
        FaultKind::Length { min, max } => format!("doit compter de {min} à {max} caractères"),
        FaultKind::Entries { min, max } => format!("doit compter de {min} à {max} entrées"),
        FaultKind::Range { min, max } => format!("doit être un nombre entier de {min} à {max}"),
        FaultKind::ControlCharacter => "ne doit pas contenir de caractères de commande".to_owned(),
        FaultKind::NotVisible => "ne doit contenir que des caractères ASCII visibles".to_owned(),
        FaultKind::NotAllowed { allowed } => format!("doit être l’une des valeurs {}", words(allowed)),
        FaultKind::NearMiss { expected } => format!("n’est pas connu; il s’agit sans doute de `{expected}`"),
        FaultKind::Duplicate => "est indiqué plusieurs fois".to_owned(),
        FaultKind::Unfit { message } => format!("n’est pas comme il doit être : {message}"),
        FaultKind::Address(AddressFault::NoUrl) => "doit être une URL absolue".to_owned(),
        FaultKind::Address(AddressFault::Insecure) => "doit commencer par `https://`".to_owned(),
        FaultKind::Address(AddressFault::Adorned) => {
            "ne doit contenir ni nom d’utilisateur et mot de passe ni fragment".to_owned()
        }
        FaultKind::Address(AddressFault::Private) => {
            "ne doit pas être une adresse privée, locale ou de lien local".to_owned()
        }
        FaultKind::Exclusive { other } => format!("ne doit pas être indiqué avec `{other}`"),
    }
}
