//! The practice account seen through its door: raw requests as the SDKs send them, under virtual time.

mod authorized;
mod batch;
mod iam;
mod judged;
mod layers;
mod network;
mod policies;
mod prices;
mod protocols;
mod serve;
mod simulate;
mod storage;
mod templates;
mod troubles;
mod ways_out;
mod wire;
