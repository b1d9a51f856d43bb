//! Suite *faults*: broken connections and `kill -9`; nothing lost, nothing doubled.

mod accounts;
mod harness;
mod killed;
mod one_writer;
mod twice;
