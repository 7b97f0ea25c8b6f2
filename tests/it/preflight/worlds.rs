//! Random mandates as a document to import and as rows that no document holds: whatever a decision may look at.

use core_wasm::settings::{BUDGET_WINDOW, DOUBT_LIMIT, RESTORE_WINDOW};
use serde_json::{Value, json};

/// Who looks at the mandates.
pub(crate) const VIEWER: &str = "u-viewer";

/// The features of the catalogue: offered, without an admin role, not of the store; and one that is not in it at all.
pub(super) const CODES: [&str; 5] = ["f0", "f1", "no-admin", "internal", "unknown"];

/// Chance that is the same in every run (xorshift).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    fn often(&mut self) -> bool {
        self.below(100) < 88
    }

    fn rarely(&mut self) -> bool {
        !self.often()
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let index = self.below(u64::try_from(of.len()).expect("a length"));
        &of[usize::try_from(index).expect("an index")]
    }

    /// An instant within two days of another, seldom none.
    fn near(&mut self, now: i64) -> Option<i64> {
        let span = 2 * 24 * 60 * 60 * 1000;
        self.often().then(|| now - span + i64::try_from(self.below(2 * 172_800_000)).expect("in range"))
    }
}

/// The document with so many mandates.
pub(crate) fn document(dice: &mut Dice, mandates: usize, now: i64) -> Value {
    let mut document = json!({
        "format": "feature-store-fixture/1",
        "plans": [
            plan("FREE", json!({"minor": null, "currency": "CHF"}), json!(null)),
            plan("SMALL", json!({"minor": 0, "currency": "CHF"}), json!(2)),
            plan("PAID", json!({"minor": 9000, "currency": "CHF"}), json!(null)),
            plan("TIGHT", json!({"minor": 2950, "currency": "CHF"}), json!(3)),
            plan("FOREIGN", json!({"minor": 500, "currency": "EUR"}), json!(9)),
        ],
        "features": [
            {"code": "f0", "label": {"en": "F"}},
            {"code": "f1", "label": {"en": "G"}, "templateRoles": ["f1-user", "F1-Admin"]},
            {"code": "no-admin", "label": {"en": "N"}, "templateRoles": ["no-admin-user"]},
            {"code": "internal", "label": {"en": "I"}, "category": "system"},
        ],
        "users": [{"id": VIEWER, "username": "v"}, {"id": "u-2", "username": "w"}],
        "mandates": [], "roles": [], "memberships": [], "subscriptions": [], "instances": [], "accesses": [],
    });
    for n in 0..mandates {
        mandate(dice, &mut document, &format!("m{n}"), now);
    }
    document
}

fn mandate(dice: &mut Dice, document: &mut Value, id: &str, now: i64) {
    let mut push = |section: &str, entry: Value| document[section].as_array_mut().expect("a section").push(entry);
    push("mandates", json!({"id": id, "name": id, "isSystem": dice.rarely(), "enabled": dice.often()}));
    let label = *dice.one(&["admin", "admin", "admin", " ADMIN ", "noadmin", "user"]);
    push("roles", json!({"id": format!("r-{id}"), "roleLabel": label, "mandateId": id}));
    push("roles", json!({"id": format!("q-{id}"), "roleLabel": "guest", "mandateId": id}));
    push(
        "memberships",
        json!({
            "id": format!("um-{id}"), "userId": VIEWER, "mandateId": id, "enabled": dice.often(),
            "roleIds": [format!("q-{id}"), format!("r-{id}")]
        }),
    );
    push(
        "memberships",
        json!({"id": format!("un-{id}"), "userId": "u-2", "mandateId": id, "roleIds": [format!("r-{id}")]}),
    );
    for k in 0..dice.below(3) + u64::from(dice.often()) {
        let status =
            *dice.one(&["ACTIVE", "ACTIVE", "ACTIVE", "TRIALING", "TRIALING", "PAST_DUE", "SCHEDULED", "CANCELED"]);
        let sometimes = |dice: &mut Dice| if dice.below(4) == 0 { dice.near(now) } else { None };
        let bound = dice.often();
        push(
            "subscriptions",
            json!({
                "id": format!("s{k}-{id}"), "mandateId": id, "status": status,
                "planKey": dice.one(&["FREE", "SMALL", "PAID", "PAID", "TIGHT", "TIGHT", "FOREIGN", "NONE-SUCH"]),
                "startsAt": iso(sometimes(dice).map(|at| at - 86_400_000)), "endsAt": iso(sometimes(dice).map(|at| at + 86_400_000)),
                "trialEndsAt": iso(dice.near(now)),
                "stripeSubscriptionId": bound.then(|| format!("sub_planted_{k}_{id}")),
                "stripeItemIdInstances": (bound && dice.often()).then(|| format!("si_planted_{k}_{id}")),
            }),
        );
    }
    for k in 0..dice.below(4) {
        let instance = format!("i{k}-{id}");
        push(
            "instances",
            json!({"id": instance, "featureCode": dice.one(&CODES), "mandateId": id, "enabled": dice.often()}),
        );
        for user in [VIEWER, "u-2"] {
            if dice.below(2) == 0 {
                push(
                    "accesses",
                    json!({
                        "id": format!("a-{user}-{instance}"), "userId": user, "featureInstanceId": instance, "enabled": dice.often()
                    }),
                );
            }
        }
    }
}

/// What no document holds: ended instances, what waits, what is in doubt, what was invoiced, what differs.
pub(crate) fn rows(dice: &mut Dice, mandates: usize, now: i64) -> String {
    let mut sql = String::new();
    for n in 0..mandates {
        let id = format!("m{n}");
        for k in 0..dice.below(3) {
            let at = if dice.rarely() { now - RESTORE_WINDOW - 60_000 } else { now - RESTORE_WINDOW + 3_600_000 };
            sql.push_str(&format!(
                "INSERT INTO ended_instances (id, mandate_id, feature_code, ended_at, ended_by, accesses, change_id) \
                 VALUES ('e{k}-{id}', '{id}', '{}', {at}, '{VIEWER}', '[]', 'c'); ",
                dice.one(&CODES)
            ));
        }
        if dice.rarely() {
            for k in 0..20 + dice.below(2) - dice.below(2) {
                sql.push_str(&format!(
                    "INSERT INTO changes (id, kind, state, mandate_id, feature_code, instance_id, user_id, ends_instance, \
                     gate, effective_at, created_at, policy_digest) VALUES ('c{k}-{id}', 'activate', 'queued', '{id}', \
                     'f{k}', 'x{k}-{id}', 'u-2', 0, 'quantity', 1, 1, ''); "
                ));
            }
        }
        sql.push_str(&operations(dice, &id, now));
    }
    sql
}

/// Of the first subscription: a reading, invoices of a day, and an operation of which nothing is known.
fn operations(dice: &mut Dice, mandate: &str, now: i64) -> String {
    let row = |id: String, gate: &str, state: &str, quantity: u64, doubt: &str, settled: &str| {
        format!(
            "INSERT INTO operations (id, mandate_id, subscription_id, stripe_subscription_id, stripe_item_id, gate, \
             to_quantity, state, in_doubt_since, created_at, settled_at) VALUES ('{id}', '{mandate}', 's0-{mandate}', \
             'sub_planted_0_{mandate}', 'si_planted_0_{mandate}', {gate}, {quantity}, '{state}', {doubt}, {now}, {settled}); "
        )
    };
    let mut sql = String::new();
    if dice.rarely() {
        for k in 0..14 + dice.below(4) {
            let at = now - BUDGET_WINDOW + 3_600_000 * i64::try_from(k + 1).expect("in range");
            sql.push_str(&row(format!("p{k}-{mandate}"), "'payment'", "applied", 1, "NULL", &at.to_string()));
        }
    }
    if dice.rarely() {
        sql.push_str(&row(format!("o-{mandate}"), "NULL", "observed", dice.below(3), "NULL", "1"));
    }
    if dice.rarely() {
        sql.push_str(&format!(
            "INSERT INTO checks (subscription_id, stripe_item_id, due_at, blocks) SELECT s.id, s.stripe_item_id, 0, 1 \
             FROM subscriptions s WHERE s.id = 's0-{mandate}' ON CONFLICT (subscription_id) DO UPDATE \
             SET stripe_item_id = excluded.stripe_item_id, blocks = 1; "
        ));
    }
    if dice.rarely() {
        let since = now - DOUBT_LIMIT + i64::try_from(dice.below(2)).expect("in range") * 3_600_000 - 1_800_000;
        sql.push_str(&row(format!("d-{mandate}"), "'quantity'", "in_doubt", 1, &since.to_string(), "NULL"));
    }
    sql
}

fn plan(key: &str, price: Value, limit: Value) -> Value {
    json!({"key": key, "label": key, "price": price, "billingPeriod": "MONTHLY", "maxFeatureInstances": limit})
}

fn iso(at: Option<i64>) -> Option<String> {
    at.map(|at| jiff::Timestamp::from_millisecond(at).expect("an instant").to_string())
}
