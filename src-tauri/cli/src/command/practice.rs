//! `slipway practice`: the practice account on loopback, its reset and its pace.

use clap::{Args, Subcommand};
use slipway_connect::practice;
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
}

pub(crate) async fn run(global: &Global, arguments: PracticeArguments, out: Output) -> Ended {
    let home = slipway_connect::home()?;
    match arguments.what {
        What::Serve { port } => serve(&home, port, out).await,
        What::Reset => {
            if !ask::confirm(global, out, "Forget everything in the practice account?")? {
                return Ok(Outcome::Refused);
            }
            practice::reset(&home)?;
            out.result(&serde_json::json!({ "reset": true }), || ["The practice account is new.".to_owned()]);
            Ok(Outcome::Done)
        }
        What::Pace { pace } => {
            let settings = match pace {
                Some(pace) => practice::set_pace(&home, pace)?,
                None => practice::settings(&home)?,
            };
            out.result(&settings, || [format!("{} times as quick as AWS", settings.pace)]);
            Ok(Outcome::Done)
        }
    }
}

async fn serve(home: &std::path::Path, port: u16, out: Output) -> Ended {
    let practice = practice::open(home)?;
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
