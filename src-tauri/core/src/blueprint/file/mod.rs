//! The blueprint as a TOML file.

mod read;
mod rewrite;
mod write;

pub use read::{read, read_file};
pub use rewrite::{Rewritten, rewrite};
pub use write::write;

#[cfg(test)]
mod tests;
