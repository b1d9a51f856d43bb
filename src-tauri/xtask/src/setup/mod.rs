//! What a command needs before it can start, brought there on a fresh machine. Every step asks first whether it is
//! there already, so the second time costs nothing.

pub(crate) mod apt;
pub(crate) mod python;
pub(crate) mod tools;
