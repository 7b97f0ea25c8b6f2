//! The service as a process of its own, on a SQLite file.

use std::{
    error::Error,
    fs,
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use jsonwebtoken::{EncodingKey, Header};
use serde_json::json;
use tempfile::TempDir;

use super::world;

const SECRET: &str = "a-secret-of-services-with-enough-bytes";
const ISSUER: &str = "https://services.example";
const AUDIENCE: &str = "turnpike-machine";
/// How long it may take until it listens.
const START_DEADLINE: Duration = Duration::from_secs(60);

/// A running service. Dropping it kills it.
pub(crate) struct Service {
    child: Child,
    /// Where it answers.
    pub(crate) address: SocketAddr,
    _folder: TempDir,
}

impl Service {
    /// Imports what there is and serves it.
    pub(crate) fn start() -> Result<Self, Box<dyn Error>> {
        let folder = TempDir::new()?;
        let document = folder.path().join("world.json");
        fs::write(&document, serde_json::to_vec(&world::document())?)?;
        // Free again when this is done.
        let address = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
        let command = |arguments: &[&str]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_turnpike"));
            for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("TURNPIKE_")) {
                command.env_remove(name);
            }
            command
                .args(arguments)
                .env("TURNPIKE_DATABASE_URL", format!("sqlite:{}", folder.path().join("turnpike.db").display()))
                .env("TURNPIKE_LISTEN", address.to_string())
                .env("TURNPIKE_JWT_SECRET", "a-secret-of-people-with-enough-bytes-too")
                .env("TURNPIKE_SERVICE_ISSUER", ISSUER)
                .env("TURNPIKE_SERVICE_AUDIENCE", AUDIENCE)
                .env("TURNPIKE_SERVICE_JWT_SECRETS", SECRET)
                .env("TURNPIKE_RATE_LIMIT", "off")
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            command
        };
        let imported = command(&["import", &document.to_string_lossy()]).stderr(Stdio::inherit()).status()?;
        if !imported.success() {
            return Err(format!("the import ended with {imported}").into());
        }
        let mut service = Self { child: command(&["serve"]).spawn()?, address, _folder: folder };
        service.wait()?;
        Ok(service)
    }

    fn wait(&mut self) -> Result<(), Box<dyn Error>> {
        let until = Instant::now() + START_DEADLINE;
        while TcpStream::connect(self.address).is_err() {
            if let Some(status) = self.child.try_wait()? {
                return Err(format!("the service ended with {status}").into());
            }
            if Instant::now() > until {
                return Err("the service does not listen".into());
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// A token for checks, good for an hour.
    pub(crate) fn token(&self) -> Result<String, Box<dyn Error>> {
        let expires = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() + 3600;
        let claims =
            json!({"sub": "bench", "iss": ISSUER, "aud": AUDIENCE, "scope": "entitlements:read", "exp": expires});
        Ok(jsonwebtoken::encode(&Header::default(), &claims, &EncodingKey::from_secret(SECRET.as_bytes()))?)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _gone_is_fine = self.child.kill();
        let _gone_is_fine = self.child.wait();
    }
}
