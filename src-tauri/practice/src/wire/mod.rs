//! What goes over the wire of the query protocols: form parameters in, XML out.

mod params;
mod protocol;
mod xml;

pub use params::Params;
pub(crate) use params::percent_decode;
pub(crate) use protocol::{Answer, Protocol};
pub use xml::Xml;
