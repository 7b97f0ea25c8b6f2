//! What is a difference between a subscription of ours and the provider's, and what becomes of it. Pure.
//!
//! Three principles. Nothing is ever billed in silence: a quantity is never raised. Nothing is taken for cancelled that
//! the provider does not show as cancelled: a subscription that cannot be found is not one that ended. And what is
//! repaired without asking never costs the customer anything.

use core_wasm::facts::SubscriptionStatus;
use serde::Serialize;

use crate::{
    ledger::standing::{followed, has_ended},
    ports::{
        billing::{InspectedItem, Inspection, ReadError},
        clock::Millis,
        store::check::{Position, Standing},
    },
};

/// How long an operation may be unresolved before it is an alarm: 15 minutes.
pub const OVERDUE: i64 = 15 * 60 * 1000;

/// Our side of a comparison.
#[derive(Clone, Copy, Debug)]
pub struct Ours<'a> {
    /// The subscription by our rows.
    pub position: &'a Position,
    /// Whether our key moves real money.
    pub is_live: bool,
    /// Whether the key certainly belongs to the account that this database was bound to.
    pub account_is_ours: bool,
    /// When the comparison is made.
    pub now: Millis,
}

/// A difference, or something worth telling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
#[expect(missing_docs, reason = "the matrix says what each is; the fields are both sides of it")]
pub enum Finding {
    QuantityHigher { ours: i64, theirs: i64 },
    QuantityLower { ours: i64, theirs: i64 },
    StatusDiffers { ours: SubscriptionStatus, theirs: SubscriptionStatus },
    TrialDiffers { ours: Option<Millis>, theirs: Option<Millis> },
    EndDiffers { ours: Option<Millis>, theirs: Option<Millis> },
    EndsLeftOver { ends: i64 },
    EndsRefused { ends: i64 },
    OperationOverdue { operation: String, since: Millis },
    UnknownStatus,
    SubscriptionGone,
    ItemGone,
    ItemUncounted,
    PriceDiffers { ours: (i64, String), theirs: Option<(i64, String)> },
    PriceIdDiffers,
    ScheduleAttached,
    PendingUpdate,
    BillingMode,
    CollectionMethod,
    SeveralSubscriptions { others: i64 },
    NeverInSync,
    UnknownWriter { operation: String },
    WrongMandate { theirs: String },
    LivemodeDiffers { theirs: bool },
    CancelScheduled { at: Millis },
    Unreadable { cause: String },
}

/// What becomes of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repair {
    /// It is repaired without asking.
    Itself(Correction),
    /// Somebody has to look at it.
    AlarmOnly,
    /// It is told and is no difference.
    Nothing,
}

/// How something is repaired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Correction {
    /// The provider's quantity is lowered to ours.
    Lower {
        /// What the provider counts.
        seen: i64,
    },
    /// Our subscription takes over what the provider says.
    TakeOver,
    /// Ends that wait are done: nothing is billed any more.
    FinishEnds,
}

/// A row of the matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Name of the finding.
    pub kind: &'static str,
    /// What differs.
    pub what: &'static str,
    /// What becomes of it.
    pub becomes: Becomes,
    /// What is refused or kept waiting meanwhile.
    pub meanwhile: Meanwhile,
}

/// What becomes of a kind of finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Becomes {
    /// The provider's quantity is lowered.
    Lowered,
    /// Our subscription follows.
    TakenOver,
    /// Waiting ends are done.
    Finished,
    /// Alarm only.
    Alarm,
    /// Told.
    Told,
}

/// What a finding stops until it is right again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meanwhile {
    /// Nothing.
    Nothing,
    /// Nothing that costs money is added, and no quantity is lowered without asking.
    NothingAdded,
    /// No operation is formed at all: ends wait, credited from when they happened.
    NothingSent,
}

/// All kinds of findings. docs/billing.md shows the same table.
pub const MATRIX: [Row; 25] = {
    use Becomes::{Alarm, Finished, Lowered, TakenOver, Told};
    use Meanwhile::{Nothing, NothingAdded, NothingSent};
    const fn row(kind: &'static str, what: &'static str, becomes: Becomes, meanwhile: Meanwhile) -> Row {
        Row { kind, what, becomes, meanwhile }
    }
    [
        row("quantity-higher", "Stripe counts more than we do", Lowered, Nothing),
        row("quantity-lower", "Stripe counts less than we do", Alarm, Nothing),
        row("status-differs", "another status, cancellation included", TakenOver, Nothing),
        row("trial-differs", "the trial ends at another time", TakenOver, Nothing),
        row("end-differs", "it ends at another time", TakenOver, Nothing),
        row("ends-left-over", "ends wait, but nothing is billed any more", Finished, Nothing),
        row("ends-refused", "ends wait because Stripe refused them", Alarm, Nothing),
        row("operation-overdue", "an operation unresolved for 15 minutes", Alarm, Nothing),
        row("unknown-status", "a status that we do not know", Alarm, NothingAdded),
        row("subscription-gone", "Stripe has no such subscription", Alarm, NothingAdded),
        row("item-gone", "the subscription lacks our item", Alarm, NothingAdded),
        row("item-uncounted", "our item has no quantity (metered)", Alarm, NothingAdded),
        row("price-differs", "another price or currency than the plan's", Alarm, NothingAdded),
        row("price-id-differs", "another price object at the same price", Alarm, Nothing),
        row("schedule-attached", "a schedule will rewrite the items", Alarm, NothingAdded),
        row("pending-update", "a change made elsewhere waits for payment", Alarm, NothingAdded),
        row("billing-mode", "billing mode is not `flexible`", Alarm, NothingAdded),
        row("collection-method", "invoices are sent, not charged", Alarm, Nothing),
        row("several-subscriptions", "the mandate has another one; quantities are not compared", Alarm, Nothing),
        row("never-in-sync", "the quantities differ and were never seen to agree", Alarm, NothingAdded),
        row("unknown-writer", "an operation that this ledger does not know wrote last", Alarm, NothingSent),
        row("wrong-mandate", "`turnpike_mandate` names another mandate", Alarm, NothingSent),
        row("livemode-differs", "test against live", Alarm, NothingSent),
        row("cancel-scheduled", "it will be cancelled later", Told, Nothing),
        row("unreadable", "Stripe gave no usable answer", Told, Nothing),
    ]
};

impl Finding {
    /// Its row of the matrix.
    #[must_use]
    pub fn row(&self) -> &'static Row {
        let place = match self {
            Self::QuantityHigher { .. } => 0,
            Self::QuantityLower { .. } => 1,
            Self::StatusDiffers { .. } => 2,
            Self::TrialDiffers { .. } => 3,
            Self::EndDiffers { .. } => 4,
            Self::EndsLeftOver { .. } => 5,
            Self::EndsRefused { .. } => 6,
            Self::OperationOverdue { .. } => 7,
            Self::UnknownStatus => 8,
            Self::SubscriptionGone => 9,
            Self::ItemGone => 10,
            Self::ItemUncounted => 11,
            Self::PriceDiffers { .. } => 12,
            Self::PriceIdDiffers => 13,
            Self::ScheduleAttached => 14,
            Self::PendingUpdate => 15,
            Self::BillingMode => 16,
            Self::CollectionMethod => 17,
            Self::SeveralSubscriptions { .. } => 18,
            Self::NeverInSync => 19,
            Self::UnknownWriter { .. } => 20,
            Self::WrongMandate { .. } => 21,
            Self::LivemodeDiffers { .. } => 22,
            Self::CancelScheduled { .. } => 23,
            Self::Unreadable { .. } => 24,
        };
        &MATRIX[place]
    }

    /// Whether the two sides differ.
    #[must_use]
    pub fn is_difference(&self) -> bool {
        self.row().becomes != Becomes::Told
    }
}

/// What becomes of a finding, taken by itself.
#[must_use]
pub fn repair(finding: &Finding) -> Repair {
    match (finding.row().becomes, finding) {
        (Becomes::Lowered, Finding::QuantityHigher { theirs, .. }) => {
            Repair::Itself(Correction::Lower { seen: *theirs })
        }
        (Becomes::TakenOver, _) => Repair::Itself(Correction::TakeOver),
        (Becomes::Finished, _) => Repair::Itself(Correction::FinishEnds),
        (Becomes::Told, _) => Repair::Nothing,
        (Becomes::Alarm | Becomes::Lowered, _) => Repair::AlarmOnly,
    }
}

/// What is repaired of all that was found about one subscription: nothing when the two sides may be strangers, and no
/// quantity while something else is wrong with how it is billed.
#[must_use]
pub fn corrections(findings: &[Finding]) -> Vec<Correction> {
    let meanwhile = strictest(findings);
    let mut corrections = Vec::new();
    for finding in findings {
        let Repair::Itself(correction) = repair(finding) else { continue };
        let allowed = match correction {
            Correction::Lower { .. } => meanwhile == Meanwhile::Nothing,
            Correction::TakeOver | Correction::FinishEnds => meanwhile != Meanwhile::NothingSent,
        };
        if allowed && !corrections.contains(&correction) {
            corrections.push(correction);
        }
    }
    corrections
}

/// What all findings together stop.
#[must_use]
pub fn strictest(findings: &[Finding]) -> Meanwhile {
    findings.iter().map(|finding| finding.row().meanwhile).max().unwrap_or(Meanwhile::Nothing)
}

/// Compares a subscription with what the provider says about it.
#[must_use]
pub fn judge(ours: &Ours<'_>, theirs: &Result<Inspection, ReadError>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let position = ours.position;
    if let Some(unresolved) = &position.unresolved {
        // Everything about the quantity is the ledger's business until it is resolved.
        if ours.now.saturating_sub(unresolved.since) >= OVERDUE {
            let operation = unresolved.operation_id.clone();
            findings.push(Finding::OperationOverdue { operation, since: unresolved.since });
            // Such a one keeps it from being resolved.
            if let Ok(theirs) = theirs {
                strangers(ours, theirs, &mut findings);
            }
        }
        return findings;
    }
    match theirs {
        Err(ReadError::Gone) => {
            findings.push(Finding::SubscriptionGone);
            findings.extend(waiting_ends(position, ours.account_is_ours));
        }
        Err(error) => findings.push(Finding::Unreadable { cause: error.to_string() }),
        Ok(theirs) => compare(ours, theirs, &mut findings),
    }
    findings
}

fn compare(ours: &Ours<'_>, theirs: &Inspection, findings: &mut Vec<Finding>) {
    let position = ours.position;
    strangers(ours, theirs, findings);
    standing(&position.standing, theirs, findings);
    if theirs.status.is_some_and(has_ended) {
        findings.extend(waiting_ends(position, true));
        return;
    }
    findings.extend(waiting_ends(position, false));
    let our_item = theirs.items.iter().find(|item| item.id == position.bound.target.item);
    match our_item {
        None if theirs.has_more_items => {
            let cause = "the item is not among the first of the subscription".to_owned();
            findings.push(Finding::Unreadable { cause });
        }
        None => findings.push(Finding::ItemGone),
        Some(item) => {
            compare_item(position, item, findings);
            // Such as right after an import, when instances are still to come.
            let have_agreed = position.synced_at.is_some()
                || (position.last_operation_id.is_some() && position.last_operation_id == theirs.last_operation_id);
            if !have_agreed && item.quantity.is_some_and(|theirs| theirs > position.counted.max(0)) {
                findings.push(Finding::NeverInSync);
            }
        }
    }
    let flags = [
        (theirs.has_schedule, Finding::ScheduleAttached),
        (theirs.has_pending_update, Finding::PendingUpdate),
        (!theirs.has_exact_credits, Finding::BillingMode),
        (!theirs.is_charged_automatically, Finding::CollectionMethod),
    ];
    findings.extend(flags.into_iter().filter_map(|(is_so, finding)| is_so.then_some(finding)));
    findings.extend(theirs.cancels_at.map(|at| Finding::CancelScheduled { at }));
}

/// Signs that this database and that subscription may not belong together: another installation writes to it, or this
/// database is an older copy.
fn strangers(ours: &Ours<'_>, theirs: &Inspection, findings: &mut Vec<Finding>) {
    let position = ours.position;
    let unresolved = position.unresolved.as_ref().map(|unresolved| &unresolved.operation_id);
    let known = [position.last_operation_id.as_ref(), position.accepted_operation_id.as_ref(), unresolved];
    if let Some(writer) = &theirs.last_operation_id
        && !known.contains(&Some(writer))
    {
        findings.push(Finding::UnknownWriter { operation: writer.clone() });
    }
    if let Some(mandate) = theirs.mandate_id.as_ref().filter(|mandate| **mandate != position.bound.mandate_id) {
        findings.push(Finding::WrongMandate { theirs: mandate.clone() });
    }
    if theirs.is_live != ours.is_live {
        findings.push(Finding::LivemodeDiffers { theirs: theirs.is_live });
    }
}

fn standing(ours: &Standing, theirs: &Inspection, findings: &mut Vec<Finding>) {
    let Some(status) = theirs.status else {
        findings.push(Finding::UnknownStatus);
        return;
    };
    let Some(followed) = followed(ours, theirs) else { return };
    findings.push(if followed.status != ours.status {
        Finding::StatusDiffers { ours: ours.status, theirs: status }
    } else if followed.ends_at != ours.ends_at {
        Finding::EndDiffers { ours: ours.ends_at, theirs: followed.ends_at }
    } else {
        Finding::TrialDiffers { ours: ours.trial_ends_at, theirs: followed.trial_ends_at }
    });
}

fn compare_item(position: &Position, item: &InspectedItem, findings: &mut Vec<Finding>) {
    if position.others > 0 {
        // Which of them counts the instances is not for us to guess.
        findings.push(Finding::SeveralSubscriptions { others: position.others });
    } else {
        let (ours, theirs) = (position.counted.max(0), item.quantity);
        findings.extend(match theirs {
            None => Some(Finding::ItemUncounted),
            Some(theirs) if theirs > ours => Some(Finding::QuantityHigher { ours, theirs }),
            Some(theirs) if theirs < ours => Some(Finding::QuantityLower { ours, theirs }),
            Some(_) => None,
        });
    }
    if let Some((ours, currency)) = &position.plan_price {
        let agrees =
            |(theirs, their_currency): &(i64, String)| theirs == ours && currency.eq_ignore_ascii_case(their_currency);
        // What has no single number cannot be compared.
        if item.price.as_ref().is_some_and(|price| !agrees(price)) {
            let ours = (*ours, currency.clone());
            findings.push(Finding::PriceDiffers { ours, theirs: item.price.clone() });
        }
    }
    if let (Some(ours), Some(theirs)) = (&position.plan_price_id, &item.price_id)
        && ours != theirs
    {
        findings.push(Finding::PriceIdDiffers);
    }
}

/// Ends that cannot become an operation: done where certainly nothing is billed any more, else an alarm if refused.
fn waiting_ends(position: &Position, nothing_is_billed: bool) -> Option<Finding> {
    if nothing_is_billed && position.waiting_ends > 0 {
        Some(Finding::EndsLeftOver { ends: position.waiting_ends })
    } else if position.refused_ends > 0 {
        Some(Finding::EndsRefused { ends: position.refused_ends })
    } else {
        None
    }
}
