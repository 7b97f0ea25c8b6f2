//! How far a module may answer the golden cases otherwise than Turnpike's own rules.

use core_wasm::{
    decision::{FeatureStanding, InstanceStanding, Standing},
    question::Answer,
    reason::{Audience, Reason},
};

use super::answers::alone;

/// What is demanded of the answers to the golden cases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Demand {
    /// The very answers of Turnpike's rules.
    Equal,
    /// Those answers, or refusals with further reasons of the operator's own: nothing that Turnpike's rules refuse is
    /// allowed, and nothing is allowed otherwise.
    #[default]
    Stricter,
    /// Answers of the right form that never let in who has no right: strangers, members who are no admins, and whoever
    /// asks for what is not offered or in a closed mandate, and give nobody access that Turnpike's rules refuse. Plans, limits and billing are the module's own matter.
    Safe,
}

impl Demand {
    /// All of them, the strictest first, with the words of the configuration.
    pub const ALL: [(&'static str, Self); 3] =
        [("equal", Self::Equal), ("stricter", Self::Stricter), ("safe", Self::Safe)];

    /// Whether an answer may stand for the golden one. Both fit the same question.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn accepts(self, golden: &Answer, told: &Answer) -> Result<(), &'static str> {
        if golden == told {
            return Ok(());
        }
        if self == Self::Equal {
            return Err("it is answered otherwise than by Turnpike's rules");
        }
        match (golden, told) {
            (Answer::Activation(golden), Answer::Activation(told)) => {
                self.verdict((golden.allowed, &golden.reasons), (told.allowed, &told.reasons))
            }
            (Answer::Deactivation(golden), Answer::Deactivation(told)) => {
                self.verdict((golden.allowed, &golden.reasons), (told.allowed, &told.reasons))
            }
            (Answer::Mandates(golden), Answer::Mandates(told)) => {
                if told.home_mandate_due && !golden.home_mandate_due {
                    return Err("a home mandate is due that is not");
                }
                all(&golden.mandates, &told.mandates, standing)
            }
            (Answer::Overview(golden), Answer::Overview(told)) => {
                all(&golden.features, &told.features, |golden, told| self.feature(golden, told))?;
                all(&golden.instances, &told.instances, |golden, told| self.instance(*golden, *told))
            }
            // An access is a right, whatever speaks against giving it.
            (Answer::Sharing(golden), Answer::Sharing(told)) if told.allowed && !golden.allowed => {
                Err("who has no right to it is let in")
            }
            (Answer::Sharing(golden), Answer::Sharing(told)) => {
                self.verdict((golden.allowed, &golden.reasons), (told.allowed, &told.reasons))
            }
            (Answer::Batch(golden), Answer::Batch(told)) => {
                all(golden, told, |golden, told| self.accepts(&alone(golden.clone()), &alone(told.clone())))
            }
            (Answer::Failure(golden), Answer::Failure(told)) if golden.code == told.code => Ok(()),
            (Answer::Failure(_), _) => Err("what is no call is not answered as that"),
            _ => Err("it is answered as another question"),
        }
    }

    /// An answer that is not the golden one.
    fn verdict(self, golden: (bool, &[Reason]), told: (bool, &[Reason])) -> Result<(), &'static str> {
        let ((_, golden_reasons), (allowed, reasons)) = (golden, told);
        let is_about_rights = golden_reasons.iter().any(|reason| reason.profile().audience < Audience::Admin);
        if allowed && is_about_rights {
            return Err("who has no right to it is let in");
        }
        if self == Self::Safe {
            return Ok(());
        }
        if allowed {
            // Either it was refused, or something else follows from it.
            return Err("it is allowed where Turnpike's rules refuse it, or with other consequences");
        }
        let further = reasons.strip_prefix(golden_reasons).ok_or("reasons of Turnpike's rules are left out")?;
        if further.iter().all(|reason| matches!(reason, Reason::Custom { .. })) {
            Ok(())
        } else {
            Err("further reasons are not of the operator's own")
        }
    }

    fn feature(self, golden: &FeatureStanding, told: &FeatureStanding) -> Result<(), &'static str> {
        if told.offered && !golden.offered {
            return Err("what is not offered is offered");
        }
        if golden == told || (golden.reasons.is_empty() && !golden.can_activate && self == Self::Safe) {
            return Ok(());
        }
        if golden.reasons.is_empty() && told.reasons.is_empty() {
            // Asked about any mandate, for which no reasons are told.
            return if told.can_activate && !golden.can_activate {
                Err("it is allowed where Turnpike's rules refuse it, or with other consequences")
            } else {
                Ok(())
            };
        }
        self.verdict((golden.can_activate, &golden.reasons), (told.can_activate, &told.reasons))
    }

    fn instance(self, golden: InstanceStanding, told: InstanceStanding) -> Result<(), &'static str> {
        if self == Self::Stricter && told.is_active && !golden.is_active {
            return Err("an instance works that does not by Turnpike's rules");
        }
        Ok(())
    }
}

/// Nobody is more in a mandate than by Turnpike's rules.
fn standing(golden: &Standing, told: &Standing) -> Result<(), &'static str> {
    let more = |told: bool, golden: bool| told && !golden;
    if more(told.member, golden.member) || more(told.admin, golden.admin) {
        return Err("somebody is taken for a member or an admin who is not");
    }
    if more(told.listed, golden.listed) || more(told.open, golden.open) {
        return Err("a mandate is listed or open that is not");
    }
    Ok(())
}

/// The form was looked at: both lists are as long as the question asks.
fn all<T>(golden: &[T], told: &[T], check: impl Fn(&T, &T) -> Result<(), &'static str>) -> Result<(), &'static str> {
    golden.iter().zip(told).try_for_each(|(golden, told)| check(golden, told))
}
