//! Plans, whose price is written in one of two ways.

use serde::{Deserialize, Serialize};

use super::{identifier, money, text};

/// The currency of prices that are written as `pricePerFeatureInstanceCHF`, and of every AI budget.
const FRANC: &str = "CHF";

/// A plan. In a file the price is either `pricePerFeatureInstanceCHF`, a decimal number, or `price`, an object of minor
/// units and currency; written is the first for francs and the second for all else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "PlanFields", into = "PlanFields")]
pub struct Plan {
    /// Its key.
    pub key: String,
    /// Its label.
    pub label: Option<String>,
    /// Price per instance and period in minor units; none = free of charge.
    pub price_minor: Option<i64>,
    /// Currency of the price, ISO 4217 in capitals.
    pub currency: String,
    /// Whether the price includes the tax.
    pub price_includes_tax: bool,
    /// Stripe's id of the price.
    pub stripe_price_id: Option<String>,
    /// How often it is charged.
    pub billing_period: BillingPeriod,
    /// Most data in megabytes; none = no limit.
    pub max_data_volume_mb: Option<i64>,
    /// Most instances; none = no limit.
    pub max_feature_instances: Option<i64>,
    /// AI budget in minor units; none = no limit.
    pub budget_ai_minor: Option<i64>,
}

/// How often a plan is charged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the words explain themselves")]
pub enum BillingPeriod {
    #[default]
    None,
    Monthly,
    Yearly,
}

impl BillingPeriod {
    /// The word of the file and of the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::Monthly => "MONTHLY",
            Self::Yearly => "YEARLY",
        }
    }

    /// The period of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::None, Self::Monthly, Self::Yearly].into_iter().find(|period| period.as_str() == word)
    }
}

/// A plan as the file has it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "an object")]
struct PlanFields {
    #[serde(deserialize_with = "identifier::required")]
    key: String,
    #[serde(default, deserialize_with = "text::optional")]
    label: Option<String>,
    #[serde(rename = "pricePerFeatureInstanceCHF", default, with = "money", skip_serializing_if = "Option::is_none")]
    price_in_francs: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    price: Option<Price>,
    #[serde(default)]
    price_includes_tax: bool,
    #[serde(default, deserialize_with = "identifier::optional")]
    stripe_price_id: Option<String>,
    #[serde(default)]
    billing_period: BillingPeriod,
    #[serde(rename = "maxDataVolumeMB", default, deserialize_with = "money::limit")]
    max_data_volume_mb: Option<i64>,
    #[serde(default, deserialize_with = "money::limit")]
    max_feature_instances: Option<i64>,
    #[serde(rename = "budgetAiCHF", default, with = "money")]
    budget_ai: Option<i64>,
}

/// A price in any currency; `minor` may be `null` for a plan without one.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
struct Price {
    #[serde(deserialize_with = "money::minor")]
    minor: Option<i64>,
    #[serde(deserialize_with = "money::currency")]
    currency: String,
}

impl TryFrom<PlanFields> for Plan {
    type Error = &'static str;

    fn try_from(fields: PlanFields) -> Result<Self, Self::Error> {
        let (price_minor, currency) = match (fields.price_in_francs, fields.price) {
            (Some(_), Some(_)) => {
                return Err("both `pricePerFeatureInstanceCHF` and `price` are given, expected one of them");
            }
            (francs, None) => (francs, FRANC.to_owned()),
            (None, Some(price)) => (price.minor, price.currency),
        };
        Ok(Self {
            key: fields.key,
            label: fields.label,
            price_minor,
            currency,
            price_includes_tax: fields.price_includes_tax,
            stripe_price_id: fields.stripe_price_id,
            billing_period: fields.billing_period,
            max_data_volume_mb: fields.max_data_volume_mb,
            max_feature_instances: fields.max_feature_instances,
            budget_ai_minor: fields.budget_ai,
        })
    }
}

impl From<Plan> for PlanFields {
    fn from(plan: Plan) -> Self {
        let (price_in_francs, price) = if plan.currency == FRANC {
            (plan.price_minor, None)
        } else {
            (None, Some(Price { minor: plan.price_minor, currency: plan.currency }))
        };
        Self {
            key: plan.key,
            label: plan.label,
            price_in_francs,
            price,
            price_includes_tax: plan.price_includes_tax,
            stripe_price_id: plan.stripe_price_id,
            billing_period: plan.billing_period,
            max_data_volume_mb: plan.max_data_volume_mb,
            max_feature_instances: plan.max_feature_instances,
            budget_ai: plan.budget_ai_minor,
        }
    }
}
