//! What stands around every handler: a limit per address, a time limit, a net for panics, and word of what was written.

use std::{
    any::Any,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::Extensions,
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{
    admin, entitlements,
    limits::{Exceeded, Limits},
    livez,
    page::{get_asset, get_index},
    post_stripe_webhook,
    problem::{Cause, Problem},
    scim,
    trace::TraceId,
};
use crate::{ports::store::audit::Origin, watch::Watcher};

/// Refuses what an address sends beyond its limit, before anything is looked at.
pub(super) async fn address(State(limits): State<Arc<Limits>>, mut request: Request, next: Next) -> Response {
    // Without a connection (a router called directly) there is no address to count.
    if let Some(&ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>() {
        if let Err(exceeded) = admit(&limits, peer, &request) {
            return Problem::from(exceeded).into_response();
        }
        let client = ClientAddress(limits.client(peer, request.headers()));
        request.extensions_mut().insert(client);
    }
    next.run(request).await
}

/// Where a request comes from, as the limits see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ClientAddress(pub(super) IpAddr);

/// From where a request comes, for the audit trail.
pub(super) fn origin(extensions: &Extensions) -> Origin {
    Origin {
        address: extensions.get().map(|ClientAddress(address)| address.to_string()),
        trace_id: extensions.get().map(|TraceId(id)| id.clone()),
    }
}

/// The billing provider sends from few addresses and much at once: its webhooks have a limit of their own, so that neither
/// they nor callers use up what the others need. So do the embedding product's services. The page's files and the sign of life come out of the memory and cost next
/// to nothing: a page whose service is asked too much can still be opened, and say so.
fn admit(limits: &Limits, peer: SocketAddr, request: &Request) -> Result<(), Exceeded> {
    match request.uri().path() {
        post_stripe_webhook::PATH => limits.admit_webhook(peer, request.headers()),
        get_index::PATH | livez::PATH => Ok(()),
        path if path.starts_with(get_asset::FOLDER) => Ok(()),
        entitlements::PATH => limits.admit_check_address(peer, request.headers()),
        path if path.starts_with(admin::FOLDER) || path.starts_with(scim::FOLDER) => {
            limits.admit_service_address(peer, request.headers())
        }
        _ => limits.admit_address(peer, request.headers()),
    }
}

/// Lets open pages know at once of what a request of this host may have written.
pub(super) async fn written(State(watcher): State<Watcher>, request: Request, next: Next) -> Response {
    let writes = !request.method().is_safe();
    let response = next.run(request).await;
    if writes {
        watcher.nudge();
    }
    response
}

/// Answers for a handler that takes too long. Dropping it is safe at any point: what it wrote by then is found and
/// finished by the ledger.
pub(super) async fn time(State(limit): State<Duration>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            tracing::warn!("the request took too long");
            Problem::of(Cause::Timeout).into_response()
        }
    }
}

/// Answers for a handler that panicked. The place is logged by the panic hook, the message is not: it may quote a caller.
pub(super) fn panic(_: Box<dyn Any + Send + 'static>) -> Response {
    Problem::of(Cause::Internal).into_response()
}
