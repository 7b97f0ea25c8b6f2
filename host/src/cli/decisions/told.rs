//! A decision in words: what was asked, and how it was answered, in the sentences that callers are told.

use core_wasm::texts::{Locale, explain};

use crate::{
    cli::columns::line,
    decisions::{
        diff::{Subject, subject_of},
        record::reasons_on_record,
    },
    ports::store::decision::DecisionRecord,
};

/// What was answered, in one word: the code of the first reason, where it was refused.
pub(super) fn outcome(decision: &DecisionRecord) -> String {
    if decision.allowed {
        return "allowed".to_owned();
    }
    let first = reasons_on_record(decision).and_then(|reasons| reasons.into_iter().next());
    first.map_or_else(|| "refused".to_owned(), |reason| reason.profile().code.to_owned())
}

/// What was answered, in sentences: one per reason.
pub(super) fn sentences(decision: &DecisionRecord) -> Vec<String> {
    let Some(reasons) = reasons_on_record(decision) else {
        return vec!["The answer cannot be read by this release.".to_owned()];
    };
    if decision.allowed {
        let about = decision.feature_code.as_deref().map(line).unwrap_or_default();
        return vec![match subject_of(decision) {
            Subject::Restore => format!("The instance of {about} may come back."),
            Subject::Activate => format!("{about} may be activated."),
            Subject::End => format!("The instance of {about} may be ended for all."),
            Subject::Share => format!("A colleague may be given access to the instance of {about}."),
            Subject::Leave => format!("The access to the instance of {about} may be given up."),
            Subject::Home | Subject::Admin => "A home mandate is due.".to_owned(),
        }];
    }
    let sentence = |reason| {
        let text = explain(reason, Locale::En);
        format!("{} {}", text.detail, text.fix)
    };
    reasons.iter().map(sentence).collect()
}
