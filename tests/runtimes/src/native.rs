//! The rules compiled into this program.

use std::time::{Duration, Instant};

use core_wasm::wire;

use crate::asked::Asked;

/// All answers, each ended by a line feed, and how long the decisions took.
pub(crate) fn answers(asked: &Asked) -> (Vec<u8>, Duration) {
    let start = Instant::now();
    let answers: Vec<Vec<u8>> = asked.pairs.iter().map(|pair| wire::answer(&pair.call)).collect();
    let took = start.elapsed();
    let mut text = answers.join(&b'\n');
    text.push(b'\n');
    (text, took)
}
