//! Pages of a list: one record more than asked for is read, to know whether another page follows.

/// Cuts what was read down to a page of at most `limit` records, and says where the next page begins: at the place of the
/// last one kept. `None` = nothing follows.
pub fn cut<T, P>(found: &mut Vec<T>, limit: i64, place: impl FnOnce(&T) -> P) -> Option<P> {
    let most = usize::try_from(limit).unwrap_or_default();
    let has_more = found.len() > most;
    found.truncate(most);
    found.last().filter(|_| has_more).map(place)
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn the_next_page_begins_behind_the_last_record_kept() {
        for (read, kept, next) in [(0, 0, None), (1, 1, None), (2, 2, None), (3, 2, Some(1))] {
            let mut found: Vec<i64> = (0..read).collect();
            assert_eq!(cut(&mut found, 2, |place| *place), next, "{read} read of 2 asked for");
            assert_eq!(found.len(), kept);
        }
    }
}
