//! What is asked for when a host dies: an activation, an end or a restore in a mandate that pays.

use serde_json::{Value, json};

use crate::{
    api::{Api, Reply},
    scene::Scene,
    world::{ADMIN, PAID},
};

/// Whose instance stays, whatever happens.
const KEPT: &str = "f11";
/// Of what is asked for.
const WANTED: &str = "f0";
/// The key of the request.
const KEY: &str = "the-request-that-met-a-crash";

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    Activate,
    End,
    Restore,
}

/// A request ready to be made, and what the simulator saw before it.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) wish: Wish,
    path: &'static str,
    body: Value,
    /// Quantities that were set so far, in order.
    pub(super) quantities: Vec<u64>,
}

impl Wish {
    /// All of them.
    pub(super) const ALL: [Self; 3] = [Self::Activate, Self::End, Self::Restore];

    /// Brings the mandate to where this can be asked for. One instance is active anyway.
    pub(super) async fn prepare(self, scene: &Scene) -> Request {
        assert_eq!(scene.api.activate(ADMIN, PAID, KEPT).await.status, 200);
        let mut quantities = vec![1];
        let (path, body) = match self {
            Self::Activate => ("/api/store/activate", json!({"featureCode": WANTED, "mandateId": PAID})),
            Self::End => {
                let instance = activated(scene).await;
                quantities.push(2);
                let body = json!({"featureCode": WANTED, "mandateId": PAID, "instanceId": instance});
                ("/api/store/deactivate", body)
            }
            Self::Restore => {
                let instance = activated(scene).await;
                let end = scene.api.deactivate(ADMIN, PAID, WANTED, &instance).await;
                assert_eq!(end.json()["billing"], json!("done"), "{}", end.text);
                quantities.extend([2, 1]);
                ("/api/store/restore", json!({"instanceId": instance, "mandateId": PAID}))
            }
        };
        Request { wish: self, path, body, quantities }
    }

    /// What is billed when it is done.
    pub(super) fn billed_afterwards(self) -> u64 {
        match self {
            Self::Activate | Self::Restore => 2,
            Self::End => 1,
        }
    }
}

impl Request {
    /// Makes the request, always under the same key.
    pub(super) async fn make(&self, api: &Api) -> Reply {
        api.post_keyed(ADMIN, self.path, KEY, &self.body).await
    }

    /// Makes the same request under another key.
    pub(super) async fn make_anew(&self, api: &Api) -> Reply {
        api.post_keyed(ADMIN, self.path, "another-try", &self.body).await
    }

    /// Asserts that an answer says that it is done.
    #[track_caller]
    pub(super) fn assert_done(&self, reply: &Reply) {
        assert_eq!(reply.status, 200, "{:?}: {}", self.wish, reply.text);
        let body = reply.json();
        match self.wish {
            Wish::Activate | Wish::Restore => assert_eq!(body["activated"], json!(true), "{body}"),
            Wish::End => {
                assert_eq!((&body["instanceDeleted"], &body["billing"]), (&json!(true), &json!("done")), "{body}");
            }
        }
    }
}

async fn activated(scene: &Scene) -> String {
    let reply = scene.api.activate(ADMIN, PAID, WANTED).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()["instanceId"].as_str().unwrap().to_owned()
}
