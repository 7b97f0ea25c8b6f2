//! What an operator asks for once: everything is compared, shown, and repaired as far as that is allowed.

use serde::Serialize;
use serde_json::json;

use super::{
    Reconciler,
    account::Standing,
    guard::{Hold, may_repair},
    look::Look,
    matrix::{Correction, Finding},
    operator::{CONFIRM, CREDITED, Operator},
    repair::Repaired,
};
use crate::ports::{
    clock::Millis,
    store::{
        StoreError,
        check::{CreditDue, Round},
        quote::Misquoted,
    },
};

/// How a review is made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReviewOptions {
    /// Only compare: nothing is repaired, and nothing that was found is kept.
    pub dry_run: bool,
    /// Only this mandate's subscriptions.
    pub mandate_id: Option<String>,
    /// Somebody looked at the differences and answers for this database: unknown writers and another account are accepted,
    /// and any number of subscriptions is repaired.
    pub confirm: Option<Operator>,
}

/// What a review showed.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Review {
    /// How many subscriptions were compared.
    pub compared: usize,
    /// Those with something to tell.
    pub subscriptions: Vec<Reviewed>,
    /// Credits to be made good by hand.
    pub credits_due: Vec<Credit>,
    /// Operations that were billed with another amount than was quoted, the newest first.
    pub misquoted: Vec<Misquote>,
}

/// A subscription with something to tell.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reviewed {
    /// Its mandate.
    pub mandate: String,
    /// Our id.
    pub subscription: String,
    /// What was found.
    pub findings: Vec<Finding>,
    /// What was done, or would be.
    pub done: Vec<String>,
    /// Whether a difference is left.
    pub differs: bool,
}

/// A credit to be made good.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Credit {
    /// The operation that lowered too late.
    pub operation: String,
    /// The mandate.
    pub mandate: String,
    /// How many instances.
    pub instances: i64,
    /// Charged from here (UTC milliseconds) …
    pub from: Millis,
    /// … to here, though they were given up.
    pub until: Millis,
}

/// A bill that is not what was quoted.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Misquote {
    /// The operation.
    pub operation: String,
    /// The mandate.
    pub mandate: String,
    /// What was quoted, in minor units …
    pub quoted: i64,
    /// … and what was billed; `None` when that could not be read.
    pub billed: Option<i64>,
}

impl Review {
    /// Whether a difference is left.
    #[must_use]
    pub fn differs(&self) -> bool {
        self.subscriptions.iter().any(|reviewed| reviewed.differs)
    }
}

impl From<CreditDue> for Credit {
    fn from(due: CreditDue) -> Self {
        let CreditDue { operation_id, mandate_id, instances, from, until } = due;
        Self { operation: operation_id, mandate: mandate_id, instances, from, until }
    }
}

impl From<Misquoted> for Misquote {
    fn from(misquoted: Misquoted) -> Self {
        let Misquoted { operation_id, mandate_id, quoted, billed } = misquoted;
        Self { operation: operation_id, mandate: mandate_id, quoted, billed }
    }
}

impl Reconciler {
    /// Compares all subscriptions, or one mandate's, and repairs them as `options` allow.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn review(&self, options: &ReviewOptions) -> Result<Review, StoreError> {
        if let (Some(by), false) = (&options.confirm, options.dry_run) {
            let about = options.mandate_id.as_deref().unwrap_or("all mandates");
            self.store.write_down(&by.entry(self.clock.now(), CONFIRM, about, [])).await?;
        }
        let account = self.review_account(options).await?;
        let mut looks = Vec::new();
        for subscription in self.store.bound(options.mandate_id.as_deref()).await? {
            if let Some(look) = self.look(&subscription).await? {
                looks.push(match &options.confirm {
                    Some(by) => self.answered_for(look, by, options.dry_run).await?,
                    None => (look, Vec::new()),
                });
            }
        }
        if !options.dry_run {
            for (look, _) in &looks {
                self.keep(look).await?;
            }
        }
        let hold = self.review_hold(options, &looks, account).await?;
        let compared = looks.iter().filter(|(look, _)| look.compared).count();
        let mut subscriptions = Vec::new();
        for (look, mut done) in looks {
            done.extend(self.review_repair(options, &look, hold).await?);
            if !look.findings.is_empty() || !done.is_empty() {
                subscriptions.push(reviewed(look, done));
            }
        }
        let asked_for = |mandate: &String| options.mandate_id.as_ref().is_none_or(|asked| asked == mandate);
        let mut credits_due: Vec<Credit> = self.store.credits_due().await?.into_iter().map(Credit::from).collect();
        credits_due.retain(|credit| asked_for(&credit.mandate));
        let mut misquoted: Vec<Misquote> = self.store.misquoted().await?.into_iter().map(Misquote::from).collect();
        misquoted.retain(|misquote| asked_for(&misquote.mandate));
        Ok(Review { compared, subscriptions, credits_due, misquoted })
    }

    /// Notes that the credit of an operation was made good by hand. False when none was due.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn credited(&self, operation_id: &str, by: &Operator) -> Result<bool, StoreError> {
        let entry = by.entry(self.clock.now(), CREDITED, operation_id, []);
        let noted = self.store.credit_made_good(operation_id, &entry).await?;
        tracing::warn!(operation = operation_id, noted, "a credit was made good by hand");
        Ok(noted)
    }

    /// Looks once more at what was repaired, when the operations of that are through, so that the review says what is
    /// left.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn look_again(&self, review: &mut Review) -> Result<(), StoreError> {
        for reviewed in review.subscriptions.iter_mut().filter(|reviewed| !reviewed.done.is_empty()) {
            if let Some(look) = self.look(&reviewed.subscription).await? {
                self.keep(&look).await?;
                reviewed.differs = !look.compared || !look.in_sync();
            }
        }
        Ok(())
    }

    async fn review_account(&self, options: &ReviewOptions) -> Result<Standing, StoreError> {
        let rebind = options.confirm.as_ref().filter(|_| !options.dry_run && options.mandate_id.is_none());
        let account = self.account(true, rebind).await?;
        // What would be asked for by `--confirm` is shown as if it were so.
        Ok(if options.confirm.is_some() { Standing::Ours } else { account })
    }

    /// The look without what somebody answers for: that this database and the provider's subscription belong together. And
    /// what was done about it, or would be.
    async fn answered_for(
        &self,
        mut look: Look,
        by: &Operator,
        dry_run: bool,
    ) -> Result<(Look, Vec<String>), StoreError> {
        let mut done = Vec::new();
        let writer = look.findings.iter().find_map(|finding| match finding {
            Finding::UnknownWriter { operation } => Some(operation.clone()),
            _ => None,
        });
        match writer {
            None => {}
            Some(writer) if dry_run => done.push(format!("would accept operation {writer} as the last writer")),
            Some(writer) => {
                let bound = &look.position.bound;
                let detail = [("accepted", json!(writer)), ("mandate", json!(bound.mandate_id))];
                let entry = by.entry(self.clock.now(), CONFIRM, &bound.subscription_id, detail);
                self.store.accept_writer(bound, &writer, &entry).await?;
                done.push(format!("accepted operation {writer} as the last writer"));
            }
        }
        look.findings.retain(|finding| !matches!(finding, Finding::UnknownWriter { .. } | Finding::NeverInSync));
        Ok((look, done))
    }

    async fn review_hold(
        &self,
        options: &ReviewOptions,
        looks: &[(Look, Vec<String>)],
        account: Standing,
    ) -> Result<Option<Hold>, StoreError> {
        if options.confirm.is_some() {
            return Ok(None);
        }
        let here = looks.iter().filter(|(look, _)| !look.corrections().is_empty()).count();
        let here = i64::try_from(here).unwrap_or(i64::MAX);
        // All were looked at just now, unless only one mandate was asked for.
        let known = self.store.round().await?;
        let round = match options.mandate_id {
            None => Round { drifting: here, complete_since: Some(Millis::MAX) },
            Some(_) => Round { drifting: known.drifting.max(here), complete_since: Some(Millis::MAX) },
        };
        Ok(may_repair(round, 0, account).err())
    }

    async fn review_repair(
        &self,
        options: &ReviewOptions,
        look: &Look,
        hold: Option<Hold>,
    ) -> Result<Vec<String>, StoreError> {
        let mut done = Vec::new();
        for correction in look.corrections() {
            done.push(match hold {
                Some(hold) => format!("would {}, but {hold}: see --confirm", would(&correction, look)),
                None if options.dry_run => format!("would {}", would(&correction, look)),
                None => match self.carry_out(look, &correction, options.confirm.as_ref()).await? {
                    Repaired::Nothing => "nothing to do any more".to_owned(),
                    Repaired::TooSoon => "was lowered within the last hour and raised again: not touched".to_owned(),
                    Repaired::Lowering { operation } => {
                        format!("{}: operation {operation}", did(&correction, look))
                    }
                    Repaired::TakenOver | Repaired::EndsFinished(_) => did(&correction, look),
                },
            });
        }
        Ok(done)
    }
}

fn reviewed(look: Look, done: Vec<String>) -> Reviewed {
    let differs = !look.in_sync();
    Reviewed {
        mandate: look.position.bound.mandate_id,
        subscription: look.position.bound.subscription_id,
        findings: look.findings,
        done,
        differs,
    }
}

fn would(correction: &Correction, look: &Look) -> String {
    match correction {
        Correction::Lower { seen } => format!("lower the quantity from {seen} to {}", look.position.counted.max(0)),
        Correction::TakeOver => "take over status and dates".to_owned(),
        Correction::FinishEnds => format!("settle {} waiting ends as done", look.position.waiting_ends),
    }
}

fn did(correction: &Correction, look: &Look) -> String {
    match correction {
        Correction::Lower { seen } => format!("lowers the quantity from {seen} to {}", look.position.counted.max(0)),
        Correction::TakeOver => "took over status and dates".to_owned(),
        Correction::FinishEnds => format!("settled {} waiting ends as done", look.position.waiting_ends),
    }
}
