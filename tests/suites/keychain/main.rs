//! Suite *keychain*: credentials go into a real keyring, come back, and are nowhere else.

mod accounts;
mod harness;
