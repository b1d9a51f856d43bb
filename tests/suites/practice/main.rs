//! The practice account in process, under virtual time: every path, minutes of AWS in milliseconds.

mod activity;
mod additions;
mod changes;
mod drift;
mod earlier;
mod empty;
mod every;
mod everything;
mod foreign;
mod held;
mod jobs;
mod journal;
mod kinds;
mod launch;
mod lost;
mod mistakes;
mod offers;
mod pace;
mod pairs;
mod reach;
mod removal;
mod rights;
mod roles;
mod runs;
mod settings;
mod shares;
mod slow_iam;
mod stack;
mod successors;
mod tags;
mod targets;
mod undo;
mod unrest;
mod ways_out;
mod weather;

use slipway_tests::inside::{account, seam};
