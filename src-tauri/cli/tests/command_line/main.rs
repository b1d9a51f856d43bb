//! The command line as a person or a script meets it: the real program, a data folder of its own.

mod bad_input;
mod changes;
mod fixes;
mod in_the_way;
mod journal;
mod lessons;
mod limits;
mod person;
mod practice;
mod submit;
mod usage;
