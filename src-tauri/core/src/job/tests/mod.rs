//! Jobs on the practice account, in virtual time.

mod account;
mod stopping;
mod submitting;
mod targeting;
mod telling;
mod watching;
