//! A mail as it goes over the wire. What comes from data cannot add a header or a recipient.

use lettre::{
    Address, Message,
    message::{
        Mailbox, SinglePart,
        header::{HeaderName, HeaderValue},
    },
};

use crate::ports::notify::Mail;

/// One mail, of which each recipient gets a copy.
pub(super) struct Letter<'a> {
    sender: &'a Mailbox,
    message_id: String,
    subject: String,
    body: &'a str,
}

impl<'a> Letter<'a> {
    pub(super) fn new(mail: &'a Mail, sender: &'a Mailbox) -> Self {
        Self {
            sender,
            message_id: format!("<{}@{}>", atom(&mail.message_id), sender.email.domain()),
            subject: one_line(&mail.subject),
            body: &mail.body,
        }
    }

    /// The copy for one recipient, who is the only one named in it.
    pub(super) fn to(&self, recipient: Address) -> Result<Message, String> {
        // Asks vacation responders and other robots not to answer (RFC 3834).
        let automatic = HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
        Message::builder()
            .from(self.sender.clone())
            .to(Mailbox::new(None, recipient))
            .subject(self.subject.clone())
            .message_id(Some(self.message_id.clone()))
            .raw_header(automatic)
            .singlepart(SinglePart::plain(self.body.to_owned()))
            .map_err(|_| "the mail cannot be composed".to_owned())
    }
}

/// Line breaks and other control characters become spaces.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// What may stand before the `@` of a Message-ID (RFC 5322, `dot-atom-text`, with fewer characters).
fn atom(id: &str) -> String {
    id.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copy(mail: &Mail) -> String {
        let sender = "Turnpike <turnpike@example.com>".parse().expect("a sender");
        let to = "ada@example.org".parse().expect("an address");
        let message = Letter::new(mail, &sender).to(to).expect("a message");
        String::from_utf8(message.formatted()).expect("ASCII")
    }

    #[test]
    fn data_adds_no_header() {
        let forged = "x\r\nBcc: eve@example.net\r\n\r\nforged body\n\0";
        let mail = Mail {
            message_id: format!("01{forged}"),
            recipients: vec![],
            subject: format!("Ä{forged}"),
            body: format!("Grüsse\r\n.\r\nMAIL FROM:<eve@example.net>{forged}"),
        };
        let text = copy(&mail);
        let (head, body) = text.split_once("\r\n\r\n").expect("head and body");
        let names: Vec<&str> =
            head.lines().filter(|line| !line.starts_with(' ')).filter_map(|line| line.split(':').next()).collect();
        for name in &names {
            assert!(
                [
                    "From",
                    "To",
                    "Subject",
                    "Message-ID",
                    "Auto-Submitted",
                    "MIME-Version",
                    "Content-Type",
                    "Content-Transfer-Encoding",
                    "Date"
                ]
                .contains(name),
                "`{name}` in\n{text}"
            );
        }
        assert_eq!(names.len(), 9, "{text}");
        assert!(!head.contains("eve@example.net>"), "{text}");
        assert!(!body.is_empty());
    }

    #[test]
    fn a_copy_says_who_made_it_and_how_to_recognise_it() {
        let mail = Mail {
            message_id: "0190f0f0-1111-7222-8333-444455556666".to_owned(),
            recipients: vec![],
            subject: "Chatbot ist aktiv".to_owned(),
            body: "Guten Tag".to_owned(),
        };
        let text = copy(&mail);
        for line in [
            "Message-ID: <0190f0f0-1111-7222-8333-444455556666@example.com>",
            "Auto-Submitted: auto-generated",
            "To: ada@example.org",
            "From: Turnpike <turnpike@example.com>",
            "Subject: Chatbot ist aktiv",
        ] {
            assert!(text.lines().any(|found| found == line), "`{line}` in\n{text}");
        }
    }
}
