//! A proxy in front of an HTTP server that loses, delays, repeats and breaks what passes.
