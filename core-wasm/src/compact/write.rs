//! Writing: a value after another into one buffer.

/// What can be written.
pub trait Write {
    /// Writes the value behind what is there.
    fn write(&self, bytes: &mut Vec<u8>);
}

impl<T: Write> Write for &T {
    fn write(&self, bytes: &mut Vec<u8>) {
        T::write(self, bytes);
    }
}

/// A number of bytes or of elements. Nothing that is written has more than 32 bits can count: calls and answers have a few
/// megabytes at most. A reader refuses what is cut off here.
pub(super) fn count(count: usize, bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(&u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
}

#[cfg(test)]
mod tests {
    use crate::compact::to_vec;

    #[test]
    fn what_is_borrowed_has_the_same_bytes() {
        assert_eq!(to_vec(&&true), [1, 1]);
        assert_eq!(to_vec(&vec![&1_u32, &2]), to_vec(&vec![1_u32, 2]));
    }
}
