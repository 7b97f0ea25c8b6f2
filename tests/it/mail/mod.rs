//! Mails: the SMTP adapter and the mailer, against real mail servers.

mod delivery;
mod letters;
mod mailer;
mod outbox;
mod scripted;
mod smtp;
