//! `GET /api/store/history.csv`: all that happened in a mandate, as a file for spreadsheets, for its admins.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderValue, header},
    response::Response,
};
use futures_core::Stream;
use tokio::sync::mpsc;

use super::{
    csv::{self, Cell},
    get_instances::Asked,
    history_entry::{Amount, HistoryEntry},
    limits::{Class, Limits},
    problem::{Problem, ProblemDocument},
    request::Query,
};
use crate::activation::{Answered, Caller, Desk, DeskError, HistoryPage};

/// Entries that are read at once.
const PAGE: i64 = 500;

/// The first line.
const COLUMNS: [&str; 28] = [
    "at",
    "kind",
    "state",
    "settledAt",
    "featureCode",
    "instanceId",
    "by",
    "byUserId",
    "whose",
    "whoseUserId",
    "currency",
    "priceMinor",
    "price",
    "period",
    "quoteId",
    "quotedMinor",
    "quoted",
    "operation",
    "operationState",
    "quantityBefore",
    "quantityAfter",
    "from",
    "confirmedAt",
    "billedMinor",
    "billed",
    "change",
    "batchId",
    "mandateId",
];

/// Tells all that happened, the newest first. Texts that a spreadsheet would take for a formula begin with an apostrophe.
#[utoipa::path(
    get,
    path = "/api/store/history.csv",
    operation_id = "get_history_csv",
    params(("mandateId" = String, Query, description = "The mandate")),
    responses(
        (status = 200, description = "A line for each entry of `/api/store/history`, with a line of column names before", body = String, content_type = "text/csv"),
        (status = 401, description = "`unauthorized`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 403, description = "`not-admin`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "`mandate-not-found`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "`invalid-field`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 429, description = "`rate-limited`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "`service-unavailable`", body = ProblemDocument, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(super) async fn handler(
    desk: Desk,
    State(limits): State<Arc<Limits>>,
    caller: Caller,
    Query(Asked { mandate_id }): Query<Asked>,
) -> Result<Response, Problem> {
    limits.admit_user(Class::Read, &caller.user_id)?;
    let first = match desk.history(&caller, &mandate_id, (None, PAGE)).await? {
        Answered::Granted(page) => page,
        Answered::Refused(reasons) => return Err(Problem::refused(reasons)),
    };
    // One page waits while the one before is being sent.
    let (sender, pages) = mpsc::channel(1);
    tokio::spawn(send(desk, caller, mandate_id, first, sender));
    let mut response = Response::new(Body::from_stream(Pages { pages }));
    let fields = response.headers_mut();
    fields.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present"));
    fields.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"history.csv\""));
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// What is still to be sent.
struct Pages {
    pages: mpsc::Receiver<Result<Bytes, io::Error>>,
}

impl Stream for Pages {
    type Item = Result<Bytes, io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.pages.poll_recv(context)
    }
}

/// Page after page, until all are sent or nobody listens any more. Whoever may not read the next one any more, and whom it
/// cannot be read for, sees the answer break off: a file that ends early must not look whole.
async fn send(
    desk: Desk,
    caller: Caller,
    mandate_id: String,
    first: HistoryPage,
    sender: mpsc::Sender<Result<Bytes, io::Error>>,
) {
    let mut lines = String::new();
    csv::line(&mut lines, COLUMNS.map(|name| Cell::Text(name.to_owned())));
    let mut page = first;
    loop {
        for entry in page.entries {
            csv::line(&mut lines, cells(entry.into(), &mandate_id));
        }
        let sent = sender.send(Ok(Bytes::from(std::mem::take(&mut lines)))).await;
        let (Some(next), Ok(())) = (page.next, sent) else { return };
        page = match desk.history(&caller, &mandate_id, (Some(next), PAGE)).await {
            Ok(Answered::Granted(page)) => page,
            told => {
                tracing::warn!(cause = cause(told), "a history broke off");
                let _ = sender.send(Err(io::Error::other("the history broke off"))).await;
                return;
            }
        };
    }
}

fn cause(told: Result<Answered<HistoryPage>, DeskError>) -> String {
    told.map_or_else(|error| error.to_string(), |_| "the caller is no admin any more".to_owned())
}

/// In the order of [`COLUMNS`].
fn cells(entry: HistoryEntry, mandate_id: &str) -> [Cell; COLUMNS.len()] {
    let text = |word: &str| Cell::Text(word.to_owned());
    let minor = |amount: Option<&Amount>| Cell::from(amount.map(|amount| amount.minor));
    let words = |amount: Option<&Amount>| Cell::from(amount.map(|amount| amount.text.clone()));
    let (price, line) = (entry.price.as_ref(), entry.invoice_line.as_ref());
    let price_amount = price.map(|price| &price.amount);
    let billed = line.and_then(|line| line.billed.as_ref());
    [
        Cell::from(entry.at),
        text(entry.kind),
        text(entry.state),
        Cell::from(entry.settled_at),
        Cell::Text(entry.feature_code),
        Cell::Text(entry.instance_id),
        Cell::from(entry.by),
        Cell::Text(entry.by_user_id),
        Cell::from(entry.whose),
        Cell::from(entry.whose_user_id),
        Cell::from(price_amount.and_then(|amount| amount.currency.clone())),
        minor(price_amount),
        words(price_amount),
        Cell::from(price.and_then(|price| price.period.map(str::to_owned))),
        Cell::from(entry.quote_id),
        minor(entry.quoted.as_ref()),
        words(entry.quoted.as_ref()),
        Cell::from(line.map(|line| line.operation.clone())),
        Cell::from(line.map(|line| line.state.to_owned())),
        Cell::from(line.and_then(|line| line.quantity_before)),
        Cell::from(line.map(|line| line.quantity_after)),
        Cell::from(line.and_then(|line| line.from.clone())),
        Cell::from(line.and_then(|line| line.confirmed_at.clone())),
        minor(billed),
        words(billed),
        Cell::Text(entry.change),
        Cell::from(entry.batch_id),
        text(mandate_id),
    ]
}
