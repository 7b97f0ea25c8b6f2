//! Every scope for every route: the right one opens it, all others are told which one would. No other token opens any.

use reqwest::Method;
use serde_json::{Value, json};
use turnpike::http::{Route, authentication::Scope, routes};

use super::service::{self, AUDIENCE, Machine, SECRETS, claims, token, with_services};
use crate::{engines, host::Setup, tokens};

fn machine_routes() -> Vec<Route> {
    routes().into_iter().filter(|route| route.needs.is_some()).collect()
}

/// How a refusal looks: SCIM's messages have no code.
fn refusal_of(route: &Route, status: u16, code: &str) -> (u16, String) {
    let code = if route.path.starts_with("/scim/v2/") { "" } else { code };
    (status, code.to_owned())
}

/// What a route is asked about: nothing that there is, so that an accepted token gets another answer than 401 and 403, and
/// nothing is changed.
async fn ask(machine: &Machine, route: &Route) -> (u16, String) {
    let method: Method = route.method.to_uppercase().parse().unwrap();
    let path = route.path.replace("{id}", "none");
    let body = matches!(route.method, "put" | "patch" | "post").then(|| json!([]));
    let reply = machine.send(method, &path, &[], body.as_ref()).await;
    (reply.status, reply.code())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_scope_opens_its_routes_and_no_others() {
    let database = engines::sqlite().await;
    let host = with_services(Setup::new(&database.url)).with_world().serve();
    let machine = Machine::new(&host.url);
    let routes = machine_routes();
    assert!(routes.len() > 40, "{}", routes.len());
    for route in &routes {
        let needed = route.needs.unwrap();
        for scope in Scope::ALL {
            let (status, code) = ask(&machine.with_token(&token(&[scope])), route).await;
            let name = format!("{} {} with {}", route.method, route.path, scope.as_str());
            if scope == needed {
                assert!([200, 204, 400, 404, 422].contains(&status), "{name}: {status} {code}");
            } else {
                assert_eq!((status, code), refusal_of(route, 403, "insufficient-scope"), "{name}");
            }
        }
        let others: Vec<Scope> = Scope::ALL.into_iter().filter(|scope| *scope != needed).collect();
        let reply = ask(&machine.with_token(&token(&others)), route).await;
        let expected = refusal_of(route, 403, "insufficient-scope");
        assert_eq!(reply, expected, "{} {} with all others", route.method, route.path);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_token_opens_any() {
    let database = engines::sqlite().await;
    let setup = with_services(Setup::new(&database.url)).with("TURNPIKE_JWT_AUDIENCE", "people").with_world();
    let host = setup.serve();
    let machine = Machine::new(&host.url);
    let changed = |name: &str, value: Value| {
        let mut claims = claims(&Scope::ALL);
        claims[name] = value;
        tokens::signed(&claims, SECRETS[0])
    };
    let refused = [
        ("nobody's", String::new()),
        ("a user's", tokens::of("u-admin")),
        ("a user's with the claims of a service", tokens::signed(&claims(&Scope::ALL), tokens::SECRET)),
        ("one of another issuer", changed("iss", json!(tokens::ISSUER))),
        ("one for users", changed("aud", json!("people"))),
        ("one for users and services", changed("aud", json!([AUDIENCE, "people"]))),
        ("one for nobody", changed("aud", Value::Null)),
        ("an expired one", changed("exp", json!(1_000_000))),
        ("one of no service", changed("sub", json!(""))),
    ];
    for (name, token) in &refused {
        for route in machine_routes() {
            let reply = ask(&machine.with_token(token), &route).await;
            let expected = refusal_of(&route, 401, "unauthorized");
            assert_eq!(reply, expected, "{name}: {} {}", route.method, route.path);
        }
    }
    // The secret that is being rolled over to is accepted, too.
    let second = machine.with_token(&tokens::signed(&claims(&Scope::ALL), SECRETS[1]));
    assert_eq!(second.get("users").await.status, 200);
    // Nor does a service's token open what is a user's, whatever signed it.
    for secret in [SECRETS[0], tokens::SECRET] {
        let mut claims = claims(&Scope::ALL);
        claims["aud"] = json!(["people", AUDIENCE]);
        let token = tokens::signed(&claims, secret);
        let api = crate::api::Api::new(&host.url);
        for route in routes().into_iter().filter(|route| route.path.starts_with("/api/store/")) {
            if ["/api/store/page", "/api/store/policy/{module}"].contains(&route.path) {
                continue;
            }
            let method: Method = route.method.to_uppercase().parse().unwrap();
            let reply = api.send(method, route.path, Some(&token), &[], Some(b"{}".to_vec())).await;
            assert_eq!((reply.status, reply.code().as_str()), (401, "unauthorized"), "{}", route.path);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_keys_for_services_there_is_no_machine_api() {
    let database = engines::sqlite().await;
    let host = Setup::new(&database.url).with_world().serve();
    let machine = Machine::new(&host.url);
    for route in machine_routes() {
        let expected = refusal_of(&route, 404, "not-found");
        assert_eq!(ask(&machine, &route).await, expected, "{} {}", route.method, route.path);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_is_told_which_scope_it_lacks_and_how_often_it_may_ask() {
    let database = engines::sqlite().await;
    let setup = with_services(Setup::new(&database.url)).with("TURNPIKE_RATE_LIMIT", "on");
    let host = setup.with("TURNPIKE_RATE_LIMIT_SERVICE", "5").with_world().serve();
    let machine = Machine::new(&host.url);
    let reply = machine.with_token(&service::token(&[Scope::CatalogRead])).get("users").await;
    assert_eq!(reply.json()["reasons"][0]["params"], json!({"scope": "directory:read"}));
    assert!(reply.header("www-authenticate").contains("scope=\"directory:read\""), "{:?}", reply.headers);
    let mut last = reply;
    for _ in 0..20 {
        last = machine.get("users").await;
        if last.status == 429 {
            break;
        }
    }
    assert_eq!((last.status, last.header("ratelimit-policy")), (429, "\"service\";q=5;w=60"));
}
