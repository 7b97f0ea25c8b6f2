//! Rows of the tables as entries of a document, by the names of their columns.

use sqlx::{Row, any::AnyRow};

use super::words;
use crate::transfer::{Access, BillingPeriod, Feature, Mandate, Membership, Plan, Role, Subscription, User};

pub(in crate::adapters::sql) fn plan(row: &AnyRow) -> Result<Plan, sqlx::Error> {
    let period: String = row.try_get("billing_period")?;
    Ok(Plan {
        key: row.try_get("key")?,
        label: row.try_get("label")?,
        price_minor: row.try_get("price_minor")?,
        currency: row.try_get("currency")?,
        price_includes_tax: yes(row, "price_includes_tax")?,
        stripe_price_id: row.try_get("stripe_price_id")?,
        billing_period: BillingPeriod::from_word(&period)
            .ok_or_else(|| sqlx::Error::Decode(format!("`{period}` is no billing period").into()))?,
        max_data_volume_mb: row.try_get("max_data_volume_mb")?,
        max_feature_instances: row.try_get("max_instances")?,
        budget_ai_minor: row.try_get("budget_ai_minor")?,
    })
}

pub(in crate::adapters::sql) fn feature(row: &AnyRow) -> Result<Feature, sqlx::Error> {
    Ok(Feature {
        code: row.try_get("code")?,
        label: words::parsed(row.try_get("label")?)?,
        description: words::parsed(row.try_get("description")?)?,
        icon: row.try_get("icon")?,
        category: row.try_get("category")?,
        template_roles: words::parsed(row.try_get("template_roles")?)?,
    })
}

pub(in crate::adapters::sql) fn user(row: &AnyRow) -> Result<User, sqlx::Error> {
    Ok(User {
        id: row.try_get("id")?,
        username: row.try_get("username")?,
        email: row.try_get("email")?,
        external_id: row.try_get("external_id")?,
        enabled: yes(row, "enabled")?,
    })
}

pub(in crate::adapters::sql) fn mandate(row: &AnyRow) -> Result<Mandate, sqlx::Error> {
    Ok(Mandate {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        label: row.try_get("label")?,
        is_system: yes(row, "is_system")?,
        enabled: yes(row, "enabled")?,
        home_of: row.try_get("user_id")?,
    })
}

pub(in crate::adapters::sql) fn role(row: &AnyRow) -> Result<Role, sqlx::Error> {
    Ok(Role {
        id: row.try_get("id")?,
        role_label: row.try_get("label")?,
        mandate_id: row.try_get("mandate_id")?,
        feature_instance_id: row.try_get("instance_id")?,
        feature_code: row.try_get("feature_code")?,
        external_id: row.try_get("external_id")?,
    })
}

pub(in crate::adapters::sql) fn subscription(row: &AnyRow) -> Result<Subscription, sqlx::Error> {
    Ok(Subscription {
        id: row.try_get("id")?,
        mandate_id: row.try_get("mandate_id")?,
        plan_key: row.try_get("plan_key")?,
        status: words::status(row.try_get("status")?)?,
        starts_at: row.try_get("starts_at")?,
        ends_at: row.try_get("ends_at")?,
        trial_ends_at: row.try_get("trial_ends_at")?,
        stripe_subscription_id: row.try_get("stripe_subscription_id")?,
        stripe_item_id_instances: row.try_get("stripe_item_id")?,
    })
}

/// Without its roles, which stand in rows of their own.
pub(in crate::adapters::sql) fn membership(row: &AnyRow) -> Result<Membership, sqlx::Error> {
    Ok(Membership {
        id: row.try_get("id")?,
        user_id: row.try_get("user_id")?,
        mandate_id: row.try_get("mandate_id")?,
        enabled: yes(row, "enabled")?,
        role_ids: Vec::new(),
    })
}

/// Without its roles, likewise.
pub(in crate::adapters::sql) fn access(row: &AnyRow) -> Result<Access, sqlx::Error> {
    Ok(Access {
        id: row.try_get("id")?,
        user_id: row.try_get("user_id")?,
        feature_instance_id: row.try_get("instance_id")?,
        enabled: yes(row, "enabled")?,
        role_ids: Vec::new(),
    })
}

pub(in crate::adapters::sql) fn yes(row: &AnyRow, column: &str) -> Result<bool, sqlx::Error> {
    Ok(row.try_get::<i64, _>(column)? != 0)
}
