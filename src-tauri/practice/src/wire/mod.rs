//! What goes over the wire of the query protocols: form parameters in, XML out.

mod params;
mod xml;

pub use params::Params;
pub(crate) use params::percent_decode;
pub use xml::Xml;
