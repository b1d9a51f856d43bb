//! The practice account: a simulated AWS account behind the SDK's own HTTP seam.
//!
//! ```text
//! SDK ── seam ──┐
//!               ├─► Practice ── store (lock, read) ─► door ─► service ─► state ── store (write) ─► answer
//! boto3 ─ serve ┘                                      │
//!                                        permission, authorizer, throttling
//! ```
//!
//! A pure state machine, `(state, now, request) -> (state, response)`: no background task, no clock of its
//! own, no random identifier. What a compute environment or a job is at `now` follows from its time stamps,
//! so a test runs hours of AWS in a millisecond, a seed repeats a run exactly, and several processes share
//! one account by a lock on its file.
//!
//! - [`Practice`]: what the rest of Slipway holds.
//! - [`door`]: HTTP in, HTTP out, in the shape of each service's protocol.
//! - `outside`: public registries, pretended.
//! - `permission`: what a call needs, on what; [`authorizer`]: whether the caller's policies allow that.
//! - [`service`]: the services, and the frozen table of known calls.
//! - [`state`]: everything that is remembered.

pub mod access;
pub mod account;
pub mod authorizer;
pub mod door;
pub mod fault;
pub mod ids;
mod outside;
pub mod part;
mod permission;
mod practice;
mod seam;
mod serve;
pub mod service;
pub mod settings;
pub mod sim;
pub mod state;
mod store;
pub mod time;
pub mod wire;

pub use access::Access;
pub use account::ACCOUNT_ID;
pub use practice::{Clock, Practice};
pub use settings::{Settings, Trouble};
pub use store::{PracticeError, SetAside, Unusable};
