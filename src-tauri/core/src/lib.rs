//! Everything Slipway knows about AWS Batch.
//!
//! ```text
//! blueprint ──► resources ──► observe ──► checks ──► plan ──► run ──► stack ──► export
//!  (wishes)     (one file     (facts)    (verdicts)  (steps)  (events) (facts)   (.tf)
//!               each)                                   │
//!                                                       └─ journal (intent first, outcome after)
//! ```
//!
//! Data flows left to right; a stage knows the shapes it receives and nothing of who reads what it makes.
//! The map with the invariants is `src-tauri/README.md`.

pub mod account;
pub mod aws;
pub mod blueprint;
pub mod check;
pub mod cost;
pub mod error;
pub mod job;
pub mod mend;
pub mod network;
pub mod offer;
pub mod plan;
mod policy;
pub mod quota;
pub mod resource;
pub mod rights;
pub mod run;
pub mod shell;
pub mod stack;
pub mod terraform;
pub mod words;
pub mod world;
