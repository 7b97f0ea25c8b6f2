//! The entries of the document's sections, with the defaults of absent fields. Plans have their own file.

use core_wasm::facts::SubscriptionStatus;
use serde::{Deserialize, Serialize};

use super::{identifier, instant, text};
use crate::ports::{clock::Millis, store::snapshot::Translations};

/// An entry of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", from = "FeatureFields")]
pub struct Feature {
    /// Its code.
    pub code: String,
    /// Label by language.
    pub label: Translations,
    /// Description by language.
    pub description: Translations,
    /// Icon name; none = the API's default.
    pub icon: Option<String>,
    /// Only `store` is offered.
    pub category: String,
    /// Labels of the roles that each instance gets, in order.
    pub template_roles: Vec<String>,
}

/// A feature as the file has it: the default of `templateRoles` depends on `code`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "an object")]
struct FeatureFields {
    #[serde(deserialize_with = "identifier::required")]
    code: String,
    #[serde(default, deserialize_with = "text::translations")]
    label: Translations,
    #[serde(default, deserialize_with = "text::translations")]
    description: Translations,
    #[serde(default, deserialize_with = "text::optional")]
    icon: Option<String>,
    #[serde(default = "store", deserialize_with = "text::required")]
    category: String,
    #[serde(default, deserialize_with = "text::optional_list")]
    template_roles: Option<Vec<String>>,
}

impl From<FeatureFields> for Feature {
    fn from(fields: FeatureFields) -> Self {
        let defaults = || ["admin", "user", "viewer"].map(|role| format!("{}-{role}", fields.code)).to_vec();
        Self {
            template_roles: fields.template_roles.unwrap_or_else(defaults),
            label: fields.label,
            description: fields.description,
            icon: fields.icon,
            category: fields.category,
            code: fields.code,
        }
    }
}

/// A raw catalogue object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "an object")]
pub struct Resource {
    /// Its key.
    #[serde(deserialize_with = "identifier::required")]
    pub object_key: String,
    /// What it is about.
    #[serde(default)]
    pub meta: ResourceMeta,
}

/// What a raw catalogue object is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "an object")]
pub struct ResourceMeta {
    /// Only `store` offers a feature.
    #[serde(default, deserialize_with = "text::optional")]
    pub category: Option<String>,
    /// The feature it names.
    #[serde(default, deserialize_with = "identifier::optional")]
    pub feature_code: Option<String>,
}

/// A user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "an object")]
pub struct User {
    /// The `sub` of the user's tokens.
    #[serde(deserialize_with = "identifier::required")]
    pub id: String,
    /// Name.
    #[serde(deserialize_with = "text::required")]
    pub username: String,
    /// Mail address; none = the user gets no mails.
    #[serde(default, deserialize_with = "text::optional")]
    pub email: Option<String>,
    /// As the identity provider names the user, where it does by another name than the id.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// False when the identity provider has suspended the user: then so are all memberships.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub enabled: bool,
}

/// A mandate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "an object")]
pub struct Mandate {
    /// Its id.
    #[serde(deserialize_with = "identifier::required")]
    pub id: String,
    /// Its name.
    #[serde(deserialize_with = "text::required")]
    pub name: String,
    /// Its label; none = none, the API falls back to the name when it answers.
    #[serde(default, deserialize_with = "text::optional")]
    pub label: Option<String>,
    /// Of the operator's own.
    #[serde(default)]
    pub is_system: bool,
    /// False when closed.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// The user whose one home mandate ever this is.
    #[serde(default, deserialize_with = "identifier::optional")]
    pub home_of: Option<String>,
}

/// A role of a mandate or of an instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "an object")]
pub struct Role {
    /// Its id.
    #[serde(deserialize_with = "identifier::required")]
    pub id: String,
    /// Its label.
    #[serde(default, deserialize_with = "text::optional")]
    pub role_label: Option<String>,
    /// The mandate it belongs to.
    #[serde(default, deserialize_with = "identifier::optional")]
    pub mandate_id: Option<String>,
    /// The instance it belongs to; such a role never makes a mandate admin.
    #[serde(default, deserialize_with = "identifier::optional")]
    pub feature_instance_id: Option<String>,
    /// The feature it was made for.
    #[serde(default, deserialize_with = "identifier::optional")]
    pub feature_code: Option<String>,
    /// As the identity provider names the group that this role is to it.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
}

/// A user's membership in a mandate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "an object")]
pub struct Membership {
    /// Its id.
    #[serde(deserialize_with = "identifier::required")]
    pub id: String,
    /// Whose.
    #[serde(deserialize_with = "identifier::required")]
    pub user_id: String,
    /// Where.
    #[serde(deserialize_with = "identifier::required")]
    pub mandate_id: String,
    /// A disabled one counts as none.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Its roles, a set in the order of the file.
    #[serde(default, deserialize_with = "identifier::list")]
    pub role_ids: Vec<String>,
}

/// A mandate's subscription to a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "an object")]
pub struct Subscription {
    /// Its id.
    #[serde(deserialize_with = "identifier::required")]
    pub id: String,
    /// Whose.
    #[serde(deserialize_with = "identifier::required")]
    pub mandate_id: String,
    /// Key of the plan, known or not.
    #[serde(deserialize_with = "identifier::required")]
    pub plan_key: String,
    /// Its status.
    pub status: SubscriptionStatus,
    /// In force from; none = always was.
    #[serde(default, with = "instant")]
    pub starts_at: Option<Millis>,
    /// In force until before; none = open end.
    #[serde(default, with = "instant")]
    pub ends_at: Option<Millis>,
    /// End of the trial.
    #[serde(default, with = "instant")]
    pub trial_ends_at: Option<Millis>,
    /// Stripe's id of the subscription; no two entries share one.
    #[serde(default, deserialize_with = "identifier::optional")]
    pub stripe_subscription_id: Option<String>,
    /// Stripe's id of the item that counts instances; no two entries share one.
    #[serde(default, deserialize_with = "identifier::optional")]
    pub stripe_item_id_instances: Option<String>,
}

/// An active feature instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "an object")]
pub struct Instance {
    /// Its id.
    #[serde(deserialize_with = "identifier::required")]
    pub id: String,
    /// Its feature, known or not.
    #[serde(deserialize_with = "identifier::required")]
    pub feature_code: String,
    /// Its mandate.
    #[serde(deserialize_with = "identifier::required")]
    pub mandate_id: String,
    /// Its label.
    #[serde(default, deserialize_with = "text::optional")]
    pub label: Option<String>,
    /// False when the operator switched it off.
    #[serde(default = "yes")]
    pub enabled: bool,
}

/// A user's access to an instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "an object")]
pub struct Access {
    /// Its id.
    #[serde(deserialize_with = "identifier::required")]
    pub id: String,
    /// Whose.
    #[serde(deserialize_with = "identifier::required")]
    pub user_id: String,
    /// To what.
    #[serde(deserialize_with = "identifier::required")]
    pub feature_instance_id: String,
    /// False when it is switched off.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Its roles, a set in the order of the file.
    #[serde(default, deserialize_with = "identifier::list")]
    pub role_ids: Vec<String>,
}

/// A notice to the admins of a mandate. An imported one counts as sent: an import mails nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "an object")]
pub struct Notification {
    /// Its id.
    #[serde(deserialize_with = "identifier::required")]
    pub id: String,
    /// Whose admins.
    #[serde(deserialize_with = "identifier::required")]
    pub mandate_id: String,
    /// Subject line.
    #[serde(deserialize_with = "text::required")]
    pub subject: String,
    /// What happened, in one line.
    #[serde(deserialize_with = "text::required")]
    pub headline: String,
    /// Details.
    #[serde(default, deserialize_with = "text::list")]
    pub body_paragraphs: Vec<String>,
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde asks")]
fn is_yes(value: &bool) -> bool {
    *value
}

fn store() -> String {
    "store".to_owned()
}
