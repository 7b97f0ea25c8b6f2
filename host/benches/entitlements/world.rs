//! What there is while it is measured, and what is asked: tenants with instances, and people who have access to them.

use serde_json::{Value, json};

use super::load::Ask;

const MANDATES: usize = 20;
const FEATURES: usize = 5;
const PEOPLE_OF_EACH: usize = 5;

/// The import document: in each mandate one instance of each feature, to which all of its people have access.
pub(crate) fn document() -> Value {
    let mandates = || (0..MANDATES).map(|n| format!("m-{n}"));
    let people = |mandate: &str| (0..PEOPLE_OF_EACH).map(|n| format!("u-{mandate}-{n}")).collect::<Vec<_>>();
    let features = || (0..FEATURES).map(|n| format!("f{n}"));
    let places = || mandates().flat_map(|mandate| features().map(move |feature| (mandate.clone(), feature)));
    let role = |mandate: &str, feature: &str| format!("r-{mandate}-{feature}");
    let all_people =
        || mandates().flat_map(|mandate| people(&mandate).into_iter().map(move |user| (mandate.clone(), user)));
    json!({
        "format": "feature-store-fixture/1",
        "plans": [{"key": "FREE", "label": "Free", "billingPeriod": "NONE"}],
        "features": features().map(|code| json!({"code": code, "label": {"en": code}})).collect::<Vec<_>>(),
        "mandates": mandates().map(|id| json!({"id": id, "name": id})).collect::<Vec<_>>(),
        "users": all_people().map(|(_, id)| json!({"id": id, "username": id})).collect::<Vec<_>>(),
        "roles": mandates().map(|id| json!({"id": format!("r-{id}"), "roleLabel": "user", "mandateId": id}))
            .chain(places().map(|(mandate, feature)| json!({
                "id": role(&mandate, &feature), "roleLabel": format!("{feature}-user"), "mandateId": mandate,
                "featureInstanceId": format!("i-{mandate}-{feature}"), "featureCode": feature
            })))
            .collect::<Vec<_>>(),
        "memberships": all_people().map(|(mandate, user)| json!({
            "id": format!("um-{user}"), "userId": user, "mandateId": mandate, "roleIds": [format!("r-{mandate}")]
        })).collect::<Vec<_>>(),
        "subscriptions": mandates().map(|id| json!({
            "id": format!("s-{id}"), "mandateId": id, "planKey": "FREE", "status": "ACTIVE"
        })).collect::<Vec<_>>(),
        "instances": places().map(|(mandate, feature)| json!({
            "id": format!("i-{mandate}-{feature}"), "featureCode": feature, "mandateId": mandate
        })).collect::<Vec<_>>(),
        "accesses": places().flat_map(|(mandate, feature)| people(&mandate).into_iter().map(move |user| json!({
            "id": format!("a-{user}-{feature}"), "userId": user, "featureInstanceId": format!("i-{mandate}-{feature}"),
            "roleIds": [format!("r-{mandate}-{feature}")]
        }))).collect::<Vec<_>>(),
    })
}

/// The cheapest answer.
pub(crate) fn hello() -> Ask {
    Ask { path: "/livez".to_owned(), token: None }
}

/// The first person of each mandate about each feature.
pub(crate) fn asks(token: &str) -> Vec<Ask> {
    let ask = |mandate: usize, feature: usize| Ask {
        path: format!("/api/entitlements?userId=u-m-{mandate}-0&mandateId=m-{mandate}&featureCode=f{feature}"),
        token: Some(token.to_owned()),
    };
    (0..MANDATES).flat_map(|mandate| (0..FEATURES).map(move |feature| ask(mandate, feature))).collect()
}
