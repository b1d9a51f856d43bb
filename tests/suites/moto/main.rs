//! Suite *moto*: our calls mean to an independent emulator what they mean to us.

mod actions;
mod drift;
mod harness;
mod questions;
mod roles;
mod situations;
mod stack;
mod typed;
