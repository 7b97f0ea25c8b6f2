//! A body as it came, read up to a limit.

use axum::body::{Body, Bytes};
use http_body_util::BodyExt;

use crate::http::problem::{Cause, Problem};

/// How much of a body that is too long is still read and thrown away, so that the caller gets to read the answer instead
/// of a broken connection.
const DRAIN_LIMIT: usize = 16_000_000;

/// Reads a body of at most `limit` bytes.
///
/// # Errors
/// `payload-too-large` (413).
pub(in crate::http) async fn read_body(mut body: Body, limit: usize) -> Result<Bytes, Problem> {
    let mut kept = Vec::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        // The connection broke: nobody will read the answer.
        let frame = frame.map_err(|_| Problem::of(Cause::MalformedJson { line: 1, column: 1 }))?;
        let Ok(data) = frame.into_data() else { continue };
        length += data.len();
        if length <= limit {
            kept.extend_from_slice(&data);
        } else if length > DRAIN_LIMIT {
            break;
        }
    }
    if length > limit { Err(Problem::of(Cause::PayloadTooLarge { limit })) } else { Ok(kept.into()) }
}
