//! What happened, as answers tell it.

use core_wasm::facts::BillingPeriod;
use serde::Serialize;
use utoipa::ToSchema;

use super::instant::iso;
use crate::{
    activation::HistoryView,
    ports::store::{change::ChangeRecord, history::BilledOperation},
};

/// Something that happened. Instants are ISO 8601 in UTC.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct HistoryEntry {
    /// The change: `/api/store/changes/{id}` for 30 days, `/api/store/decisions/{id}` as long as decisions are kept.
    pub(super) change: String,
    /// `activate`, `restore`, `end`, `leave`, `share` or `withdraw`.
    pub(super) kind: &'static str,
    /// `queued`, `billing`, `done`, `failed` or `cancelled`.
    pub(super) state: &'static str,
    pub(super) feature_code: String,
    pub(super) instance_id: String,
    /// When it was asked for.
    pub(super) at: Option<String>,
    /// When it was done, failed or cancelled.
    pub(super) settled_at: Option<String>,
    /// Id of the user who asked, or `service:` and the name of the product's service.
    pub(super) by_user_id: String,
    /// The name of that user, while on file.
    pub(super) by: Option<String>,
    /// Id of the user whose access came or went, where it is somebody else's.
    pub(super) whose_user_id: Option<String>,
    /// The name of that user, while on file.
    pub(super) whose: Option<String>,
    /// The same for all changes of one request; null where it is the only one.
    pub(super) batch_id: Option<String>,
    /// What one instance cost per period when it was decided; null where that is nobody's matter, or not on record any more.
    pub(super) price: Option<PeriodPrice>,
    /// The quote that it was held to.
    pub(super) quote_id: Option<String>,
    /// What that quote said that the change comes to within the period, credits taken off. Null where none was named, where the
    /// price list said it, and after a week for what could not be compared with the bill.
    pub(super) quoted: Option<Amount>,
    /// What billing was told; null while it was not, and for what is not billed.
    pub(super) invoice_line: Option<InvoiceLine>,
}

/// An amount of money.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Amount {
    /// In the currency's minor unit (hundredths). Negative for a credit.
    pub(super) minor: i64,
    /// ISO 4217; null where it is not on record any more.
    pub(super) currency: Option<String>,
    /// The same in words of money, such as `CHF 12.50`.
    pub(super) text: String,
}

/// What one instance costs per period.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PeriodPrice {
    #[serde(flatten)]
    pub(super) amount: Amount,
    /// `monthly` or `yearly`; null for what is never charged.
    pub(super) period: Option<&'static str>,
}

/// What billing was told, and what it made of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct InvoiceLine {
    /// The update of the quantity. Several changes may be in one: they have the same.
    pub(super) operation: String,
    /// `prepared`, `sent`, `in_doubt`, `applied`, `rejected` or `dissolved`.
    pub(super) state: &'static str,
    /// Billed instances before.
    pub(super) quantity_before: Option<i64>,
    /// Billed instances afterwards.
    pub(super) quantity_after: i64,
    /// From when on it is charged or credited; null: from when billing executed it.
    pub(super) from: Option<String>,
    /// When billing's answer was known.
    pub(super) confirmed_at: Option<String>,
    /// What its lines come to, as they were read back: of what was quoted, told once per update. Null: not read.
    pub(super) billed: Option<Amount>,
}

impl Amount {
    fn of(minor: i64, currency: Option<&String>) -> Self {
        Self { minor, text: words(minor, currency.map(String::as_str)), currency: currency.cloned() }
    }
}

/// Money in words: the currency first, two decimals.
fn words(minor: i64, currency: Option<&str>) -> String {
    let (sign, absolute) = (if minor < 0 { "-" } else { "" }, minor.unsigned_abs());
    let currency = currency.map(|currency| format!("{currency} ")).unwrap_or_default();
    format!("{currency}{sign}{}.{:02}", absolute / 100, absolute % 100)
}

impl From<HistoryView> for HistoryEntry {
    fn from(view: HistoryView) -> Self {
        let HistoryView { record, price } = view;
        let ChangeRecord { id, kind, state, feature_code, instance_id, .. } = record.change;
        let currency = price.as_ref().map(|price| price.currency.clone());
        let amount = |minor: i64| Amount::of(minor, currency.as_ref());
        Self {
            change: id,
            kind: kind.as_str(),
            state: state.as_str(),
            feature_code,
            instance_id,
            at: iso(record.change.created_at),
            settled_at: record.change.settled_at.and_then(iso),
            by_user_id: record.change.user_id,
            by: record.by,
            whose_user_id: record.change.subject_id,
            whose: record.whose,
            batch_id: record.change.batch.map(|batch| batch.id),
            quote_id: record.change.quote_id,
            quoted: record.quoted.map(amount),
            invoice_line: record.billed.map(|billed| InvoiceLine::of(billed, amount)),
            price: price.map(|price| PeriodPrice { amount: amount(price.minor), period: price.period.map(word) }),
        }
    }
}

impl InvoiceLine {
    fn of(billed: BilledOperation, amount: impl Fn(i64) -> Amount) -> Self {
        Self {
            operation: billed.id,
            state: billed.state.as_str(),
            quantity_before: billed.from_quantity,
            quantity_after: billed.to_quantity,
            from: billed.proration_at.and_then(iso),
            confirmed_at: billed.settled_at.and_then(iso),
            billed: billed.minor.map(amount),
        }
    }
}

const fn word(period: BillingPeriod) -> &'static str {
    match period {
        BillingPeriod::Monthly => "monthly",
        BillingPeriod::Yearly => "yearly",
    }
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn money_in_words() {
        for (minor, currency, text) in [
            (0, Some("CHF"), "CHF 0.00"),
            (5, Some("CHF"), "CHF 0.05"),
            (1250, Some("EUR"), "EUR 12.50"),
            (-1250, Some("CHF"), "CHF -12.50"),
            (-7, None, "-0.07"),
            (i64::MIN, None, "-92233720368547758.08"),
        ] {
            assert_eq!(words(minor, currency), text);
        }
    }
}
