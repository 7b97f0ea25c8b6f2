//! The outside world behind the ports: databases, Stripe, mail. Vendor types stop here.

pub mod sql;
