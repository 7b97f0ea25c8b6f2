//! Who is told: the rules say who of the members is an admin.

use std::collections::BTreeSet;

use crate::ports::store::{outbox::Recipient, snapshot::MembershipRecord};

/// Asks the rules.
pub trait AdminJudge: Send + Sync {
    /// For every membership, in order, whether it makes its user an admin of the mandate.
    ///
    /// # Errors
    /// [`JudgeError`] when the rules gave no answer.
    fn are_admins(&self, mandate_id: &str, memberships: &[MembershipRecord]) -> Result<Vec<bool>, JudgeError>;
}

/// The rules gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the rules did not say who is an admin: {cause}")]
pub struct JudgeError {
    /// For the log.
    pub cause: String,
}

/// Addresses of the admins among the members, sorted, each once.
///
/// # Errors
/// [`JudgeError`], also when there is not one answer per member: then nobody is told by accident.
pub(super) fn addresses(
    judge: &dyn AdminJudge,
    mandate_id: &str,
    members: &[Recipient],
) -> Result<Vec<String>, JudgeError> {
    let memberships: Vec<MembershipRecord> = members.iter().map(|member| member.membership.clone()).collect();
    let answers = judge.are_admins(mandate_id, &memberships)?;
    if answers.len() != members.len() {
        return Err(JudgeError { cause: format!("{} answers for {} members", answers.len(), members.len()) });
    }
    let admins: BTreeSet<&str> = members
        .iter()
        .zip(answers)
        .filter(|(member, is_admin)| *is_admin && !member.email.trim().is_empty())
        .map(|(member, _)| member.email.trim())
        .collect();
    Ok(admins.into_iter().map(str::to_owned).collect())
}
