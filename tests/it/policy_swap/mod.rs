//! Another policy in a running deployment: what it must show, how it comes into use, and how it goes again.

mod check;
mod doctor;
mod file;
mod gates;
mod hostile;
mod own_rule;
mod rollback;
mod swap;
mod under_load;

use std::{
    fs,
    path::{Path, PathBuf},
};

use reqwest::Method;
use tempfile::TempDir;
use turnpike::policy::hex_sha256;

use crate::{
    api::Api,
    engines::TestDatabase,
    host::{Host, Setup},
    policy::embedded,
    scene::eventually,
};

/// A feature that the module `yearly.wasm` gives to yearly plans only.
const YEARLY_FEATURE: &str = "advanced-reports";

/// A module that `cargo xtask test` builds of tests/custom-policy.
fn custom(name: &str) -> Vec<u8> {
    let folder = std::env::var_os("TURNPIKE_TEST_POLICIES")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/policy"), PathBuf::from);
    let file = folder.join(name);
    fs::read(&file).unwrap_or_else(|error| panic!("`{}`: {error}; `cargo xtask test` builds it", file.display()))
}

/// The same module under another digest: a custom section with a number is added.
fn another(module: &[u8], number: u8) -> Vec<u8> {
    // Id 0, three bytes: a name of one byte, and the number.
    [module, &[0, 3, 1, b'n', number]].concat()
}

/// A file with a policy in a folder of its own.
struct PolicyFile {
    folder: TempDir,
}

impl PolicyFile {
    fn with(module: &[u8]) -> Self {
        let file = Self { folder: TempDir::new().unwrap() };
        file.replace(module);
        file
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("policy.wasm")
    }

    /// In one step, as it should be done.
    fn replace(&self, module: &[u8]) {
        let new = self.folder.path().join("new");
        fs::write(&new, module).unwrap();
        fs::rename(new, self.path()).unwrap();
    }

    fn digest(&self) -> String {
        hex_sha256(&fs::read(self.path()).unwrap())
    }

    /// How a host on this database is started with it.
    fn setup(&self, database: &TestDatabase) -> Setup {
        Setup::new(&database.url)
            .with("TURNPIKE_POLICY", &self.path().to_string_lossy())
            .with("TURNPIKE_POLICY_POLL", "100ms")
    }
}

/// The feature about which the modules differ, in the common data set.
async fn with_yearly_feature(database: &TestDatabase) {
    feature(database, YEARLY_FEATURE).await;
}

async fn feature(database: &TestDatabase, code: &str) {
    let row = format!("('{code}', '{{}}', '{{}}', NULL, 'store', '[\"{code}-admin\"]')");
    let sql = format!("INSERT INTO features (code, label, description, icon, category, template_roles) VALUES {row}");
    database.execute(&sql).await;
}

/// What decides on a host, as every answer says.
async fn deciding(host: &Host) -> String {
    told_by(&Api::new(&host.url)).await
}

async fn told_by(api: &Api) -> String {
    let reply = api.send(Method::GET, "/api/store/mandates", None, &[], None).await;
    reply.header("x-policy-digest").to_owned()
}

async fn until_deciding(host: &Host, digest: &str) {
    // One client for all looks: making one takes longer than an answer.
    let api = Api::new(&host.url);
    eventually(&format!("module {digest} decides: {}", host.log()), || async { told_by(&api).await == digest }).await;
}

/// The embedded module's bytes.
fn turnpikes() -> Vec<u8> {
    embedded().bytes().to_vec()
}
