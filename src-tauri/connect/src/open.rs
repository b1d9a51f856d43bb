//! Connects: from a way to sign in to core's session.

use std::{env, error::Error, path::Path, sync::Arc};

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_credential_types::{
    Credentials,
    provider::{ProvideCredentials, error::CredentialsError},
};
use slipway_core::{
    account::Session,
    aws::{Activity, ActivityEntry, Connection, Endpoint, SignIn},
    error::AppError,
    words::{Text, say},
    world::World,
};

use crate::{
    accounts::Accounts,
    endpoints,
    how::{Connect, SessionKind, SessionView},
    keychain::Keychain,
    lessons, practice,
    profiles::{self, ProfileKind},
    sources::{self, FromKeychain, FromProfile},
};

/// Hears of every AWS call as it ends.
pub type Listener = Arc<dyn Fn(&ActivityEntry) + Send + Sync>;

/// The region of the practice account where none is asked for.
const PRACTICE_REGION: &str = slipway_lessons::hands::REGION;

/// Connects, asks AWS who is calling, and opens that account's folder under `home`.
pub async fn open(
    how: &Connect,
    home: &Path,
    world: World,
    listener: Option<Listener>,
) -> Result<(Session, SessionView), AppError> {
    let activity = Activity::new(world.clone(), listener);
    let connection = match how.kind {
        SessionKind::Practice => practice_account(how, home, &world, activity)?,
        SessionKind::Profile => profile(how, &world, activity).await?,
        SessionKind::Keys => saved(how, home, &world, activity).await?,
        SessionKind::Environment => environment(how, &world, activity).await?,
    };
    let session = Session::open(&connection, &realm(how, connection.endpoint.as_ref()), home, world).await?;
    if connection.endpoint.is_none() && how.kind != SessionKind::Practice {
        refuse_root_keys(&session, &connection.credentials).await?;
    }
    let endpoint = connection.endpoint.map(|endpoint| endpoint.to_string());
    let view = SessionView::new(how, &session, endpoint);
    Ok((session, view))
}

/// Sets apart what may have the same account number: each has its own folder.
fn realm(how: &Connect, endpoint: Option<&Endpoint>) -> String {
    match (how.kind, endpoint) {
        (SessionKind::Practice, _) => match &how.name {
            None => practice::REALM.to_owned(),
            Some(lesson) => lessons::realm(lesson),
        },
        (_, None) => "aws".to_owned(),
        (_, Some(endpoint)) => {
            let safe = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') { c } else { '_' };
            format!("endpoint-{}", endpoint.authority().chars().map(safe).collect::<String>())
        }
    }
}

fn practice_account(
    how: &Connect,
    home: &Path,
    world: &World,
    activity: Activity,
) -> Result<Connection, AppError> {
    let practice = match &how.name {
        None => practice::open(home)?,
        Some(lesson) => lessons::open(home, lesson)?,
    };
    let region = if how.region.is_empty() { PRACTICE_REGION } else { &how.region };
    Ok(Connection {
        region: region.to_owned(),
        endpoint: None,
        // They go nowhere: the account answers within this process.
        credentials: SignIn::new(
            world.clone(),
            Credentials::new("AKIAPRACTICEPRACTICE", "practice", None, None, "practice"),
        ),
        http: Some(practice.http_client()),
        activity,
    })
}

async fn saved(
    how: &Connect,
    home: &Path,
    world: &World,
    activity: Activity,
) -> Result<Connection, AppError> {
    let accounts = Accounts::new(home, Keychain::default());
    let account = accounts.find(how.name.as_deref().unwrap_or_default())?;
    let region = if how.region.is_empty() { account.region } else { how.region.clone() };
    let endpoint = how.endpoint.as_deref().or(account.endpoint.as_deref()).map(str::parse).transpose()?;
    slipway_core::account::check_region(&region)?;
    // Here rather than at the first call, so that a locked keychain is told as what it is.
    let keys = sources::credentials(&accounts.keys(&account.name).await?);
    let again = say("sign-in-again-keys", &[("name", &account.name)]);
    let source = FromKeychain { accounts, account: account.name };
    let credentials = SignIn::new(world.clone(), source).holding(keys).again(again);
    Ok(Connection { region, endpoint, credentials, http: None, activity })
}

async fn environment(how: &Connect, world: &World, activity: Activity) -> Result<Connection, AppError> {
    let endpoint: Option<Endpoint> = how.endpoint.as_deref().map(str::parse).transpose()?;
    let region = region(how, None)?;
    endpoints::refuse_unspoken(endpoint.as_ref(), None)?;
    let provider = EnvironmentVariableCredentialsProvider::new();
    provider.provide_credentials().await.map_err(|error| {
        AppError::new(say("environment-no-keys", &[]))
            .because(chain(&error))
            .advise(say("environment-no-keys-advice", &[]))
    })?;
    let credentials = SignIn::new(world.clone(), provider);
    Ok(Connection { region, endpoint, credentials, http: None, activity })
}

async fn profile(how: &Connect, world: &World, activity: Activity) -> Result<Connection, AppError> {
    let name = how.name.clone().unwrap_or_else(|| "default".to_owned());
    let found = profiles::find(&name).await?;
    let endpoint: Option<Endpoint> = how.endpoint.as_deref().map(str::parse).transpose()?;
    let region = region(how, found.view.region.as_deref())?;
    endpoints::refuse_unspoken(endpoint.as_ref(), found.endpoint.as_deref())?;
    let source = FromProfile { name: name.clone(), region: region.clone() };
    let credentials = SignIn::new(world.clone(), source).again(again(&name, found.view.kind));
    // Here rather than at the first call, so that a sign-in that has run out is told as what it is.
    match credentials.provide_credentials().await {
        Ok(_) => Ok(Connection { region, endpoint, credentials, http: None, activity }),
        Err(error) => Err(no_sign_in(&name, found.view.kind, &error)),
    }
}

/// What was asked for, else AWS's own variables, else the profile's: the order of AWS's tools.
fn region(how: &Connect, own: Option<&str>) -> Result<String, AppError> {
    let asked = Some(how.region.clone()).filter(|region| !region.is_empty());
    let variable = |name| env::var(name).ok().filter(|region| !region.is_empty());
    let region = asked
        .or_else(|| variable("AWS_REGION"))
        .or_else(|| variable("AWS_DEFAULT_REGION"))
        .or_else(|| own.map(str::to_owned))
        .ok_or_else(|| AppError::new(say("region-missing", &[])).advise(say("region-missing-advice", &[])))?;
    slipway_core::account::check_region(&region)?;
    Ok(region)
}

/// What a person does when a profile's sign-in has run out while Slipway works.
fn again(name: &str, kind: ProfileKind) -> Text {
    let named = [("name", name)];
    match kind {
        ProfileKind::Sso => say("sign-in-again-sso", &named),
        ProfileKind::Login => say("sign-in-again-login", &named),
        ProfileKind::Process | ProfileKind::Role | ProfileKind::Keys => say("sign-in-again-profile", &named),
    }
}

fn no_sign_in(name: &str, kind: ProfileKind, error: &CredentialsError) -> AppError {
    let named = [("name", name)];
    let (message, advice) = match kind {
        ProfileKind::Sso => (say("sign-in-needed", &named), say("sign-in-sso-advice", &named)),
        ProfileKind::Login => (say("sign-in-needed", &named), say("sign-in-login-advice", &named)),
        ProfileKind::Process => {
            (say("profile-process-failed", &named), say("profile-process-advice", &named))
        }
        ProfileKind::Role | ProfileKind::Keys => {
            (say("profile-failed", &named), say("profile-failed-advice", &named))
        }
    };
    AppError::new(message).because(chain(error)).advise(advice)
}

/// Every cause's own words, outermost first.
fn chain(error: &dyn Error) -> String {
    let mut words = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        words.push_str(": ");
        words.push_str(&cause.to_string());
        next = cause.source();
    }
    words
}

/// Keys of the root user cannot be limited by any policy, so a leak of them is a leak of everything. Temporary
/// sessions of it end by themselves and pass.
async fn refuse_root_keys(session: &Session, credentials: &SignIn) -> Result<(), AppError> {
    if !session.identity.arn.ends_with(":root") {
        return Ok(());
    }
    match credentials.provide_credentials().await {
        Ok(keys) if keys.session_token().is_none() => {
            Err(AppError::new(say("root-keys", &[])).advise(say("root-keys-advice", &[])))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_practice_account_needs_nothing_and_knows_who_calls() {
        let home = tempfile::tempdir().unwrap();
        let (session, view) = open(&Connect::practice(), home.path(), World::real(), None).await.unwrap();
        assert_eq!(view.kind, SessionKind::Practice);
        assert_eq!(view.region, "us-east-1");
        assert_eq!(view.identity.account, slipway_practice::ACCOUNT_ID);
        assert!(session.folder.starts_with(home.path().join("accounts")));
    }

    #[tokio::test]
    async fn a_region_that_does_not_exist_is_refused() {
        let home = tempfile::tempdir().unwrap();
        let how = Connect { region: "eu-west-9".to_owned(), ..Connect::practice() };
        assert_eq!(open(&how, home.path(), World::real(), None).await.unwrap_err().code, "region-unknown");
    }

    #[test]
    fn two_endpoints_never_share_a_folder_with_each_other_or_with_aws() {
        let keys = Connect { kind: SessionKind::Keys, ..Connect::practice() };
        let at = |url: &str| realm(&keys, Some(&url.parse().unwrap()));
        assert_eq!(realm(&keys, None), "aws");
        assert_eq!(at("http://[::1]:5000"), "endpoint-___1__5000");
        assert_ne!(at("http://localhost:5000"), at("http://localhost:5001"));
    }
}
