//! The operating system's keychain: macOS's, Windows's, or the Secret Service of a Linux desktop.
//!
//! Keys go in as one JSON secret for each account. There is no second place for them: without a keychain, or
//! with a locked one, the person is told which, and nothing is written to a file.

use std::{fmt, thread, time::Duration};

use keyring::{Entry, Error};
use secrecy::{ExposeSecret, SecretString, zeroize::Zeroizing};
use serde::{Deserialize, Serialize};
use slipway_core::{error::AppError, words::say};
use tokio::{sync::oneshot, time::timeout};

/// Under which all of Slipway's secrets stand in the keychain.
const SERVICE: &str = "Slipway";

/// How long a person may take to answer the system's question for the keychain's password. Where nobody can
/// answer it, this is what keeps a call from hanging for ever.
const PATIENCE: Duration = Duration::from_mins(1);

/// Access keys. They are neither printed nor serialised, and wiped from memory when dropped.
pub struct Keys {
    /// The access key id.
    pub id: SecretString,
    /// The secret access key.
    pub secret: SecretString,
    /// The session token of temporary keys.
    pub token: Option<SecretString>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys")
    }
}

/// What stands in the keychain for one account. Lives only while it is written or read.
#[derive(Serialize, Deserialize)]
struct Stored<'s> {
    key_id: &'s str,
    secret: &'s str,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'s str>,
}

/// The keychain of whoever is signed in to this computer.
#[derive(Debug, Clone, Copy)]
pub struct Keychain {
    patience: Duration,
}

impl Default for Keychain {
    fn default() -> Self {
        Self { patience: PATIENCE }
    }
}

impl Keychain {
    /// A keychain that is given up on when it does not answer for so long.
    pub fn with_patience(patience: Duration) -> Self {
        Self { patience }
    }

    /// Whether there is a keychain at all. Asks the person nothing, so a locked one passes.
    pub async fn present(&self) -> Result<(), AppError> {
        self.ask(|| Entry::new(SERVICE, "presence").map(drop)).await
    }

    /// Puts an account's keys in, over what was there.
    pub(crate) async fn put(&self, account: &str, keys: &Keys) -> Result<(), AppError> {
        let stored = Stored {
            key_id: keys.id.expose_secret(),
            secret: keys.secret.expose_secret(),
            token: keys.token.as_ref().map(ExposeSecret::expose_secret),
        };
        let text = serde_json::to_string(&stored).map_err(|error| failure("keychain-refused", error))?;
        let (text, account) = (Zeroizing::new(text), account.to_owned());
        self.ask(move || Entry::new(SERVICE, &account)?.set_secret(text.as_bytes())).await
    }

    /// An account's keys, or `None` where the keychain has none.
    pub(crate) async fn get(&self, account: &str) -> Result<Option<Keys>, AppError> {
        let account = account.to_owned();
        let found = self
            .ask(move || match Entry::new(SERVICE, &account)?.get_secret() {
                Ok(secret) => Ok(Some(Zeroizing::new(secret))),
                Err(Error::NoEntry) => Ok(None),
                Err(error) => Err(error),
            })
            .await?;
        let Some(secret) = found else { return Ok(None) };
        // A parser's message could quote what it read, so it is not passed on.
        let stored: Stored<'_> = serde_json::from_slice(&secret).map_err(|_| {
            AppError::new(say("keychain-entry-damaged", &[]))
                .advise(say("keychain-entry-damaged-advice", &[]))
        })?;
        Ok(Some(Keys {
            id: stored.key_id.into(),
            secret: stored.secret.into(),
            token: stored.token.map(SecretString::from),
        }))
    }

    /// Removes an account's keys; that there are none is success.
    pub(crate) async fn remove(&self, account: &str) -> Result<(), AppError> {
        let account = account.to_owned();
        self.ask(move || match Entry::new(SERVICE, &account)?.delete_credential() {
            Err(Error::NoEntry) => Ok(()),
            other => other,
        })
        .await
    }

    /// The keychain's calls block, and one that waits for a person may never return; so each has a thread of
    /// its own, which holds up neither the caller nor the end of the program.
    async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, AppError> {
        let (tell, told) = oneshot::channel();
        thread::Builder::new()
            .name("keychain".to_owned())
            .spawn(move || tell.send(work()))
            .map_err(|error| failure("keychain-refused", error))?;
        match timeout(self.patience, told).await {
            Ok(Ok(answer)) => answer.map_err(|error| sort(&error)),
            Ok(Err(gone)) => Err(failure("keychain-refused", gone)),
            Err(_) => Err(failure("keychain-locked", say("keychain-no-answer", &[]))),
        }
    }
}

/// Absent, locked or refused: three different things to do about it.
fn sort(error: &Error) -> AppError {
    match error {
        Error::NoDefaultStore => match Entry::store_status() {
            // A store that is there and may not be talked to does not become the default one either.
            Err(why) if why.to_string().contains("AccessDenied") => failure("keychain-refused", why),
            Err(why) => failure("keychain-absent", why),
            Ok(()) => failure("keychain-absent", error),
        },
        Error::NoStorageAccess(_) | Error::PlatformFailure(_) => failure(by_words(&error.to_string()), error),
        _ => failure("keychain-refused", error),
    }
}

/// The stores' own error types do not come through keyring, only their words.
fn by_words(words: &str) -> &'static str {
    let says = |part: &str| words.contains(part);
    // The Secret Service's "prompt dismissed" also stands where the desktop has nobody to show a prompt; a
    // prompt is only shown for a locked keyring. macOS: -25308 errSecInteractionNotAllowed.
    if says("locked") || says("Locked") || says("prompt") || says("interaction is not allowed") {
        "keychain-locked"
    } else if says("no secret service provider")
        || says("ServiceUnknown")
        || says("NameHasNoOwner")
        || says("result not returned")
        || says("no such logon session")
    {
        "keychain-absent"
    } else {
        "keychain-refused"
    }
}

fn failure(code: &'static str, cause: impl ToString) -> AppError {
    let (message, advice) = match code {
        "keychain-locked" => (say("keychain-locked", &[]), say("keychain-locked-advice", &[])),
        "keychain-absent" => (say("keychain-absent", &[]), say("keychain-absent-advice", &[])),
        _ => (say("keychain-refused", &[]), say("keychain-refused-advice", &[])),
    };
    AppError::new(message).because(cause).advise(advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stores_words_are_sorted() {
        for (words, code) in [
            ("Couldn't access platform storage: SS Error: object locked", "keychain-locked"),
            ("Couldn't access platform storage: SS error: prompt dismissed", "keychain-locked"),
            ("Platform failure: no secret service provider or dbus session found", "keychain-absent"),
            ("Platform failure: zbus error: org.freedesktop.DBus.Error.ServiceUnknown: …", "keychain-absent"),
            ("Platform failure: zbus error: org.freedesktop.DBus.Error.AccessDenied: …", "keychain-refused"),
        ] {
            assert_eq!(by_words(words), code, "{words}");
        }
    }

    #[test]
    fn keys_do_not_show_in_debug() {
        let keys = Keys { id: "AKIAID".into(), secret: "very secret".into(), token: Some("token".into()) };
        assert_eq!(format!("{keys:?}"), "Keys");
    }

    #[tokio::test]
    async fn a_keychain_that_never_answers_is_given_up_on() {
        let keychain = Keychain::with_patience(Duration::from_millis(20));
        let answer: Result<(), _> = keychain
            .ask(|| {
                thread::sleep(Duration::from_secs(5));
                Ok(())
            })
            .await;
        assert_eq!(answer.unwrap_err().code, "keychain-locked");
    }
}
