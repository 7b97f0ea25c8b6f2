//! What an operator may set about the rules. Settings travel in the question, so that equal questions get equal answers.

use serde::{Deserialize, Serialize};

/// The operator's choices that a decision depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Settings {
    /// Role labels that make their holder an admin of the mandate.
    pub admin_labels: Vec<String>,
    /// How a role's label is compared with `admin_labels`.
    pub admin_match: AdminMatch,
    /// Who may give up an access when that ends the instance.
    pub orphan_end: OrphanEnd,
    /// Whether a user who administers no mandate gets a home mandate.
    pub home_mandate: bool,
    /// For how long an ended instance can be restored, in milliseconds.
    pub restore_window: i64,
    /// The one currency of the deployment, ISO 4217.
    pub currency: String,
    /// What billing must confirm before an instance that costs money can be used.
    pub gate: Gate,
    /// Most invoices that activations may make for one subscription within 24 hours, where the gate is `payment`.
    pub invoice_budget: i64,
    /// Most changes of one mandate that may wait for billing before nothing more is added.
    pub most_waiting: i64,
}

/// How a role's label is compared with the configured admin labels. Case never matters (ASCII), nor space at the ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum AdminMatch {
    /// The label equals a configured one.
    Exact,
    /// One word of the label equals a configured one.
    Words,
    /// The label contains a configured one: what the gateway did, kept for the move.
    Substring,
}

/// Who may give up an access when that ends the instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum OrphanEnd {
    /// Whoever holds the last access.
    Anyone,
    /// Only an admin of the mandate.
    Admin,
}

/// What billing must confirm before an instance that costs money can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "js", derive(tsify::Tsify), tsify(missing_as_null))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Gate {
    /// That it took the new quantity; the prorated amount is on the next invoice.
    Quantity,
    /// That the prorated amount was invoiced and paid.
    Payment,
}

impl Gate {
    /// Both, the default first.
    pub const ALL: [Self; 2] = [Self::Quantity, Self::Payment];

    /// The word on the wire, in the configuration and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Quantity => "quantity",
            Self::Payment => "payment",
        }
    }

    /// The gate of that word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|gate| gate.as_str() == word)
    }
}

/// Seven days in milliseconds: for how long an ended instance can be restored by default.
pub const RESTORE_WINDOW: i64 = 7 * 24 * 60 * 60 * 1000;

/// How many invoices a day activations may make for one subscription by default. Stripe makes 20 a day at most; the rest
/// is left for what is not ours.
pub const INVOICE_BUDGET: i64 = 15;

/// For how long a billing operation may be in doubt before nothing more is added, in milliseconds.
pub const DOUBT_LIMIT: i64 = 30_000;

/// For how long an invoice counts against the budget, in milliseconds: 24 hours.
pub const BUDGET_WINDOW: i64 = 24 * 60 * 60 * 1000;

/// How many changes of one mandate may wait for billing.
pub const MOST_WAITING: i64 = 20;

impl Default for Settings {
    fn default() -> Self {
        Self {
            admin_labels: vec!["admin".to_owned()],
            admin_match: AdminMatch::Exact,
            orphan_end: OrphanEnd::Anyone,
            home_mandate: true,
            restore_window: RESTORE_WINDOW,
            currency: "CHF".to_owned(),
            gate: Gate::Quantity,
            invoice_budget: INVOICE_BUDGET,
            most_waiting: MOST_WAITING,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BUDGET_WINDOW, Gate, RESTORE_WINDOW, Settings};

    #[test]
    fn the_word_of_a_gate_is_that_of_the_wire_and_no_other_is_one() {
        for (gate, word) in [(Gate::Quantity, "quantity"), (Gate::Payment, "payment")] {
            assert_eq!(gate.as_str(), word);
            assert_eq!(serde_json::to_value(gate).unwrap(), word);
            assert_eq!(Gate::of_word(word), Some(gate));
        }
        for word in ["", "Payment", "none"] {
            assert_eq!(Gate::of_word(word), None, "`{word}`");
        }
    }

    #[test]
    fn by_default_an_instance_can_be_restored_for_seven_days_and_invoices_count_for_one() {
        let hour = 3_600_000;
        assert_eq!((RESTORE_WINDOW, BUDGET_WINDOW), (168 * hour, 24 * hour));
        assert_eq!(Settings::default().restore_window, RESTORE_WINDOW);
        assert_eq!(Settings::default().admin_labels, ["admin"]);
    }
}
