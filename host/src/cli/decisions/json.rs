//! Decisions as JSON, for programs. Facts and answer are as they are kept.

use serde_json::{Value, json};

use super::told;
use crate::{cli::columns::instant, ports::store::decision::DecisionRecord};

/// A decision.
pub(super) fn decision(decision: &DecisionRecord) -> Value {
    let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    json!({
        "id": decision.id,
        "at": instant(decision.at),
        "question": decision.kind.as_str(),
        "allowed": decision.allowed,
        "mandateId": decision.mandate_id,
        "featureCode": decision.feature_code,
        "instanceId": decision.instance_id,
        "sentences": told::sentences(decision),
        "policyDigest": decision.policy_digest,
        "settingsDigest": decision.settings_digest,
        "fuel": decision.fuel,
        "traceId": decision.trace_id,
        "who": decision.who,
        "facts": parsed(&decision.facts),
        "answer": parsed(&decision.answer),
    })
}
