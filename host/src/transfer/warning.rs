//! What is worth telling the operator although the document is loaded.

/// Something odd that stops nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Warning {
    /// Two memberships of one user in one mandate became one.
    #[error(
        "{entry}: user `{user_id}` is a member of `{mandate_id}` by {into} already: made one with the roles of both"
    )]
    MembershipsMerged {
        /// The later entry, which is gone.
        entry: String,
        /// The first entry, which has the roles of both.
        into: String,
        /// The user.
        user_id: String,
        /// The mandate.
        mandate_id: String,
    },
    /// Two accesses of one user to one instance became one.
    #[error(
        "{entry}: user `{user_id}` has access to `{instance_id}` by {into} already: made one with the roles of both"
    )]
    AccessesMerged {
        /// The later entry, which is gone.
        entry: String,
        /// The first entry, which has the roles of both.
        into: String,
        /// The user.
        user_id: String,
        /// The instance.
        instance_id: String,
    },
    /// A plan that is neither in the file nor in the database.
    #[error("{entry}{}: the plan `{plan_key}` is unknown: activations are refused until there is one", and_more(*more))]
    UnknownPlan {
        /// The first entry that names it.
        entry: String,
        /// How many more name it.
        more: usize,
        /// Key of the plan.
        plan_key: String,
    },
    /// A feature that is neither in the file nor in the database.
    #[error("{entry}{}: the feature `{feature_code}` is unknown: it is not offered", and_more(*more))]
    UnknownFeature {
        /// The first entry that names it.
        entry: String,
        /// How many more name it.
        more: usize,
        /// Code of the feature.
        feature_code: String,
    },
    /// Plans of the database, with the file, are priced in several currencies.
    #[error("plans are priced in {}: one deployment bills in one currency, the others are refused as `billing-incomplete`", currencies.join(", "))]
    Currencies {
        /// The currencies.
        currencies: Vec<String>,
    },
}

fn and_more(more: usize) -> String {
    if more == 0 { String::new() } else { format!(" and {more} more") }
}
