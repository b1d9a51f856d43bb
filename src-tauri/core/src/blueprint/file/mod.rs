//! The blueprint as a TOML file.

mod read;
mod write;

pub use read::{read, read_file};
pub use write::write;

#[cfg(test)]
mod tests;
