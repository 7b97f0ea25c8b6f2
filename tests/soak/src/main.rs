//! Hosts under load, faults and kills; then the bill is computed once more, by other means.

fn main() {}
