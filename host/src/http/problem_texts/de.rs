//! German, as written in Switzerland.

use super::{Cause, FaultKind, place, size, words};
use crate::ports::courier::AddressFault;

const AGAIN: &str = "Bitte versuchen Sie es in Kürze noch einmal.";
const QUOTE_ANEW: &str = "Bitte holen Sie eine neue Offerte ein.";

pub(super) fn text(cause: &Cause) -> (String, String) {
    let (detail, fix) = match cause {
        Cause::Refused(_) | Cause::Entry(_) | Cause::Scim(_) | Cause::Internal => (
            "Bei uns ist etwas schiefgegangen.",
            "Bitte versuchen Sie es noch einmal; hilft das nicht, wenden Sie sich mit der `traceId` an den Support.",
        ),
        Cause::Unauthorized => (
            "Die Anfrage trägt kein gültiges Zugangstoken.",
            "Bitte melden Sie sich an und versuchen Sie es noch einmal.",
        ),
        Cause::CrossSiteRequest => (
            "Die Anfrage trägt ein Cookie, kommt aber nicht erkennbar von einer Seite dieses Stores.",
            "Bitte arbeiten Sie auf der Seite des Stores. Programme senden mit dem Cookie `Content-Type: application/json`, `X-Turnpike: 1` und den eigenen `Origin`, oder ein Zugangstoken.",
        ),
        Cause::InsufficientScope { scope } => {
            return (
                "Das Token dieses Dienstes erlaubt das nicht.".to_owned(),
                format!("Bitte verwenden Sie ein Token mit dem Scope `{scope}`."),
            );
        }
        Cause::MalformedJson { line, column } => {
            return (
                format!("Der Inhalt der Anfrage ist kein gültiges JSON (Zeile {line}, Spalte {column})."),
                "Bitte senden Sie ein gültiges JSON-Objekt.".to_owned(),
            );
        }
        Cause::InvalidField(fault) => {
            return (
                format!("Das Feld `{}` {}.", place(&fault.pointer), fault_text(&fault.kind)),
                "Bitte berichtigen Sie das Feld.".to_owned(),
            );
        }
        Cause::PayloadTooLarge { limit } => {
            return (
                format!("Der Inhalt der Anfrage ist grösser als {}.", size(*limit)),
                "Bitte senden Sie einen kleineren Inhalt.".to_owned(),
            );
        }
        Cause::EventsGone => (
            "Ereignisse nach dieser Stelle sind schon gelöscht.",
            "Bitte lesen Sie den Bestand neu ein und beginnen Sie dann von vorn.",
        ),
        Cause::WrongSignature => (
            "Der Inhalt ist mit keinem Schlüssel signiert, der hier eingerichtet ist.",
            "Bitte signieren Sie ihn mit dem Schlüssel dieses Endpunkts.",
        ),
        Cause::SignatureExpired => (
            "Die Signatur des Inhalts ist nicht von jetzt.",
            "Bitte senden Sie ihn mit einer neuen Signatur und prüfen Sie die Uhren.",
        ),
        Cause::UnsupportedMediaType => (
            "Der Inhalt der Anfrage ist nicht als JSON gekennzeichnet.",
            "Bitte senden Sie `Content-Type: application/json`.",
        ),
        Cause::NotFound => ("Unter dieser Adresse gibt es nichts.", "Bitte prüfen Sie die Adresse."),
        Cause::MethodNotAllowed => {
            ("Diese Adresse kennt diese Methode nicht.", "Der Header `Allow` nennt die Methoden, die es hier gibt.")
        }
        Cause::RateLimited { seconds } => {
            return (
                "Das waren zu viele Anfragen in kurzer Zeit.".to_owned(),
                if *seconds == 1 {
                    "Bitte versuchen Sie es in einer Sekunde noch einmal.".to_owned()
                } else {
                    format!("Bitte versuchen Sie es in {seconds} Sekunden noch einmal.")
                },
            );
        }
        Cause::TooManyStreams { limit } => {
            return (
                format!("Sie haben bereits {limit} Ansichten offen, die sich selbst aktualisieren."),
                "Bitte schliessen Sie eine davon.".to_owned(),
            );
        }
        Cause::IdempotencyKeyReused => (
            "Dieser `Idempotency-Key` gehört zu einer Anfrage mit anderem Inhalt.",
            "Bitte verwenden Sie für jede neue Anfrage einen neuen Schlüssel.",
        ),
        Cause::Withdrawn => (
            "Die Aktivierung wurde zurückgezogen, bevor etwas verrechnet wurde.",
            "Bitte aktivieren Sie die Funktion neu, falls sie gebraucht wird.",
        ),
        Cause::QuoteRequired => (
            "Was etwas kostet, braucht zuerst eine Offerte.",
            "Bitte holen Sie eine Offerte ein und nennen Sie sie in der Anfrage.",
        ),
        Cause::QuoteExpired => ("Die Offerte ist abgelaufen. Es wurde nichts geändert.", QUOTE_ANEW),
        Cause::QuoteUsed => ("Die Offerte wurde schon verwendet. Diese Anfrage hat nichts geändert.", QUOTE_ANEW),
        Cause::QuoteChanged => (
            "Die Offerte gilt nicht mehr oder betrifft etwas anderes. Es wurde nichts geändert.",
            "Bitte prüfen Sie die neue Offerte und stimmen Sie ihr zu, oder holen Sie eine andere ein.",
        ),
        Cause::RequestNotOpen => (
            "Diese Anfrage wurde beantwortet oder zurückgezogen, oder sie betrifft etwas anderes. Es wurde nichts geändert.",
            "Bitte laden Sie die Anfragen neu.",
        ),
        Cause::ChangePending => ("Eine andere Änderung dieser Instanz wartet auf die Abrechnung.", AGAIN),
        Cause::RequestInProgress => ("Die Anfrage mit diesem `Idempotency-Key` ist noch in Arbeit.", AGAIN),
        Cause::ServiceUnavailable => ("Der Dienst ist vorübergehend nicht verfügbar. Es wurde nichts geändert.", AGAIN),
        Cause::PolicyUnavailable => ("Die Regeln gaben keine Entscheidung. Es wurde nichts geändert.", AGAIN),
        Cause::Timeout => (
            "Die Antwort kam nicht rechtzeitig. Die Anfrage kann trotzdem noch wirken.",
            "Bitte prüfen Sie den Stand, oder wiederholen Sie die Anfrage mit demselben `Idempotency-Key`.",
        ),
    };
    (detail.to_owned(), fix.to_owned())
}

fn fault_text(kind: &FaultKind) -> String {
    match kind {
        FaultKind::Missing => "fehlt".to_owned(),
        FaultKind::WrongType { expected: "string" } => "muss ein Text sein".to_owned(),
        FaultKind::WrongType { expected: "array" } => "muss eine Liste sein".to_owned(),
        FaultKind::WrongType { .. } => "muss ein Objekt sein".to_owned(),
        FaultKind::Length { min, max } => format!("muss {min} bis {max} Zeichen lang sein"),
        FaultKind::Entries { min, max } => format!("muss {min} bis {max} Einträge haben"),
        FaultKind::Range { min, max } => format!("muss eine ganze Zahl von {min} bis {max} sein"),
        FaultKind::ControlCharacter => "darf keine Steuerzeichen enthalten".to_owned(),
        FaultKind::NotVisible => "darf nur sichtbare ASCII-Zeichen enthalten".to_owned(),
        FaultKind::NotAllowed { allowed } => format!("muss eines von {} sein", words(allowed)),
        FaultKind::NearMiss { expected } => format!("ist nicht bekannt; gemeint ist wohl `{expected}`"),
        FaultKind::Duplicate => "ist mehrfach angegeben".to_owned(),
        FaultKind::Unfit { message } => format!("ist nicht, wie es sein muss: {message}"),
        FaultKind::Address(AddressFault::NoUrl) => "muss eine absolute URL sein".to_owned(),
        FaultKind::Address(AddressFault::Insecure) => "muss mit `https://` beginnen".to_owned(),
        FaultKind::Address(AddressFault::Adorned) => {
            "darf weder Benutzername und Passwort noch ein Fragment enthalten".to_owned()
        }
        FaultKind::Address(AddressFault::Private) => {
            "darf keine private, lokale oder Link-Local-Adresse sein".to_owned()
        }
        FaultKind::Exclusive { other } => format!("darf nicht zusammen mit `{other}` stehen"),
    }
}
