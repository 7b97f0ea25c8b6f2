//! That a reason names every fact it read: with those facts kept and all others replaced, it is told all the same.

use core_wasm::{activation, deactivation, reason::Reason, sharing};
use proptest::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::generate;

/// What decides whether an admin's reason is reached at all in an activation.
const ACTIVATION_GATES: [&str; 5] =
    ["/feature/category", "/mandate/membership", "/restoring", "settings/adminLabels", "settings/adminMatch"];

/// What decides whether a member's reason is reached at all in a deactivation.
const DEACTIVATION_GATES: [&str; 3] = ["/instance", "/requested", "/mandate/membership/enabled"];

/// What decides whether an admin's reason is reached at all when an access is given.
const SHARING_GATES: [&str; 4] = ["/hasInstance", "/mandate/membership", "settings/adminLabels", "settings/adminMatch"];

/// `others`, but with the facts and settings of the pointers taken from `kept`. Both are `{facts, settings}`.
fn with_kept(kept: &Value, others: &Value, pointers: &[&str]) -> Value {
    let mut mixed = others.clone();
    for pointer in pointers {
        let pointer = match pointer.strip_prefix("settings") {
            Some(setting) => format!("/settings{setting}"),
            None => format!("/facts{pointer}"),
        };
        // A reason of two questions reads what only one of them has.
        let whole: String = pointer.split('/').take(3).collect::<Vec<_>>().join("/");
        if kept.pointer(&whole).is_some() {
            keep(kept, &mut mixed, &pointer);
        }
    }
    mixed
}

/// Copies the value at the pointer, or where either side has no such value, the part that would hold it.
fn keep(kept: &Value, mixed: &mut Value, pointer: &str) {
    match (kept.pointer(pointer), mixed.pointer_mut(pointer)) {
        (Some(from), Some(to)) => *to = from.clone(),
        _ => keep(kept, mixed, pointer.rsplit_once('/').expect("the root is on both sides").0),
    }
}

fn part<T: DeserializeOwned>(mixed: &Value, name: &str) -> T {
    serde_json::from_value(mixed[name].clone()).expect("facts of one kind mix")
}

fn both(facts: &impl Serialize, settings: &impl Serialize) -> Value {
    json!({ "facts": facts, "settings": settings })
}

fn pointers(reason: &Reason, gates: &[&'static str]) -> Vec<&'static str> {
    reason.profile().reads.iter().chain(gates).copied().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn an_activation_reads_what_its_reasons_name(
        facts in generate::activation(),
        others in generate::activation(),
        settings in generate::settings(),
        other_settings in generate::settings(),
    ) {
        let (kept, others) = (both(&facts, &settings), both(&others, &other_settings));
        for reason in activation::decide(&facts, &settings).reasons {
            let mixed = with_kept(&kept, &others, &pointers(&reason, &ACTIVATION_GATES));
            let again = activation::decide(&part(&mixed, "facts"), &part(&mixed, "settings"));
            prop_assert!(again.reasons.contains(&reason), "{:?} is not told for {}", reason, mixed);
        }
    }

    #[test]
    fn sharing_reads_what_its_reasons_name(
        facts in generate::sharing(),
        others in generate::sharing(),
        settings in generate::settings(),
        other_settings in generate::settings(),
    ) {
        let (kept, others) = (both(&facts, &settings), both(&others, &other_settings));
        for reason in sharing::decide(&facts, &settings).reasons {
            let mixed = with_kept(&kept, &others, &pointers(&reason, &SHARING_GATES));
            let again = sharing::decide(&part(&mixed, "facts"), &part(&mixed, "settings"));
            prop_assert!(again.reasons.contains(&reason), "{:?} is not told for {}", reason, mixed);
        }
    }

    #[test]
    fn a_deactivation_reads_what_its_reasons_name(
        facts in generate::deactivation(),
        others in generate::deactivation(),
        settings in generate::settings(),
        other_settings in generate::settings(),
    ) {
        let (kept, others) = (both(&facts, &settings), both(&others, &other_settings));
        for reason in deactivation::decide(&facts, &settings).reasons {
            let mixed = with_kept(&kept, &others, &pointers(&reason, &DEACTIVATION_GATES));
            let again = deactivation::decide(&part(&mixed, "facts"), &part(&mixed, "settings"));
            prop_assert!(again.reasons.contains(&reason), "{:?} is not told for {}", reason, mixed);
        }
    }
}
