//! The OpenAPI document, put together from what each endpoint's file says about itself.

use utoipa::{
    Modify, OpenApi,
    openapi::{
        OpenApi as Document,
        path::Operation,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

use super::{
    admin::{self, events},
    delete_access, delete_caps,
    entitlements::{self, get_entitlements, get_own_entitlements, post_entitlements},
    feature_requests::{delete_feature_request, get_feature_requests, post_decline, post_feature_request},
    get_accesses, get_caps, get_change, get_changes, get_colleagues, get_decision, get_events, get_features,
    get_history, get_history_csv, get_instances, get_mandates, get_policy, get_preflight, get_subscription_info, livez,
    page::{get_asset, get_icon, get_index, get_page},
    post_access, post_activate, post_changes, post_deactivate, post_quote, post_restore, post_stripe_webhook, put_caps,
    readyz, scim,
};

#[derive(OpenApi)]
#[openapi(
    info(title = "Turnpike", description = "The self-hosted feature store for multi-tenant SaaS."),
    paths(
        get_index::handler,
        get_asset::handler,
        get_icon::handler,
        get_page::handler,
        get_mandates::handler,
        get_subscription_info::handler,
        get_features::handler,
        post_activate::handler,
        post_deactivate::handler,
        get_instances::handler,
        get_accesses::handler,
        get_colleagues::handler,
        post_access::handler,
        delete_access::handler,
        get_caps::handler,
        put_caps::handler,
        delete_caps::handler,
        post_restore::handler,
        post_quote::handler,
        get_preflight::handler,
        get_events::handler,
        get_policy::handler,
        get_changes::handler,
        post_changes::handler,
        get_change::handler,
        get_decision::handler,
        get_feature_requests::handler,
        post_feature_request::handler,
        delete_feature_request::handler,
        post_decline::handler,
        get_history::handler,
        get_history_csv::handler,
        post_stripe_webhook::handler,
        events::get_events::handler,
        events::get_endpoints::handler,
        events::post_endpoint::handler,
        events::get_endpoint::handler,
        events::patch_endpoint::handler,
        events::delete_endpoint::handler,
        events::post_secret::handler,
        events::get_deliveries::handler,
        events::get_attempts::handler,
        events::post_resend::handler,
        get_own_entitlements::handler,
        get_entitlements::handler,
        post_entitlements::handler,
        livez::handler,
        readyz::handler,
    ),
    modifiers(&Credentials)
)]
struct Api;

/// The bearer token that the endpoints name as `token`, and the cookie that does instead of it.
struct Credentials;

/// The cookie has the name that the host was told.
const SESSION: &str = "The session cookie with the same JWT, where `TURNPIKE_SESSION_COOKIE` names one: its name is that setting's. A bearer token wins over it.";
/// What shows that no foreign page made the request.
const MARK: &str = "`1`, beside a cookie: a field that no foreign page can send. The body must be `application/json`.";

impl Modify for Credentials {
    fn modify(&self, document: &mut Document) {
        let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        let session = ApiKey::Cookie(ApiKeyValue::with_description("session", SESSION));
        let mark = ApiKey::Header(ApiKeyValue::with_description("X-Turnpike", MARK));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(token));
        components.add_security_scheme("cookie", SecurityScheme::ApiKey(session));
        components.add_security_scheme("mark", SecurityScheme::ApiKey(mark));
        // A service has no cookie.
        let of_people = |path: &str| {
            !path.starts_with(admin::FOLDER) && !path.starts_with(scim::FOLDER) && path != entitlements::PATH
        };
        for (_, item) in document.paths.paths.iter_mut().filter(|(path, _)| of_people(path)) {
            let cookie = || SecurityRequirement::new("cookie", NO_SCOPES);
            allow(item.get.as_mut(), cookie());
            allow(item.post.as_mut(), cookie().add("mark", NO_SCOPES));
            allow(item.delete.as_mut(), cookie().add("mark", NO_SCOPES));
        }
    }
}

const NO_SCOPES: [&str; 0] = [];

/// Another way to show who is asking, where that has to be shown.
fn allow(operation: Option<&mut Operation>, way: SecurityRequirement) {
    if let Some(ways) = operation.and_then(|operation| operation.security.as_mut()) {
        ways.push(way);
    }
}

/// The document.
#[must_use]
pub fn document() -> Document {
    [admin::describe(), scim::describe()].into_iter().fold(Api::openapi(), |document, machine| match machine {
        Ok(machine) => document.merge_from(machine),
        Err(error) => {
            tracing::error!(%error, "the machine API is not described");
            document
        }
    })
}
