//! Networks as EC2 describes them: what is there, which way leads where, and where it breaks. Looked at here, judged
//! against what jobs need in `check`.

mod facts;
mod leftovers;
mod passing;
mod public_access;
mod reach;
mod reading;
mod routes;
mod through;
mod way;

pub(crate) use facts::{
    Acl, AclEntry, Endpoint, Group, Nat, PrivateName, Route, RouteTo, Rule, Subnet, Table, VpcFacts,
};
pub(crate) use leftovers::leftovers;
pub(crate) use passing::{Leg, let_through};
#[cfg(test)]
pub(crate) use public_access::Exclusion;
pub(crate) use public_access::{Blocked, PublicAccess};
pub(crate) use reach::{Speaker, ways_to};
pub(crate) use reading::{From, Which, allows_everything};
pub use routes::Exit;
pub(crate) use routes::Routes;
pub(crate) use through::Request;
pub use way::{Hop, HopKind, Reach, Way};

#[cfg(test)]
pub(crate) mod sketch;
