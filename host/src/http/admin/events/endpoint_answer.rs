//! An endpoint as answers show it: without its secrets.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{http::instant::iso_with_millis, ports::store::endpoint::Endpoint};

/// Where events are sent.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::http) struct EndpointAnswer {
    id: String,
    url: String,
    /// What it is told; empty: everything.
    kinds: Vec<&'static str>,
    description: Option<String>,
    /// `enabled`, `disabled`, or `gone`: it answered 410.
    state: &'static str,
    created_at: Option<String>,
}

impl From<Endpoint> for EndpointAnswer {
    fn from(endpoint: Endpoint) -> Self {
        Self {
            id: endpoint.id,
            url: endpoint.url,
            kinds: endpoint.kinds.iter().map(|kind| kind.as_str()).collect(),
            description: endpoint.description,
            state: endpoint.state.as_str(),
            created_at: iso_with_millis(endpoint.created_at),
        }
    }
}
