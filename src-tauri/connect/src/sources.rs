//! Where credentials come from, asked anew each time: what a source remembered would hide that a person has signed in
//! again. `SignIn` keeps what they give for as long as it is good.

use aws_config::{Region, profile::ProfileFileCredentialsProvider, provider_config::ProviderConfig};
use aws_credential_types::{
    Credentials,
    provider::{self, ProvideCredentials, error::CredentialsError, future},
};
use secrecy::ExposeSecret;
use slipway_core::words::say;

use crate::{accounts::Accounts, keychain::Keys};

/// A profile of AWS's shared configuration files: keys, a role, a program, IAM Identity Center.
#[derive(Debug)]
pub(crate) struct FromProfile {
    pub(crate) name: String,
    pub(crate) region: String,
}

/// A saved account's keys.
#[derive(Debug)]
pub(crate) struct FromKeychain {
    pub(crate) accounts: Accounts,
    pub(crate) account: String,
}

impl ProvideCredentials for FromProfile {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async move {
            let config = ProviderConfig::without_region().with_region(Some(Region::new(self.region.clone())));
            // The SDK's provider reads the files once and for all, so it is a new one each time.
            let provider = ProfileFileCredentialsProvider::builder()
                .configure(&config)
                .profile_name(&self.name)
                // A laptop has no instance metadata: asking for it only hangs.
                .with_custom_provider("Ec2InstanceMetadata", NoMetadata)
                .with_custom_provider("EcsContainer", NoMetadata)
                .build();
            provider.provide_credentials().await
        })
    }
}

impl ProvideCredentials for FromKeychain {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async move {
            let keys = self.accounts.keys(&self.account).await.map_err(CredentialsError::provider_error)?;
            Ok(credentials(&keys))
        })
    }
}

/// Keys as the SDK takes them.
pub(crate) fn credentials(keys: &Keys) -> Credentials {
    Credentials::new(
        keys.id.expose_secret(),
        keys.secret.expose_secret(),
        keys.token.as_ref().map(|token| token.expose_secret().to_owned()),
        None,
        "keychain",
    )
}

#[derive(Debug)]
struct NoMetadata;

impl ProvideCredentials for NoMetadata {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let refused: provider::Result =
            Err(CredentialsError::invalid_configuration(say("no-instance-metadata", &[]).text));
        future::ProvideCredentials::ready(refused)
    }
}
