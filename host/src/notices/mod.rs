//! Mails to a mandate's admins: notices written with a state change are gathered, put into words and handed over.

pub mod audience;
mod backoff;
mod letter;
pub mod mailer;
mod run;
pub mod text;

pub use self::{
    audience::{AdminJudge, JudgeError},
    mailer::{Mailer, MailerSettings},
    text::{Occasion, activated, ended, left, requested, restored},
};
