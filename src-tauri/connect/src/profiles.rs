//! Profiles of AWS's shared configuration files: their names, regions and kinds; never their keys.

use aws_config::profile::{Profile, ProfileSet, load};
use aws_runtime::env_config::file::EnvConfigFiles;
use aws_types::os_shim_internal::{Env, Fs};
use serde::{Deserialize, Serialize};
use slipway_core::{error::AppError, words::say};

/// How a profile signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum ProfileKind {
    /// Access keys in the file.
    Keys,
    /// IAM Identity Center.
    Sso,
    /// A role that another identity assumes.
    Role,
    /// A program that prints credentials.
    Process,
    /// A sign-in to the AWS console, `aws login`.
    Login,
}

/// A profile that can be used to connect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct ProfileView {
    /// Its name.
    pub name: String,
    /// Its region, when it has one.
    pub region: Option<String>,
    /// How it signs in.
    pub kind: ProfileKind,
}

/// A profile together with what it says about endpoints.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) view: ProfileView,
    pub(crate) endpoint: Option<String>,
}

/// Every profile that can sign somebody in, by name.
pub(crate) async fn list() -> Result<Vec<ProfileView>, AppError> {
    let set = read().await?;
    let mut profiles: Vec<_> =
        set.profiles().filter_map(|name| Some(found(name, set.get_profile(name)?)?.view)).collect();
    profiles.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(profiles)
}

/// The profile of this name.
pub(crate) async fn find(name: &str) -> Result<Found, AppError> {
    let set = read().await?;
    match set.get_profile(name) {
        None => {
            let mut known: Vec<_> = set.profiles().collect();
            known.sort_unstable();
            let error = AppError::new(say("profile-unknown", &[("name", name)]));
            Err(if known.is_empty() {
                error.advise(say("profile-none-advice", &[]))
            } else {
                error.advise(say("profile-unknown-advice", &[("known", &known.join(", "))]))
            })
        }
        Some(profile) => found(name, profile).ok_or_else(|| {
            AppError::new(say("profile-empty", &[("name", name)])).advise(say("profile-empty-advice", &[]))
        }),
    }
}

/// From `~/.aws/config` and `~/.aws/credentials`, or what `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE`
/// name.
async fn read() -> Result<ProfileSet, AppError> {
    load(&Fs::real(), &Env::real(), &EnvConfigFiles::default(), None).await.map_err(|error| {
        AppError::new(say("profiles-unreadable", &[]))
            .because(error)
            .advise(say("profiles-unreadable-advice", &[]))
    })
}

fn found(name: &str, profile: &Profile) -> Option<Found> {
    let has = |key: &str| profile.get(key).is_some();
    // In the order in which AWS's own tools prefer them.
    let kind = if has("role_arn") {
        ProfileKind::Role
    } else if has("sso_session") || has("sso_start_url") {
        ProfileKind::Sso
    } else if has("login_session") {
        ProfileKind::Login
    } else if has("credential_process") {
        ProfileKind::Process
    } else if has("aws_access_key_id") {
        ProfileKind::Keys
    } else {
        return None;
    };
    let view = ProfileView { name: name.to_owned(), region: profile.get("region").map(str::to_owned), kind };
    Some(Found { view, endpoint: profile.get("endpoint_url").map(str::to_owned) })
}
