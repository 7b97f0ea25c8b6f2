//! What is foreign looks like what is absent, byte for byte, in every place where an id is sent.

use reqwest::Method;

use super::Stage;
use crate::{
    engines,
    scene::Scene,
    tokens,
    world::{ADMIN, DISABLED, MEMBER, OTHER_ADMIN, STRANGER},
};

/// A request with one id left open.
struct Place {
    callers: &'static [&'static str],
    /// Method and path; `{id}` is the id in question.
    request: &'static str,
    body: &'static str,
    /// An id that exists, but not for these callers.
    foreign: &'static str,
    /// One that does not exist.
    absent: &'static str,
}

const OUTSIDERS: &[&str] = &[STRANGER, DISABLED, OTHER_ADMIN];

#[rustfmt::skip]
const PLACES: &[Place] = &[
    // Mandates.
    Place { callers: OUTSIDERS, request: "GET /api/store/subscription-info?mandateId={id}", body: "", foreign: "m-open", absent: "m-none" },
    Place { callers: OUTSIDERS, request: "GET /api/store/features?mandateId={id}", body: "", foreign: "m-open", absent: "m-none" },
    Place { callers: OUTSIDERS, request: "GET /api/store/preflight?mandateId={id}", body: "", foreign: "m-open", absent: "m-none" },
    Place { callers: OUTSIDERS, request: "GET /api/store/instances?mandateId={id}", body: "", foreign: "m-open", absent: "m-none" },
    Place { callers: OUTSIDERS, request: "POST /api/store/activate", body: r#"{"featureCode": "f0", "mandateId": "{id}"}"#, foreign: "m-open", absent: "m-none" },
    Place { callers: OUTSIDERS, request: "POST /api/store/activate", body: r#"{"featureCode": "f0", "mandateId": "{id}"}"#, foreign: "m-system", absent: "m-none" },
    Place { callers: OUTSIDERS, request: "POST /api/store/activate", body: r#"{"featureCode": "f0", "mandateId": "{id}"}"#, foreign: "m-closed", absent: "m-none" },
    Place { callers: OUTSIDERS, request: "POST /api/store/deactivate", body: r#"{"featureCode": "f0", "mandateId": "{id}", "instanceId": "{instance}"}"#, foreign: "m-open", absent: "m-none" },
    Place { callers: OUTSIDERS, request: "POST /api/store/restore", body: r#"{"instanceId": "{ended}", "mandateId": "{id}"}"#, foreign: "m-open", absent: "m-none" },
    Place { callers: &[ADMIN, MEMBER], request: "POST /api/store/activate", body: r#"{"featureCode": "f0", "mandateId": "{id}"}"#, foreign: "m-other", absent: "m-none" },
    Place { callers: &[ADMIN, MEMBER], request: "GET /api/store/instances?mandateId={id}", body: "", foreign: "m-other", absent: "m-none" },
    Place { callers: OUTSIDERS, request: "GET /api/store/changes?mandateId={id}", body: "", foreign: "m-open", absent: "m-none" },
    Place { callers: OUTSIDERS, request: "POST /api/store/quote", body: r#"{"mandateId": "{id}", "activate": ["f0"]}"#, foreign: "m-open", absent: "m-none" },
    Place { callers: OUTSIDERS, request: "POST /api/store/changes", body: r#"{"mandateId": "{id}", "activate": ["f0"]}"#, foreign: "m-open", absent: "m-none" },
    Place { callers: OUTSIDERS, request: "POST /api/store/changes", body: r#"{"mandateId": "{id}", "deactivate": ["{instance}"]}"#, foreign: "m-open", absent: "m-none" },
    Place { callers: OUTSIDERS, request: "POST /api/store/quote", body: r#"{"mandateId": "m-open", "deactivate": ["{id}"]}"#, foreign: "{instance}", absent: "i-none" },
    Place { callers: &[ADMIN, MEMBER], request: "POST /api/store/changes", body: r#"{"mandateId": "m-paid", "deactivate": ["{id}"]}"#, foreign: "{instance}", absent: "i-none" },
    Place { callers: &[ADMIN, MEMBER, STRANGER], request: "POST /api/store/quote", body: r#"{"mandateId": "m-open", "activate": ["{id}"]}"#, foreign: "internal", absent: "no-such" },
    // Instances, living and ended, asked for in the foreign mandate and in one's own.
    Place { callers: OUTSIDERS, request: "POST /api/store/deactivate", body: r#"{"featureCode": "f0", "mandateId": "m-open", "instanceId": "{id}"}"#, foreign: "{instance}", absent: "i-none" },
    Place { callers: OUTSIDERS, request: "POST /api/store/deactivate", body: r#"{"featureCode": "f0", "mandateId": "m-open", "instanceId": "{id}", "scope": "mandate"}"#, foreign: "{instance}", absent: "i-none" },
    Place { callers: OUTSIDERS, request: "POST /api/store/deactivate", body: r#"{"featureCode": "f0", "mandateId": "m-other", "instanceId": "{id}"}"#, foreign: "{instance}", absent: "i-none" },
    Place { callers: OUTSIDERS, request: "POST /api/store/deactivate", body: r#"{"featureCode": "f0", "mandateId": "m-other", "instanceId": "{id}", "scope": "mandate"}"#, foreign: "{instance}", absent: "i-none" },
    Place { callers: OUTSIDERS, request: "POST /api/store/deactivate", body: r#"{"featureCode": "f2", "mandateId": "m-open", "instanceId": "{id}"}"#, foreign: "{ended}", absent: "i-none" },
    Place { callers: OUTSIDERS, request: "POST /api/store/restore", body: r#"{"instanceId": "{id}", "mandateId": "m-open"}"#, foreign: "{ended}", absent: "i-none" },
    Place { callers: OUTSIDERS, request: "POST /api/store/restore", body: r#"{"instanceId": "{id}", "mandateId": "m-other"}"#, foreign: "{ended}", absent: "i-none" },
    Place { callers: OUTSIDERS, request: "POST /api/store/restore", body: r#"{"instanceId": "{id}", "mandateId": "m-open"}"#, foreign: "{instance}", absent: "i-none" },
    Place { callers: &[ADMIN], request: "POST /api/store/restore", body: r#"{"instanceId": "{id}", "mandateId": "m-paid"}"#, foreign: "{ended}", absent: "i-none" },
    Place { callers: OUTSIDERS, request: "GET /api/store/instances/{id}/accesses?mandateId=m-open", body: "", foreign: "{instance}", absent: "i-none" },
    Place { callers: OUTSIDERS, request: "GET /api/store/instances/{id}/accesses?mandateId=m-other", body: "", foreign: "{instance}", absent: "i-none" },
    Place { callers: OUTSIDERS, request: "GET /api/store/instances/{instance}/accesses?mandateId={id}", body: "", foreign: "m-open", absent: "m-none" },
    Place { callers: &[ADMIN, MEMBER], request: "GET /api/store/instances/{id}/accesses?mandateId=m-paid", body: "", foreign: "{instance}", absent: "i-none" },
    Place { callers: &[ADMIN, MEMBER], request: "GET /api/store/instances/{id}/accesses?mandateId=m-open", body: "", foreign: "{ended}", absent: "i-none" },
    Place { callers: OUTSIDERS, request: "POST /api/store/instances/{id}/accesses", body: r#"{"mandateId": "m-open", "userId": "u-member", "role": "f0-user"}"#, foreign: "{instance}", absent: "i-none" },
    Place { callers: OUTSIDERS, request: "POST /api/store/instances/{id}/accesses", body: r#"{"mandateId": "m-other", "userId": "u-other", "role": "f0-user"}"#, foreign: "{instance}", absent: "i-none" },
    Place { callers: OUTSIDERS, request: "DELETE /api/store/instances/{id}/accesses", body: r#"{"mandateId": "m-open", "userId": "u-admin"}"#, foreign: "{instance}", absent: "i-none" },
    // Changes: only who asked for them and present admins of the mandate know them.
    Place { callers: &[STRANGER, MEMBER, DISABLED, OTHER_ADMIN], request: "GET /api/store/changes/{id}", body: "", foreign: "{change}", absent: "c-none" },
    Place { callers: &[STRANGER, MEMBER, DISABLED, OTHER_ADMIN], request: "GET /api/store/decisions/{id}", body: "", foreign: "{change}", absent: "d-none" },
    // Features that are not in the store, or not the instance's.
    Place { callers: &[ADMIN, MEMBER, STRANGER], request: "POST /api/store/activate", body: r#"{"featureCode": "{id}", "mandateId": "m-open"}"#, foreign: "internal", absent: "no-such" },
    Place { callers: &[ADMIN, MEMBER, STRANGER], request: "POST /api/store/deactivate", body: r#"{"featureCode": "{id}", "mandateId": "m-open", "instanceId": "{instance}"}"#, foreign: "f1", absent: "no-such" },
    Place { callers: OUTSIDERS, request: "POST /api/store/deactivate", body: r#"{"featureCode": "{id}", "mandateId": "m-open", "instanceId": "{instance}"}"#, foreign: "f0", absent: "no-such" },
    // Colleagues: a stranger to the mandate, and a member without access, are nobody.
    Place { callers: &[ADMIN, MEMBER, STRANGER], request: "POST /api/store/instances/{instance}/accesses", body: r#"{"mandateId": "m-open", "userId": "{id}", "role": "f0-user"}"#, foreign: "u-other", absent: "u-none" },
    Place { callers: &[ADMIN, MEMBER, STRANGER], request: "POST /api/store/instances/{instance}/accesses", body: r#"{"mandateId": "m-open", "userId": "u-member", "role": "{id}"}"#, foreign: "f1-user", absent: "f-none" },
    Place { callers: &[ADMIN, MEMBER, STRANGER], request: "DELETE /api/store/instances/{instance}/accesses", body: r#"{"mandateId": "m-open", "userId": "{id}"}"#, foreign: "u-a1", absent: "u-none" },
    Place { callers: &[ADMIN, MEMBER, STRANGER], request: "POST /api/store/deactivate", body: r#"{"featureCode": "f0", "mandateId": "m-open", "instanceId": "{instance}", "userId": "{id}"}"#, foreign: "u-other", absent: "u-none" },
    Place { callers: &[ADMIN, MEMBER, STRANGER], request: "POST /api/store/deactivate", body: r#"{"featureCode": "f0", "mandateId": "m-open", "instanceId": "{instance}", "userId": "{id}"}"#, foreign: "u-a1", absent: "u-none" },
];

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_id_and_an_absent_id_answer_alike() {
    let database = engines::sqlite().await;
    let scene = Scene::on(&database).await;
    let stage = Stage::set(&scene).await;
    let before = scene.setup.export();
    for place in PLACES {
        let (method, path) = place.request.split_once(' ').unwrap();
        for caller in place.callers {
            let mut answers = Vec::new();
            for id in [place.foreign, place.absent] {
                let fill = |template: &str| stage.fill(&template.replace("{id}", id));
                let body = (!place.body.is_empty()).then(|| fill(place.body).into_bytes());
                let token = tokens::of(caller);
                let reply =
                    scene.api.send(method.parse::<Method>().unwrap(), &fill(path), Some(&token), &[], body).await;
                // Asking what can be activated is answered, everything else is refused.
                assert_eq!(
                    reply.status == 200,
                    path.starts_with("/api/store/features"),
                    "{caller} {path} {}",
                    reply.text
                );
                answers.push(reply.comparable());
            }
            assert_eq!(answers[0], answers[1], "{caller} {} {}", place.request, place.body);
        }
    }
    assert_eq!(scene.setup.export(), before);
}
