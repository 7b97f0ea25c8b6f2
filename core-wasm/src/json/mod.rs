//! Reading calls and writing answers: a small strict JSON reader and a small writer behind serde.
//!
//! Why not serde_json's: its reader brings floating point, line counting and code per type that make up more than half
//! of the module, and it accepts two forms of several things (a struct as an array, a unit variant as an object). This
//! one reads exactly what a [`Call`](crate::question::Call) is made of: objects, arrays, strings, integers, booleans
//! and null. All scanning is in non-generic functions, so that a further type costs little. It is the same natively and
//! in the module, so that both answer alike, faults included; a property test holds it against serde_json.

#[cfg(feature = "policy")]
mod batch;
mod depth;
mod error;
mod place;
mod read;
mod scan;
mod word;
mod write;

use serde::{Deserialize, Serialize};

#[cfg(feature = "policy")]
pub(crate) use batch::answer as answer_batch;
pub use error::{Error, Fault};
use scan::Scanner;
use write::Writer;

/// The deepest nesting of brackets in any call is 11; the reader goes down by the types of a call, so it never goes deeper.
pub const MAX_DEPTH: usize = 16;

/// Reads one value that takes up the whole input.
///
/// # Errors
/// Says what is wrong, at which JSON pointer and at which byte.
pub fn from_slice<'a, T: Deserialize<'a>>(input: &'a [u8]) -> Result<T, Error> {
    let mut scanner = Scanner::new(text(input)?);
    let value = T::deserialize(&mut scanner).and_then(|value| scanner.end().map(|()| value));
    value.map_err(|error| told(error, &scanner))
}

/// Writes a value of those that answers are made of: structs, enums, lists, texts, integers, booleans. Of any other nothing
/// is left: no bytes.
pub fn to_vec<T: Serialize + ?Sized>(value: &T) -> Vec<u8> {
    let mut writer = Writer::new();
    match value.serialize(&mut writer) {
        Ok(()) => writer.into_bytes(),
        Err(_) => Vec::new(),
    }
}

fn text(input: &[u8]) -> Result<&str, Error> {
    std::str::from_utf8(input).map_err(|error| Error::not_utf8(error.valid_up_to()))
}

/// What is told of a text that could not be read. Of one that is nested deeper than any call is, only that.
#[cold]
#[inline(never)]
fn told(error: Error, scanner: &Scanner<'_>) -> Error {
    if depth::deepest(scanner.text()) > MAX_DEPTH { Error::too_deep() } else { error.located(scanner) }
}
