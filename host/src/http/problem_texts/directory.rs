//! Sentences for what speaks against a change of an entry, in four languages: what is wrong, and what helps.

use core_wasm::texts::Locale;

use crate::directory::Refusal;

pub(super) fn text(refusal: &Refusal, locale: Locale) -> (String, String) {
    let [de, fr, it, en] = sentences(refusal);
    let (detail, fix) = match locale {
        Locale::De => de,
        Locale::Fr => fr,
        Locale::It => it,
        Locale::En => en,
    };
    (fill(detail, refusal), fill(fix, refusal))
}

/// German, French, Italian, English. `{n}` is the number of the refusal, `{what}` its field.
fn sentences(refusal: &Refusal) -> [(&'static str, &'static str); 4] {
    match refusal {
        Refusal::Missing => [
            ("Diesen Eintrag gibt es nicht.", "Bitte schreiben Sie ihn zuerst mit `PUT`."),
            ("Cette entrée n’existe pas.", "Veuillez d’abord l’écrire avec `PUT`."),
            ("Questa voce non esiste.", "La scriva prima con `PUT`."),
            ("There is no such entry.", "Please write it with `PUT` first."),
        ],
        Refusal::Invalid(_) | Refusal::Dangling { .. } => [
            ("Der Eintrag ist nicht, wie er sein muss.", "Bitte berichtigen Sie ihn."),
            ("L’entrée n’est pas comme elle doit être.", "Veuillez la corriger."),
            ("La voce non è come dev’essere.", "La corregga."),
            ("The entry is not as it must be.", "Please correct it."),
        ],
        Refusal::Precondition => [
            (
                "Der Eintrag ist nicht mehr, wie die Anfrage voraussetzt.",
                "Bitte lesen Sie ihn neu und entscheiden Sie noch einmal.",
            ),
            ("L’entrée n’est plus telle que la requête le suppose.", "Veuillez la relire et décider à nouveau."),
            ("La voce non è più come la richiesta presuppone.", "La rilegga e decida di nuovo."),
            ("The entry is not as the request takes for granted.", "Please read it again and decide anew."),
        ],
        Refusal::Taken { .. } => [
            (
                "Der Wert von `{what}` gehört schon zu einem anderen Eintrag.",
                "Bitte ändern Sie jenen Eintrag, oder nehmen Sie einen anderen Wert.",
            ),
            (
                "La valeur de `{what}` appartient déjà à une autre entrée.",
                "Veuillez modifier cette entrée-là, ou prendre une autre valeur.",
            ),
            ("Il valore di `{what}` appartiene già a un’altra voce.", "Modifichi quella voce o usi un altro valore."),
            (
                "The value of `{what}` belongs to another entry already.",
                "Please change that entry, or take another value.",
            ),
        ],
        Refusal::Fixed { .. } => [
            (
                "`{what}` sagt, worum es im Eintrag geht, und kann nicht geändert werden.",
                "Bitte löschen Sie den Eintrag und schreiben Sie einen anderen.",
            ),
            (
                "`{what}` dit de quoi traite l’entrée et ne peut pas être modifié.",
                "Veuillez supprimer l’entrée et en écrire une autre.",
            ),
            (
                "`{what}` dice di che cosa tratta la voce e non può essere modificato.",
                "Elimini la voce e ne scriva un’altra.",
            ),
            (
                "`{what}` says what the entry is about and cannot be changed.",
                "Please delete the entry and write another one.",
            ),
        ],
        Refusal::Closing => [
            (
                "Der Mandant wird gerade gelöscht.",
                "Bitte warten Sie, bis er gelöscht ist, oder nehmen Sie einen anderen.",
            ),
            (
                "Le mandat est en cours de suppression.",
                "Veuillez attendre qu’il soit supprimé, ou en prendre un autre.",
            ),
            ("Il mandato è in corso di eliminazione.", "Attenda che sia eliminato o ne usi un altro."),
            ("The mandate is being deleted.", "Please wait until it is gone, or take another one."),
        ],
        Refusal::NotMember => [
            (
                "Zugang bekommt nur, wer eine aktive Mitgliedschaft im Mandanten der Instanz hat.",
                "Bitte schreiben Sie zuerst die Mitgliedschaft.",
            ),
            (
                "Seul un membre actif du mandat de l’instance reçoit un accès.",
                "Veuillez d’abord écrire l’appartenance.",
            ),
            ("Riceve un accesso solo chi è membro attivo del mandato dell’istanza.", "Scriva prima l’appartenenza."),
            ("Only an enabled member of the instance’s mandate gets access.", "Please write the membership first."),
        ],
        Refusal::BillingOpen { .. } => [
            (
                "Änderungen dieses Abonnements warten auf die Abrechnung ({n}).",
                "Bitte versuchen Sie es in Kürze noch einmal.",
            ),
            ("Des modifications de cet abonnement attendent la facturation ({n}).", "Veuillez réessayer sous peu."),
            ("Modifiche di questo abbonamento attendono la fatturazione ({n}).", "Riprovi tra poco."),
            ("Changes of this subscription wait for billing ({n}).", "Please try again shortly."),
        ],
        Refusal::StillBilled { .. } => [
            (
                "Unter den jetzigen Stripe-Ids werden {n} Instanzen verrechnet, und niemand würde das beenden.",
                "Bitte beenden Sie die Instanzen, oder kündigen Sie das Abonnement bei Stripe und warten Sie auf den Status `CANCELED`.",
            ),
            (
                "Sous les ids Stripe actuels, {n} instances sont facturées et personne n’y mettrait fin.",
                "Veuillez mettre fin aux instances, ou résilier l’abonnement chez Stripe et attendre le statut `CANCELED`.",
            ),
            (
                "Con gli id Stripe attuali sono fatturate {n} istanze e nessuno vi porrebbe fine.",
                "Termini le istanze, oppure disdica l’abbonamento presso Stripe e attenda lo stato `CANCELED`.",
            ),
            (
                "{n} instances are charged for under the present Stripe ids, and nobody would end that.",
                "Please end the instances, or cancel the subscription at Stripe and wait for the status `CANCELED`.",
            ),
        ],
        Refusal::FollowsBilling { .. } => [
            (
                "`{what}` eines Abonnements, das Stripe verrechnet, kommt von Stripe.",
                "Bitte ändern Sie das Abonnement bei Stripe; was dort gilt, wird übernommen.",
            ),
            (
                "`{what}` d’un abonnement facturé par Stripe vient de Stripe.",
                "Veuillez modifier l’abonnement chez Stripe ; ce qui y vaut est repris.",
            ),
            (
                "`{what}` di un abbonamento fatturato da Stripe viene da Stripe.",
                "Modifichi l’abbonamento presso Stripe; ciò che vale lì viene ripreso.",
            ),
            (
                "`{what}` of a subscription that Stripe charges for comes from Stripe.",
                "Please change the subscription at Stripe; what holds there is taken over.",
            ),
        ],
        Refusal::PlanBilled { .. } => [
            (
                "Nach diesem Plan verrechnet Stripe {n} Abonnemente; ein anderer Preis hier wäre nicht der, den sie zahlen.",
                "Bitte schreiben Sie einen neuen Plan, und wechseln Sie die Abonnemente zu ihm, sobald ihr Preis bei Stripe geändert ist.",
            ),
            (
                "Stripe facture {n} abonnements selon ce plan ; un autre prix ici ne serait pas celui qu’ils paient.",
                "Veuillez écrire un nouveau plan et y faire passer les abonnements dès que leur prix est modifié chez Stripe.",
            ),
            (
                "Stripe fattura {n} abbonamenti secondo questo piano; un altro prezzo qui non sarebbe quello che pagano.",
                "Scriva un nuovo piano e vi passi gli abbonamenti appena il loro prezzo è modificato presso Stripe.",
            ),
            (
                "Stripe charges {n} subscriptions by this plan; another price here would not be the one they pay.",
                "Please write a new plan, and move the subscriptions to it once their price is changed at Stripe.",
            ),
        ],
        Refusal::InUse { .. } => [
            ("Der Eintrag wird noch gebraucht ({what}: {n}).", "Bitte ändern oder löschen Sie zuerst, was ihn nennt."),
            ("L’entrée est encore utilisée ({what} : {n}).", "Veuillez d’abord modifier ou supprimer ce qui la nomme."),
            ("La voce è ancora in uso ({what}: {n}).", "Modifichi o elimini prima ciò che la nomina."),
            ("The entry is still in use ({what}: {n}).", "Please change or delete what names it first."),
        ],
    }
}

fn fill(sentence: &str, refusal: &Refusal) -> String {
    let (number, what) = match refusal {
        Refusal::Taken { field, .. } => (0, *field),
        Refusal::Fixed { pointer } | Refusal::FollowsBilling { pointer } => (0, *pointer),
        Refusal::BillingOpen { open } => (*open, ""),
        Refusal::StillBilled { quantity } => (*quantity, ""),
        Refusal::PlanBilled { subscriptions } => (*subscriptions, ""),
        Refusal::InUse { by, count } => (*count, *by),
        _ => (0, ""),
    };
    sentence.replace("{n}", &number.to_string()).replace("{what}", what.trim_start_matches('/'))
}
