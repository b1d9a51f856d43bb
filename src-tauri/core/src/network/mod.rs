//! Routing as EC2 describes it: which way leads out of a subnet. Looked at and judged elsewhere.

mod routes;

pub use routes::Exit;
pub(crate) use routes::Routes;
