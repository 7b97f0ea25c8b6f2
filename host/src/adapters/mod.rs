//! The outside world behind the ports: databases, Stripe, mail, endpoints of events, the system's clock. Vendor types stop here.

pub mod courier;
pub mod smtp;
pub mod sql;
pub mod stripe;
pub mod system;
