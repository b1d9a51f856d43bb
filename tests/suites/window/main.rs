//! Suite *window*: a person can do it, in the real window.

mod apart;
mod broken;
mod day;
mod fixes;
mod forms;
mod hands;
mod harness;
mod in_the_way;
mod journey;
mod judged;
mod keyboard;
mod lessons;
mod limits;
mod mistakes;
mod moto;
mod network;
mod practice;
mod refused;
mod rights;
mod several;
mod there;
mod topologies;
mod ways;
