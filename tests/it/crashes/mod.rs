//! Hosts that die: the binary is killed with SIGKILL at every moment of a change, and another one goes on from there.

mod declined;
mod lock;
mod look;
mod matrix;
mod moment;
mod moments;
mod paid;
mod queue;
mod two_hosts;
mod wish;

pub(crate) use lock::Lock;
pub(crate) use look::look;
