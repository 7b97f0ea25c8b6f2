//! The database, looked at with PostgreSQL's own client: nothing of the service is between the rows and the checks.

use std::path::PathBuf;

use anyhow::{Context, ensure};
use serde::de::DeserializeOwned;
use tokio::process::Command;

/// A database that was made for this run.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    psql: PathBuf,
    admin: String,
    name: String,
    /// For `TURNPIKE_DATABASE_URL`.
    pub(crate) url: String,
}

impl Database {
    pub(crate) async fn create(psql: PathBuf, admin: String) -> anyhow::Result<Self> {
        let name = format!("soak_{}", std::process::id());
        let (server, _) = admin.rsplit_once('/').context("the administrator's URL names no database")?;
        let url = format!("{server}/{name}");
        let database = Self { psql, admin, name, url };
        database.run(&database.admin, &format!("CREATE DATABASE {}", database.name)).await?;
        Ok(database)
    }

    pub(crate) async fn drop(&self) -> anyhow::Result<()> {
        self.run(&self.admin, &format!("DROP DATABASE {} WITH (FORCE)", self.name)).await.map(|_| ())
    }

    /// The rows of a query, each an object of its columns.
    pub(crate) async fn rows<T: DeserializeOwned>(&self, query: &str) -> anyhow::Result<Vec<T>> {
        let sql = format!("SELECT coalesce(json_agg(r), '[]') FROM ({query}) r");
        let text = self.run(&self.url, &sql).await?;
        serde_json::from_str(&text).with_context(|| format!("rows of another form than expected: {query}"))
    }

    async fn run(&self, url: &str, sql: &str) -> anyhow::Result<String> {
        let mut command = Command::new(&self.psql);
        command.args([url, "--no-psqlrc", "--tuples-only", "--no-align", "--set", "ON_ERROR_STOP=1", "--command", sql]);
        let output = command.output().await.with_context(|| format!("cannot start `{}`", self.psql.display()))?;
        ensure!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout)?)
    }
}
