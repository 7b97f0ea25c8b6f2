//! What stands where: the fields of each struct in their order, the number of each variant. One description for both
//! directions; a field or a variant that is missing does not compile.

use super::{
    read::{Fault, Read, Reader},
    write::Write,
};
use crate::{
    decision::{
        ActivationDecision, BillingDuty, DeactivationDecision, Ending, FeatureStanding, Grant, InstanceStanding,
        MandatesDecision, OverviewDecision, SharingDecision, ShownState, ShownSubscription, Standing,
    },
    facts::{
        ActivationFacts, BillingPeriod, CapsFacts, DeactivationFacts, FeatureFacts, HeldAccess, HeldInstanceFacts,
        InstanceFacts, InstanceState, MandateFacts, MandatesFacts, MembershipFacts, MoneyFacts, OverviewFacts,
        PlanFacts, RequestedInstance, RestoringFacts, RoleFacts, Scope, SharingFacts, SubscriptionFacts,
        SubscriptionStatus, Target,
    },
    question::{Answer, Asked, Call, Failure, FailureCode, Question, Single, SingleAnswer},
    reason::{BillingGap, CustomText, Reason},
    settings::{AdminMatch, Gate, OrphanEnd, Settings},
};

/// Structs: their fields, one after another.
macro_rules! structs {
    ($($name:ident { $($field:ident),* })*) => { $(
        impl Write for $name {
            fn write(&self, bytes: &mut Vec<u8>) {
                let Self { $($field),* } = self;
                $($field.write(bytes);)*
            }
        }

        impl Read for $name {
            fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
                // In the order in which they are written here.
                Ok(Self { $($field: Read::read(reader)?),* })
            }
        }
    )* };
}

/// Enums: a byte for the variant, then its fields.
macro_rules! enums {
    ($($name:ident {
        $($number:tt = $variant:ident $(($only:ident))? $({ $($field:ident),* })?),*
    })*) => { $(
        impl Write for $name {
            fn write(&self, bytes: &mut Vec<u8>) {
                match self {
                    $(Self::$variant $(($only))? $({ $($field),* })? => {
                        bytes.push($number);
                        $($only.write(bytes);)?
                        $($($field.write(bytes);)*)?
                    })*
                }
            }
        }

        impl Read for $name {
            fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
                let before = reader.clone();
                match reader.byte()? {
                    $($number => {
                        $(let $only = Read::read(reader)?;)?
                        $($(let $field = Read::read(reader)?;)*)?
                        Ok(Self::$variant $(($only))? $({ $($field),* })?)
                    })*
                    _ => Err(before.fault(concat!("a variant of `", stringify!($name), "`"))),
                }
            }
        }
    )* };
}

/// The number of a batch, among questions and among answers.
pub(super) const BATCH: u8 = 4;
/// The number of a failure among answers.
pub(super) const FAILURE: u8 = 5;

structs! {
    Call { settings, question }
    Settings {
        admin_labels, admin_match, orphan_end, home_mandate, restore_window, currency, gate, invoice_budget, most_waiting
    }

    ActivationFacts { now, adding, feature, mandate, billing_connected, billing_paused, restoring }
    DeactivationFacts { now, requested, scope, mandate, instance, has_access }
    MandatesFacts { now, home_granted, mandates }
    OverviewFacts { now, billing_connected, billing_paused, mandates, features, instances, target }
    SharingFacts { mandate, has_instance, colleague_is_member, has_role, access }

    CapsFacts { instances, monthly }
    FeatureFacts { code, category, template_roles }
    HeldInstanceFacts { mandate, state, enabled, access_enabled }
    InstanceFacts { feature_code, mandate_id, state, accesses }
    MandateFacts { is_system, enabled, membership, subscriptions, counted, waiting, caps }
    MembershipFacts { enabled, roles }
    MoneyFacts { minor, currency }
    PlanFacts { price, currency, max_instances, billing_period }
    RequestedInstance { feature_code, mandate_id }
    RestoringFacts { ended_at }
    RoleFacts { label, of_mandate, of_instance }
    SubscriptionFacts {
        status, starts_at, ends_at, trial_ends_at, plan, has_stripe_subscription, has_stripe_item, price_at_odds,
        stripe_differs, confirmed_quantity, in_doubt_since, billed, invoices
    }

    ActivationDecision { allowed, reasons, grant }
    DeactivationDecision { allowed, reasons, outcome }
    MandatesDecision { mandates, home_mandate_due }
    OverviewDecision { features, instances }
    SharingDecision { allowed, reasons }

    CustomText { language, detail, fix }
    Ending { ends_instance, subscription, billing }
    Failure { code, detail }
    FeatureStanding { offered, can_activate, reasons }
    Grant { admin_role, subscription, billing }
    InstanceStanding { state, is_active }
    ShownSubscription { index, operative }
    Standing { member, admin, listed, open, subscription }
}

enums! {
    Question {
        0 = Activation(facts), 1 = Deactivation(facts), 2 = Mandates(facts), 3 = Overview(facts),
        BATCH = Batch(questions), 6 = Sharing(facts)
    }
    Single { 0 = Activation(facts), 1 = Deactivation(facts), 2 = Mandates(facts), 6 = Sharing(facts) }
    Answer {
        0 = Activation(decision), 1 = Deactivation(decision), 2 = Mandates(decision), 3 = Overview(decision),
        BATCH = Batch(answers), FAILURE = Failure(failure), 6 = Sharing(decision)
    }
    SingleAnswer { 0 = Activation(decision), 1 = Deactivation(decision), 2 = Mandates(decision), 6 = Sharing(decision) }
    FailureCode { 0 = Malformed, 1 = TooDeep }

    AdminMatch { 0 = Exact, 1 = Words, 2 = Substring }
    Gate { 0 = Quantity, 1 = Payment }
    OrphanEnd { 0 = Anyone, 1 = Admin }

    BillingPeriod { 0 = Monthly, 1 = Yearly }
    HeldAccess { 0 = None, 1 = Other, 2 = Same }
    InstanceState { 0 = Reserved, 1 = Active }
    Scope { 0 = Mine, 1 = User, 2 = Mandate }
    SubscriptionStatus {
        0 = Pending, 1 = Scheduled, 2 = Trialing, 3 = Active, 4 = PastDue, 5 = Unpaid, 6 = Paused, 7 = Canceled, 8 = Expired
    }
    Target { 0 = Any, 1 = One { mandate } }

    BillingDuty { 0 = Nothing, 1 = BestEffort { quantity }, 2 = Gated { quantity, gate } }
    BillingGap { 0 = Connection, 1 = Subscription, 2 = Item, 3 = Price, 4 = Difference, 5 = Currency }
    Reason {
        0 = FeatureNotFound {},
        1 = MandateNotFound {},
        2 = InstanceNotFound {},
        3 = NoAccess {},
        4 = MandateClosed { system, disabled },
        5 = NotAdmin { admin_labels },
        6 = NoSubscription { latest, trial_ended_at },
        7 = PlanUnknown {},
        8 = SubscriptionPastDue {},
        9 = BillingIncomplete { missing },
        10 = CapacityReached { limit, used, adding },
        11 = BillingOutOfSync { confirmed, counted },
        12 = FeatureMisconfigured {},
        13 = RestoreExpired { ended_at, until },
        14 = BillingUnavailable { since },
        15 = BillingPaused {},
        16 = TooManyWaiting { limit },
        17 = InvoiceBudgetUsed { limit, retry_at },
        18 = PaymentDeclined {},
        19 = PaymentActionRequired {},
        20 = BillingRefused {},
        21 = Custom { rule, texts },
        22 = ColleagueNotFound {},
        23 = RoleNotFound {},
        24 = AccessHeld {},
        25 = InstanceCapReached { limit, used, adding },
        26 = SpendingCapReached { limit, currency, after }
    }
    ShownState { 0 = Reserved, 1 = Active, 2 = Disabled, 3 = Suspended, 4 = Leaving, 5 = Ended }
}

/// As [`Question`], whose facts it borrows.
impl Write for Asked<'_> {
    fn write(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Activation(facts) => tagged(0, *facts, bytes),
            Self::Deactivation(facts) => tagged(1, *facts, bytes),
            Self::Mandates(facts) => tagged(2, *facts, bytes),
            Self::Overview(facts) => tagged(3, *facts, bytes),
            Self::Sharing(facts) => tagged(6, *facts, bytes),
            Self::Batch(questions) => tagged(BATCH, *questions, bytes),
        }
    }
}

fn tagged<T: Write + ?Sized>(number: u8, value: &T, bytes: &mut Vec<u8>) {
    bytes.push(number);
    value.write(bytes);
}
