//! How a session begins: the practice account, an AWS profile, keys from the keychain or the environment.
//!
//! The one crate that names the operating system's keychain, and the one that joins core with the practice
//! account; so window and command line begin in the same way.
//!
//! - [`ways`]: what could be used to connect on this computer.
//! - [`open`]: connects, and gives core's session.
//! - [`Accounts`]: saved accounts. Their keys live in the keychain and nowhere else.
//! - [`practice`]: the practice account's file and settings.
//! - [`lessons`]: practice accounts in which something is wrong, each with a file of its own.

mod accounts;
mod endpoints;
mod home;
mod how;
mod keychain;
pub mod lessons;
mod open;
pub mod practice;
mod profiles;
mod sources;
mod ways;

pub use accounts::{Accounts, NewAccount, SavedAccount};
pub use home::home;
pub use how::{Connect, SessionKind, SessionView};
pub use keychain::{Keychain, Keys};
pub use open::{Listener, open};
pub use profiles::{ProfileKind, ProfileView};
pub use ways::{Ways, ways};
