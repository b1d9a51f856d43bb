//! `slipway whoami`: who is signed in, and where.

use slipway_connect::SessionKind;

use crate::{
    args::Global,
    exit::{Ended, Outcome},
    output::Output,
    text::columns,
};

pub(crate) async fn run(global: &Global, out: Output) -> Ended {
    let view = global.sign_in().await?.view;
    out.result(&view, || {
        let through = match view.kind {
            SessionKind::Practice => "the practice account: nothing here is AWS, nothing costs".to_owned(),
            SessionKind::Profile => format!("the AWS profile {}", view.name.as_deref().unwrap_or("default")),
            SessionKind::Keys => format!("the saved account {}", view.name.as_deref().unwrap_or_default()),
            SessionKind::Environment => "the environment".to_owned(),
        };
        let identity = &view.identity;
        let account = match &identity.alias {
            Some(alias) => format!("{alias} ({})", identity.account),
            None => identity.account.clone(),
        };
        let mut rows = vec![["Account", &account], ["Identity", &identity.arn], ["Region", &view.region]]
            .into_iter()
            .map(|row| row.map(str::to_owned).to_vec())
            .collect::<Vec<_>>();
        rows.extend(view.endpoint.iter().map(|endpoint| vec!["Endpoint".to_owned(), endpoint.clone()]));
        rows.push(vec!["Through".to_owned(), through]);
        columns(&rows)
    });
    Ok(Outcome::Done)
}
