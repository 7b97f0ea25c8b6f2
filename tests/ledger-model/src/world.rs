//! The model: which steps are possible at a moment, where they lead, and what must hold everywhere.

use stateright::{Model, Property};
use turnpike::{
    ledger::{form::told, next::Event},
    ports::billing::{ReadError, SetOutcome},
};

use crate::{
    bounds::Bounds,
    logic::Logic,
    provider::{Fate, no_answer},
    records::{doing, operation, operation_record, otherwise},
    state::{Doing, Host, Instance, Operation, Packet, State, Stranger, Wish},
};

/// The world within its bounds, run by the ledger's logic.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) bounds: Bounds,
    pub(crate) logic: Logic,
}

/// One thing that happens. Hosts and late requests are named by their place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A request asks for a change.
    Ask(Wish),
    /// A request gives up waiting for its activation.
    Cancel(usize),
    /// The next operation is formed.
    Form,
    /// What was put off may be carried again.
    Due(usize),
    /// A host claims what nobody holds.
    Claim,
    /// A host claims what another one holds that stands still.
    TakeOver,
    /// A host does what it is about to do, without trouble.
    Go(usize),
    /// No connection came about.
    NotSent(usize),
    /// A request arrives that a host waits for.
    Arrives(usize, Fate),
    /// A request arrives that nobody waits for.
    ArrivesLate(usize, Fate),
    /// A host waits no longer; its request is still under way.
    TimesOut(usize),
    /// A request is lost.
    Vanishes(usize),
    /// A reading fails.
    ReadFails(usize),
    /// A host dies; another process comes in its place.
    Dies(usize),
    /// Of two copies of a request the first is refused for now; the other is still under way.
    Doubled(usize),
    /// The rows are lost and an older copy is started. Whether what it holds was applied since.
    Restored(bool),
    /// Somebody answers for these rows.
    AnsweredFor,
    /// A day goes by. No request is under way for so long.
    Day,
}

impl Model for World {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        vec![State::first(&self.bounds)]
    }

    fn actions(&self, state: &State, steps: &mut Vec<Step>) {
        let left = state.left;
        if left.changes > 0 {
            steps.extend([Wish::Activate, Wish::ActivateAtOnce, Wish::End].map(Step::Ask));
        }
        for (place, change) in state.changes.iter().enumerate() {
            if left.changes > 0 && change.instance == Instance::Reserved {
                steps.extend(u8::try_from(place).ok().map(Wish::Withdraw).map(Step::Ask));
            }
            if change.wish == Wish::Activate && !change.state.is_settled() {
                steps.push(Step::Cancel(place));
            }
            if change.put_off {
                steps.push(Step::Due(place));
            }
        }
        if state.idle_host().is_some() {
            steps.push(Step::Form);
            match state.claimable() {
                Some((_, false)) => steps.push(Step::Claim),
                Some((_, true)) if left.stops > 0 => steps.push(Step::TakeOver),
                _ => {}
            }
        }
        for (place, host) in state.hosts.iter().enumerate() {
            self.steps_of_host(state, place, host, steps);
        }
        for place in 0..state.late.len() {
            // Nobody is told, so all that counts is whether it is applied.
            steps.push(Step::ArrivesLate(place, Fate::Normal));
            if left.faults > 0 {
                steps.extend(
                    [Fate::AppliedThen500, Fate::Failed, Fate::Declined, Fate::DateRefused, Fate::Refused, Fate::Busy]
                        .map(|fate| Step::ArrivesLate(place, fate)),
                );
            }
        }
        if left.copies > 0 {
            steps.extend([true, false].map(Step::Restored));
        }
        if state.has_stranger() {
            steps.push(Step::AnsweredFor);
        }
        if left.days > 0 && state.packets().next().is_none() {
            steps.push(Step::Day);
        }
    }

    fn next_state(&self, last: &State, step: Step) -> Option<State> {
        let mut state = last.clone();
        self.take(&mut state, step)?;
        Some(state.canonical())
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(I1, |_, state: &State| {
                state.changes.iter().all(|change| {
                    change.wish != Wish::Activate || change.instance != Instance::Usable || change.counted
                })
            }),
            Property::always(I2, |_, state: &State| {
                let mut unresolved = state.unresolved();
                let settled = matches!(state.stranger, Stranger::Nobody | Stranger::WrittenOver);
                let is = |quantity: i8| !settled || quantity == state.stripe.quantity;
                match (unresolved.next(), unresolved.next()) {
                    (None, _) => is(state.on_the_bill),
                    (Some(one), None) => one.from == state.on_the_bill && (is(one.from) || is(one.to)),
                    (Some(_), Some(_)) => false,
                }
            }),
            Property::always(CONFIRMED, |_, state: &State| {
                let counted = told(&state.queued(), state.billed().into());
                let agrees = state.unresolved().next().is_some() || counted == i64::from(state.confirmed);
                agrees && state.billed_to_requests() == state.confirmed
            }),
            Property::always(ODD, |_, state: &State| state.odd.is_none()),
        ]
    }
}

/// The invariants that hold at every moment, as they are printed.
pub(crate) const INVARIANTS: [&str; 4] = [I1, I2, CONFIRMED, ODD];
const I1: &str = "I1: what waits for billing is usable only after it was applied";
const I2: &str = "I2: the quantity is from or to of the one unresolved operation, else what is on the bill";
const CONFIRMED: &str = "what is confirmed is what our rows count: no activation is refused without need";
const ODD: &str = "no key is used for two requests, no operation bills what it does not carry, no rows contradict each other, no older \
     copy of them writes over newer ones";

impl World {
    fn steps_of_host(&self, state: &State, place: usize, host: &Host, steps: &mut Vec<Step>) {
        let Host::Holds { doing, lease_over, .. } = host else { return };
        let faults = state.left.faults > 0;
        match doing {
            Doing::Send => {
                steps.push(Step::Go(place));
                if faults && self.logic.may_send(*lease_over) {
                    steps.push(Step::NotSent(place));
                }
            }
            Doing::Wait(_) => {
                for fate in Fate::ALL {
                    if faults || fate == Fate::Normal {
                        steps.push(Step::Arrives(place, fate));
                    }
                }
                if faults {
                    steps.extend([Step::TimesOut(place), Step::Vanishes(place), Step::Doubled(place)]);
                }
            }
            Doing::Read(_) => {
                steps.push(Step::Go(place));
                if faults {
                    steps.push(Step::ReadFails(place));
                }
            }
            Doing::Pause | Doing::Settle { .. } => steps.push(Step::Go(place)),
        }
        if state.left.stops > 0 {
            steps.push(Step::Dies(place));
        }
    }

    /// Takes one step, unless it cannot be taken.
    fn take(&self, state: &mut State, step: Step) -> Option<()> {
        let logic = self.logic;
        match step {
            Step::Ask(wish) => {
                state.left.changes -= 1;
                state.ask(logic, wish)
            }
            Step::Cancel(place) => state.cancel(place),
            Step::Form => state.form(logic),
            Step::Due(place) => {
                state.changes[place].put_off = false;
                Some(())
            }
            Step::Claim => state.claim(logic, state.claimable()?.0.id),
            Step::TakeOver => {
                state.left.stops -= 1;
                state.claim(logic, state.claimable()?.0.id)
            }
            Step::Go(host) => self.go(state, host),
            Step::NotSent(host) => {
                state.left.faults -= 1;
                self.told(state, host, SetOutcome::NotSent { cause: String::new() })
            }
            Step::Arrives(host, fate) => {
                state.left.faults -= u8::from(fate != Fate::Normal);
                let (operation, packet) = awaited(state, host)?;
                set(state, host, operation, Doing::Pause);
                let outcome = state.arrive(packet, fate)?;
                self.told(state, host, outcome)
            }
            Step::ArrivesLate(place, fate) => {
                state.left.faults -= u8::from(fate != Fate::Normal);
                let packet = state.late.remove(place);
                state.arrive(packet, fate).map(|_| ())
            }
            Step::TimesOut(host) => {
                state.left.faults -= 1;
                state.late.push(awaited(state, host)?.1);
                self.told(state, host, no_answer())
            }
            Step::Doubled(host) => {
                state.left.faults -= 1;
                state.late.push(awaited(state, host)?.1);
                self.told(state, host, SetOutcome::Busy { retry_after: None })
            }
            Step::Restored(applied) => {
                state.left.copies -= 1;
                state.restore(applied)
            }
            Step::AnsweredFor => {
                state.stranger = Stranger::AnsweredFor;
                Some(())
            }
            Step::Vanishes(host) => {
                state.left.faults -= 1;
                self.told(state, host, no_answer())
            }
            Step::ReadFails(host) => {
                state.left.faults -= 1;
                self.seen(state, host, false)
            }
            Step::Dies(host) => {
                state.left.stops -= 1;
                if let Some((_, packet)) = awaited(state, host) {
                    state.late.push(packet);
                }
                state.hosts[host] = Host::Idle;
                Some(())
            }
            Step::Day => {
                state.left.days -= 1;
                state.day += 1;
                state.stripe.keys.clear();
                for host in &mut state.hosts {
                    if let Host::Holds { lease_over, .. } = host {
                        *lease_over = true;
                    }
                }
                Some(())
            }
        }
    }

    fn go(&self, state: &mut State, host: usize) -> Option<()> {
        let Host::Holds { operation, lease_over, doing } = state.hosts[host] else { return None };
        match doing {
            Doing::Send if self.logic.may_send(lease_over) => {
                set(state, host, operation, Doing::Wait(operation.packet()));
            }
            Doing::Send => state.hosts[host] = Host::Idle,
            Doing::Wait(_) => return None,
            Doing::Read(_) => self.seen(state, host, true)?,
            Doing::Pause => {
                state.record(self.logic, operation);
                state.hosts[host] = Host::Idle;
            }
            Doing::Settle { applied } => {
                state.settle(self.logic, operation, applied);
                state.hosts[host] = Host::Idle;
            }
        }
        Some(())
    }

    /// A host learns what came of its send.
    fn told(&self, state: &mut State, host: usize, outcome: SetOutcome) -> Option<()> {
        self.happens(state, host, Event::Sent(outcome))
    }

    /// A host learns what a reading shows.
    fn seen(&self, state: &mut State, host: usize, succeeds: bool) -> Option<()> {
        let Host::Holds { doing: Doing::Read(meaning), .. } = state.hosts[host] else { return None };
        let reading = if succeeds { Ok(state.reading()) } else { Err(ReadError::Unavailable { cause: String::new() }) };
        if succeeds && state.stranger == Stranger::Wrote {
            state.stranger = Stranger::Seen;
        }
        let writers = state.writers();
        self.happens(state, host, Event::Read { reading, writers, otherwise: otherwise(meaning) })
    }

    fn happens(&self, state: &mut State, host: usize, event: Event) -> Option<()> {
        let Host::Holds { operation: held, .. } = state.hosts[host] else { return None };
        let (after, action) = self.logic.next(operation_record(&held), event, state.now());
        let after = operation(held.id, &after);
        set(state, host, after, doing(&after, action));
        Some(())
    }
}

fn awaited(state: &State, host: usize) -> Option<(Operation, Packet)> {
    match state.hosts[host] {
        Host::Holds { operation, doing: Doing::Wait(packet), .. } => Some((operation, packet)),
        _ => None,
    }
}

fn set(state: &mut State, host: usize, after: Operation, then: Doing) {
    if let Host::Holds { operation, doing, .. } = &mut state.hosts[host] {
        *operation = after;
        *doing = then;
    }
}
