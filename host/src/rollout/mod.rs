//! Brings another policy into use while the host runs, and tells the other hosts' operators what decides here.
//!
//! A changed file, or SIGHUP, makes a candidate; it decides only after it passed every gate and was put into the archive.
//! Whatever else happens, what decided goes on deciding.

mod file;
mod runner;
mod signal;

pub use self::{
    file::{Look, Watched},
    runner::{Host, Rollout, STALE, uses},
    signal::{Reloads, reloads},
};
