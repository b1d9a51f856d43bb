//! The blueprint as a TOML file.

mod read;
mod rewrite;
mod save;
mod write;

pub use read::{read, read_file};
pub use rewrite::{Rewritten, rewrite};
pub use save::{Kept, save};
pub use write::write;

#[cfg(test)]
mod tests;
