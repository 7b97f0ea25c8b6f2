//! What the demo tells once the store answers: to a person on the terminal, to a program in a file.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Serialize;
use serde_json::json;

use super::people::Person;
use crate::token::{DEMO_SECRET, DEMO_TTL, mint};

/// Where everything is and who can ask.
#[derive(Serialize)]
pub(crate) struct Running {
    url: String,
    stripe_url: String,
    /// By user name.
    tokens: BTreeMap<String, String>,
    mailbox_dir: PathBuf,
}

impl Running {
    pub(crate) fn new(port: u16, stripe: &str, people: &[Person], mails: &Path) -> anyhow::Result<Self> {
        let token =
            |person: &Person| Ok((person.username.clone(), mint(&person.id, &person.username, DEMO_SECRET, DEMO_TTL)?));
        Ok(Self {
            url: format!("http://127.0.0.1:{port}"),
            stripe_url: format!("http://{stripe}"),
            tokens: people.iter().map(token).collect::<anyhow::Result<_>>()?,
            mailbox_dir: mails.to_path_buf(),
        })
    }

    /// Writes the file at once and whole; it is deleted when the answer is dropped.
    pub(crate) fn write(&self, file: &Path) -> anyhow::Result<ReadyFile> {
        let new = file.with_extension("new");
        fs::write(&new, serde_json::to_vec_pretty(self)?)
            .with_context(|| format!("cannot write `{}`", new.display()))?;
        fs::rename(&new, file).with_context(|| format!("cannot write `{}`", file.display()))?;
        Ok(ReadyFile { file: file.to_path_buf() })
    }

    /// Writes the file of people that the store page offers to sign in as. Only its owner reads it.
    pub(crate) fn write_people(&self, people: &[Person], file: &Path) -> anyhow::Result<()> {
        let people: Vec<_> = people
            .iter()
            .filter_map(|Person { username, part, .. }| {
                Some(json!({"username": username, "part": part, "token": self.tokens.get(username)?}))
            })
            .collect();
        let mut open = OpenOptions::new();
        open.create(true).truncate(true).write(true).mode(0o600);
        open.open(file)
            .and_then(|mut open| open.write_all(&serde_json::to_vec_pretty(&people)?))
            .with_context(|| format!("cannot write `{}`", file.display()))
    }

    /// Writes a file that a shell reads with `.`: addresses, the folder of mails, and a token per user.
    pub(crate) fn write_environment(&self, file: &Path) -> anyhow::Result<()> {
        let mut lines = format!("export URL={}\nexport STRIPE={}\n", self.url, self.stripe_url);
        let mails = self.mailbox_dir.display().to_string().replace('\'', "'\\''");
        lines.push_str(&format!("export MAILS='{mails}'\n"));
        for (name, token) in &self.tokens {
            lines.push_str(&format!("export {}={token}\n", name.to_uppercase()));
        }
        fs::write(file, lines).with_context(|| format!("cannot write `{}`", file.display()))
    }

    pub(crate) fn print(&self, people: &[Person], environment: &Path, logs: &Path) {
        println!("\nThe store page    {}/", self.url);
        println!("Stripe simulator  {}", self.stripe_url);
        println!("Mails             {}", self.mailbox_dir.display());
        println!("Logs              {}", logs.display());
        println!("Variables         {}", environment.display());
        println!("\nOne token per user, valid for 8 hours; `. {}` sets all of them:\n", environment.display());
        for person in people {
            if let Some(token) = self.tokens.get(&person.username) {
                println!("# {}\nexport {}={token}", person.part, person.username.to_uppercase());
            }
        }
        if let Some((name, mandate)) =
            people.iter().find_map(|person| Some((person.username.to_uppercase(), person.administers.as_ref()?)))
        {
            println!("\nTry:\n");
            println!("curl -s {}/api/store/features -H \"Authorization: Bearer ${name}\"", self.url);
            println!(
                "curl -s {}/api/store/activate -H \"Authorization: Bearer ${name}\" -H 'Content-Type: application/json' \
                 -d '{{\"featureCode\": \"{TRIED}\", \"mandateId\": \"{mandate}\"}}'",
                self.url
            );
        }
        println!("\nCtrl-C stops it.\n");
    }
}

/// A feature nobody has at the start.
const TRIED: &str = "signature";

/// Deletes the file when the demo ends.
pub(crate) struct ReadyFile {
    file: PathBuf,
}

impl Drop for ReadyFile {
    fn drop(&mut self) {
        let _gone_is_fine = fs::remove_file(&self.file);
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_page_is_told_who_there_is_and_only_the_owner_can_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("people.json");
        let person = |id: &str, part: &str| Person {
            id: format!("u-{id}"),
            username: id.to_owned(),
            part: part.to_owned(),
            administers: None,
        };
        let people = [person("anna", "admin of m-a"), person("sam", "stranger")];
        let running = Running::new(8080, "127.0.0.1:1", &people, folder.path()).unwrap();
        running.write_people(&people, &file).unwrap();

        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        let told: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        assert_eq!(told[0]["username"], "anna");
        assert_eq!(told[1]["part"], "stranger");
        assert_eq!(told[1]["token"], running.tokens["sam"]);
        assert_eq!(told[1].as_object().unwrap().len(), 3);
    }
}
