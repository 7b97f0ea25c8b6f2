//! The OpenAPI document, put together from what each endpoint's file says about itself.

use utoipa::{
    Modify, OpenApi,
    openapi::{
        OpenApi as Document,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use super::{
    get_change, get_changes, get_decision, get_events, get_features, get_instances, get_mandates, get_policy,
    get_preflight, get_subscription_info, livez,
    page::{get_asset, get_icon, get_index, get_page},
    post_activate, post_changes, post_deactivate, post_quote, post_restore, post_stripe_webhook, readyz,
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
        post_restore::handler,
        post_quote::handler,
        get_preflight::handler,
        get_events::handler,
        get_policy::handler,
        get_changes::handler,
        post_changes::handler,
        get_change::handler,
        get_decision::handler,
        post_stripe_webhook::handler,
        livez::handler,
        readyz::handler,
    ),
    modifiers(&Token)
)]
struct Api;

/// The bearer token that the endpoints name as `token`.
struct Token;

impl Modify for Token {
    fn modify(&self, document: &mut Document) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}

/// The document.
#[must_use]
pub fn document() -> Document {
    Api::openapi()
}
