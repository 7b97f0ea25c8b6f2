//! `GET /api/store/events`: tells an open page when to ask again, as server-sent events.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    extract::State,
    http::{HeaderName, header},
    response::{
        IntoResponse, Response,
        sse::{Event, Sse},
    },
};
use core_wasm::reason::Reason;
use futures_core::Stream;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    authentication::Authenticated,
    etag,
    limits::{Class, Limits},
    problem::{Cause, Problem, ProblemDocument},
    request::{FieldFault, Fields, FromFields, Query},
};
use crate::{
    activation::DeskError,
    ports::store::storefront::Viewer,
    watch::{Ending, Listening, MOST_PAGES, Message, WatchError, Watcher},
};

/// Which mandate.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    mandate_id: String,
}

impl FromFields for Asked {
    const NAMES: &'static [&'static str] = &["mandateId"];

    fn read(fields: &Fields<'_>) -> Result<Self, FieldFault> {
        Ok(Self { mandate_id: fields.id("mandateId")? })
    }
}

/// The data of an event `revision`.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RevisionEvent {
    /// Another text when what `preflight` answers may be something else.
    revision: String,
    /// SHA-256 of the module that decides on this host.
    digest: String,
}

/// The data of an event `end`.
#[derive(Debug, Serialize, ToSchema)]
struct EndEvent {
    /// `token-expired`, `membership-ended` or `draining`.
    reason: &'static str,
}

/// Tells how things stand, at once and whenever they stand otherwise, until the token expires, the membership ends or the
/// host stops. A comment every 20 seconds says that the stream is still there.
#[utoipa::path(
    get,
    path = "/api/store/events",
    operation_id = "get_events",
    params(("mandateId" = String, Query, description = "The mandate")),
    responses(
        (status = 200, description = "Events `revision` with the data described here, at last one `end` with `{reason}`: `token-expired`, `membership-ended` or `draining`", body = RevisionEvent, content_type = "text/event-stream"),
        (status = 401, description = "`unauthorized`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "`mandate-not-found`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`invalid-field`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 429, description = "`rate-limited`, or `too-many-streams`: the user has 4 open", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "`service-unavailable` or `policy-unavailable`", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(super) async fn handler(
    State(watcher): State<Watcher>,
    State(limits): State<Arc<Limits>>,
    Authenticated { caller, until }: Authenticated,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    limits.admit_user(Class::Read, &caller.user_id)?;
    let viewer = Viewer { mandate_id: asked.mandate_id, user_id: caller.user_id };
    let listening = watcher.open(viewer, until).await?;
    let mut response = Sse::new(Events { listening }).into_response();
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        // Proxies that gather answers before they pass them on are told not to.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ] {
        etag::set(&mut response, name, value);
    }
    Ok(response)
}

/// What a page is told.
struct Events {
    listening: Listening,
}

impl Stream for Events {
    type Item = Result<Event, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.listening.messages.poll_recv(context).map(|message| message.map(|message| Ok(told(message))))
    }
}

/// A message in the words of the stream.
fn told(message: Message) -> Event {
    match message {
        Message::Revision { revision, policy } => {
            event("revision", &RevisionEvent { revision, digest: policy.to_string() })
        }
        Message::Heartbeat => Event::default().comment(""),
        Message::End(why) => event("end", &EndEvent { reason: word(why) }),
    }
}

/// An event with data that is one line of JSON.
fn event(name: &str, data: &impl Serialize) -> Event {
    Event::default().event(name).data(serde_json::to_string(data).unwrap_or_default())
}

fn word(why: Ending) -> &'static str {
    match why {
        Ending::TokenExpired => "token-expired",
        Ending::MembershipEnded => "membership-ended",
        Ending::Draining => "draining",
    }
}

impl From<WatchError> for Problem {
    fn from(error: WatchError) -> Self {
        match error {
            WatchError::Stranger => Self::refused(vec![Reason::MandateNotFound {}]),
            WatchError::TooMany => Self::of(Cause::TooManyStreams { limit: MOST_PAGES }),
            WatchError::Draining => Self::of(Cause::ServiceUnavailable),
            WatchError::Store(error) => DeskError::from(error).into(),
            WatchError::Policy(error) => DeskError::from(error).into(),
        }
    }
}
