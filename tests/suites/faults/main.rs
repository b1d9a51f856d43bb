//! Suite *faults*: broken connections and `kill -9`; nothing lost, nothing doubled.

mod accounts;
mod full_disk;
mod harness;
mod killed;
mod one_writer;
mod signed_out;
mod twice;
