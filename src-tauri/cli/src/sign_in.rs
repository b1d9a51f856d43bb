//! From the options that say who and where to a session.

use std::env;

use slipway_connect::{Connect, SessionKind, SessionView, home, open};
use slipway_core::{
    account::{Session, check_region},
    aws::Endpoint,
    error::AppError,
    words::say,
    world::World,
};

use crate::args::Global;

/// A session and what to show of it.
#[derive(Debug)]
pub(crate) struct SignedIn {
    pub(crate) session: Session,
    pub(crate) view: SessionView,
}

impl Global {
    /// Connects as the options say.
    pub(crate) async fn sign_in(&self) -> Result<SignedIn, AppError> {
        let how = self.how()?;
        let (session, view) = open(&how, &home()?, World::real(), None).await?;
        Ok(SignedIn { session, view })
    }

    /// The region and endpoint, looked at before anything is sent.
    pub(crate) fn check_place(&self) -> Result<(), AppError> {
        if let Some(region) = &self.region {
            check_region(region)?;
        }
        if let Some(endpoint) = &self.endpoint {
            endpoint.parse::<Endpoint>()?;
        }
        Ok(())
    }

    fn how(&self) -> Result<Connect, AppError> {
        self.check_place()?;
        let (kind, name) = if self.practice {
            (SessionKind::Practice, None)
        } else if let Some(lesson) = &self.lesson {
            (SessionKind::Practice, Some(lesson.clone()))
        } else if let Some(account) = &self.account {
            (SessionKind::Keys, Some(account.clone()))
        } else if let Some(profile) = &self.profile {
            (SessionKind::Profile, Some(profile.clone()))
        } else if set("AWS_ACCESS_KEY_ID").is_some() {
            (SessionKind::Environment, None)
        } else if let Some(profile) = set("AWS_PROFILE") {
            (SessionKind::Profile, Some(profile))
        } else {
            // Not AWS's default profile: which account is changed should never be an accident.
            return Err(
                AppError::new(say("sign-in-unspoken", &[])).advise(say("sign-in-unspoken-advice", &[]))
            );
        };
        Ok(Connect {
            kind,
            name,
            region: self.region.clone().unwrap_or_default(),
            endpoint: self.endpoint.clone(),
        })
    }
}

fn set(variable: &str) -> Option<String> {
    env::var(variable).ok().filter(|value| !value.is_empty())
}
