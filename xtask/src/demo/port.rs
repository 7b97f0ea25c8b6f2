//! A port for the store.

use std::net::TcpListener;

use anyhow::Context;

/// How many ports after the wanted one are tried.
const TRIED: u16 = 100;

/// The wanted port or the next free one; any free one for 0.
pub(crate) fn free_from(wanted: u16) -> anyhow::Result<u16> {
    let last = wanted.saturating_add(if wanted == 0 { 0 } else { TRIED });
    (wanted..=last).find_map(bound).with_context(|| format!("none of the ports {wanted} to {last} is free"))
}

/// The port is free again when this returns; another program might take it before the store does,
/// which then says so.
fn bound(port: u16) -> Option<u16> {
    Some(TcpListener::bind(("127.0.0.1", port)).ok()?.local_addr().ok()?.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_skipped() {
        let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let found = free_from(port).unwrap();
        assert!(found > port && found <= port.saturating_add(TRIED));
        assert_ne!(free_from(0).unwrap(), 0);
    }
}
