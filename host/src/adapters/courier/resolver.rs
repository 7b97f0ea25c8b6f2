//! Looks names up and hands on only addresses that may be connected to.

use std::{
    fmt, io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::is_public;

/// Looks names up.
#[async_trait]
pub trait Lookup: Send + Sync {
    /// All addresses that a name stands for now.
    ///
    /// # Errors
    /// When it stands for none, or nobody can say.
    async fn addresses(&self, name: &str) -> Result<Vec<IpAddr>, io::Error>;
}

/// As the system looks them up.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemLookup;

#[async_trait]
impl Lookup for SystemLookup {
    async fn addresses(&self, name: &str) -> Result<Vec<IpAddr>, io::Error> {
        Ok(tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect())
    }
}

/// A name stands only for addresses that nothing is sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the name stands for private, loopback or link-local addresses only")]
pub(super) struct Forbidden;

/// What connections are made from.
pub(super) struct Guarded {
    pub(super) lookup: Arc<dyn Lookup>,
    pub(super) allow_private: bool,
}

impl fmt::Debug for Guarded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guarded").field("allow_private", &self.allow_private).finish_non_exhaustive()
    }
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let (lookup, allow_private) = (self.lookup.clone(), self.allow_private);
        Box::pin(async move {
            let found = lookup.addresses(name.as_str()).await?;
            let allowed: Vec<SocketAddr> = found
                .iter()
                .filter(|address| allow_private || is_public(**address))
                .map(|address| SocketAddr::new(*address, 0))
                .collect();
            if allowed.is_empty() && !found.is_empty() {
                return Err(Forbidden.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed(&'static [&'static str]);

    #[async_trait]
    impl Lookup for Fixed {
        async fn addresses(&self, _: &str) -> Result<Vec<IpAddr>, io::Error> {
            Ok(self.0.iter().map(|address| address.parse().unwrap()).collect())
        }
    }

    /// The addresses that a connection is made from; `None` when the name is refused.
    async fn resolved(found: &'static [&'static str], allow_private: bool) -> Option<Vec<String>> {
        let guarded = Guarded { lookup: Arc::new(Fixed(found)), allow_private };
        match guarded.resolve("endpoint.example".parse().unwrap()).await {
            Ok(addresses) => Some(addresses.map(|address| address.ip().to_string()).collect()),
            Err(error) => {
                assert!(error.is::<Forbidden>());
                None
            }
        }
    }

    #[tokio::test]
    async fn private_addresses_are_left_out_wherever_they_stand() {
        let mixed = &["127.0.0.1", "1.1.1.1", "fe80::1", "2606:4700::1111", "10.0.0.1"];
        assert_eq!(resolved(mixed, false).await.unwrap(), ["1.1.1.1", "2606:4700::1111"]);
        assert_eq!(resolved(mixed, true).await.unwrap().len(), 5);
        assert_eq!(resolved(&["127.0.0.1", "::1"], false).await, None);
        assert_eq!(resolved(&[], false).await.unwrap(), [""; 0]);
    }
}
