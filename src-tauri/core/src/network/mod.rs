//! Routing as EC2 describes it: which way leads out of a subnet. Looked at and judged elsewhere.

mod leftovers;
mod routes;

pub(crate) use leftovers::leftovers;
pub use routes::Exit;
pub(crate) use routes::Routes;
