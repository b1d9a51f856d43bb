//! What could be used to connect on this computer.

use std::path::Path;

use serde::{Deserialize, Serialize};
use slipway_core::{account::REGIONS, error::AppError};

use crate::{
    accounts::{Accounts, SavedAccount},
    keychain::Keychain,
    profiles::{self, ProfileView},
};

/// What could be used to connect on this computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Ways {
    /// Profiles of AWS's shared configuration files.
    pub profiles: Vec<ProfileView>,
    /// Why those files could not be read, when they could not.
    pub profiles_failure: Option<AppError>,
    /// Saved accounts.
    pub accounts: Vec<SavedAccount>,
    /// Why no account can be saved or used; `None` when there is a keychain. A locked one shows on use.
    pub keychain: Option<AppError>,
    /// The regions that AWS Batch works in.
    pub regions: Vec<String>,
}

/// Looks, without asking AWS or the person anything.
pub async fn ways(home: &Path) -> Result<Ways, AppError> {
    let keychain = Keychain::default();
    let (profiles, present) = tokio::join!(profiles::list(), keychain.present());
    let (profiles, profiles_failure) = match profiles {
        Ok(profiles) => (profiles, None),
        Err(error) => (vec![], Some(error)),
    };
    Ok(Ways {
        profiles,
        profiles_failure,
        accounts: Accounts::new(home, keychain).list()?,
        keychain: present.err(),
        regions: REGIONS.iter().map(|region| (*region).to_owned()).collect(),
    })
}
