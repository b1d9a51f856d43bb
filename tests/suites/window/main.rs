//! Suite *window*: a person can do it, in the real window.

mod harness;
mod journey;
