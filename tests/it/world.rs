//! The data set that the whole-server tests run on, as an import document.
//!
//! What must never be told to the wrong people carries the word `planted`: mails, Stripe ids and role labels.

use serde_json::{Value, json};

/// Admin of every mandate in here.
pub const ADMIN: &str = "u-admin";
/// Member without an admin role in every mandate.
pub const MEMBER: &str = "u-member";
/// Holds disabled memberships only, with admin roles.
pub const DISABLED: &str = "u-disabled";
/// Admin of `m-other` only.
pub const OTHER_ADMIN: &str = "u-other";
/// On file, member of nothing.
pub const STRANGER: &str = "u-stranger";

/// Free of charge, at most three instances.
pub const FREE: &str = "m-free";
/// Paid, at most three instances.
pub const PAID: &str = "m-paid";
/// Paid, without a limit.
pub const OPEN: &str = "m-open";
/// Free of charge, but bound to a Stripe subscription: billing follows as best it can.
pub const FOLLOWED: &str = "m-followed";
/// Of somebody else: nobody but `u-other` is a member.
pub const OTHER: &str = "m-other";
/// Switched off.
pub const CLOSED: &str = "m-closed";
/// Of the operator's own.
pub const SYSTEM: &str = "m-system";
/// Without a subscription in force.
pub const LAPSED: &str = "m-lapsed";

/// Items of the simulator with the quantities they start with.
pub const ITEMS: [(&str, &str, &str, i64); 3] = [
    ("si_planted_paid", "sub_planted_paid", PAID, 0),
    ("si_planted_open", "sub_planted_open", OPEN, 0),
    ("si_planted_followed", "sub_planted_followed", FOLLOWED, 0),
];

/// How many further admins (`u-a0` …) are in every mandate of [`ADMIN`], for races between people.
pub const CROWD: usize = 12;

/// The features of the store, in order.
pub const FEATURES: [&str; 12] = ["f0", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11"];

/// The document.
pub fn document() -> Value {
    let mandates = [FREE, PAID, OPEN, FOLLOWED, CLOSED, SYSTEM, LAPSED];
    let mut roles = Vec::new();
    let mut memberships = Vec::new();
    let mut users = vec![user(ADMIN), user(MEMBER), user(DISABLED), user(OTHER_ADMIN), user(STRANGER)];
    users.extend((0..CROWD).map(|n| user(&format!("u-a{n}"))));
    for mandate in mandates.iter().chain(&[OTHER]) {
        roles.push(json!({"id": format!("r-{mandate}-admin"), "roleLabel": "admin", "mandateId": mandate}));
        roles.push(json!({
            "id": format!("r-{mandate}-member"), "roleLabel": format!("planted-role-{mandate}"), "mandateId": mandate
        }));
    }
    for mandate in mandates {
        let mut add = |user: &str, role: &str, enabled: bool| {
            memberships.push(json!({
                "id": format!("um-{user}-{mandate}"), "userId": user, "mandateId": mandate, "enabled": enabled,
                "roleIds": [format!("r-{mandate}-{role}")]
            }));
        };
        add(ADMIN, "admin", true);
        add(MEMBER, "member", true);
        add(DISABLED, "admin", false);
        for n in 0..CROWD {
            add(&format!("u-a{n}"), "admin", true);
        }
    }
    memberships.push(json!({
        "id": "um-other", "userId": OTHER_ADMIN, "mandateId": OTHER, "enabled": true, "roleIds": [format!("r-{OTHER}-admin")]
    }));
    let mut features: Vec<Value> = FEATURES
        .iter()
        .map(|code| json!({"code": code, "label": {"en": format!("Feature {code}"), "de": format!("Funktion {code}")}}))
        .collect();
    features.push(json!({"code": "internal", "label": {"en": "Internal"}, "category": "system"}));
    features.push(json!({
        "code": "noadmin", "label": {"en": "No Admin"}, "templateRoles": ["noadmin-user", "noadmin-administrator", "admin"]
    }));
    json!({
        "format": "feature-store-fixture/1",
        "plans": [
            plan("FREE3", json!(0), json!(3)),
            plan("FREE", json!(null), json!(null)),
            plan("PAID3", json!(29.5), json!(3)),
            plan("PAID", json!(90), json!(null)),
            plan("TRIAL_7D", json!(0), json!(3)),
        ],
        "features": features,
        "users": users,
        "mandates": mandates.iter().chain(&[OTHER]).map(|id| json!({
            "id": id, "name": format!("name of {id}"), "label": format!("Label of {id}"),
            "isSystem": *id == SYSTEM, "enabled": *id != CLOSED
        })).collect::<Vec<_>>(),
        "roles": roles,
        "memberships": memberships,
        "subscriptions": [
            subscription(FREE, "FREE3", "ACTIVE", None),
            subscription(PAID, "PAID3", "ACTIVE", Some("paid")),
            subscription(OPEN, "PAID", "ACTIVE", Some("open")),
            subscription(FOLLOWED, "FREE", "ACTIVE", Some("followed")),
            subscription(OTHER, "FREE", "ACTIVE", None),
            subscription(CLOSED, "FREE", "ACTIVE", None),
            subscription(SYSTEM, "FREE", "ACTIVE", None),
            subscription(LAPSED, "FREE", "CANCELED", None),
        ],
        "stripe": stripe(),
    })
}

/// What the simulator starts with.
pub fn stripe() -> Value {
    let price_of = |mandate: &str| match mandate {
        PAID => 2950,
        OPEN => 9000,
        _ => 0,
    };
    json!({"items": ITEMS.iter().map(|(item, subscription, mandate, quantity)| json!({
        "id": item, "subscription": subscription, "quantity": quantity,
        "price": {"id": format!("price_{mandate}"), "unit_amount": price_of(mandate), "currency": "chf", "interval": "month"}
    })).collect::<Vec<_>>()})
}

/// The Stripe item of a mandate.
pub fn item_of(mandate: &str) -> &'static str {
    ITEMS.iter().find(|(_, _, of, _)| *of == mandate).map(|(item, ..)| *item).expect("a mandate bound to Stripe")
}

fn user(id: &str) -> Value {
    json!({"id": id, "username": format!("name-{id}"), "email": format!("planted-{id}@example.org")})
}

fn plan(key: &str, price: Value, limit: Value) -> Value {
    json!({
        "key": key, "label": key, "pricePerFeatureInstanceCHF": price, "billingPeriod": "MONTHLY",
        "maxDataVolumeMB": 1024, "maxFeatureInstances": limit, "budgetAiCHF": 10
    })
}

fn subscription(mandate: &str, plan: &str, status: &str, stripe: Option<&str>) -> Value {
    json!({
        "id": format!("s-{mandate}"), "mandateId": mandate, "planKey": plan, "status": status,
        "stripeSubscriptionId": stripe.map(|name| format!("sub_planted_{name}")),
        "stripeItemIdInstances": stripe.map(|name| format!("si_planted_{name}"))
    })
}
