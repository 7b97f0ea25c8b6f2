//! The import and export format `feature-store-fixture/1`: one JSON document, checked as a whole before it is loaded.

/// A whole data set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {}
