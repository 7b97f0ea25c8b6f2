//! Who has access to an instance, what access can be given and to whom, for the admins of its mandate.

use core_wasm::reason::Reason;

use super::{Answered, Caller, Desk, DeskError};
use crate::ports::store::{
    page,
    snapshot::{AccessRecord, Ask, ColleagueRecord, ColleaguesAsked, InstanceRecord, InstanceRole, Snapshot},
};

/// The accesses to an instance as its mandate's admins see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessesView {
    /// The instance's feature.
    pub feature_code: String,
    /// Labels of the roles that can be given, in order, each once.
    pub roles: Vec<String>,
    /// Who has access, in the order in which it was given.
    pub accesses: Vec<AccessRecord>,
}

/// Those who could have access to an instance, a page of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColleaguesView {
    /// Members of the mandate who have none, in the order in which they came.
    pub colleagues: Vec<ColleagueRecord>,
    /// The place behind which the next page begins; `None` on the last one.
    pub next: Option<i64>,
}

impl Desk {
    /// Everybody's access to one living instance.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn accesses(
        &self,
        caller: &Caller,
        mandate_id: &str,
        instance_id: &str,
    ) -> Result<Answered<AccessesView>, DeskError> {
        let ask = Ask {
            user_id: caller.user_id.clone(),
            mandate_id: mandate_id.to_owned(),
            instance_id: Some(instance_id.to_owned()),
            with_accesses: true,
            ..Ask::default()
        };
        let snapshot = self.inner.store.snapshot(&ask).await?;
        Ok(match self.administered(&snapshot, mandate_id)? {
            Ok(instance) => Answered::Granted(AccessesView {
                feature_code: instance.feature_code.clone(),
                roles: labels(&snapshot.instance_roles),
                accesses: snapshot.accesses.clone(),
            }),
            Err(reason) => Answered::Refused(vec![reason]),
        })
    }

    /// Who could have access to one living instance, and has none: at most so many, behind a place.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn colleagues(
        &self,
        caller: &Caller,
        mandate_id: &str,
        instance_id: &str,
        (after, limit): (i64, i64),
    ) -> Result<Answered<ColleaguesView>, DeskError> {
        let ask = Ask {
            user_id: caller.user_id.clone(),
            mandate_id: mandate_id.to_owned(),
            instance_id: Some(instance_id.to_owned()),
            colleagues: Some(ColleaguesAsked { after, limit: limit + 1 }),
            ..Ask::default()
        };
        let snapshot = self.inner.store.snapshot(&ask).await?;
        if let Err(reason) = self.administered(&snapshot, mandate_id)? {
            return Ok(Answered::Refused(vec![reason]));
        }
        let mut colleagues = snapshot.colleagues;
        let next = page::cut(&mut colleagues, limit, |colleague| colleague.place);
        Ok(Answered::Granted(ColleaguesView { colleagues, next }))
    }

    /// The living instance that was read, for an admin of its mandate, or why not.
    fn administered<'a>(
        &self,
        snapshot: &'a Snapshot,
        mandate_id: &str,
    ) -> Result<Result<&'a InstanceRecord, Reason>, DeskError> {
        let standing = self.standing_in(snapshot.mandate.as_ref())?.filter(|standing| standing.member);
        Ok(match (standing, snapshot.instance_in(mandate_id)) {
            (Some(standing), Some(instance)) if standing.admin => Ok(instance),
            (Some(_), Some(_)) => Err(self.not_admin()),
            _ => Err(Reason::InstanceNotFound {}),
        })
    }
}

/// What the roles are called. One without a label cannot be named, and of several that are called alike the first is meant.
fn labels(roles: &[InstanceRole]) -> Vec<String> {
    let mut labels: Vec<String> = Vec::new();
    for label in roles.iter().filter_map(|role| role.label.as_ref()) {
        if !labels.contains(label) {
            labels.push(label.clone());
        }
    }
    labels
}
