//! A decision in words: what was asked, and how it was answered, in the sentences that callers are told.

use core_wasm::{
    question::SingleAnswer,
    texts::{Locale, explain},
};

use crate::{
    cli::columns::line,
    decisions::diff::{Subject, subject_of},
    policy::reasons,
    ports::store::decision::DecisionRecord,
};

/// What was answered, in one word: the code of the first reason, where it was refused.
pub(super) fn outcome(decision: &DecisionRecord) -> String {
    if decision.allowed {
        return "allowed".to_owned();
    }
    let answer: Option<SingleAnswer> = serde_json::from_str(&decision.answer).ok();
    let first = answer.as_ref().and_then(|answer| reasons(answer).first());
    first.map_or_else(|| "refused".to_owned(), |reason| reason.profile().code.to_owned())
}

/// What was answered, in sentences: one per reason.
pub(super) fn sentences(decision: &DecisionRecord) -> Vec<String> {
    let Ok(answer) = serde_json::from_str::<SingleAnswer>(&decision.answer) else {
        return vec!["The answer cannot be read by this release.".to_owned()];
    };
    if decision.allowed {
        let about = decision.feature_code.as_deref().map(line).unwrap_or_default();
        return vec![match subject_of(decision) {
            Subject::Restore => format!("The instance of {about} may come back."),
            Subject::Activate => format!("{about} may be activated."),
            Subject::End => format!("The instance of {about} may be ended for all."),
            Subject::Leave => format!("The access to the instance of {about} may be given up."),
            Subject::Home | Subject::Admin => "A home mandate is due.".to_owned(),
        }];
    }
    let sentence = |reason| {
        let text = explain(reason, Locale::En);
        format!("{} {}", text.detail, text.fix)
    };
    reasons(&answer).iter().map(sentence).collect()
}
