//! The mailer: who is told, when, how often it is tried, and what is logged.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use async_trait::async_trait;
use core_wasm::texts::Locale;
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;
use turnpike::{
    adapters::smtp::{SmtpConfig, SmtpNotifier},
    notices::{AdminJudge, JudgeError, Mailer, MailerSettings, Occasion, activated, ended},
    ports::{
        clock::{Clock, Millis},
        notify::{Mail, Notify, NotifyError},
        store::{
            outbox::NewNotice,
            snapshot::{MembershipRecord, RoleRecord},
        },
    },
};

use super::outbox::{Member, Outbox, State};
use crate::{log::Log, mailbox::Mailbox};

const START: Millis = 1_795_000_000_000;
const WINDOW: i64 = 300_000;

/// A clock that tests drive.
#[derive(Debug)]
struct Driven(AtomicI64);

impl Driven {
    fn at(now: Millis) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(now)))
    }

    fn advance(&self, by: i64) {
        self.0.fetch_add(by, Ordering::SeqCst);
    }
}

impl Clock for Driven {
    fn now(&self) -> Millis {
        self.0.load(Ordering::SeqCst)
    }
}

/// Stands for the rules: who has the role `admin` in this mandate.
struct ByLabel;

impl AdminJudge for ByLabel {
    fn are_admins(&self, mandate_id: &str, memberships: &[MembershipRecord]) -> Result<Vec<bool>, JudgeError> {
        let is_admin = |role: &RoleRecord| {
            role.label.as_deref() == Some("admin") && role.mandate_id.as_deref() == Some(mandate_id)
        };
        Ok(memberships.iter().map(|member| member.enabled && member.roles.iter().any(is_admin)).collect())
    }
}

/// Answers less than it was asked, or not at all.
struct Confused(Result<Vec<bool>, JudgeError>);

impl AdminJudge for Confused {
    fn are_admins(&self, _: &str, _: &[MembershipRecord]) -> Result<Vec<bool>, JudgeError> {
        self.0.clone()
    }
}

/// A mail server without end.
struct Endless;

#[async_trait]
impl Notify for Endless {
    async fn send(&self, _: &Mail) -> Result<(), NotifyError> {
        std::future::pending().await
    }
}

/// Hands a mail over and does not come back.
struct Dying(Arc<dyn Notify>);

#[async_trait]
impl Notify for Dying {
    async fn send(&self, mail: &Mail) -> Result<(), NotifyError> {
        self.0.send(mail).await?;
        std::future::pending().await
    }
}

const MEMBERS: [Member<'static>; 6] = [
    (Some("planted-bob@example.org"), "viewer"),
    (Some("planted-ada@example.org"), "admin"),
    (Some("planted-cleo@example.org"), "admin"),
    // Two users, one address.
    (Some("planted-ada@example.org"), "admin"),
    (Some(" "), "admin"),
    (None, "admin"),
];

fn occasion(number: i64) -> Occasion<'static> {
    Occasion {
        id: format!("0190f0f0-0000-7000-8000-00000000000{number}"),
        change_id: format!("c{number}"),
        at: START + number * 60_000,
        mandate_id: "m1",
        mandate: "Muster AG",
        feature: "PlantedFeature",
        by: Some("planted.user"),
        locale: Locale::De,
    }
}

fn two_notices() -> [NewNotice; 2] {
    [activated(occasion(0)), ended(occasion(1), START + 604_800_000)]
}

struct Set {
    outbox: Outbox,
    clock: Arc<Driven>,
    mailer: Mailer,
}

impl Set {
    async fn new(notify: Option<Arc<dyn Notify>>) -> Self {
        Self::with(&MEMBERS, notify).await
    }

    async fn with(members: &[Member<'_>], notify: Option<Arc<dyn Notify>>) -> Self {
        let outbox = Outbox::new(members, &two_notices()).await;
        let clock = Driven::at(START);
        let mailer = Mailer {
            store: outbox.store.clone(),
            notify,
            judge: Arc::new(ByLabel),
            clock: clock.clone(),
            roll: || u32::MAX,
            settings: MailerSettings { poll: 20, ..MailerSettings::default() },
        };
        Self { outbox, clock, mailer }
    }

    async fn pass(&self) -> usize {
        self.mailer.deliver_due().await.expect("a store that works")
    }
}

fn smtp(url: &str) -> Option<Arc<dyn Notify>> {
    let config = SmtpConfig::new(&SecretString::from(url), "turnpike@example.com").expect("usable");
    Some(Arc::new(SmtpNotifier::new(config)))
}

fn nowhere() -> Option<Arc<dyn Notify>> {
    smtp("smtp://127.0.0.1:1")
}

#[tokio::test]
async fn admins_get_one_mail_for_all_that_happened_within_the_window() {
    let mailbox = Mailbox::start().await;
    let set = Set::new(smtp(&mailbox.url())).await;
    set.clock.advance(WINDOW - 1);
    assert_eq!(set.pass().await, 0);
    assert_eq!(mailbox.mails(), []);
    set.clock.advance(1);
    assert_eq!(set.pass().await, 1);
    assert_eq!(set.pass().await, 0);
    let mails = mailbox.wait_for(2).await;
    let recipients: Vec<_> = mails.iter().filter_map(|mail| mail.header("X-Envelope-To")).collect();
    assert_eq!(recipients, ["planted-ada@example.org", "planted-cleo@example.org"]);
    assert_eq!(mails[0].header("Subject"), Some("2 Änderungen: Muster AG"));
    assert_eq!(mails[0].header("Auto-Submitted"), Some("auto-generated"));
    let (first, second) =
        (mails[0].body.find("hat PlantedFeature für Muster AG aktiviert"), mails[0].body.find("beendet."));
    assert!(first.is_some() && first < second, "{}", mails[0].body);
    assert_eq!(set.outbox.states().await, vec![State::Sent(START + WINDOW); 2]);
}

#[tokio::test]
async fn a_server_that_is_away_is_tried_again_with_growing_pauses() {
    let set = Set::new(nowhere()).await;
    set.clock.advance(WINDOW);
    for (attempts, pause) in [(1, 30_000), (2, 60_000), (3, 120_000)] {
        assert_eq!(set.pass().await, 1);
        let from = set.clock.now() + pause;
        assert_eq!(set.outbox.states().await, vec![State::Waiting { from, attempts }; 2]);
        set.clock.advance(pause - 1);
        assert_eq!(set.pass().await, 0, "not before its time");
        set.clock.advance(1);
    }
}

#[tokio::test]
async fn a_mail_that_was_put_off_arrives_once() {
    let mailbox = Mailbox::start_refusing(1).await;
    let set = Set::with(&MEMBERS[1..2], smtp(&mailbox.url())).await;
    set.clock.advance(WINDOW);
    set.pass().await;
    assert_eq!(mailbox.mails(), []);
    set.clock.advance(30_000);
    set.pass().await;
    let mails = mailbox.wait_for(1).await;
    let message_id = mails[0].header("Message-ID").expect("a Message-ID");
    assert_eq!(message_id, format!("<{}@example.com>", occasion(0).id));
    assert_eq!(mails.len(), 1);
}

/// A host dies between the mail server's last word and its own record, and something more happens before another host
/// takes the mail up: the readers can tell that they have the mail already, and are told the new thing in another one.
#[tokio::test]
async fn a_mail_that_is_repeated_after_a_crash_has_the_same_message_id() {
    let mailbox = Mailbox::start().await;
    let mut set = Set::with(&MEMBERS[1..2], smtp(&mailbox.url())).await;
    set.mailer.settings.lease = 1_000;
    set.clock.advance(WINDOW);
    let server = set.mailer.notify.clone().expect("a mail server");
    set.mailer.notify = Some(Arc::new(Dying(server)));
    {
        let Set { mailer, .. } = &set;
        let pass = mailer.deliver_due();
        tokio::pin!(pass);
        // The host dies here: its future is dropped in the middle.
        tokio::select! {
            done = &mut pass => panic!("it was recorded: {done:?}"),
            mails = mailbox.wait_for(1) => assert_eq!(mails.len(), 1),
        }
    }
    set.outbox.add(&[activated(occasion(2))]).await;
    set.clock.advance(WINDOW);
    set.mailer.notify = smtp(&mailbox.url());
    while set.outbox.states().await.iter().any(|state| !matches!(state, State::Sent(_))) {
        // The lease of the dead host is the database's to end.
        set.pass().await;
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let mails = mailbox.wait_for(3).await;
    let id = |mail: &crate::mailbox::Received| mail.header("Message-ID").expect("a Message-ID").to_owned();
    let mut ids: Vec<String> = mails.iter().map(id).collect();
    ids.sort();
    let expected = [0, 0, 2].map(|number| format!("<{}@example.com>", occasion(number).id));
    assert_eq!(ids, expected);
    let first: Vec<&str> = mails.iter().filter(|mail| id(mail) == expected[0]).map(|mail| mail.body.as_str()).collect();
    assert_eq!(first[0], first[1], "it says the same");
}

#[tokio::test]
async fn after_the_last_attempt_the_notices_are_given_up() {
    let mut set = Set::new(nowhere()).await;
    set.mailer.settings.most_attempts = 3;
    set.clock.advance(WINDOW);
    for _ in 0..3 {
        assert_eq!(set.pass().await, 1);
        set.clock.advance(3_600_000);
    }
    assert_eq!(set.outbox.states().await, vec![State::Dead("no connection".to_owned()); 2]);
    assert_eq!(set.pass().await, 0);
}

#[tokio::test]
async fn a_server_that_takes_too_long_does_not_outlast_the_lease() {
    let mut set = Set::new(Some(Arc::new(Endless))).await;
    set.mailer.settings.lease = 100;
    set.clock.advance(WINDOW);
    assert_eq!(set.pass().await, 1);
    assert!(
        matches!(set.outbox.states().await[0], State::Waiting { attempts: 1, .. }),
        "{:?}",
        set.outbox.states().await
    );
}

#[tokio::test]
async fn when_the_rules_do_not_answer_nobody_is_told() {
    let mailbox = Mailbox::start().await;
    for answer in [Ok(vec![true]), Ok(vec![true; 6]), Err(JudgeError { cause: "out of fuel".to_owned() })] {
        let mut set = Set::new(smtp(&mailbox.url())).await;
        set.mailer.judge = Arc::new(Confused(answer));
        set.clock.advance(WINDOW);
        assert_eq!(set.pass().await, 1);
        assert!(
            matches!(set.outbox.states().await[0], State::Waiting { attempts: 1, .. }),
            "{:?}",
            set.outbox.states().await
        );
    }
    assert_eq!(mailbox.mails(), []);
}

#[tokio::test]
async fn without_an_admin_who_has_an_address_there_is_nothing_to_try_again() {
    let members = [(Some("planted-bob@example.org"), "viewer"), (Some(""), "admin"), (None, "admin")];
    let set = Set::with(&members, nowhere()).await;
    set.clock.advance(WINDOW);
    assert_eq!(set.pass().await, 1);
    assert_eq!(set.outbox.states().await[0], State::Dead("no admin of the mandate has a mail address".to_owned()));
}

#[tokio::test]
async fn the_log_holds_event_ids_and_neither_addresses_nor_names_nor_texts() {
    let mailbox = Mailbox::start().await;
    let log = Log::gather();
    for notify in [None, smtp(&mailbox.url()), nowhere()] {
        let has_server = notify.is_some();
        let set = Set::new(notify).await;
        set.clock.advance(WINDOW);
        assert_eq!(set.pass().await, 1);
        if !has_server {
            assert_eq!(set.outbox.states().await, vec![State::Sent(START + WINDOW); 2]);
        }
    }
    let log = log.text();
    assert_eq!(log.matches("not sent: no mail server is configured").count(), 2, "{log}");
    assert!(log.contains("notices mailed") && log.contains("notices not mailed yet"), "{log}");
    assert!(log.contains(&occasion(1).id), "{log}");
    for planted in ["planted", "Planted", "Muster", "aktiviert", "example.org"] {
        assert!(!log.contains(planted), "`{planted}` in\n{log}");
    }
}

#[tokio::test]
async fn runs_until_it_is_told_to_stop_and_survives_a_store_that_is_away() {
    let mailbox = Mailbox::start().await;
    let set = Set::new(smtp(&mailbox.url())).await;
    set.outbox.set_away(true).await;
    assert!(set.mailer.deliver_due().await.is_err());
    set.clock.advance(WINDOW);
    let shutdown = CancellationToken::new();
    let running = tokio::spawn({
        let shutdown = shutdown.clone();
        async move { set.mailer.run(shutdown).await }
    });
    set.outbox.set_away(false).await;
    mailbox.wait_for(2).await;
    shutdown.cancel();
    running.await.expect("stopped in order");
    assert!(
        set.outbox.states().await.iter().all(|state| matches!(state, State::Sent(_))),
        "{:?}",
        set.outbox.states().await
    );
}
