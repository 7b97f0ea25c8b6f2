//! Members ask their admins for a feature; admins decline, or approve by activating it. Who may ask is what the rules say
//! about activating it: everybody for whom nothing speaks against that but not being an admin.

use core_wasm::{
    decision::Standing,
    facts::{HeldAccess, SharingFacts},
    question::Single,
    reason::Reason,
};

use super::{
    Admit, Answered, Caller, Desk, DeskError,
    recording::{Refused, Tried},
};
use crate::{
    decisions::record::Judged,
    facts,
    notices::{self, Occasion},
    ports::store::{
        audit::{AuditEntry, Who},
        feature_request::{ClosedRequest, FeatureRequest, NewFeatureRequest, RequestState},
        page,
        snapshot::{Approving, Ask, MandateRecord, Snapshot},
    },
};

/// Asks for a feature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestFeature {
    /// Which feature.
    pub feature_code: String,
    /// In which mandate.
    pub mandate_id: String,
    /// Why.
    pub note: Option<String>,
}

/// A request as the caller may see it: prices are for admins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeatureRequestView {
    /// The request.
    pub request: FeatureRequest,
    /// What one instance costs per period now, in minor units with the currency.
    pub price_now: Option<(i64, String)>,
}

impl Desk {
    /// Asks the admins of a mandate for a feature. Who asks again while nobody answered is told of the first request.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn request_feature(
        &self,
        caller: &Caller,
        wish: RequestFeature,
        admit: Admit<'_>,
    ) -> Result<Answered<FeatureRequestView>, DeskError> {
        admit().map_err(DeskError::Limited)?;
        let ask = Ask {
            user_id: caller.user_id.clone(),
            mandate_id: wish.mandate_id,
            feature_code: Some(wish.feature_code),
            ..Ask::default()
        };
        let snapshot = self.inner.store.snapshot(&ask).await?;
        let now = self.inner.clock.now();
        let facts = facts::of_activation(&snapshot, now, self.inner.ledger.is_connected());
        let mut reasons = self.decider.activation(&facts)?.decision.reasons;
        reasons.retain(|reason| !matches!(reason, Reason::NotAdmin { .. }));
        let (Some(mandate), Some(feature), []) = (&snapshot.mandate, &snapshot.feature, reasons.as_slice()) else {
            return Ok(Answered::Refused(reasons));
        };
        let Some(standing) = self.standing_in(Some(mandate))? else {
            return Ok(Answered::Refused(vec![Reason::MandateNotFound {}]));
        };
        let request = NewFeatureRequest {
            id: self.inner.ids.next(),
            mandate_id: mandate.id.clone(),
            feature_code: feature.code.clone(),
            user_id: caller.user_id.clone(),
            note: wish.note,
            price: price_in_force(&standing, mandate),
            asked_at: now,
        };
        let locale = self.inner.settings.mail_locale;
        let occasion = Occasion::of_request(self.inner.ids.next(), &request, mandate, &feature.label, locale);
        let notice = notices::requested(occasion.by(&caller.username), request.note.as_deref());
        let entry = self.noted(caller, "request feature", &request.id, &request.mandate_id);
        let after = Some(serde_json::json!({ "state": "open", "featureCode": request.feature_code }));
        let written = self.inner.store.request_feature(&request, &notice, &AuditEntry { after, ..entry }).await?;
        Ok(Answered::Granted(view(written, &standing, mandate)))
    }

    /// The requests of a mandate, the newest first: all for its admins, their own for other members. With the place before
    /// which the next page begins.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn feature_requests(
        &self,
        caller: &Caller,
        mandate_id: &str,
        (before, limit): (Option<i64>, i64),
    ) -> Result<Answered<(Vec<FeatureRequestView>, Option<i64>)>, DeskError> {
        let Some((standing, mandate)) = self.member_of(caller, mandate_id).await? else {
            return Ok(Answered::Refused(vec![Reason::MandateNotFound {}]));
        };
        let whose = (!standing.admin).then_some(caller.user_id.as_str());
        let mut found = self.inner.store.feature_requests(mandate_id, whose, (before, limit + 1)).await?;
        let next = page::cut(&mut found, limit, |request| request.place);
        let views = found.into_iter().map(|request| view(request, &standing, &mandate)).collect();
        Ok(Answered::Granted((views, next)))
    }

    /// An admin says no. A request that was answered already is told as it stands.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn decline_request(
        &self,
        caller: &Caller,
        id: &str,
        answer: Option<String>,
        admit: Admit<'_>,
    ) -> Result<Answered<FeatureRequestView>, DeskError> {
        admit().map_err(DeskError::Limited)?;
        let Some((request, standing, mandate)) = self.known_request(caller, id).await? else {
            return Ok(Answered::Refused(Vec::new()));
        };
        if !standing.admin {
            return Ok(Answered::Refused(vec![self.not_admin()]));
        }
        let closed = self.close_request(caller, request, RequestState::Declined, answer).await?;
        Ok(Answered::Granted(view(closed, &standing, &mandate)))
    }

    /// Who asked takes it back. A request that was answered already is told as it stands.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn withdraw_request(
        &self,
        caller: &Caller,
        id: &str,
        admit: Admit<'_>,
    ) -> Result<Answered<FeatureRequestView>, DeskError> {
        admit().map_err(DeskError::Limited)?;
        let known = self.known_request(caller, id).await?.filter(|(request, ..)| request.user_id == caller.user_id);
        let Some((request, standing, mandate)) = known else { return Ok(Answered::Refused(Vec::new())) };
        let closed = self.close_request(caller, request, RequestState::Withdrawn, None).await?;
        Ok(Answered::Granted(view(closed, &standing, &mandate)))
    }

    /// The request that an activation approves. Whether it is open is seen when it is written.
    pub(super) async fn approvable(
        &self,
        id: &str,
        mandate_id: &str,
        feature_code: &str,
    ) -> Result<Approving, DeskError> {
        let found = self.inner.store.feature_request(id).await?;
        let same = found.filter(|request| request.mandate_id == mandate_id && request.feature_code == feature_code);
        let request = same.ok_or(DeskError::RequestNotOpen)?;
        Ok(Approving { request_id: request.id, user_id: request.user_id })
    }

    /// Whether who asked can be given access to what is going to be there: as if it were shared with them.
    pub(super) fn admit_asker(&self, ask: &Ask, snapshot: &Snapshot) -> Result<Result<(), Refused>, DeskError> {
        if ask.approving.as_ref().is_none_or(|approving| approving.user_id == ask.user_id) {
            return Ok(Ok(()));
        }
        let sharing = Single::Sharing(SharingFacts {
            mandate: snapshot.mandate.as_ref().map(facts::of_mandate).map(Box::new),
            has_instance: true,
            colleague_is_member: snapshot.colleague_is_member,
            has_role: true,
            access: HeldAccess::None,
        });
        let questions = vec![sharing];
        let judged = Judged::together(self.decider.batch(&questions)?, questions);
        let against = judged.into_iter().find(|judged| !judged.is_allowed());
        Ok(match against {
            None => Ok(()),
            Some(judged) => Err(Refused {
                reasons: judged.reasons().to_vec(),
                tried: vec![Tried { judged, feature_code: ask.feature_code.clone(), instance_id: None }],
            }),
        })
    }

    /// A request of a mandate in which the caller is a member, if it is one that they may know.
    async fn known_request(
        &self,
        caller: &Caller,
        id: &str,
    ) -> Result<Option<(FeatureRequest, Standing, MandateRecord)>, DeskError> {
        let Some(request) = self.inner.store.feature_request(id).await? else { return Ok(None) };
        let Some((standing, mandate)) = self.member_of(caller, &request.mandate_id).await? else { return Ok(None) };
        let may_know = standing.admin || request.user_id == caller.user_id;
        Ok(may_know.then_some((request, standing, mandate)))
    }

    /// How the caller stands in a mandate of which they are a member.
    async fn member_of(
        &self,
        caller: &Caller,
        mandate_id: &str,
    ) -> Result<Option<(Standing, MandateRecord)>, DeskError> {
        let ask = Ask { user_id: caller.user_id.clone(), mandate_id: mandate_id.to_owned(), ..Ask::default() };
        let mandate = self.inner.store.snapshot(&ask).await?.mandate;
        let standing = self.standing_in(mandate.as_ref())?.filter(|standing| standing.member);
        Ok(standing.zip(mandate))
    }

    /// Closes it if it is open, and returns it as it stands then.
    async fn close_request(
        &self,
        caller: &Caller,
        request: FeatureRequest,
        state: RequestState,
        answer: Option<String>,
    ) -> Result<FeatureRequest, DeskError> {
        let at = self.inner.clock.now();
        let verb = if state == RequestState::Declined { "decline request" } else { "take back request" };
        let entry = AuditEntry {
            before: Some(serde_json::json!({ "state": "open", "featureCode": request.feature_code })),
            after: Some(serde_json::json!({ "state": state.as_str(), "featureCode": request.feature_code })),
            about: vec![request.user_id.clone()],
            ..self.noted(caller, verb, &request.id, &request.mandate_id)
        };
        let closing = ClosedRequest { state, at, user_id: caller.user_id.clone(), answer };
        self.inner.store.close_feature_request(&request.id, &closing, &entry).await?;
        Ok(self.inner.store.feature_request(&request.id).await?.unwrap_or(request))
    }

    fn noted(&self, caller: &Caller, verb: &str, id: &str, mandate_id: &str) -> AuditEntry {
        AuditEntry {
            origin: caller.origin(),
            mandate_id: Some(mandate_id.to_owned()),
            ..AuditEntry::new(self.inner.clock.now(), Who::User(caller.user_id.clone()), verb, id)
        }
    }
}

/// The role in which who asked has access: the first that is not the admins', where there is another.
pub(super) fn asker_role<'a>(roles: &'a [(String, String)], admin_role: &'a str) -> &'a str {
    roles.iter().map(|(id, _)| id.as_str()).find(|id| *id != admin_role).unwrap_or(admin_role)
}

/// What one instance costs per period by the plan of the subscription in force.
fn price_in_force(standing: &Standing, mandate: &MandateRecord) -> Option<(i64, String)> {
    let shown = standing.subscription.as_ref().filter(|shown| shown.operative)?;
    mandate.price_by(shown.index)
}

fn view(mut request: FeatureRequest, standing: &Standing, mandate: &MandateRecord) -> FeatureRequestView {
    if !standing.admin {
        request.price = None;
        return FeatureRequestView { request, price_now: None };
    }
    FeatureRequestView { request, price_now: price_in_force(standing, mandate) }
}
