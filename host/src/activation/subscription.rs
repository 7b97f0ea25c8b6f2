//! The subscription that represents a mandate.

use core_wasm::reason::Reason;

use super::{Answered, Caller, Desk, DeskError};
use crate::{facts, ports::store::snapshot::SubscriptionRecord};

/// A mandate's subscription and how much of it is used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubscriptionInfo {
    /// The subscription in force, else the latest; `None` when there never was one.
    pub subscription: Option<SubscriptionRecord>,
    /// Whether it is in force.
    pub in_force: bool,
    /// Instances that count against the plan's limit.
    pub counted: i64,
}

impl Desk {
    /// The subscription of a mandate of which the caller is a member; without an id of the first mandate the caller
    /// administers (nothing at all when there is none).
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn subscription_info(
        &self,
        caller: &Caller,
        mandate_id: Option<&str>,
    ) -> Result<Answered<SubscriptionInfo>, DeskError> {
        let portfolio = self.inner.store.portfolio(&caller.user_id, false).await?;
        let now = self.inner.clock.now();
        let decided = self.decider.mandates(&facts::of_mandates(&portfolio, now))?.decision;
        let found = portfolio.mandates.into_iter().zip(decided.mandates).find(|(mandate, standing)| match mandate_id {
            Some(id) => mandate.id == id && standing.member,
            None => standing.listed,
        });
        let Some((mut mandate, standing)) = found else {
            return Ok(match mandate_id {
                Some(_) => Answered::Refused(vec![Reason::MandateNotFound {}]),
                None => Answered::Granted(SubscriptionInfo::default()),
            });
        };
        let subscription = standing
            .subscription
            .and_then(|shown| usize::try_from(shown.index).ok())
            .filter(|index| *index < mandate.subscriptions.len())
            .map(|index| mandate.subscriptions.swap_remove(index))
            // A period that is over says nothing about the present one.
            .map(|one| SubscriptionRecord { period_ends_at: one.period_ends_at.filter(|end| *end > now), ..one });
        let in_force = standing.subscription.is_some_and(|shown| shown.operative);
        Ok(Answered::Granted(SubscriptionInfo { subscription, in_force, counted: mandate.counted }))
    }
}
