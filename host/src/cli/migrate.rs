//! `turnpike migrate`: brings the database to the schema of this binary; does nothing when it is there already.

use super::{CommandError, Common};
use crate::{app::open_store, ports::store::Upkeep};

/// Migrates.
///
/// # Errors
/// When the configuration is wrong or the database does not take the migrations.
pub(super) async fn run(common: &Common) -> Result<(), CommandError> {
    let config = common.load(Vec::new())?;
    let store = open_store(&config).await?;
    store.migrate().await?;
    store.ready().await?;
    store.close().await;
    Ok(())
}
