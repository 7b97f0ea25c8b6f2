//! Who has access to an instance and what access can be given, for the admins of its mandate.

use core_wasm::reason::Reason;

use super::{Answered, Caller, Desk, DeskError};
use crate::ports::store::snapshot::{AccessRecord, Ask, InstanceRole};

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
        let standing = self.standing_of(&snapshot)?.filter(|standing| standing.member);
        Ok(match (standing, snapshot.instance_in(mandate_id)) {
            (Some(standing), Some(instance)) if standing.admin => Answered::Granted(AccessesView {
                feature_code: instance.feature_code.clone(),
                roles: labels(&snapshot.instance_roles),
                accesses: snapshot.accesses.clone(),
            }),
            (Some(_), Some(_)) => {
                Answered::Refused(vec![Reason::NotAdmin { admin_labels: self.decider.settings().admin_labels.clone() }])
            }
            _ => Answered::Refused(vec![Reason::InstanceNotFound {}]),
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
