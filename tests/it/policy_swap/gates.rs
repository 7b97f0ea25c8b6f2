//! What a module must show before it decides: each gate lets the right ones through and names what is wrong with others.

use std::time::Duration;

use turnpike::policy::{Demand, Gates, Limits, LoadError, hex_sha256};

use super::{another, custom, turnpikes};
use crate::policy::{thirsty::thirsty, wat::Wat};

/// With so much time that a busy machine ends no call that another limit is to end.
fn admit(gates: &Gates, bytes: &[u8]) -> Result<String, LoadError> {
    let limits = Limits { deadline: Duration::from_secs(60), ..Limits::default() };
    gates.admit(bytes, limits).map(|policy| policy.digest().to_owned())
}

fn demanding(demand: Demand) -> Gates {
    Gates { demand, ..Gates::default() }
}

/// The first case that a module fails, and why.
fn fault(demand: Demand, bytes: &[u8]) -> String {
    match admit(&demanding(demand), bytes) {
        Err(error @ LoadError::Golden { .. }) => error.to_string(),
        other => panic!("no golden case: {other:?}"),
    }
}

#[test]
fn turnpikes_own_module_passes_whatever_is_demanded() {
    for (word, demand) in Demand::ALL {
        let passed = admit(&demanding(demand), &turnpikes());
        assert_eq!(passed.unwrap_or_else(|error| panic!("{word}: {error}")), hex_sha256(&turnpikes()));
    }
}

#[test]
fn a_rule_that_refuses_more_passes_unless_equal_answers_are_demanded() {
    let module = custom("yearly.wasm");
    // No golden case is about its feature: it answers all of them alike.
    for (word, demand) in Demand::ALL {
        assert!(admit(&demanding(demand), &module).is_ok(), "{word}");
    }
}

#[test]
fn another_digest_than_the_pinned_ones_is_refused_before_anything_is_compiled() {
    let (one, two) = (turnpikes(), another(&turnpikes(), 1));
    let gates = Gates { pins: vec![hex_sha256(&two)], ..Gates::default() };
    assert!(admit(&gates, &two).is_ok());
    for refused in [one, b"not even a module".to_vec()] {
        let error = admit(&gates, &refused).expect_err("another one is pinned");
        assert_eq!(
            error.to_string(),
            format!(
                "the policy module has the digest `{}`, but only `{}` may decide here",
                hex_sha256(&refused),
                hex_sha256(&two)
            )
        );
    }
}

#[test]
fn what_cannot_be_loaded_is_refused_in_the_same_words() {
    let module = Wat { before: r#"(import "env" "now" (func (result i64)))"#, ..Wat::default() }.bytes();
    let error = admit(&Gates::default(), &module).expect_err("an import");
    assert_eq!(error.to_string(), "the policy module imports `env.now`, a policy must import nothing");
}

#[test]
fn a_module_that_answers_nothing_or_anything_fails_the_first_case() {
    let grants_all = r#"{"activation":{"allowed":true,"reasons":[],"grant":{"adminRole":"a","subscription":0,"billing":"nothing"}}}"#;
    for (_, demand) in Demand::ALL {
        for module in
            [Wat::default(), Wat::answering("garbage"), Wat::answering(grants_all), Wat::deciding("unreachable")]
        {
            let fault = fault(demand, &module.bytes());
            assert!(fault.starts_with("the policy module fails the golden case `access_differs: "), "{fault}");
        }
    }
}

#[test]
fn a_module_that_loops_is_refused_quickly() {
    let module = Wat::deciding("(loop $again (br $again)) unreachable").bytes();
    let fault = fault(Demand::Safe, &module);
    assert!(fault.ends_with("the policy ran out of fuel"), "{fault}");
}

/// Whichever form a module is dear in: hosts ask in the compact one, others in JSON.
#[test]
fn a_module_that_is_too_dear_in_either_form_is_refused() {
    for (export, form) in [("turnpike_decide", "json"), ("turnpike_decide_compact", "the compact form")] {
        admit(&Gates::default(), &thirsty(&turnpikes(), export, 1)).expect("hardly dearer");
        let fault = fault(Demand::Safe, &thirsty(&turnpikes(), export, 1_000_000));
        assert!(
            fault.contains(": its units of fuel are ") && fault.contains(&format!(" in {form}, at most")),
            "{fault}"
        );
    }
}

/// Answers of a policy to all golden cases are changed by hand, so that each kind of difference is met.
mod demands {
    use core_wasm::question::Answer;
    use serde_json::{Value, json};
    use turnpike::policy::Demand;

    fn grant() -> Value {
        json!({"adminRole": "a-admin", "subscription": 0, "billing": {"gated": {"quantity": 5, "gate": "quantity"}}})
    }

    fn activation(allowed: bool, reasons: &[Value], grant: Value) -> Value {
        json!({"activation": {"allowed": allowed, "reasons": reasons, "grant": grant}})
    }

    fn allowed() -> Value {
        activation(true, &[], grant())
    }

    fn refused(reasons: &[Value]) -> Value {
        activation(false, reasons, Value::Null)
    }

    fn code(code: &str) -> Value {
        let params = match code {
            "not-admin" => json!({"adminLabels": ["admin"]}),
            "capacity-reached" => json!({"limit": 1, "used": 1, "adding": 1}),
            "custom" => json!({"rule": "mine", "texts": [{"language": "en", "detail": "No.", "fix": "Ask."}]}),
            _ => json!({}),
        };
        json!({"code": code, "params": params})
    }

    /// What `equal`, `stricter` and `safe` say to an answer in place of the golden one.
    fn accepted(golden: &Value, told: &Value) -> [bool; 3] {
        let read = |answer: &Value| serde_json::from_value::<Answer>(answer.clone()).unwrap();
        Demand::ALL.map(|(_, demand)| demand.accepts(&read(golden), &read(told)).is_ok())
    }

    #[test]
    fn activations() {
        let other_grant =
            activation(true, &[], json!({"adminRole": "a-admin", "subscription": 0, "billing": "nothing"}));
        let full = refused(&[code("capacity-reached")]);
        let stranger = refused(&[code("mandate-not-found")]);
        let member = refused(&[code("not-admin")]);
        for (what, golden, told, expected) in [
            ("the same", allowed(), allowed(), [true, true, true]),
            ("refused for a reason of its own", allowed(), refused(&[code("custom")]), [false, true, true]),
            ("refused for one of ours", allowed(), refused(&[code("plan-unknown")]), [false, false, true]),
            ("without billing", allowed(), other_grant, [false, false, true]),
            ("allowed beyond the limit", full.clone(), allowed(), [false, false, true]),
            (
                "one more reason",
                full.clone(),
                refused(&[code("capacity-reached"), code("custom")]),
                [false, true, true],
            ),
            ("its own first", full.clone(), refused(&[code("custom"), code("capacity-reached")]), [false, false, true]),
            ("ours left out", full, refused(&[code("custom")]), [false, false, true]),
            ("a stranger let in", stranger.clone(), allowed(), [false, false, false]),
            ("a stranger refused otherwise", stranger, refused(&[code("custom")]), [false, false, true]),
            ("a member let in", member, allowed(), [false, false, false]),
            (
                "in a closed mandate",
                refused(&[json!({"code": "mandate-closed", "params": {"system": false, "disabled": true}})]),
                allowed(),
                [false, false, false],
            ),
            (
                "another question",
                allowed(),
                json!({"mandates": {"mandates": [], "homeMandateDue": false}}),
                [false, false, false],
            ),
        ] {
            assert_eq!(accepted(&golden, &told), expected, "{what}");
        }
    }

    #[test]
    fn accesses() {
        let sharing = |allowed: bool, reasons: &[Value]| json!({"sharing": {"allowed": allowed, "reasons": reasons}});
        let (yes, no_colleague) = (sharing(true, &[]), sharing(false, &[code("colleague-not-found")]));
        for (what, golden, told, expected) in [
            ("the same", yes.clone(), yes.clone(), [true, true, true]),
            ("refused for a reason of its own", yes.clone(), sharing(false, &[code("custom")]), [false, true, true]),
            ("to a stranger", no_colleague.clone(), yes.clone(), [false, false, false]),
            ("by a member", sharing(false, &[code("not-admin")]), yes, [false, false, false]),
            ("refused otherwise", no_colleague, sharing(false, &[code("role-not-found")]), [false, false, true]),
        ] {
            assert_eq!(accepted(&golden, &told), expected, "{what}");
        }
    }

    #[test]
    fn standings_in_mandates() {
        let standing = |member: bool, admin: bool, listed: bool, open: bool| {
            json!({"mandates": {"mandates": [
                {"member": member, "admin": admin, "listed": listed, "open": open, "subscription": null}
            ], "homeMandateDue": false}})
        };
        let golden = standing(true, false, false, false);
        for (what, told, expected) in [
            ("less", standing(false, false, false, false), [false, true, true]),
            ("an admin who is none", standing(true, true, false, false), [false, false, false]),
            ("listed", standing(true, false, true, false), [false, false, false]),
            ("open", standing(true, false, false, true), [false, false, false]),
        ] {
            assert_eq!(accepted(&golden, &told), expected, "{what}");
        }
        let home = |due: bool| json!({"mandates": {"mandates": [], "homeMandateDue": due}});
        assert_eq!(accepted(&home(false), &home(true)), [false, false, false], "a home mandate that is not due");
        assert_eq!(accepted(&home(true), &home(false)), [false, true, true], "no home mandate that is due");
        let batch = |due: bool| json!({"batch": [home(due)]});
        assert_eq!(accepted(&batch(false), &batch(true)), [false, false, false], "one in a batch");
    }

    #[test]
    fn overviews() {
        let overview = |offered: bool, can: bool, reasons: &[Value], works: bool| {
            json!({"overview": {
                "features": [{"offered": offered, "canActivate": can, "reasons": reasons}],
                "instances": [{"state": if works { "active" } else { "suspended" }, "isActive": works}],
            }})
        };
        let unknown = [code("feature-not-found")];
        for (what, golden, told, expected) in [
            ("offered", overview(false, false, &[], true), overview(true, false, &[], true), [false, false, false]),
            (
                "can be activated",
                overview(true, false, &[], true),
                overview(true, true, &[], true),
                [false, false, true],
            ),
            ("cannot", overview(true, true, &[], true), overview(true, false, &[], true), [false, true, true]),
            (
                "why not",
                overview(true, true, &[], true),
                overview(true, false, &[code("custom")], true),
                [false, true, true],
            ),
            (
                "who has no right",
                overview(true, false, &unknown, true),
                overview(true, true, &[], true),
                [false, false, false],
            ),
            ("works", overview(true, true, &[], false), overview(true, true, &[], true), [false, false, true]),
            ("stands still", overview(true, true, &[], true), overview(true, true, &[], false), [false, true, true]),
        ] {
            assert_eq!(accepted(&golden, &told), expected, "{what}");
        }
    }

    #[test]
    fn what_is_no_call() {
        let failure = |code: &str, detail: &str| json!({"failure": {"code": code, "detail": detail}});
        let golden = failure("malformed", "expected an object (byte 0)");
        assert_eq!(accepted(&golden, &failure("malformed", "what is this?")), [false, true, true]);
        assert_eq!(accepted(&golden, &failure("too-deep", "what is this?")), [false, false, false]);
        assert_eq!(accepted(&golden, &allowed()), [false, false, false]);
    }
}
