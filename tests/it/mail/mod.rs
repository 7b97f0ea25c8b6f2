//! Mails: the SMTP adapter and the mailer, against real mail servers.

mod letters;
mod log;
mod mailer;
mod outbox;
mod scripted;
mod smtp;
