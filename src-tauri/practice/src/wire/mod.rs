//! What goes over the wire: form parameters in and XML out for the query protocols, JSON for the others.

mod glob;
pub mod json;
mod params;
mod protocol;
mod xml;

pub(crate) use glob::{Place, fits};
pub use params::Params;
pub(crate) use params::percent_decode;
pub(crate) use protocol::{Answer, Protocol};
pub use xml::Xml;
