//! SCIM: users and groups become users and memberships, and the standard's own clients get along with it.

mod filters;
mod groups;
mod people;
mod refused;
mod validator;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{api::Reply, directory::Machine};

/// An identity provider: asks below `/scim/v2/`.
struct Provider(Machine);

impl Provider {
    fn new(base: &str) -> Self {
        Self(Machine::new(base))
    }

    async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Reply {
        self.0.send(method, &format!("/scim/v2/{path}"), headers, body).await
    }

    async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, &[], None).await
    }

    async fn post(&self, path: &str, body: &Value) -> Reply {
        self.send(Method::POST, path, &[], Some(body)).await
    }

    async fn put(&self, path: &str, body: &Value) -> Reply {
        self.send(Method::PUT, path, &[], Some(body)).await
    }

    async fn delete(&self, path: &str) -> Reply {
        self.send(Method::DELETE, path, &[], None).await
    }

    /// A patch with these operations.
    async fn patch(&self, path: &str, operations: &Value) -> Reply {
        let schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"];
        let body = json!({ "schemas": schemas, "Operations": operations });
        self.send(Method::PATCH, path, &[], Some(&body)).await
    }

    /// What a filter finds, by ids: in the address as in the body of a search.
    async fn found(&self, endpoint: &str, filter: &str) -> Vec<String> {
        let query = reqwest::Url::parse_with_params("http://x/", &[("filter", filter)]).unwrap();
        let reply = self.get(&format!("{endpoint}?{}", query.query().unwrap())).await;
        assert_eq!(reply.status, 200, "{filter}: {}", reply.text);
        let schemas = ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"];
        let body = json!({ "schemas": schemas, "filter": filter, "attributes": ["id"], "startIndex": 1 });
        let searched = self.post(&format!("{endpoint}/.search"), &body).await;
        assert_eq!(searched.status, 200, "{filter}: {}", searched.text);
        let ids_of = |page: &Value| {
            page["Resources"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect::<Vec<_>>()
        };
        assert_eq!(ids_of(&searched.json()), ids_of(&reply.json()), "{filter}");
        let ids = reply.json()["Resources"].as_array().unwrap().clone();
        ids.iter().map(|resource| resource["id"].as_str().unwrap().to_owned()).collect()
    }
}

/// Status and `scimType` of a refusal, which must be a whole one.
#[track_caller]
fn shown(reply: &Reply) -> String {
    if reply.status < 400 {
        return reply.status.to_string();
    }
    let message = reply.json();
    assert_eq!(reply.header("content-type"), "application/scim+json", "{message}");
    assert_eq!(message["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:Error"]));
    assert_eq!(message["status"], reply.status.to_string(), "{message}");
    assert!(!message["detail"].as_str().unwrap().is_empty(), "{message}");
    match message["scimType"].as_str() {
        Some(kind) => format!("{} {kind}", reply.status),
        None => reply.status.to_string(),
    }
}
