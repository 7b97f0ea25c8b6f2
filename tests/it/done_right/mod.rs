//! What the gateway did wrong and must be right here: a test each, on both engines.

mod billing;
mod homes;
mod leftovers;
mod races;
mod rights;
mod statements;
mod words;

/// Runs every named test on SQLite and on PostgreSQL.
macro_rules! on_both_engines {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(&crate::engines::sqlite().await).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(&crate::engines::postgres().await).await;
            })+
        }
    };
}
pub(crate) use on_both_engines;
