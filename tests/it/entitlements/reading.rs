//! A check is one statement, however much there is, and however many checks are made at once.

use std::sync::Arc;

use core_wasm::settings::Settings;
use turnpike::{
    entitlements::{Check, Entitlements, MOST_CHECKS},
    policy::{Current, Decider},
};

use crate::{
    done_right::on_both_engines,
    engines::TestDatabase,
    http::steered_clock::SteeredClock,
    policy,
    statements::counted,
    store::rows::{active, reserve, seeded},
};

on_both_engines!(a_check_is_one_statement);

async fn a_check_is_one_statement(database: &TestDatabase) {
    let store = seeded(database).await;
    for n in 0..20 {
        reserve(&store, &active(&format!("c{n}"), &format!("i{n}"))).await.expect("an instance");
    }
    let decider = Current::new(Decider::new(policy::embedded(), Settings::default()));
    let entitlements = Entitlements::new(Arc::new(store), decider, Arc::new(SteeredClock::default()));
    let check = |user: &str, feature_code: Option<&str>| Check {
        user_id: user.to_owned(),
        mandate_id: "m-alpha".to_owned(),
        feature_code: feature_code.map(str::to_owned),
    };
    let (one, statements) = counted(entitlements.check(check("u-anna", None))).await;
    let one = one.expect("an answer");
    assert_eq!((one.instances.len(), one.is_entitled()), (20, true));
    assert_eq!(statements.len(), 1, "{statements:#?}");

    let many: Vec<Check> = (0..MOST_CHECKS)
        .map(|n| check(if n % 2 == 0 { "u-anna" } else { "u-none" }, (n % 4 < 2).then_some("chatbot")))
        .collect();
    let (answers, statements) = counted(entitlements.check_all(&many)).await;
    let answers = answers.expect("answers");
    assert_eq!(statements.len(), 1, "{statements:#?}");
    assert_eq!(answers.len(), MOST_CHECKS);
    for (n, answer) in answers.iter().enumerate() {
        assert_eq!(answer.is_entitled(), n % 2 == 0, "{n}");
    }
    let (none, statements) = counted(entitlements.check_all(&[])).await;
    assert_eq!((none.expect("answers").len(), statements.len()), (0, 0));
}
