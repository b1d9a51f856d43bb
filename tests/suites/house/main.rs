//! The house rules of the design, held by reading the sources: who may know whom, and where things lie.

mod changes;
mod commands;
mod features;
mod planted;
mod promises;
mod rules;
mod sources;
