//! The provider: what a request comes to when it arrives, and what a reading shows.

use turnpike::ports::{
    billing::{Observation, Refusal, SetOutcome},
    store::change::ChangeState,
};

use crate::{
    records::{STRANGER, operation_id},
    state::{Answer, HOSTS, Host, Key, Oddity, Packet, Saved, State, Stranger},
};

/// What becomes of a request that arrives. All but the first takes one off the faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Executed; or, where its key or its like was seen, answered as the first time.
    Normal,
    /// As [`Fate::Normal`], but the answer is lost, or is a page of something in between.
    AnswerLost,
    /// 500 after it was applied.
    AppliedThen500,
    /// 500, and nothing was applied.
    Failed,
    /// 402.
    Declined,
    /// 400: the instant lies in a period that is over.
    DateRefused,
    /// 400 about anything else.
    Refused,
    /// 409 or 429, by a lock or a limit.
    Busy,
    /// 401.
    Unauthorized,
    /// 409: another copy is being executed.
    CopyRuns,
}

impl Fate {
    /// All of them.
    pub(crate) const ALL: [Self; 10] = [
        Self::Normal,
        Self::AnswerLost,
        Self::AppliedThen500,
        Self::Failed,
        Self::Declined,
        Self::DateRefused,
        Self::Refused,
        Self::Busy,
        Self::Unauthorized,
        Self::CopyRuns,
    ];
}

impl State {
    /// A request arrives. What its sender is told, if there still is one and the answer is not lost; nothing at all if
    /// this cannot happen to it now.
    pub(crate) fn arrive(&mut self, packet: Packet, fate: Fate) -> Option<SetOutcome> {
        let seen = self.stripe.keys.iter().find(|saved| saved.first.key == packet.key).copied();
        if let Some(first) = seen.map(|saved| saved.first)
            && (first.quantity, first.dated) != (packet.quantity, packet.dated)
        {
            if self.stranger != Stranger::Nobody {
                // The key was used where the rows were not lost, in another way: the provider says so, and does nothing.
                return Some(replay(Answer::Failed));
            }
            self.odd = Some(Oddity::KeyWithAnotherRequest);
        }
        match fate {
            Fate::Normal => {}
            Fate::AnswerLost => {
                self.arrive(packet, Fate::Normal)?;
                return Some(no_answer());
            }
            Fate::Busy => return Some(SetOutcome::Busy { retry_after: None }),
            Fate::Unauthorized => return Some(SetOutcome::Unauthorized),
            Fate::CopyRuns => {
                let runs = self.packets().any(|other| other.key == packet.key);
                return runs.then_some(SetOutcome::InProgress);
            }
            Fate::DateRefused if !packet.dated => return None,
            // Judged before the key is looked up, for all we know.
            Fate::DateRefused | Fate::Refused if seen.is_some() => return Some(refused(fate)),
            _ if seen.is_some() => return None,
            _ => {}
        }
        if let Some(saved) = seen {
            return Some(replay(saved.answer));
        }
        let answer = match fate {
            Fate::AppliedThen500 | Fate::Failed => Answer::Failed,
            Fate::Declined => Answer::Declined,
            Fate::DateRefused => Answer::DateRefused,
            Fate::Refused => Answer::Refused,
            _ => Answer::Applied,
        };
        if matches!(fate, Fate::Normal | Fate::AppliedThen500) {
            self.apply(packet);
        }
        self.stripe.keys.push(Saved { first: packet, answer });
        Some(match answer {
            // Only a replay says that it was saved.
            Answer::Failed => no_answer(),
            other => replay(other),
        })
    }

    /// The rows are lost and an older copy of them is started: with the operation as it was, which was resolved since, one
    /// way or the other, and with another one that came after it. Nothing, if this cannot happen now.
    pub(crate) fn restore(&mut self, applied: bool) -> Option<()> {
        if self.stranger != Stranger::Nobody || self.packets().next().is_some() {
            return None;
        }
        let packet = self.unresolved().next()?.packet();
        let saved = self.stripe.keys.iter().find(|saved| saved.first.key == packet.key).map(|saved| saved.answer);
        // How it went on where the rows were not lost: under the present key, or from then on under the next one.
        let next = Key { attempt: packet.key.attempt + 1, ..packet.key };
        let (first, answer) = match saved {
            None if applied => (packet, Answer::Applied),
            None => (packet, Answer::Declined),
            Some(Answer::DateRefused) if applied => (Packet { key: next, dated: false, ..packet }, Answer::Applied),
            Some(Answer::DateRefused) => (Packet { key: next, dated: false, ..packet }, Answer::Declined),
            Some(Answer::Failed) if applied => (Packet { key: next, ..packet }, Answer::Applied),
            Some(_) if applied => return None,
            Some(_) => (packet, Answer::Declined),
        };
        if answer == Answer::Applied {
            self.apply(first);
        }
        if saved.is_none() || first.key == next {
            self.stripe.keys.push(Saved { first, answer });
        }
        self.stripe.quantity += 1;
        self.stripe.last_operation = None;
        self.stranger = Stranger::Wrote;
        self.hosts = [Host::Idle; HOSTS];
        // What is asked for meanwhile waits as well: nothing is formed while a comparison knows of the stranger.
        self.left.changes = 0;
        Some(())
    }

    fn apply(&mut self, packet: Packet) {
        match self.stranger {
            Stranger::Nobody | Stranger::WrittenOver => {}
            Stranger::Wrote | Stranger::Seen => self.odd = Some(Oddity::StrangerOverwritten),
            Stranger::AnsweredFor => self.stranger = Stranger::WrittenOver,
        }
        self.stripe.quantity = packet.quantity;
        self.stripe.last_operation = Some(packet.key.operation);
        for change in &mut self.changes {
            change.counted |= change.operation == Some(packet.key.operation) && change.state == ChangeState::Billing;
        }
    }

    /// What a reading shows now.
    pub(crate) fn reading(&self) -> Observation {
        Observation {
            quantity: self.stripe.quantity.into(),
            last_operation_id: match self.stranger {
                Stranger::Nobody | Stranger::WrittenOver => self.stripe.last_operation.map(operation_id),
                _ => Some(STRANGER.to_owned()),
            },
            in_force: true,
            price: None,
        }
    }
}

impl State {
    /// Who may have written last, by our rows.
    pub(crate) fn writers(&self) -> Vec<String> {
        let answered_for = (self.stranger == Stranger::AnsweredFor).then(|| STRANGER.to_owned());
        self.stripe.last_operation.map(operation_id).into_iter().chain(answered_for).collect()
    }
}

/// Nothing came back that can be understood.
pub(crate) fn no_answer() -> SetOutcome {
    SetOutcome::Unknown { saved: false, cause: String::new() }
}

fn replay(answer: Answer) -> SetOutcome {
    match answer {
        Answer::Applied => SetOutcome::Applied { request_id: None },
        Answer::Failed => SetOutcome::Unknown { saved: true, cause: String::new() },
        Answer::Declined => SetOutcome::Refused { refusal: Refusal::Declined, request_id: None },
        Answer::DateRefused => refused(Fate::DateRefused),
        Answer::Refused => refused(Fate::Refused),
    }
}

fn refused(fate: Fate) -> SetOutcome {
    let refusal = match fate {
        Fate::DateRefused => Refusal::ProrationDate,
        _ => Refusal::Invalid { cause: String::new() },
    };
    SetOutcome::Refused { refusal, request_id: None }
}
