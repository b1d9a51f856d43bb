//! Saved accounts: what is no secret in a file, the keys in the keychain.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use slipway_core::{account::check_region, aws::Endpoint, error::AppError, words::say};

use crate::{
    home::{private_file, private_folder},
    keychain::{Keychain, Keys},
};

/// A saved account, without its keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct SavedAccount {
    /// Its name on this computer.
    pub name: String,
    /// The last four characters of the key id.
    pub key_hint: String,
    /// Its region.
    pub region: String,
    /// What is called instead of AWS, when something is.
    pub endpoint: Option<String>,
}

/// An account to be saved.
#[derive(Debug)]
pub struct NewAccount {
    /// Its name on this computer.
    pub name: String,
    /// Its region.
    pub region: String,
    /// What to call instead of AWS: https, or loopback.
    pub endpoint: Option<String>,
    /// Its keys.
    pub keys: Keys,
}

/// The accounts saved under one home.
#[derive(Debug, Clone)]
pub struct Accounts {
    home: PathBuf,
    keychain: Keychain,
}

#[derive(Default, Serialize, Deserialize)]
struct Index {
    accounts: Vec<SavedAccount>,
}

impl Accounts {
    /// Those kept under `home`.
    pub fn new(home: &Path, keychain: Keychain) -> Self {
        Self { home: home.to_owned(), keychain }
    }

    /// Every saved account, by name.
    pub fn list(&self) -> Result<Vec<SavedAccount>, AppError> {
        Ok(self.read()?.accounts)
    }

    /// The saved account of this name.
    pub fn find(&self, name: &str) -> Result<SavedAccount, AppError> {
        let accounts = self.list()?;
        let known: Vec<_> = accounts.iter().map(|account| account.name.clone()).collect();
        accounts.into_iter().find(|account| account.name == name).ok_or_else(|| {
            let error = AppError::new(say("account-unknown", &[("name", name)]));
            if known.is_empty() {
                error.advise(say("account-none-advice", &[]))
            } else {
                error.advise(say("account-unknown-advice", &[("known", &known.join(", "))]))
            }
        })
    }

    /// Saves an account: keys into the keychain, the rest into the index. Over one of the same name.
    pub async fn save(&self, account: NewAccount) -> Result<SavedAccount, AppError> {
        check(&account)?;
        let endpoint: Option<Endpoint> = account.endpoint.as_deref().map(str::parse).transpose()?;
        let saved = SavedAccount {
            name: account.name,
            key_hint: hint(account.keys.id.expose_secret()),
            region: account.region,
            endpoint: endpoint.map(|endpoint| endpoint.as_str().to_owned()),
        };
        self.keychain.put(&saved.name, &account.keys).await?;
        self.change(|index| {
            index.accounts.retain(|other| other.name != saved.name);
            index.accounts.push(saved.clone());
            index.accounts.sort_by(|a, b| a.name.cmp(&b.name));
        })?;
        Ok(saved)
    }

    /// Forgets an account: its keys first, so that none is left behind unseen.
    pub async fn forget(&self, name: &str) -> Result<(), AppError> {
        self.find(name)?;
        self.keychain.remove(name).await?;
        self.change(|index| index.accounts.retain(|account| account.name != name))
    }

    /// The keys of a saved account.
    pub(crate) async fn keys(&self, name: &str) -> Result<Keys, AppError> {
        self.keychain.get(name).await?.ok_or_else(|| {
            AppError::new(say("account-keys-gone", &[("name", name)]))
                .advise(say("account-keys-gone-advice", &[("name", name)]))
        })
    }

    fn path(&self) -> PathBuf {
        self.home.join("saved-accounts.json")
    }

    fn read(&self) -> Result<Index, AppError> {
        let path = self.path();
        match fs::read_to_string(&path) {
            Ok(text) => serde_json::from_str(&text)
                .map_err(|error| AppError::file(&path, &io::Error::new(io::ErrorKind::InvalidData, error))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Index::default()),
            Err(error) => Err(AppError::file(&path, &error)),
        }
    }

    /// Window and command line may both change the index: one at a time, and whole or not at all.
    fn change(&self, change: impl FnOnce(&mut Index)) -> Result<(), AppError> {
        let path = self.path();
        let failed = |error: &io::Error| AppError::file(&path, error);
        private_folder(&self.home).map_err(|e| failed(&e))?;
        let lock = private_file(&path.with_extension("lock"), false).map_err(|e| failed(&e))?;
        lock.lock().map_err(|e| failed(&e))?;
        let mut index = self.read()?;
        change(&mut index);
        let text = serde_json::to_string_pretty(&index).map_err(|e| failed(&e.into()))?;
        let draft = path.with_extension("json.new");
        let written = private_file(&draft, true).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
        written.and_then(|()| fs::rename(&draft, &path)).map_err(|e| failed(&e))
    }
}

fn check(account: &NewAccount) -> Result<(), AppError> {
    let name = &account.name;
    if name.trim() != name
        || name.is_empty()
        || name.chars().count() > 64
        || name.chars().any(char::is_control)
    {
        return Err(AppError::new(say("account-name", &[])));
    }
    check_region(&account.region)?;
    let id = account.keys.id.expose_secret();
    let secret = account.keys.secret.expose_secret();
    // AccessKey in the IAM API: 16 to 128 word characters. Emulators take shorter ones.
    if id.is_empty() || id.len() > 128 || !id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        return Err(AppError::new(say("key-id-malformed", &[])).advise(say("key-id-malformed-advice", &[])));
    }
    if secret.is_empty() || !secret.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(
            AppError::new(say("key-secret-malformed", &[])).advise(say("key-secret-malformed-advice", &[]))
        );
    }
    if id.starts_with("ASIA") && account.keys.token.is_none() {
        return Err(AppError::new(say("key-token-missing", &[])).advise(say("key-token-missing-advice", &[])));
    }
    Ok(())
}

/// The last four characters of a key id: enough to tell two keys apart.
fn hint(id: &str) -> String {
    // A key as short as an emulator's would be shown whole.
    if id.len() < 8 { String::new() } else { id[id.len() - 4..].to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(name: &str, id: &str, secret: &str, token: Option<&str>) -> NewAccount {
        NewAccount {
            name: name.to_owned(),
            region: "eu-west-3".to_owned(),
            endpoint: None,
            keys: Keys { id: id.into(), secret: secret.into(), token: token.map(Into::into) },
        }
    }

    #[test]
    fn what_cannot_be_an_account_is_refused_without_repeating_the_key() {
        let good = ("work", "AKIAEXAMPLEEXAMPLE12", "abc/def+ghi=");
        assert!(check(&account(good.0, good.1, good.2, None)).is_ok());
        for (name, id, secret, token, code) in [
            ("", good.1, good.2, None, "account-name"),
            (" work", good.1, good.2, None, "account-name"),
            ("wo\nrk", good.1, good.2, None, "account-name"),
            ("work", "", good.2, None, "key-id-malformed"),
            ("work", "not a key", good.2, None, "key-id-malformed"),
            ("work", good.1, "", None, "key-secret-malformed"),
            ("work", good.1, "with space", None, "key-secret-malformed"),
            ("work", "ASIAEXAMPLEEXAMPLE12", good.2, None, "key-token-missing"),
        ] {
            let error = check(&account(name, id, secret, token)).unwrap_err();
            assert_eq!(error.code, code);
            assert!(!error.message.contains("not a key") && !error.message.contains("with space"));
        }
    }

    #[test]
    fn only_the_end_of_a_key_id_is_shown() {
        assert_eq!(hint("AKIAEXAMPLEEXAMPLE12"), "LE12");
        assert_eq!(hint("test"), "");
    }

    #[test]
    fn the_index_is_for_its_owner_alone_and_survives_a_second_change() {
        let home = tempfile::tempdir().unwrap();
        let accounts = Accounts::new(home.path(), Keychain::default());
        for name in ["b", "a"] {
            let saved = SavedAccount {
                name: name.to_owned(),
                key_hint: "LE12".to_owned(),
                region: "eu-west-3".to_owned(),
                endpoint: None,
            };
            accounts.change(|index| index.accounts.push(saved)).unwrap();
        }
        assert_eq!(accounts.list().unwrap().len(), 2);
        assert_eq!(accounts.find("c").unwrap_err().code, "account-unknown");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(accounts.path()).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}
