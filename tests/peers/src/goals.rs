//! What the sandbox has to reach, beside what was measured.

use crate::measure::Section;

/// What begins so is the sandbox.
const OURS: &str = "Turnpike";

/// A way of a section and the most that it may take.
pub(crate) struct Goal {
    /// The way's name.
    pub(crate) way: &'static str,
    /// Nanoseconds of one decision.
    pub(crate) most: f64,
}

/// Prints whether each goal of a section is reached, and whether its first goal's way is ahead of every peer. `apart` is no
/// peer: no other engine, and no sandbox.
pub(crate) fn print(section: &Section<'_>, goals: &[Goal], apart: &str) {
    println!("\ngoals {}", section.title);
    for Goal { way: name, most } in goals {
        let Some(way) = section.ways.iter().find(|way| way.name() == *name) else { continue };
        let verdict = if way.median() <= *most { "reached" } else { "NOT reached" };
        println!("  {name:<60} {:>9.0} of at most {most:>6.0} ns: {verdict}", way.median());
    }
    let single = goals.first().and_then(|goal| section.ways.iter().find(|way| way.name() == goal.way));
    let peers = section.ways.iter().filter(|way| !way.name().starts_with(OURS) && way.name() != apart);
    let nearest = peers.min_by(|one, other| one.median().total_cmp(&other.median()));
    if let (Some(single), Some(nearest)) = (single, nearest) {
        let times = nearest.median() / single.median();
        let verdict = if times > 1.0 { "ahead of every peer" } else { "NOT ahead of every peer" };
        println!("  {verdict}: the fastest, {}, takes {times:.2} times as long", nearest.name());
    }
}
