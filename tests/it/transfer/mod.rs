//! Import and export: what is refused and how it is told, what is loaded, and what comes out again.

mod bulk;
mod loading;
mod refused;
mod replacing;
mod stores;
mod written;
