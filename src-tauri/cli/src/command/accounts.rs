//! `slipway accounts`: saved accounts, whose keys live in the keychain.

use clap::{Args, Subcommand};
use secrecy::{ExposeSecret, SecretString};
use slipway_connect::{Accounts, Keychain, Keys, NewAccount};
use slipway_core::{error::AppError, words::say};

use crate::{
    args::Global,
    ask,
    exit::{Ended, Outcome},
    output::Output,
};

#[derive(Debug, Args)]
pub(crate) struct AccountsArguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Save an account. The key id, the secret and the session token (an empty line for none) are asked for, or
    /// read from standard input, one a line
    Add {
        /// Its name on this computer
        name: String,
        /// Take the keys from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN
        #[arg(long)]
        from_environment: bool,
    },
    /// List the saved accounts, without their keys
    List,
    /// Remove an account and its keys
    Remove {
        /// Its name
        name: String,
    },
}

pub(crate) async fn run(global: &Global, arguments: AccountsArguments, out: Output) -> Ended {
    let accounts = Accounts::new(&slipway_connect::home()?, Keychain::default());
    match arguments.what {
        What::Add { name, from_environment } => {
            let region = global.region.clone().ok_or_else(|| {
                AppError::new(say("region-missing", &[])).advise(say("region-missing-advice", &[]))
            })?;
            let keys = if from_environment { from_the_environment() } else { typed()? };
            let saved =
                accounts.save(NewAccount { name, region, endpoint: global.endpoint.clone(), keys }).await?;
            out.result(&saved, || [format!("Saved {}. Use it with --account {}.", saved.name, saved.name)]);
        }
        What::List => {
            let list = accounts.list()?;
            if out.is_json() {
                out.document(&list);
            } else if list.is_empty() {
                out.line("No account is saved. `slipway accounts add NAME --region REGION` saves one.");
            }
            if !out.is_json() {
                let row = |account: &slipway_connect::SavedAccount| {
                    let key = format!("…{}", account.key_hint);
                    let endpoint = account.endpoint.clone().unwrap_or_default();
                    vec![account.name.clone(), account.region.clone(), key, endpoint]
                };
                out.table(&list.iter().map(row).collect::<Vec<_>>());
            }
        }
        What::Remove { name } => {
            accounts.find(&name)?;
            if !ask::confirm(global, out, &format!("Remove the account {name} and its keys?"))? {
                return Ok(Outcome::Refused);
            }
            accounts.forget(&name).await?;
            out.result(&serde_json::json!({ "removed": name }), || [format!("Removed {name}.")]);
        }
    }
    Ok(Outcome::Done)
}

fn typed() -> Result<Keys, AppError> {
    let id = ask::secret("Access key id")?;
    let secret = ask::secret("Secret access key")?;
    let token = ask::secret("Session token (empty for none)")?;
    Ok(Keys { id, secret, token: Some(token).filter(|token| !token.expose_secret().is_empty()) })
}

fn from_the_environment() -> Keys {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty()).map(SecretString::from);
    Keys {
        id: set("AWS_ACCESS_KEY_ID").unwrap_or_default(),
        secret: set("AWS_SECRET_ACCESS_KEY").unwrap_or_default(),
        token: set("AWS_SESSION_TOKEN"),
    }
}
