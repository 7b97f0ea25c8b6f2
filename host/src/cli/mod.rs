//! What the commands of the binary do, each as a function without a terminal.

pub mod export;
pub mod import;
