//! Events as they are written: parts of the statements that do what they tell of, and of no other.
//!
//! An event has its id from the database and no place yet. Several of one statement are written in one INSERT with an
//! order of its own, so that their `seq` says in which order they are told.

use crate::ports::store::change::ChangeKind;

/// The columns that are written.
macro_rules! columns {
    () => {
        "INSERT INTO events (id, kind, at, mandate_id, data) "
    };
}

/// The labels of the roles of `accesses a`, in order: of all, or of those of `roles r` that the argument leaves.
macro_rules! role_labels {
    () => {
        role_labels!("")
    };
    ($left:literal) => {
        concat!(
            "coalesce((SELECT json_group_array(r.label ORDER BY ar.seq) FROM access_roles ar ",
            "JOIN roles r ON r.id = ar.role_id WHERE ar.access_id = a.id AND r.label IS NOT NULL",
            $left,
            "), json('[]'))"
        )
    };
}
pub(in crate::adapters::sql) use role_labels;

/// Tells of instances, and of each enabled access to them: granted after the instance, revoked before it. The argument
/// reads what happened: `verb`, `instance_id`, `feature_code`, `mandate_id`, `change_id`, `user_id`, `at`, `turn`.
macro_rules! instances_and_accesses {
    ($($told:expr),+) => {
        concat!(
            columns!(),
            "WITH told AS (",
            $($told),+,
            ") SELECT new_id(), e.kind, e.at, e.mandate_id, e.data FROM (",
            "SELECT t.turn AS turn, CAST(1 AS BIGINT) AS part, CAST(0 AS BIGINT) AS nth, 'instance.' || t.verb AS kind, ",
            "t.at AS at, t.mandate_id AS mandate_id, CAST(json_object('instanceId', t.instance_id, ",
            "'featureCode', t.feature_code, 'changeId', t.change_id, 'byUserId', t.user_id) AS TEXT) AS data ",
            "FROM told t UNION ALL ",
            "SELECT t.turn, CAST(CASE WHEN t.verb = 'ended' THEN 0 ELSE 2 END AS BIGINT), a.seq, ",
            "CASE WHEN t.verb = 'ended' THEN 'access.revoked' ELSE 'access.granted' END, t.at, t.mandate_id, ",
            "CAST(json_object('instanceId', t.instance_id, 'featureCode', t.feature_code, 'userId', a.user_id, ",
            "'roles', ",
            role_labels!(),
            ", 'changeId', t.change_id, 'byUserId', t.user_id) AS TEXT) ",
            "FROM told t JOIN accesses a ON a.instance_id = t.instance_id WHERE a.enabled = 1",
            ") e ORDER BY e.turn, e.part, e.nth"
        )
    };
}

/// The same, of the change whose values the statement has first, as [`super::change::insert`] binds them.
macro_rules! of_change {
    ($verb:literal) => {
        instances_and_accesses!(
            "SELECT '",
            $verb,
            "' AS verb, CAST($6 AS TEXT) AS instance_id, CAST($5 AS TEXT) AS feature_code, ",
            "CAST($4 AS TEXT) AS mandate_id, CAST($1 AS TEXT) AS change_id, CAST($7 AS TEXT) AS user_id, ",
            "CAST($13 AS BIGINT) AS at, CAST(0 AS BIGINT) AS turn"
        )
    };
}

const ACTIVATED: &str = of_change!("activated");

const RESTORED: &str = of_change!("restored");

const LEFT: &str = concat!(
    columns!(),
    "SELECT new_id(), 'access.revoked', CAST($13 AS BIGINT), CAST($4 AS TEXT), ",
    "CAST(json_object('instanceId', CAST($6 AS TEXT), 'featureCode', CAST($5 AS TEXT), ",
    "'userId', coalesce(CAST($8 AS TEXT), CAST($7 AS TEXT)), 'roles', json('[]'), 'changeId', CAST($1 AS TEXT), ",
    "'byUserId', CAST($7 AS TEXT)) AS TEXT)"
);

/// The access as the same transaction wrote it, by a statement before. On PostgreSQL both parts of one statement see that.
const SHARED: &str = concat!(
    columns!(),
    "SELECT new_id(), 'access.granted', CAST($13 AS BIGINT), CAST($4 AS TEXT), ",
    "CAST(json_object('instanceId', CAST($6 AS TEXT), 'featureCode', CAST($5 AS TEXT), 'userId', a.user_id, 'roles', ",
    role_labels!(),
    ", 'changeId', CAST($1 AS TEXT), 'byUserId', CAST($7 AS TEXT)) AS TEXT) ",
    "FROM accesses a WHERE a.instance_id = $6 AND a.user_id = $8"
);

/// Beside a change that is done at once, with its values: what it did.
pub(in crate::adapters::sql) fn of_done(kind: ChangeKind) -> Option<&'static str> {
    match kind {
        ChangeKind::Activate => Some(ACTIVATED),
        ChangeKind::Restore => Some(RESTORED),
        ChangeKind::Leave => Some(LEFT),
        ChangeKind::Share => Some(SHARED),
        // Told with the deletion of what they tell of, or never: what was not usable was not told of.
        ChangeKind::End | ChangeKind::Withdraw => None,
    }
}

/// An active instance that ends. $1 instance, $2 mandate, $3 when, $4 by whom, $5 by which change.
pub(in crate::adapters::sql) const ENDS: &str = instances_and_accesses!(
    "SELECT 'ended' AS verb, i.id AS instance_id, i.feature_code AS feature_code, i.mandate_id AS mandate_id, ",
    "CAST($5 AS TEXT) AS change_id, CAST($4 AS TEXT) AS user_id, CAST($3 AS BIGINT) AS at, i.seq AS turn ",
    "FROM instances i WHERE i.id = $1 AND i.mandate_id = $2 AND i.state = 'active'"
);

/// The instances that a batch ends. $1 operation, $2 when.
pub(in crate::adapters::sql) const BATCH_ENDS: &str = instances_and_accesses!(
    "SELECT 'ended' AS verb, i.id AS instance_id, i.feature_code AS feature_code, i.mandate_id AS mandate_id, ",
    "c.id AS change_id, c.user_id AS user_id, CAST($2 AS BIGINT) AS at, c.seq AS turn ",
    "FROM instances i JOIN changes c ON c.id = i.ending_by_change WHERE c.operation_id = $1"
);

/// The instances that billing lets through. $1 operation, $2 when.
pub(in crate::adapters::sql) const CONFIRMED: &str = instances_and_accesses!(
    "SELECT CASE WHEN c.kind = 'restore' THEN 'restored' ELSE 'activated' END AS verb, i.id AS instance_id, ",
    "i.feature_code AS feature_code, i.mandate_id AS mandate_id, c.id AS change_id, c.user_id AS user_id, ",
    "CAST($2 AS BIGINT) AS at, c.seq AS turn FROM changes c JOIN instances i ON i.id = c.instance_id ",
    "WHERE c.operation_id = $1 AND c.kind IN ('activate', 'restore') AND c.gate IS NOT NULL ",
    "AND i.state = 'active' AND i.activated_at = $2"
);

/// The data of an event about `subscriptions s`: instants are UTC milliseconds.
macro_rules! subscription_data {
    ($status:literal, $ends_at:literal, $trial_ends_at:literal) => {
        concat!(
            "CAST(json_object('subscriptionId', s.id, 'planKey', s.plan_key, 'status', ",
            $status,
            ", 'startsAt', s.starts_at, 'endsAt', ",
            $ends_at,
            ", 'trialEndsAt', ",
            $trial_ends_at,
            ") AS TEXT)"
        )
    };
}

/// A subscription that is about to be amended so that it stands otherwise. $1 subscription, $2 status, $3 end, $4 end of
/// the trial.
pub(in crate::adapters::sql) const SUBSCRIPTION_AMENDED: &str = concat!(
    columns!(),
    "SELECT new_id(), 'subscription.changed', now_ms(), s.mandate_id, ",
    subscription_data!("CAST($2 AS TEXT)", "CAST($3 AS BIGINT)", "CAST($4 AS BIGINT)"),
    " FROM subscriptions s WHERE s.id = $1 AND (s.status <> $2 OR s.ends_at IS DISTINCT FROM CAST($3 AS BIGINT) \
     OR s.trial_ends_at IS DISTINCT FROM CAST($4 AS BIGINT))"
);

/// A subscription as it stands now. $1 subscription, $2 when.
pub(in crate::adapters::sql) const SUBSCRIPTION_AS_IT_IS: &str = concat!(
    columns!(),
    "SELECT new_id(), 'subscription.changed', CAST($2 AS BIGINT), s.mandate_id, ",
    subscription_data!("s.status", "s.ends_at", "s.trial_ends_at"),
    " FROM subscriptions s WHERE s.id = $1"
);

/// Subscriptions that are about to be deleted: they have no status any more. The argument says which.
macro_rules! subscriptions_removed {
    ($which:literal) => {
        concat!(
            columns!(),
            "SELECT new_id(), 'subscription.changed', now_ms(), s.mandate_id, ",
            subscription_data!("NULL", "s.ends_at", "s.trial_ends_at"),
            " FROM subscriptions s WHERE ",
            $which,
            " ORDER BY s.seq"
        )
    };
}

/// $1 subscription.
pub(in crate::adapters::sql) const SUBSCRIPTION_REMOVED: &str = subscriptions_removed!("s.id = $1");

/// $1 mandate.
pub(in crate::adapters::sql) const SUBSCRIPTIONS_OF_MANDATE_REMOVED: &str = subscriptions_removed!("s.mandate_id = $1");

/// An access as it stands now: granted, also when only its roles are others, or revoked. $1 access, $2 when.
pub(in crate::adapters::sql) const ACCESS_AS_IT_IS: &str = concat!(
    columns!(),
    "SELECT new_id(), CASE WHEN a.enabled = 1 THEN 'access.granted' ELSE 'access.revoked' END, CAST($2 AS BIGINT), ",
    "i.mandate_id, CAST(json_object('instanceId', i.id, 'featureCode', i.feature_code, 'userId', a.user_id, 'roles', ",
    role_labels!(),
    ", 'changeId', NULL, 'byUserId', NULL) AS TEXT) ",
    "FROM accesses a JOIN instances i ON i.id = a.instance_id WHERE a.id = $1 AND i.state = 'active'"
);

/// What a role is called changed, or it is about to go: who has it where is told again, with the roles then. $1 role, $2
/// when. The argument says which of its holders' roles those are.
macro_rules! holders_of_role {
    ($left:literal) => {
        concat!(
            columns!(),
            "SELECT new_id(), 'access.granted', CAST($2 AS BIGINT), i.mandate_id, ",
            "CAST(json_object('instanceId', i.id, 'featureCode', i.feature_code, 'userId', a.user_id, 'roles', ",
            role_labels!($left),
            ", 'changeId', NULL, 'byUserId', NULL) AS TEXT) ",
            "FROM access_roles h JOIN accesses a ON a.id = h.access_id JOIN instances i ON i.id = a.instance_id ",
            "WHERE h.role_id = $1 AND a.enabled = 1 AND i.state = 'active' ORDER BY a.seq"
        )
    };
}

pub(in crate::adapters::sql) const ROLE_AS_IT_IS: &str = holders_of_role!("");

pub(in crate::adapters::sql) const ROLE_REMOVED: &str = holders_of_role!(" AND r.id <> $1");

/// Active instances that were told to stand otherwise than they do. $1 mandate, $2 whether those that are switched on or
/// those that are not, $3 how they stand, $4 when, $5 kind of the event.
pub(in crate::adapters::sql) const STANDING: &str = concat!(
    columns!(),
    "SELECT new_id(), CAST($5 AS TEXT), CAST($4 AS BIGINT), i.mandate_id, ",
    "CAST(json_object('instanceId', i.id, 'featureCode', i.feature_code, 'state', CAST($3 AS TEXT)) AS TEXT) ",
    "FROM instances i WHERE i.mandate_id = $1 AND i.state = 'active' AND i.enabled = $2 AND i.told_state <> $3 ",
    "ORDER BY i.seq"
);
