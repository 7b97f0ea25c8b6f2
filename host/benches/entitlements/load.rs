//! Asks over connections that stay open, one request at a time on each, and notes how long each answer took.

use std::{
    error::Error,
    net::SocketAddr,
    time::{Duration, Instant},
};

use axum::body::Bytes;
use futures::future::try_join_all;
use http_body_util::{BodyExt as _, Empty};
use hyper::{
    Request, StatusCode,
    client::conn::http1::{SendRequest, handshake},
    header::{AUTHORIZATION, ETAG, HOST, HeaderValue, IF_NONE_MATCH},
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// What is asked.
#[derive(Clone)]
pub(crate) struct Ask {
    /// Path and query.
    pub(crate) path: String,
    /// As whom.
    pub(crate) token: Option<String>,
}

/// Where it is asked.
pub(crate) struct Load {
    address: SocketAddr,
}

/// What came of it.
pub(crate) struct Ran {
    took: Duration,
    /// Of each answer, in microseconds.
    micros: Vec<u32>,
}

impl Load {
    /// On a service.
    pub(crate) fn to(address: SocketAddr) -> Self {
        Self { address }
    }

    /// Asks in turn for so long. With `tagged` each answer is asked for once before and then by its tag: all of them must
    /// be 304, else 200.
    pub(crate) async fn run(
        &self,
        connections: usize,
        each: Duration,
        asks: &[Ask],
        tagged: bool,
    ) -> Result<Ran, Box<dyn Error>> {
        let requests = self.requests(asks, tagged).await?;
        let wanted = if tagged { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
        let mut open = Vec::new();
        for _ in 0..connections {
            open.push(self.connect().await?);
        }
        let begun = Instant::now();
        let one = async |(place, mut connection): (usize, SendRequest<Empty<Bytes>>)| {
            let mut micros = Vec::new();
            for request in requests.iter().cycle().skip(place) {
                let asked = Instant::now();
                if asked.duration_since(begun) >= each {
                    break;
                }
                let (status, _) = answered(&mut connection, request.clone()).await?;
                if status != wanted {
                    return Err(format!("`{}` is answered with {status}", request.uri()).into());
                }
                micros.push(u32::try_from(asked.elapsed().as_micros()).unwrap_or(u32::MAX));
            }
            Ok::<_, Box<dyn Error>>(micros)
        };
        let micros = try_join_all(open.into_iter().enumerate().map(one)).await?.concat();
        Ok(Ran { took: begun.elapsed(), micros })
    }

    async fn requests(&self, asks: &[Ask], tagged: bool) -> Result<Vec<Request<Empty<Bytes>>>, Box<dyn Error>> {
        let mut connection = self.connect().await?;
        let mut requests = Vec::new();
        for ask in asks {
            let mut request = Request::get(&ask.path).header(HOST, self.address.to_string()).body(Empty::new())?;
            if let Some(token) = &ask.token {
                request.headers_mut().insert(AUTHORIZATION, HeaderValue::from_str(&format!("Bearer {token}"))?);
            }
            if tagged {
                let (_, tag) = answered(&mut connection, request.clone()).await?;
                request.headers_mut().insert(IF_NONE_MATCH, tag.ok_or("an answer has no tag")?);
            }
            requests.push(request);
        }
        Ok(requests)
    }

    async fn connect(&self) -> Result<SendRequest<Empty<Bytes>>, Box<dyn Error>> {
        let stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let (connection, driver) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(driver);
        Ok(connection)
    }
}

/// The status and the tag of an answer that was read to its end.
async fn answered(
    connection: &mut SendRequest<Empty<Bytes>>,
    request: Request<Empty<Bytes>>,
) -> Result<(StatusCode, Option<HeaderValue>), Box<dyn Error>> {
    connection.ready().await?;
    let answer = connection.send_request(request).await?;
    let (status, tag) = (answer.status(), answer.headers().get(ETAG).cloned());
    answer.into_body().collect().await?;
    Ok((status, tag))
}

impl Ran {
    /// Several as one.
    pub(crate) fn together<'a>(all: impl Iterator<Item = &'a Self>) -> Self {
        let mut together = Self { took: Duration::ZERO, micros: Vec::new() };
        for ran in all {
            together.took += ran.took;
            together.micros.extend(&ran.micros);
        }
        together.micros.sort_unstable();
        together
    }

    /// Requests a second.
    pub(crate) fn rate(&self) -> f64 {
        f64::from(u32::try_from(self.micros.len()).unwrap_or(u32::MAX)) / self.took.as_secs_f64()
    }

    /// What so large a part of all answers took less than; of [`Ran::together`].
    pub(crate) fn micros_below(&self, part: f64) -> u32 {
        let place = (f64::from(u32::try_from(self.micros.len()).unwrap_or(u32::MAX)) * part) as usize;
        self.micros.get(place.min(self.micros.len().saturating_sub(1))).copied().unwrap_or(0)
    }
}
