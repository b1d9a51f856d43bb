//! The practice account in process, under virtual time: every path, minutes of AWS in milliseconds.

mod account;
mod earlier;
mod everything;
mod faults;
mod jobs;
mod kinds;
mod mistakes;
mod offers;
mod seam;
mod stack;
mod tags;
