//! That every reason reads as tests/sentences.json holds, and well in every language: its numbers and days are in it, and no
//! two languages are the same.

use std::collections::BTreeSet;

use core_wasm::{
    facts::SubscriptionStatus,
    reason::{BillingGap, Reason},
    texts::{Locale, Text, explain},
};

use crate::{cases, coverage};

/// Every reason with each class of its parameters, and what people read of it: `[detail, fix]` by language.
#[test]
fn every_sentence_is_as_it_is_held() {
    let held = include_str!("../../../tests/sentences.json");
    let held: Vec<serde_json::Value> = serde_json::from_str(held).expect("a list");
    let mut met = BTreeSet::from(coverage::OF_OPERATORS);
    for case in &held {
        let reason: Reason = serde_json::from_value(case["reason"].clone()).expect("a reason");
        for locale in Locale::ALL {
            let Text { detail, fix } = explain(&reason, locale);
            assert_eq!(serde_json::json!([detail, fix]), case[locale.tag()], "{} {reason:?}", locale.tag());
        }
        met.insert(reason.profile().code);
    }
    assert_eq!(met, coverage::codes_in_order().iter().map(String::as_str).collect(), "a reason has no sentences");
}

/// The reasons of all cases, and those that billing tells.
fn reasons() -> Vec<Reason> {
    let mut reasons = vec![
        Reason::PaymentDeclined {},
        Reason::PaymentActionRequired {},
        Reason::BillingRefused {},
        Reason::BillingUnavailable { since: None },
        crate::own::reason(),
        Reason::CapacityReached { limit: 1, used: 1, adding: 1 },
        Reason::BillingOutOfSync { confirmed: 1, counted: 2 },
    ];
    for case in cases::all().into_iter().flat_map(|file| file.cases) {
        for question in ["/activation/reasons", "/deactivation/reasons", "/sharing/reasons"] {
            let told = case.answer.pointer(question).and_then(serde_json::Value::as_array).into_iter().flatten();
            reasons.extend(told.map(|reason| serde_json::from_value::<Reason>(reason.clone()).expect("a reason")));
        }
    }
    reasons
}

#[test]
fn every_reason_reads_as_sentences_in_every_language() {
    let reasons = reasons();
    let met: BTreeSet<&str> = reasons.iter().map(|reason| reason.profile().code).collect();
    assert_eq!(met, coverage::codes_in_order().iter().map(String::as_str).collect(), "a reason is not looked at");
    for reason in reasons {
        let texts = Locale::ALL.map(|locale| explain(&reason, locale));
        for text in &texts {
            for sentence in [&text.detail, &text.fix] {
                assert!(sentence.ends_with('.') && sentence.len() > 15, "no sentence: `{sentence}`");
                assert!(sentence.chars().next().is_some_and(char::is_uppercase), "small start: `{sentence}`");
                assert!(
                    !sentence.contains("  ") && !sentence.contains("..") && !sentence.contains('ß'),
                    "`{sentence}`"
                );
            }
        }
        let different: BTreeSet<&str> = texts.iter().map(|text| text.detail.as_str()).collect();
        assert_eq!(different.len(), texts.len(), "two languages say the same: {texts:?}");
    }
}

/// What a mandate is called is the operator's choice, with a gender of its own: no sentence can be built around it.
#[test]
fn no_sentence_has_a_word_for_a_mandate() {
    for reason in reasons() {
        for Text { detail, fix } in Locale::ALL.map(|locale| explain(&reason, locale)) {
            let text = format!("{detail} {fix}").to_lowercase();
            assert!(!text.contains("manda"), "`{text}`");
        }
    }
}

#[test]
fn parameters_are_in_the_sentence() {
    let ended_at = 1_767_225_600_000;
    let until = ended_at + 7 * 24 * 60 * 60 * 1000;
    for (reason, parts) in [
        (Reason::CapacityReached { limit: 41, used: 42, adding: 43 }, &["41", "42", "43"][..]),
        (Reason::InstanceCapReached { limit: 41, used: 42, adding: 43 }, &["41", "42", "43"]),
        (Reason::BillingOutOfSync { confirmed: 41, counted: 42 }, &["41", "42"]),
        (Reason::TooManyWaiting { limit: 41 }, &["41"]),
        (Reason::InvoiceBudgetUsed { limit: 41, retry_at: ended_at }, &["41", "2026-01-01 00:00 UTC"]),
        (Reason::NotAdmin { admin_labels: vec!["admin".into(), "Inhaber".into()] }, &["admin", "Inhaber"]),
        (Reason::RestoreExpired { ended_at, until }, &["2026-01-01", "2026-01-08"]),
        (
            Reason::NoSubscription { latest: Some(SubscriptionStatus::Trialing), trial_ended_at: Some(ended_at) },
            &["2026-01-01"],
        ),
    ] {
        for locale in Locale::ALL {
            let Text { detail, fix } = explain(&reason, locale);
            let text = format!("{detail} {fix}");
            assert!(parts.iter().all(|part| text.contains(part)), "`{text}` lacks one of {parts:?}");
        }
    }
}

#[test]
fn one_is_singular() {
    let one = Reason::CapacityReached { limit: 1, used: 1, adding: 1 };
    for (locale, word) in [
        (Locale::De, "1 Instanz:"),
        (Locale::Fr, "1 instance "),
        (Locale::It, "1 istanza:"),
        (Locale::En, "1 instance:"),
    ] {
        let detail = explain(&one, locale).detail;
        assert!(detail.contains(word), "`{detail}`");
    }
}

#[test]
fn every_gap_and_every_status_has_words_of_its_own() {
    use BillingGap::{Connection, Currency, Difference, Item, Price, Subscription};
    use SubscriptionStatus::{Active, Canceled, Expired, Paused, Scheduled, Unpaid};
    for locale in Locale::ALL {
        let gaps = [Connection, Subscription, Item, Price, Difference, Currency]
            .map(|gap| explain(&Reason::BillingIncomplete { missing: vec![gap] }, locale).detail);
        assert_eq!(gaps.iter().collect::<BTreeSet<_>>().len(), gaps.len());
        let statuses = [None, Some(Scheduled), Some(Active), Some(Unpaid), Some(Paused), Some(Canceled), Some(Expired)]
            .map(|latest| explain(&Reason::NoSubscription { latest, trial_ended_at: None }, locale).detail);
        assert_eq!(statuses.iter().collect::<BTreeSet<_>>().len(), statuses.len());
    }
}

#[test]
fn a_missing_language_reads_the_first() {
    let Reason::Custom { rule, mut texts } = crate::own::reason() else { panic!("not of an own rule") };
    texts.truncate(1);
    let german = explain(&Reason::Custom { rule: rule.clone(), texts: texts.clone() }, Locale::De);
    assert_eq!(german.detail, "Diese Funktion gibt es nur mit Jahresabo.");
    assert_eq!(explain(&Reason::Custom { rule: rule.clone(), texts }, Locale::En), german);
    let nothing = explain(&Reason::Custom { rule, texts: Vec::new() }, Locale::En);
    assert_eq!(nothing.detail, "yearly-plan", "what nobody wrote a text for still has its name");
}
