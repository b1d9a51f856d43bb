//! The practice account in process, under virtual time: every path, minutes of AWS in milliseconds.

mod account;
mod stack;
