//! Italian.

use super::{Cause, FaultKind, place, size, words};
use crate::ports::courier::AddressFault;

const AGAIN: &str = "Riprovi tra poco.";
const QUOTE_ANEW: &str = "Chieda una nuova offerta.";

pub(super) fn text(cause: &Cause) -> (String, String) {
    let (detail, fix) = match cause {
        Cause::Refused(_) | Cause::Entry(_) | Cause::Scim(_) | Cause::Internal => (
            "Qualcosa è andato storto da parte nostra.",
            "Riprovi; se non basta, si rivolga al supporto indicando il `traceId`.",
        ),
        Cause::Unauthorized => {
            ("La richiesta non contiene un token di accesso valido.", "Effettui l’accesso e riprovi.")
        }
        Cause::CrossSiteRequest => (
            "La richiesta porta un cookie, ma non mostra di venire da una pagina di questo Store.",
            "La preghiamo di lavorare sulla pagina dello Store. I programmi inviano con il cookie `Content-Type: application/json`, `X-Turnpike: 1` e il proprio `Origin`, oppure un token di accesso.",
        ),
        Cause::InsufficientScope { scope } => {
            return (
                "Il token di questo servizio non lo permette.".to_owned(),
                format!("Utilizzi un token con lo scope `{scope}`."),
            );
        }
        Cause::MalformedJson { line, column } => {
            return (
                format!("Il contenuto della richiesta non è un JSON valido (riga {line}, colonna {column})."),
                "Invii un oggetto JSON valido.".to_owned(),
            );
        }
        Cause::InvalidField(fault) => {
            return (
                format!("Il campo `{}` {}.", place(&fault.pointer), fault_text(&fault.kind)),
                "Corregga il campo.".to_owned(),
            );
        }
        Cause::PayloadTooLarge { limit } => {
            return (
                format!("Il contenuto della richiesta supera {}.", size(*limit)),
                "Invii un contenuto più piccolo.".to_owned(),
            );
        }
        Cause::EventsGone => (
            "Gli eventi dopo questo punto sono già stati eliminati.",
            "Rileggete tutto e poi ricominciate dall’inizio.",
        ),
        Cause::WrongSignature => (
            "Il contenuto non è firmato con un segreto configurato qui.",
            "Lo firmi con il segreto di questo punto di accesso.",
        ),
        Cause::SignatureExpired => {
            ("La firma del contenuto non è attuale.", "Lo invii con una nuova firma e verifichi gli orologi.")
        }
        Cause::UnsupportedMediaType => {
            ("Il contenuto della richiesta non è indicato come JSON.", "Invii `Content-Type: application/json`.")
        }
        Cause::NotFound => ("A questo indirizzo non c’è nulla.", "Verifichi l’indirizzo."),
        Cause::MethodNotAllowed => {
            ("Questo indirizzo non conosce questo metodo.", "L’intestazione `Allow` indica i metodi disponibili qui.")
        }
        Cause::RateLimited { seconds } => {
            return (
                "Le richieste sono state troppe in poco tempo.".to_owned(),
                if *seconds == 1 {
                    "Riprovi tra un secondo.".to_owned()
                } else {
                    format!("Riprovi tra {seconds} secondi.")
                },
            );
        }
        Cause::TooManyStreams { limit } => {
            return (format!("Ha già {limit} viste aperte che si aggiornano da sole."), "Ne chiuda una.".to_owned());
        }
        Cause::IdempotencyKeyReused => (
            "Questo `Idempotency-Key` appartiene a una richiesta con un altro contenuto.",
            "Usi una nuova chiave per ogni nuova richiesta.",
        ),
        Cause::Withdrawn => (
            "L’attivazione è stata ritirata prima che venisse addebitato qualcosa.",
            "Attivi di nuovo la funzione, se serve.",
        ),
        Cause::QuoteRequired => {
            ("Ciò che è a pagamento richiede prima un’offerta.", "Chieda un’offerta e la indichi nella richiesta.")
        }
        Cause::QuoteExpired => ("L’offerta è scaduta. Non è stato modificato nulla.", QUOTE_ANEW),
        Cause::QuoteUsed => ("L’offerta è già stata usata. Questa richiesta non ha modificato nulla.", QUOTE_ANEW),
        Cause::QuoteChanged => (
            "L’offerta non è più valida o riguarda altro. Non è stato modificato nulla.",
            "Esamini la nuova offerta e la accetti, oppure ne chieda un’altra.",
        ),
        Cause::RequestNotOpen => (
            "Questa richiesta ha avuto risposta, è stata ritirata o riguarda altro. Non è stato modificato nulla.",
            "Ricarichi le richieste.",
        ),
        Cause::ChangePending => ("Un’altra modifica di questa istanza attende la fatturazione.", AGAIN),
        Cause::RequestInProgress => ("La richiesta con questo `Idempotency-Key` è ancora in corso.", AGAIN),
        Cause::ServiceUnavailable => ("Il servizio non è al momento disponibile. Non è stato modificato nulla.", AGAIN),
        Cause::PolicyUnavailable => ("Le regole non hanno dato una decisione. Non è stato modificato nulla.", AGAIN),
        Cause::Timeout => (
            "La risposta non è arrivata in tempo. La richiesta può ancora avere effetto.",
            "Verifichi lo stato attuale, oppure ripeta la richiesta con lo stesso `Idempotency-Key`.",
        ),
    };
    (detail.to_owned(), fix.to_owned())
}

fn fault_text(kind: &FaultKind) -> String {
    match kind {
        FaultKind::Missing => "manca".to_owned(),
        FaultKind::WrongType { expected: "string" } => "deve essere un testo".to_owned(),
        FaultKind::WrongType { expected: "array" } => "deve essere una lista".to_owned(),
        FaultKind::WrongType { .. } => "deve essere un oggetto".to_owned(),
        FaultKind::Length { min, max } => format!("deve avere da {min} a {max} caratteri"),
        FaultKind::Entries { min, max } => format!("deve avere da {min} a {max} voci"),
        FaultKind::Range { min, max } => format!("deve essere un numero intero da {min} a {max}"),
        FaultKind::ControlCharacter => "non deve contenere caratteri di controllo".to_owned(),
        FaultKind::NotVisible => "deve contenere solo caratteri ASCII visibili".to_owned(),
        FaultKind::NotAllowed { allowed } => format!("deve essere uno tra {}", words(allowed)),
        FaultKind::NearMiss { expected } => format!("non è noto; probabilmente si intende `{expected}`"),
        FaultKind::Duplicate => "è indicato più volte".to_owned(),
        FaultKind::Unfit { message } => format!("non è come dev’essere: {message}"),
        FaultKind::Address(AddressFault::NoUrl) => "deve essere un URL assoluto".to_owned(),
        FaultKind::Address(AddressFault::Insecure) => "deve cominciare con `https://`".to_owned(),
        FaultKind::Address(AddressFault::Adorned) => {
            "non deve contenere nome utente e password né un frammento".to_owned()
        }
        FaultKind::Address(AddressFault::Private) => {
            "non deve essere un indirizzo privato, locale o link-local".to_owned()
        }
        FaultKind::Exclusive { other } => format!("non deve essere indicato insieme a `{other}`"),
    }
}
