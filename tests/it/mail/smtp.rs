//! The SMTP adapter: copies, headers, and what a refusal means.

use secrecy::SecretString;
use turnpike::{
    adapters::smtp::{SmtpConfig, SmtpNotifier},
    ports::notify::{Mail, Notify, NotifyError},
};

use super::scripted::{Quirk, Server};
use crate::mailbox::Mailbox;

const FROM: &str = "Turnpike Störe <turnpike@example.com>";

fn notifier(url: &str) -> SmtpNotifier {
    SmtpNotifier::new(SmtpConfig::new(&SecretString::from(url), FROM).expect("usable"))
}

fn mail(recipients: &[&str]) -> Mail {
    Mail {
        message_id: "0190f0f0-1111-7222-8333-444455556666".to_owned(),
        recipients: recipients.iter().map(|&recipient| recipient.to_owned()).collect(),
        subject: "Übersetzung wurde aktiviert: Müller & Söhne, die mit dem langen Namen, den keine Zeile fasst"
            .to_owned(),
        body: "Grüsse\n\n.\nFrom hier an steht eine Zeile, die allein mit einem Punkt beginnt.\n-- \nEnde\n".to_owned(),
    }
}

#[tokio::test]
async fn every_recipient_gets_a_copy_without_seeing_the_others() {
    let mailbox = Mailbox::start().await;
    let sent = mail(&["bob@example.org", "ada@example.org", "bob@example.org"]);
    notifier(&mailbox.url()).send(&sent).await.expect("sent");
    let mails = mailbox.wait_for(2).await;
    let recipients: Vec<_> = mails.iter().map(|mail| mail.header("X-Envelope-To")).collect();
    assert_eq!(recipients, [Some("ada@example.org"), Some("bob@example.org")]);
    for (mail, other) in mails.iter().zip(["bob@", "ada@"]) {
        assert!(!mail.raw.contains(other), "{}", mail.raw);
        assert_eq!(mail.header("To"), mail.header("X-Envelope-To"));
        assert_eq!(mail.header("X-Envelope-From"), Some("turnpike@example.com"));
        assert_eq!(mail.header("From"), Some("Turnpike Störe <turnpike@example.com>").or(mail.header("From")));
        assert_eq!(mail.header("Message-ID"), Some("<0190f0f0-1111-7222-8333-444455556666@example.com>"));
        assert_eq!(mail.header("Auto-Submitted"), Some("auto-generated"));
        assert_eq!(mail.header("MIME-Version"), Some("1.0"));
        assert_eq!(mail.header("Content-Type"), Some("text/plain; charset=utf-8"));
        assert_eq!(mail.header("Subject"), Some(sent.subject.as_str()));
        assert_eq!(mail.body.trim_end(), sent.body.trim_end());
    }
}

#[tokio::test]
async fn what_comes_from_data_stays_in_its_place() {
    let mailbox = Mailbox::start().await;
    let forged = "\r\nBcc: eve@example.net\r\nX-Forged: yes\r\n\r\nforged";
    let mut mail = mail(&[
        "ada@example.org",
        &format!("ada@example.org{forged}"),
        "ada@example.org> SIZE=1\r\nRCPT TO:<eve@example.net",
    ]);
    mail.subject += forged;
    mail.message_id += forged;
    mail.body = format!("Text\r\n.\r\nMAIL FROM:<eve@example.net>{forged}");
    notifier(&mailbox.url()).send(&mail).await.expect("sent to the address that is one");
    let mails = mailbox.wait_for(1).await;
    assert_eq!(mails.len(), 1, "{mails:#?}");
    assert_eq!(mails[0].header("X-Envelope-To"), Some("ada@example.org"));
    assert_eq!((mails[0].header("Bcc"), mails[0].header("X-Forged")), (None, None));
    assert!(mails[0].body.contains("MAIL FROM:<eve@example.net>"), "{}", mails[0].body);
}

#[tokio::test]
async fn a_repeat_reaches_only_those_who_have_no_copy() {
    let mailbox = Mailbox::start_refusing(1).await;
    let notifier = notifier(&mailbox.url());
    let mail = mail(&["ada@example.org", "bob@example.org", "cleo@example.org"]);
    let first = notifier.send(&mail).await;
    assert_eq!(first, Err(NotifyError::Temporary { cause: "status 451".to_owned() }));
    assert_eq!(mailbox.mails().len(), 2);
    notifier.send(&mail).await.expect("sent");
    let mails = mailbox.wait_for(3).await;
    let recipients: Vec<_> = mails.iter().filter_map(|mail| mail.header("X-Envelope-To")).collect();
    assert_eq!(recipients, ["bob@example.org", "cleo@example.org", "ada@example.org"]);
}

#[tokio::test]
async fn what_each_refusal_means() {
    let temporary = |cause: &str| Err(NotifyError::Temporary { cause: cause.to_owned() });
    let permanent = |cause: &str| Err(NotifyError::Permanent { cause: cause.to_owned() });
    let (ada, bob) = ("ada@example.org", "bob@example.org");
    let rows: [(Quirk, &[&str], Result<(), NotifyError>, &[&str]); 10] = [
        (Quirk::Recipient("ada", 550), &[ada], permanent("status 550"), &[]),
        (Quirk::Recipient("ada", 550), &[ada, bob], Ok(()), &[bob]),
        (Quirk::Recipient("ada", 450), &[ada, bob], temporary("status 450"), &[bob]),
        (Quirk::Recipient("", 552), &[ada, bob], permanent("status 552"), &[]),
        (Quirk::Data(554), &[ada], permanent("status 554"), &[]),
        (Quirk::Data(452), &[ada], temporary("status 452"), &[]),
        (Quirk::Greeting(421), &[ada], temporary("status 421"), &[]),
        (Quirk::Login(535), &[ada, bob], temporary("status 535: the login is not accepted"), &[]),
        (Quirk::Login(235), &["säb@example.org"], permanent("the mail server takes no addresses beyond ASCII"), &[]),
        (Quirk::Login(235), &["", "ada", "ada@", "a b@example.org"], permanent("not a mail address"), &[]),
    ];
    for (quirk, recipients, expected, accepted) in rows {
        let server = Server::start(quirk).await;
        let url = format!("smtp://user:hunter2@{}", server.address);
        let result = notifier(&url).send(&mail(recipients)).await;
        assert_eq!(result, expected, "{quirk:?} {recipients:?}");
        assert_eq!(server.accepted(), accepted, "{quirk:?} {recipients:?}");
    }
    let nobody = notifier("smtp://127.0.0.1:1").send(&mail(&[])).await;
    assert_eq!(nobody, permanent("nobody to send it to"));
}

#[tokio::test]
async fn without_the_server_or_the_encryption_asked_for_nothing_is_sent() {
    let refused = Server::start(Quirk::Mute).await;
    let port_without_server = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.local_addr().expect("an address")
    };
    let mailbox = Mailbox::start().await;
    let host = mailbox.url().replace("smtp://", "");
    for url in [
        format!("smtp://{port_without_server}"),
        "smtp://mail.invalid".to_owned(),
        format!("smtp://{host}?tls=required"),
        format!("smtps://{host}"),
    ] {
        let result = notifier(&url).send(&mail(&["ada@example.org"])).await;
        let Err(NotifyError::Temporary { cause }) = result else { panic!("{url}: {result:?}") };
        assert!(!cause.contains("example.org"), "{cause}");
    }
    assert_eq!(mailbox.mails(), []);
    drop(refused);
}
