//! Suite *window*: a person can do it, in the real window.

mod broken;
mod harness;
mod journey;
mod keyboard;
mod mistakes;
mod moto;
mod practice;
mod refused;
mod several;
