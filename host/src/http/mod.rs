//! The HTTP API: all routes in one table, one endpoint per file, one error envelope.
//!
//! A request passes, from outside: trace id and log line, the list of other origins, finishing of the answer, the net for
//! panics, the time limit, the limit per address, the policy that decides; then the handler, whose signature shows what it checks and what it may
//! touch.

pub mod authentication;
pub mod limits;
pub mod page;
pub mod problem;
pub mod problem_texts;
pub mod readiness;
pub mod request;
pub mod server;
pub mod trace;

mod activation_answer;
mod admin;
mod caps_answer;
mod cors;
mod csv;
mod decision_header;
mod delete_access;
mod delete_caps;
mod desk_problem;
mod directory_problem;
mod entitlements;
mod etag;
mod feature_requests;
mod get_accesses;
mod get_caps;
mod get_change;
mod get_changes;
mod get_colleagues;
mod get_decision;
mod get_events;
mod get_features;
mod get_history;
mod get_history_csv;
mod get_instances;
mod get_mandates;
mod get_metrics;
mod get_policy;
mod get_preflight;
mod get_subscription_info;
mod guard;
mod history_entry;
mod instant;
mod livez;
mod mandate_query;
mod one_policy;
mod openapi;
mod page_query;
mod post_access;
mod post_activate;
mod post_changes;
mod post_deactivate;
mod post_quote;
mod post_restore;
mod post_stripe_webhook;
mod put_caps;
mod quote_answer;
mod readyz;
mod respond;
mod scim;
mod wish_fields;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::FromRef,
    handler::Handler,
    middleware::from_fn_with_state,
    routing::{MethodRouter, delete, get, post, put},
};
use tower_http::catch_panic::CatchPanicLayer;

use self::{
    authentication::{Authenticator, Needed, Scope, Services},
    limits::Limits,
    page::{Page, get_asset, get_icon, get_index, get_page},
    problem::{Cause, Problem},
    readiness::Readiness,
    respond::Finish,
    trace::Tracer,
};
pub use self::{
    delete_access::UnshareBody,
    post_access::ShareBody,
    post_activate::ActivateBody,
    post_changes::ChangesBody,
    post_deactivate::DeactivateBody,
    post_quote::QuoteBody,
    post_restore::RestoreBody,
    put_caps::{CapsBody, MonthlyBody},
};
pub use self::{get_metrics::metrics_router, openapi::document};
use crate::{
    activation::Desks,
    announce::Endpoints,
    config::browser::BrowserConfig,
    directory::Directory,
    entitlements::Entitlements,
    erasure::Erasure,
    ports::{clock::Clock, ids::Ids},
    scim::Scim,
    watch::Watcher,
    webhooks::Receiver,
};

/// What the endpoints share.
#[derive(Clone)]
pub struct Http {
    /// Where requests are served.
    pub desks: Desks,
    /// Who asks.
    pub authenticator: Arc<Authenticator>,
    /// How much they may ask.
    pub limits: Arc<Limits>,
    /// Whether the host is ready.
    pub readiness: Arc<Readiness>,
    /// For trace ids.
    pub ids: Arc<dyn Ids>,
    /// Tells open pages what changed.
    pub watcher: Watcher,
    /// For durations in the log.
    pub clock: Arc<dyn Clock>,
    /// Where webhooks of the billing provider go; without secrets there is no such endpoint.
    pub webhooks: Option<Receiver>,
    /// The store page.
    pub page: Arc<Page>,
    /// Where entries are read and changed.
    pub directory: Directory,
    /// Where an identity provider keeps people.
    pub scim: Scim,
    /// Where people are erased.
    pub erasure: Erasure,
    /// Who may use what.
    pub entitlements: Entitlements,
    /// What the embedding product does about events.
    pub endpoints: Endpoints,
    /// Which services may; without keys for their tokens there is no machine API.
    pub services: Option<Arc<Services>>,
}

/// One line of the table.
pub struct Route {
    /// `get`, `post`, `put`, `patch` or `delete`.
    pub method: &'static str,
    /// As in the OpenAPI document.
    pub path: &'static str,
    /// The scope that a service needs; none where users ask.
    pub needs: Option<Scope>,
    handler: MethodRouter<Http>,
}

impl Route {
    fn of(method: &'static str, path: &'static str, handler: MethodRouter<Http>) -> Self {
        Self { method, path, needs: None, handler }
    }

    /// The same, of the machine API.
    fn needing<N: Needed>(self) -> Self {
        Self { needs: Some(N::SCOPE), ..self }
    }
}

/// All routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    let mut routes = vec![
        reads(get_index::PATH, get_index::handler),
        reads("/assets/{file}", get_asset::handler),
        reads("/icons/{file}", get_icon::handler),
        reads("/api/store/page", get_page::handler),
        reads("/api/store/mandates", get_mandates::handler),
        reads("/api/store/subscription-info", get_subscription_info::handler),
        reads("/api/store/features", get_features::handler),
        writes("/api/store/activate", post_activate::handler),
        writes("/api/store/deactivate", post_deactivate::handler),
        reads("/api/store/instances", get_instances::handler),
        reads(post_access::PATH, get_accesses::handler),
        reads("/api/store/instances/{id}/colleagues", get_colleagues::handler),
        Route::of("post", post_access::PATH, post(post_access::handler)),
        Route::of("delete", post_access::PATH, delete(delete_access::handler)),
        reads(caps_answer::PATH, get_caps::handler),
        Route::of("put", caps_answer::PATH, put(put_caps::handler)),
        Route::of("delete", caps_answer::PATH, delete(delete_caps::handler)),
        writes("/api/store/restore", post_restore::handler),
        writes("/api/store/quote", post_quote::handler),
        reads("/api/store/preflight", get_preflight::handler),
        reads("/api/store/events", get_events::handler),
        reads("/api/store/policy/{module}", get_policy::handler),
        reads("/api/store/changes", get_changes::handler),
        writes("/api/store/changes", post_changes::handler),
        reads("/api/store/changes/{id}", get_change::handler),
        reads("/api/store/decisions/{id}", get_decision::handler),
        reads("/api/store/history", get_history::handler),
        reads("/api/store/history.csv", get_history_csv::handler),
        writes(post_stripe_webhook::PATH, post_stripe_webhook::handler),
        reads(livez::PATH, livez::handler),
        reads("/readyz", readyz::handler),
    ];
    routes.extend(feature_requests::routes());
    routes.extend(admin::routes());
    routes.extend(scim::routes());
    routes.extend(entitlements::routes());
    routes
}

fn reads<T: 'static>(path: &'static str, handler: impl Handler<T, Http>) -> Route {
    Route::of("get", path, get(handler))
}

fn writes<T: 'static>(path: &'static str, handler: impl Handler<T, Http>) -> Route {
    Route::of("post", path, post(handler))
}

/// The whole service, with what browsers may do.
pub fn router(http: Http, request_timeout: Duration, browser: &BrowserConfig) -> Router {
    let tracer = Tracer { ids: http.ids.clone(), clock: http.clock.clone() };
    let (limits, watcher, desks) = (http.limits.clone(), http.watcher.clone(), http.desks.clone());
    let finish = Finish::new(http.clock.clone(), browser);
    let (has_webhooks, has_services) = (http.webhooks.is_some(), http.services.is_some());
    let router = routes()
        .into_iter()
        .filter(|route| has_webhooks || route.path != post_stripe_webhook::PATH)
        .filter(|route| has_services || route.needs.is_none())
        .fold(Router::new(), |router, route| router.route(route.path, route.handler))
        .fallback(async || Problem::of(Cause::NotFound))
        .method_not_allowed_fallback(async || Problem::of(Cause::MethodNotAllowed))
        .with_state(http)
        // The last one is the outermost.
        .layer(from_fn_with_state(desks, one_policy::one_policy))
        .layer(from_fn_with_state(watcher, guard::written))
        .layer(from_fn_with_state(limits, guard::address))
        .layer(from_fn_with_state(request_timeout, guard::time))
        .layer(CatchPanicLayer::custom(guard::panic))
        .layer(from_fn_with_state(finish, respond::respond));
    // Outside of them, so that a page of another origin can read what any of them answered.
    let router = match cors::layer(browser) {
        Some(cors) => router.layer(cors),
        None => router,
    };
    router.layer(from_fn_with_state(tracer, trace::trace))
}

impl FromRef<Http> for Arc<Authenticator> {
    fn from_ref(http: &Http) -> Self {
        http.authenticator.clone()
    }
}

impl FromRef<Http> for Arc<Limits> {
    fn from_ref(http: &Http) -> Self {
        http.limits.clone()
    }
}

impl FromRef<Http> for Arc<Readiness> {
    fn from_ref(http: &Http) -> Self {
        http.readiness.clone()
    }
}

impl FromRef<Http> for Option<Receiver> {
    fn from_ref(http: &Http) -> Self {
        http.webhooks.clone()
    }
}

impl FromRef<Http> for Directory {
    fn from_ref(http: &Http) -> Self {
        http.directory.clone()
    }
}

impl FromRef<Http> for Scim {
    fn from_ref(http: &Http) -> Self {
        http.scim.clone()
    }
}

impl FromRef<Http> for Erasure {
    fn from_ref(http: &Http) -> Self {
        http.erasure.clone()
    }
}

impl FromRef<Http> for Entitlements {
    fn from_ref(http: &Http) -> Self {
        http.entitlements.clone()
    }
}

impl FromRef<Http> for Option<Arc<Services>> {
    fn from_ref(http: &Http) -> Self {
        http.services.clone()
    }
}

impl FromRef<Http> for Watcher {
    fn from_ref(http: &Http) -> Self {
        http.watcher.clone()
    }
}

impl FromRef<Http> for Endpoints {
    fn from_ref(http: &Http) -> Self {
        http.endpoints.clone()
    }
}

impl FromRef<Http> for Arc<Page> {
    fn from_ref(http: &Http) -> Self {
        http.page.clone()
    }
}
