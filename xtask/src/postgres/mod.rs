//! A throw-away PostgreSQL cluster: made for one run on a free port, without durability, gone afterwards.

mod account;
mod leftovers;

use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;
use tempfile::TempDir;

use self::account::Account;
use crate::process;
use crate::setup::postgres::Programs;

/// Superuser of the cluster. Who reaches the port on this machine's loopback needs no password.
const SUPERUSER: &str = "turnpike";
/// Another program may take the free port before the server does.
const START_ATTEMPTS: u32 = 3;
const FOLDER_PREFIX: &str = "turnpike-postgres-";

/// A running cluster. Dropping it stops the server and deletes its data.
pub(crate) struct Cluster {
    programs: Programs,
    account: Account,
    folder: TempDir,
    port: u16,
    /// Held as long as the cluster lives, so that a later run knows which folders are abandoned.
    _owner: File,
}

impl Cluster {
    /// Makes and starts a cluster, after clearing away those of runs that were killed.
    pub(crate) fn start(programs: &Programs) -> anyhow::Result<Self> {
        let account = Account::for_server()?;
        leftovers::clear(programs, &account);
        let folder =
            tempfile::Builder::new().prefix(FOLDER_PREFIX).tempdir().context("cannot make a folder for PostgreSQL")?;
        let owner = leftovers::hold(folder.path())?;
        account.own(folder.path())?;
        let mut cluster = Self { programs: programs.clone(), account, folder, port: 0, _owner: owner };
        cluster.initialise()?;
        cluster.listen()?;
        Ok(cluster)
    }

    /// The URL of the maintenance database; its user may create and drop databases.
    pub(crate) fn url(&self) -> String {
        format!("postgres://{SUPERUSER}@127.0.0.1:{}/postgres", self.port)
    }

    fn initialise(&self) -> anyhow::Result<()> {
        let mut initdb = self.account.command(&self.programs.path("initdb"));
        initdb
            .args(["-U", SUPERUSER, "-A", "trust", "--no-sync", "--no-locale", "-E", "UTF8", "-D"])
            .arg(data(self.folder.path()));
        process::output(&mut initdb).map(|_| ())
    }

    fn listen(&mut self) -> anyhow::Result<()> {
        let mut attempt = 1;
        loop {
            self.port = free_port()?;
            match self.start_server() {
                Ok(()) => return Ok(()),
                Err(_) if attempt < START_ATTEMPTS => attempt += 1,
                Err(error) => {
                    let log = fs::read_to_string(self.log()).unwrap_or_default();
                    return Err(error.context(format!("PostgreSQL does not start:\n{log}")));
                }
            }
        }
    }

    fn start_server(&self) -> anyhow::Result<()> {
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories={} -c max_connections=300 \
             -c fsync=off -c synchronous_commit=off -c full_page_writes=off",
            self.port,
            self.folder.path().display(),
        );
        let mut start = pg_ctl(&self.programs, &self.account, self.folder.path());
        start.arg("-l").arg(self.log()).args(["-w", "-o", &options, "start"]);
        // Not captured: the server inherits the streams, and a pipe would stay open as long as it runs.
        let status =
            start.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0).status()?;
        anyhow::ensure!(status.success(), "`pg_ctl start` ended with {status}");
        Ok(())
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("server.log")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.port == 0 {
            return;
        }
        if let Err(error) = stop(&self.programs, &self.account, self.folder.path()) {
            eprintln!("the throw-away PostgreSQL could not be stopped: {error:#}");
        }
    }
}

fn stop(programs: &Programs, account: &Account, folder: &Path) -> anyhow::Result<()> {
    process::output(pg_ctl(programs, account, folder).args(["-w", "-m", "immediate", "stop"])).map(|_| ())
}

fn pg_ctl(programs: &Programs, account: &Account, folder: &Path) -> Command {
    let mut command = account.command(&programs.path("pg_ctl"));
    command.arg("-D").arg(data(folder));
    command
}

fn data(folder: &Path) -> PathBuf {
    folder.join("data")
}

fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setup::postgres;

    #[test]
    fn a_cluster_answers_and_leaves_nothing() {
        let cluster = Cluster::start(&postgres::ensure().unwrap()).unwrap();
        let (folder, port) = (cluster.folder.path().to_path_buf(), cluster.port);
        assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
        drop(cluster);
        assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
        assert!(!folder.exists());
    }
}
