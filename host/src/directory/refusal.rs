//! What can speak against changing an entry.

use crate::transfer::EntryFault;

/// What speaks against changing an entry. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such entry to be patched.
    Missing,
    /// It is no entry.
    Invalid(EntryFault),
    /// A reference leads nowhere.
    Dangling {
        /// The field.
        field: &'static str,
        /// Its value.
        value: String,
    },
    /// A value that only one entry may have is another's.
    Taken {
        /// The field or fields.
        field: &'static str,
        /// Its value.
        value: String,
    },
    /// The entry is not as the caller thinks it is.
    Precondition,
    /// A field that says what the entry is about cannot be changed: another entry is meant.
    Fixed {
        /// JSON pointer to it.
        pointer: &'static str,
    },
    /// The mandate is being deleted.
    Closing,
    /// Whoever is no member of the mandate gets no access to what is in it.
    NotMember,
    /// Changes of the subscription wait for billing.
    BillingOpen {
        /// How many.
        open: i64,
    },
    /// The billing provider charges under the ids on file, and nobody would tell it to stop.
    StillBilled {
        /// The quantity.
        quantity: i64,
    },
    /// What the billing provider says about a subscription that it charges for is taken from there.
    FollowsBilling {
        /// JSON pointer to the field.
        pointer: &'static str,
    },
    /// Subscriptions are charged for by this plan: another price here would not be what they are charged.
    PlanBilled {
        /// How many.
        subscriptions: i64,
    },
    /// Others name it.
    InUse {
        /// What names it: `subscriptions` or `instances`.
        by: &'static str,
        /// How many.
        count: i64,
    },
}
