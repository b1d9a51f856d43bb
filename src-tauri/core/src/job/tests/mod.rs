//! Jobs on the practice account, in virtual time.

mod account;
mod stopping;
mod submitting;
mod telling;
mod watching;
