//! What the suites that cross rooms stand on: real programs of others (moto, Terraform, WebDriver, gnome-keyring,
//! boto3), our own binaries as a person starts them, and a proxy between the two that counts and breaks things.
//!
//! Everything started here ends when its value is dropped. Set-up is `cargo xtask test`'s; where something is missing
//! the message says so.

pub mod account;
pub mod attributes;
pub mod boto;
pub mod cli;
pub mod dice;
pub mod http;
pub mod inside;
pub mod keyring;
pub mod kills;
pub mod mistakes;
pub mod moto;
pub mod pace;
pub mod places;
pub mod practice;
pub mod process;
pub mod proxy;
pub mod recognise;
pub mod schema6;
pub mod screen;
pub mod seen;
pub mod stories;
pub mod terraform;
pub mod webdriver;
pub mod window;
