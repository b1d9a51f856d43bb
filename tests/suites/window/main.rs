//! Suite *window*: a person can do it, in the real window.

mod apart;
mod broken;
mod day;
mod forms;
mod hands;
mod harness;
mod journey;
mod judged;
mod keyboard;
mod mistakes;
mod moto;
mod practice;
mod refused;
mod rights;
mod several;
mod there;
mod ways;
