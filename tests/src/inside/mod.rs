//! The practice account in process, under virtual time, with a fault layer between it and the SDK.

pub mod account;
pub mod seam;
pub mod shape;
pub mod trouble;
