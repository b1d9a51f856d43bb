//! What a person wants: types, presets, rules, the TOML file. Never a secret.

mod amendment;
mod fargate;
mod file;
mod image;
mod image_name;
mod instance_type;
pub mod names;
mod presets;
mod rules;
mod services;
mod types;

use serde::{Deserialize, Serialize};

pub use amendment::Amendment;
pub use fargate::{FARGATE_SIZES, FargateSize, memories_of};
pub use file::{Kept, Rewritten, read, read_file, rewrite, save, write};
pub use image::is_image;
pub(crate) use image_name::{HUB, ImageName, Registry};
pub use instance_type::{TYPE_CHOICES, architecture_of, families_of, has_gpu, is_burstable, is_metal};
pub use presets::Preset;
pub(crate) use rules::{RETENTION_DAYS, is_share};
pub use rules::{check, is_stack_name};
pub use services::{Runner, Service};
pub(crate) use services::{by_route, endpoints, needed};
pub use types::*;

use crate::{error::AppError, words::Text};

/// A field that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct FieldProblem {
    /// Its path as in the TOML file: `compute_environments[0].max_vcpus`.
    pub field: String,
    /// The rule and what to do.
    pub problem: Text,
}

/// Refuses a blueprint that breaks a rule, with every field that does.
pub fn require_sound(blueprint: &Blueprint) -> Result<(), AppError> {
    let problems = check(blueprint);
    if problems.is_empty() { Ok(()) } else { Err(AppError::fields(problems)) }
}
