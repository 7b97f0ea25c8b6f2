//! The tests of the fault proxy, in one binary.

mod faults;
mod late;
mod random;
mod scripts;
mod server;
mod steering;
