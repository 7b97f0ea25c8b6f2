//! When a file holds another module: pure, so that half-written files and repeated looks can be tried one by one.

use crate::policy::hex_sha256;

/// What is known about the file.
#[derive(Clone, Debug)]
pub struct Watched {
    /// Digest of what was judged last, whether it was taken or refused.
    judged: String,
    /// Digest of what stood in the file at the last look, if that was something else.
    seen: Option<String>,
}

/// What a look at the file showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Look {
    /// What was judged already.
    Same,
    /// Something else that may still be being written: to be looked at again shortly.
    Unsettled,
    /// Something else, the same at two looks: to be judged.
    Candidate,
}

impl Watched {
    /// A file whose content of this digest was judged.
    #[must_use]
    pub fn new(judged: String) -> Self {
        Self { judged, seen: None }
    }

    /// Looks at what stands in the file. Nothing is taken that was not there at the look before: a file that is copied
    /// over in place is half of one module and half of another for a while, and half a module may even be a valid one.
    pub fn look(&mut self, content: &[u8]) -> Look {
        let digest = hex_sha256(content);
        if digest == self.judged {
            self.seen = None;
            return Look::Same;
        }
        if self.seen.as_ref() == Some(&digest) {
            return Look::Candidate;
        }
        self.seen = Some(digest);
        Look::Unsettled
    }

    /// The candidate of the last look was taken or refused.
    pub fn judged(&mut self) {
        if let Some(digest) = self.seen.take() {
            self.judged = digest;
        }
    }

    /// Whatever stands in the file is to be judged again, also what was refused.
    pub fn again(&mut self, deciding: &str) {
        deciding.clone_into(&mut self.judged);
        self.seen = None;
    }
}
