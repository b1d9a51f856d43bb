//! `slipway practice`: the practice account, or a lesson's, on loopback, its reset, its pace, and what its caller may do.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};
use slipway_connect::{
    lessons,
    practice::{self, Access, Practice},
};
use slipway_core::{error::AppError, words::say};
use tokio::net::TcpListener;

use crate::{
    args::Global,
    ask,
    exit::{Ended, Outcome},
    output::Output,
    stop,
};

#[derive(Debug, Args)]
pub(crate) struct PracticeArguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Serve the account on this computer, for the AWS CLI, boto3 and Terraform, until Ctrl-C
    Serve {
        /// The port; 0 for any that is free
        #[arg(long, default_value_t = 4580)]
        port: u16,
    },
    /// Begin a new practice account
    Reset,
    /// Show or set how many times quicker than AWS it runs
    Pace {
        /// 1 is as slow as AWS
        pace: Option<f64>,
    },
    /// Show or set the policies that the caller is judged by, as IAM would; the others become none again
    Policies {
        /// A policy of the caller's own, as JSON; may be given several times. Without it: everything is allowed
        #[arg(long, value_name = "FILE")]
        identity: Vec<PathBuf>,
        /// What the caller's permissions cannot go beyond
        #[arg(long, value_name = "FILE")]
        boundary: Option<PathBuf>,
        /// A service control policy; each one given is a level of the organisation, and every level must allow
        #[arg(long, value_name = "FILE")]
        organization: Vec<PathBuf>,
        /// An administrator again, without boundary and organisation
        #[arg(long, conflicts_with_all = ["identity", "boundary", "organization"])]
        administrator: bool,
    },
}

pub(crate) async fn run(global: &Global, arguments: PracticeArguments, out: Output) -> Ended {
    let home = slipway_connect::home()?;
    let account = || match &global.lesson {
        Some(id) => lessons::open(&home, id),
        None => practice::open(&home),
    };
    match arguments.what {
        What::Serve { port } => serve(&account()?, port, out).await,
        What::Reset => {
            if let Some(id) = &global.lesson {
                if !ask::confirm(global, out, "Forget what was done in the lesson, and prepare it anew?")? {
                    return Ok(Outcome::Refused);
                }
                lessons::begin(&home, id).await?;
                out.result(&serde_json::json!({ "reset": true }), || ["The lesson begins anew.".to_owned()]);
                return Ok(Outcome::Done);
            }
            if !ask::confirm(global, out, "Forget everything in the practice account?")? {
                return Ok(Outcome::Refused);
            }
            practice::reset(&home)?;
            out.result(&serde_json::json!({ "reset": true }), || ["The practice account is new.".to_owned()]);
            Ok(Outcome::Done)
        }
        What::Pace { pace } => {
            let settings = match pace {
                Some(pace) => practice::set_pace(&account()?, pace)?,
                None => practice::settings(&account()?)?,
            };
            out.result(&settings, || {
                let real = (settings.pace - 1.0).abs() < f64::EPSILON;
                [if real {
                    "As quick as AWS".to_owned()
                } else {
                    format!("{} times as quick as AWS", settings.pace)
                }]
            });
            Ok(Outcome::Done)
        }
        What::Policies { identity, boundary, organization, administrator } => {
            let account = account()?;
            if administrator || !identity.is_empty() || boundary.is_some() || !organization.is_empty() {
                practice::set_access(&account, read(&identity, boundary.as_deref(), &organization)?)?;
            }
            let access = practice::access(&account)?;
            out.result(&access, || described(&access));
            Ok(Outcome::Done)
        }
    }
}

fn read(identity: &[PathBuf], boundary: Option<&Path>, organization: &[PathBuf]) -> Result<Access, AppError> {
    let text = |path: &Path| fs::read_to_string(path).map_err(|error| AppError::file(path, &error));
    let own = identity.iter().map(|path| text(path)).collect::<Result<Vec<_>, _>>()?;
    Ok(Access {
        identity: if own.is_empty() { Access::default().identity } else { own },
        boundary: boundary.map(text).transpose()?,
        organization: organization
            .iter()
            .map(|path| Ok(vec![text(path)?]))
            .collect::<Result<_, AppError>>()?,
    })
}

fn described(access: &Access) -> Vec<String> {
    if *access == Access::default() {
        return vec!["The caller may do everything.".to_owned()];
    }
    let own = access.identity.iter().map(|text| ("Identity", text));
    let boundary = access.boundary.iter().map(|text| ("Boundary", text));
    let organization = access.organization.iter().flatten().map(|text| ("Organization", text));
    own.chain(boundary)
        .chain(organization)
        .map(|(kind, text)| format!("{kind}\n{}", text.trim_end()))
        .collect()
}

async fn serve(practice: &Practice, port: u16, out: Output) -> Ended {
    let failed = |error: std::io::Error| {
        AppError::new(say("practice-port", &[("port", &port.to_string())]))
            .because(error)
            .advise(say("practice-port-advice", &[]))
    };
    let listener = TcpListener::bind(("127.0.0.1", port)).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let endpoint = format!("http://{address}");
    if out.is_json() {
        out.event(&serde_json::json!({ "endpoint": endpoint }));
    } else {
        out.line(&endpoint);
    }
    out.note("The practice account answers there until Ctrl-C. Any access key will do, for instance:");
    out.note(&format!(
        "  AWS_ACCESS_KEY_ID=practice AWS_SECRET_ACCESS_KEY=practice aws --endpoint-url {endpoint} \
         --region us-east-1 sts get-caller-identity"
    ));
    tokio::select! {
        served = practice.serve(listener) => served.map_err(failed)?,
        () = stop::requested() => out.note("Stopped."),
    }
    Ok(Outcome::Done)
}
