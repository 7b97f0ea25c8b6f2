//! Times ways to decide in turn within each round, so that a change of the machine's mood meets all of them.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

/// Rounds, after one to warm up.
const ROUNDS: usize = 31;
/// How long each way is timed in a round.
const SLICE: Duration = Duration::from_millis(20);

/// One way to decide, with its times per decision.
pub(crate) struct Way<'a> {
    name: &'static str,
    /// How many decisions one run makes.
    decisions: usize,
    run: Box<dyn FnMut() -> bool + 'a>,
    times: Vec<f64>,
}

impl<'a> Way<'a> {
    /// A way that decides one situation after the other; `run` says whether there was a decision.
    pub(crate) fn single<T>(name: &'static str, inputs: &'a [T], mut run: impl FnMut(&'a T) -> bool + 'a) -> Self {
        let mut turn = inputs.iter().cycle();
        Self::batch(name, 1, move || turn.next().is_some_and(|input| run(black_box(input))))
    }

    /// A way that makes so many decisions in one run.
    pub(crate) fn batch(name: &'static str, decisions: usize, run: impl FnMut() -> bool + 'a) -> Self {
        Self { name, decisions, run: Box::new(run), times: Vec::new() }
    }

    /// Time of one decision in nanoseconds, over as many as fit into a slice; `None` when there was none.
    fn slice(&mut self) -> Option<f64> {
        let (started, mut runs) = (Instant::now(), 0_u32);
        loop {
            for _ in 0..16 {
                if !black_box((self.run)()) {
                    return None;
                }
            }
            runs += 16;
            let elapsed = started.elapsed();
            if elapsed >= SLICE {
                return Some(elapsed.as_secs_f64() * 1e9 / (f64::from(runs) * self.decisions as f64));
            }
        }
    }

    /// What it is called.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// The median of its times in nanoseconds.
    pub(crate) fn median(&self) -> f64 {
        self.at(1, 2)
    }

    fn at(&self, part: usize, of: usize) -> f64 {
        self.times.get(self.times.len() * part / of).copied().unwrap_or(f64::NAN)
    }
}

/// Ways that begin with the same, with the one that the others are compared with.
pub(crate) struct Section<'a> {
    /// What all of them begin with.
    pub(crate) title: &'static str,
    /// Which of the ways is 1, here or in a section before.
    pub(crate) base: &'static str,
    /// The ways.
    pub(crate) ways: Vec<Way<'a>>,
}

/// Times all ways.
///
/// # Errors
/// Names a way that made no decision.
pub(crate) fn measure(sections: &mut [Section<'_>]) -> anyhow::Result<()> {
    for round in 0..=ROUNDS {
        for way in sections.iter_mut().flat_map(|section| &mut section.ways) {
            let time = way.slice().ok_or_else(|| anyhow::anyhow!("`{}` makes no decision", way.name))?;
            if round > 0 {
                way.times.push(time);
            }
        }
    }
    for way in sections.iter_mut().flat_map(|section| &mut section.ways) {
        way.times.sort_by(f64::total_cmp);
    }
    Ok(())
}

/// Prints medians, the middle half of the rounds, and how many times as long as the base each takes.
pub(crate) fn print(sections: &[Section<'_>]) {
    let median = |name: &str| {
        let way = sections.iter().flat_map(|section| &section.ways).find(|way| way.name == name);
        way.map_or(f64::NAN, Way::median)
    };
    for Section { title, base, ways } in sections {
        println!("\n{title:<62} {:>9} {:>17} {:>8}", "median ns", "middle half", "times");
        for way in ways {
            let spread = format!("{:.0}-{:.0}", way.at(1, 4), way.at(3, 4));
            println!("  {:<60} {:>9.0} {spread:>17} {:>8.2}", way.name, way.median(), way.median() / median(base));
        }
    }
}
