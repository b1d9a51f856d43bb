//! Who signs: credentials that are asked for anew when they have run out, and only ever those of one account.
//!
//! The SDK keeps credentials for each client until the moment that they name themselves, or a quarter of an hour, and
//! a profile's file it reads once (aws-config, "ProfileFileCredentialsProvider": cached indefinitely). A run outlives
//! both: when AWS says that a token has run out, the source must be asked again, and a person who meanwhile signed in
//! to another account must not have that one changed. So nothing is kept by the SDK, and everything here.

use std::{
    sync::{
        Arc, OnceLock, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, UNIX_EPOCH},
};

use aws_config::SdkConfig;
use aws_credential_types::{
    Credentials,
    provider::{self, ProvideCredentials, SharedCredentialsProvider, error::CredentialsError, future},
};
use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{Intercept, context::FinalizerInterceptorContextRef},
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::config_bag::ConfigBag;
use tokio::{sync::Mutex, time::timeout};

use super::{
    Activity, answer,
    fault::{Withheld, fault, is_about_the_sign_in},
};
use crate::{
    words::Text,
    world::{Moment, World},
};

/// How long getting credentials may take: a role's or Identity Center's answer, a program of the person's.
const PATIENCE: Duration = Duration::from_mins(1);
/// So long before their end credentials are not begun with any more, as in the SDK's own cache.
const MARGIN: Duration = Duration::from_secs(10);

/// A source of credentials, and what it last gave.
#[derive(Debug, Clone)]
pub struct SignIn(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    world: World,
    /// What a person does for new credentials to come; nothing where none can.
    again: Option<Text>,
    source: RwLock<SharedCredentialsProvider>,
    held: Mutex<Option<Credentials>>,
    /// AWS said that what is held has run out.
    spent: AtomicBool,
    /// Whose they must be, and how to ask AWS whose they are.
    only: OnceLock<(String, SdkConfig, Activity)>,
}

impl SignIn {
    /// Asks `source` now, and again whenever what it gave has run out. It must not remember by itself what it gave.
    pub fn new(world: World, source: impl ProvideCredentials + 'static) -> Self {
        let source = RwLock::new(SharedCredentialsProvider::new(source));
        Self(Arc::new(Shared {
            world,
            again: None,
            source,
            held: Mutex::default(),
            spent: AtomicBool::new(false),
            only: OnceLock::new(),
        }))
    }

    /// Begins with what its source has given already, so that nobody is asked for it twice.
    #[must_use]
    pub fn holding(mut self, credentials: Credentials) -> Self {
        if let Some(shared) = Arc::get_mut(&mut self.0) {
            shared.held = Mutex::new(Some(credentials));
        }
        self
    }

    /// The present moment, as it was handed in.
    pub(crate) fn now(&self) -> Moment {
        self.0.world.now()
    }

    /// New credentials come when a person does this.
    #[must_use]
    pub fn again(mut self, how: Text) -> Self {
        if let Some(shared) = Arc::get_mut(&mut self.0) {
            shared.again = Some(how);
        }
        self
    }

    /// What a person does when the credentials have run out; `None` where none can come while this program runs.
    pub(crate) fn how_again(&self) -> Option<&Text> {
        self.0.again.as_ref()
    }

    /// From now on only this account's credentials are handed out.
    pub(crate) fn hold_to(&self, account: &str, config: &SdkConfig, activity: &Activity) {
        // Who has signed in once stays who it is.
        let _ = self.0.only.set((account.to_owned(), config.clone(), activity.clone()));
    }

    /// What is held is good for nothing any more: the source is asked before the next call.
    pub(crate) fn forget(&self) {
        self.0.spent.store(true, Ordering::SeqCst);
    }

    /// Takes its credentials from where `other` has them from, once those held here have run out.
    pub(crate) fn follow(&self, other: &Self) {
        *self.0.source.write().unwrap_or_else(PoisonError::into_inner) = other.source();
    }

    fn source(&self) -> SharedCredentialsProvider {
        self.0.source.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn get(&self) -> provider::Result {
        // One asks, and whoever comes meanwhile waits for what it brings: a program that gives credentials may put a
        // question to a person.
        let mut held = self.0.held.lock().await;
        if self.0.spent.swap(false, Ordering::SeqCst) {
            *held = None;
        }
        if let Some(credentials) = held.as_ref().filter(|held| self.lasts(held, MARGIN)) {
            return Ok(credentials.clone());
        }
        let source = self.source();
        let asked = timeout(PATIENCE, source.provide_credentials()).await;
        let fresh = match asked.unwrap_or_else(|_| Err(CredentialsError::provider_timed_out(PATIENCE))) {
            Ok(fresh) => fresh,
            // The last seconds of what there is are better than nothing.
            Err(error) => return held.clone().filter(|held| self.lasts(held, Duration::ZERO)).ok_or(error),
        };
        self.confirm(&fresh).await.map_err(CredentialsError::provider_error)?;
        *held = Some(fresh.clone());
        Ok(fresh)
    }

    /// Whether credentials are good for so long yet, as far as they say.
    fn lasts(&self, credentials: &Credentials, margin: Duration) -> bool {
        let Some(end) = credentials.expiry() else { return true };
        let now = Duration::from_millis(u64::try_from(self.0.world.now().0).unwrap_or_default());
        now + margin < end.duration_since(UNIX_EPOCH).unwrap_or_default()
    }

    /// Makes sure whose credentials these are before anything is signed with them.
    async fn confirm(&self, fresh: &Credentials) -> Result<(), Withheld> {
        let Some((wanted, config, activity)) = self.0.only.get() else { return Ok(()) };
        let config = aws_sdk_sts::config::Builder::from(config)
            .credentials_provider(fresh.clone())
            .interceptor(activity.clone())
            .build();
        let caller = aws_sdk_sts::Client::from_conf(config).get_caller_identity().send().await;
        let caller = caller.map_err(fault("sts:GetCallerIdentity")).map_err(Withheld::Unconfirmed)?;
        let found = caller.account().unwrap_or_default();
        if found == wanted {
            return Ok(());
        }
        Err(Withheld::OtherAccount { wanted: wanted.clone(), found: found.to_owned() })
    }
}

impl ProvideCredentials for SignIn {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.get())
    }
}

/// Hears AWS say that the credentials are no good any more, whoever made the call.
impl Intercept for SignIn {
    fn name(&self) -> &'static str {
        "SlipwaySignIn"
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let refused = context.response().filter(|response| !response.status().is_success());
        if refused.and_then(answer::error_code).is_some_and(|code| is_about_the_sign_in(&code)) {
            self.forget();
        }
        Ok(())
    }
}
