//! Networks as EC2 describes them: what is there, which way leads where, and where it breaks. Looked at here, judged
//! against what jobs need in `check`.

mod facts;
mod leftovers;
mod passing;
mod reach;
mod routes;

pub(crate) use facts::VpcFacts;
pub(crate) use leftovers::leftovers;
pub use reach::{Hop, HopKind, Reach, Service, Way};
pub(crate) use reach::{Speaker, way_to};
pub use routes::Exit;
pub(crate) use routes::Routes;
