//! Who and where: the session that everything else works in.

mod regions;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use regions::{REGIONS, check_region};

use crate::{
    aws::{Activity, AwsFault, Clients, Connection, FaultKind, fault},
    error::AppError,
    words::say,
    world::World,
};

/// Who is signed in, as AWS tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Identity {
    /// The account's number.
    pub account: String,
    /// The account's alias, where it has one and it may be read.
    pub alias: Option<String>,
    /// The caller's ARN.
    pub arn: String,
}

/// What of Slipway works in a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Program {
    /// The window.
    Window,
    /// The command line.
    CommandLine,
}

/// An account, a region and an identity to work with. Everything Slipway does happens in one.
#[derive(Debug, Clone)]
pub struct Session {
    /// The clients.
    pub aws: Clients,
    /// Who is signed in.
    pub identity: Identity,
    /// The region.
    pub region: String,
    /// Every call made here.
    pub activity: Activity,
    /// What of Slipway works here, for whoever comes meanwhile.
    pub program: Program,
    /// Time and ids.
    pub world: World,
    /// Where this account's stacks and journals are kept: never shared between two accounts.
    pub folder: PathBuf,
}

impl Session {
    /// Asks AWS who is calling, and opens that account's folder under `home`.
    ///
    /// `realm` sets apart accounts that only look the same by number: the practice account, an emulator.
    pub async fn open(
        connection: &Connection,
        realm: &str,
        home: &Path,
        world: World,
    ) -> Result<Self, AppError> {
        check_region(&connection.region)?;
        let aws = Clients::new(connection);
        let identity = identify(&aws).await?;
        connection.hold_to(&identity.account);
        let folder =
            home.join("accounts").join(format!("{realm}-{}", identity.account)).join(&connection.region);
        connection.activity.keep_in(&folder);
        Ok(Self {
            aws,
            identity,
            region: connection.region.clone(),
            activity: connection.activity.clone(),
            program: Program::CommandLine,
            world,
            folder,
        })
    }

    /// The same, in another program than the command line.
    #[must_use]
    pub fn within(self, program: Program) -> Self {
        Self { program, ..self }
    }

    /// Whether AWS takes the credentials, of the same account as ever. Needs no permission.
    pub(crate) async fn confirm(&self) -> Result<(), AwsFault> {
        let asked = self.aws.read.sts.get_caller_identity().send().await;
        asked.map(drop).map_err(fault("sts:GetCallerIdentity")).map_err(about_the_keys)
    }

    /// What goes on here takes its credentials from where `other` has them from, once its own have run out: somebody
    /// has signed in again. Only to the same account and region; otherwise nothing changes.
    pub fn follow(&self, other: &Self) {
        if self.folder == other.folder {
            self.aws.sign_in.follow(&other.aws.sign_in);
        }
    }
}

async fn identify(aws: &Clients) -> Result<Identity, AppError> {
    let caller = aws.read.sts.get_caller_identity().send();
    let aliases = aws.read.iam.list_account_aliases().send();
    let (caller, aliases) = tokio::join!(caller, aliases);
    let caller = caller.map_err(fault("sts:GetCallerIdentity")).map_err(sign_in_failed)?;
    Ok(Identity {
        account: caller.account().unwrap_or_default().to_owned(),
        // Only decoration: many identities may not read it, and that is nobody's problem.
        alias: aliases.ok().and_then(|found| found.account_aliases().first().cloned()),
        arn: caller.arn().unwrap_or_default().to_owned(),
    })
}

/// GetCallerIdentity needs no permission, so a refusal is always about the keys.
fn about_the_keys(mut fault: AwsFault) -> AwsFault {
    if fault.kind == FaultKind::Denied {
        fault.kind = FaultKind::WrongKeys;
    }
    fault
}

fn sign_in_failed(fault: AwsFault) -> AppError {
    let fault = about_the_keys(fault);
    let unreachable = fault.kind == FaultKind::OutcomeUnknown;
    let mut error = AppError::from(fault);
    if unreachable {
        error.message = say("sign-in-no-answer", &[]).text;
    }
    error
}
