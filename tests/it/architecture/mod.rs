//! The rules of the code's shape that the compiler does not know: who may import whom, where vendors stay, what the
//! rules must not touch.

mod conduct;
mod configuration;
mod excerpts;
mod fail_points;
mod imports;
mod purity;
mod source;
mod vendors;

use self::source::{Source, sources};

/// All of them, one per line, or nothing.
#[track_caller]
fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}
