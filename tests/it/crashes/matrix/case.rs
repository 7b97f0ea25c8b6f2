//! One case of the matrix: what is asked for and which fault billing shows, in a mandate of its own.

use serde_json::{Value, json};

use super::kind::Kind;
use crate::{
    api::{Api, Reply},
    world::ADMIN,
};

/// Whose instance stays, whatever happens.
pub(super) const KEPT: &str = "f11";
/// Of what is asked for.
pub(super) const WANTED: &str = "f0";
/// Of what waits behind it.
pub(super) const BEHIND: &str = "f1";

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// A new instance that is paid for.
    Activate,
    /// An ended one back, likewise.
    Restore,
    /// The end of an instance.
    End,
    /// The end of one whose operation waits to be sent.
    Withdraw,
    /// The end of one that waits behind another operation.
    WithdrawQueued,
    /// A new instance that costs nothing; billing follows as best it can.
    Free,
}

impl Wish {
    /// All of them.
    pub(super) const ALL: [Self; 6] =
        [Self::Activate, Self::Restore, Self::End, Self::Withdraw, Self::WithdrawQueued, Self::Free];

    fn word(self) -> &'static str {
        match self {
            Self::Activate => "activate",
            Self::Restore => "restore",
            Self::End => "end",
            Self::Withdraw => "withdraw",
            Self::WithdrawQueued => "behind",
            Self::Free => "free",
        }
    }

    /// Whether an activation waits when it is made.
    pub(super) fn withdraws(self) -> bool {
        matches!(self, Self::Withdraw | Self::WithdrawQueued)
    }

    /// Of which feature.
    pub(super) fn feature(self) -> &'static str {
        if self == Self::WithdrawQueued { BEHIND } else { WANTED }
    }
}

/// A case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Case {
    pub(super) wish: Wish,
    pub(super) kind: Kind,
}

impl Case {
    /// Every wish with every kind of fault.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        Wish::ALL.into_iter().flat_map(|wish| Kind::ALL.map(|kind| Self { wish, kind }))
    }

    fn id(self) -> String {
        format!("{}{:02}", self.wish.word(), self.kind as usize)
    }

    /// Its mandate.
    pub(super) fn mandate(self) -> String {
        format!("m-{}", self.id())
    }

    /// Its subscription at Stripe.
    pub(super) fn subscription(self) -> String {
        format!("sub_planted_{}", self.id())
    }

    /// Its item at Stripe.
    pub(super) fn item(self) -> String {
        format!("si_planted_{}", self.id())
    }

    /// Makes the request, always under the same key; nothing when the host died before it answered.
    pub(super) async fn ask(self, api: &Api, instance: Option<&str>) -> Option<Reply> {
        let (path, body) = self.request(instance);
        api.try_post_keyed(ADMIN, path, &format!("the-key-of-{}", self.id()), &body).await
    }

    fn request(self, instance: Option<&str>) -> (&'static str, Value) {
        let (mandate, feature) = (self.mandate(), self.wish.feature());
        match self.wish {
            Wish::Activate | Wish::Free => {
                ("/api/store/activate", json!({"featureCode": feature, "mandateId": mandate}))
            }
            Wish::Restore => ("/api/store/restore", json!({"instanceId": instance, "mandateId": mandate})),
            Wish::End | Wish::Withdraw | Wish::WithdrawQueued => {
                ("/api/store/deactivate", json!({"featureCode": feature, "mandateId": mandate, "instanceId": instance}))
            }
        }
    }
}
