//! The contract of the store: every method, on both engines.

mod activation;
mod cancel;
mod catalogue;
mod check;
mod end;
mod ledger;
mod operations;
mod outage;
mod outbox;
mod pause;
mod policy;
mod portfolio;
mod provision;
mod quotes;
pub(crate) mod rows;
mod settle;
mod snapshot;
mod upkeep;
mod withdraw;

/// Runs each case as a test of its own on each engine.
macro_rules! on_both_engines {
    ($($case:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $case() {
                super::$case(crate::engines::sqlite().await).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $case() {
                super::$case(crate::engines::postgres().await).await;
            })+
        }
    };
}
pub(crate) use on_both_engines;
