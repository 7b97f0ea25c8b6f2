//! The words of the mails, in all languages.

use std::{fmt::Write, sync::Arc};

use async_trait::async_trait;
use core_wasm::texts::Locale;
use turnpike::{
    notices::{AdminJudge, JudgeError, Mailer, MailerSettings, Occasion, activated, ended, left, restored},
    ports::{
        clock::{Clock, Millis},
        notify::{Mail, Notify, NotifyError},
        store::{outbox::NewNotice, snapshot::MembershipRecord},
    },
};

use super::outbox::Outbox;

const AT: Millis = 1_795_000_000_000;

struct Always;

impl Clock for Always {
    fn now(&self) -> Millis {
        AT + 600_000
    }
}

impl AdminJudge for Always {
    fn are_admins(&self, _: &str, memberships: &[MembershipRecord]) -> Result<Vec<bool>, JudgeError> {
        Ok(vec![true; memberships.len()])
    }
}

/// Keeps the mail.
#[derive(Default)]
struct Kept(std::sync::Mutex<Option<Mail>>);

#[async_trait]
impl Notify for Kept {
    async fn send(&self, mail: &Mail) -> Result<(), NotifyError> {
        *self.0.lock().expect("mail") = Some(mail.clone());
        Ok(())
    }
}

/// The mail that these notices make.
async fn mail(notices: Vec<NewNotice>, locale: Locale) -> Mail {
    let numbered: Vec<NewNotice> = notices
        .into_iter()
        .enumerate()
        .map(|(number, notice)| NewNotice { id: format!("n{number}"), ..notice })
        .collect();
    let outbox = Outbox::new(&[(Some("ada@example.org"), "any")], &numbered).await;
    let kept = Arc::new(Kept::default());
    let mailer = Mailer {
        store: outbox.store.clone(),
        notify: Some(kept.clone()),
        judge: Arc::new(Always),
        clock: Arc::new(Always),
        roll: || 0,
        settings: MailerSettings { locale, ..MailerSettings::default() },
    };
    assert_eq!(mailer.deliver_due().await.expect("a store"), 1);
    kept.0.lock().expect("mail").take().expect("a mail")
}

fn occasion<'a>(locale: Locale, by: Option<&'a str>) -> Occasion<'a> {
    Occasion {
        id: "n".to_owned(),
        change_id: "c1".to_owned(),
        at: AT,
        mandate_id: "m1",
        mandate: "Muster AG",
        feature: "Chatbot",
        by,
        locale,
    }
}

#[tokio::test]
async fn every_event_in_every_language() {
    let mut all = String::new();
    let until = AT + 604_800_000;
    for locale in Locale::ALL {
        let by = occasion(locale, Some("ada"));
        for notices in [
            vec![activated(by.clone())],
            vec![restored(by.clone())],
            vec![ended(by.clone(), until)],
            vec![ended(occasion(locale, None), until)],
            vec![left(by.clone())],
            vec![activated(by.clone()), ended(by.clone(), until), restored(by.clone())],
        ] {
            let mail = mail(notices, locale).await;
            writeln!(all, "==== {}: {}\n{}", locale.tag(), mail.subject, mail.body).expect("written");
        }
    }
    insta::assert_snapshot!(all);
}

#[tokio::test]
async fn names_from_data_neither_begin_a_line_nor_fill_a_page() {
    let long = "x".repeat(5_000);
    let feature = format!("Chatbot\r\n\r\n-- \r\nPay here\u{2028}now\0 {long}");
    let notice = activated(Occasion { feature: &feature, ..occasion(Locale::En, Some("a\nb")) });
    let mail = mail(vec![notice], Locale::En).await;
    assert!(mail.subject.starts_with("Chatbot -- Pay here now x"), "{}", mail.subject);
    assert!(mail.subject.chars().count() < 200 && mail.body.chars().count() < 1_000, "{}", mail.body);
    assert_eq!(mail.body.lines().filter(|line| line.starts_with("-- ")).count(), 1, "{}", mail.body);
    assert!(mail.body.starts_with("a b activated Chatbot -- Pay here now x"), "{}", mail.body);
}
