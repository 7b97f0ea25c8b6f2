//! What is gone for a while: the database, Stripe, the host itself in good order.
