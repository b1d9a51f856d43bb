//! What is sent, by the sources, against what is handed out.

use std::{collections::BTreeSet, fs, path::Path};

use slipway_core::mend;
use slipway_tests::places;

use super::{actions, analyst_policy, blueprints, setup_policy};
use crate::account::fresh;

/// The services that Slipway itself calls; what others are named for is what jobs may do.
const CALLED: [&str; 8] = ["batch", "ec2", "ecr", "iam", "logs", "pricing", "route53", "servicequotas"];

/// Keys of conditions, which are written like actions.
const KEYS: [&str; 3] = ["iam:AWSServiceName", "iam:PassedToService", "iam:PolicyARN"];

/// What is never sent by itself but asked about along with another call.
fn comes_along(action: &str) -> bool {
    let others =
        ["iam:TagRole", "iam:TagInstanceProfile", "iam:PassRole", "route53:AssociateVPCWithHostedZone"];
    others.contains(&action) || action.ends_with(":TagResource")
}

#[tokio::test(start_paused = true)]
async fn every_action_in_the_sources_is_in_a_policy_and_no_other() {
    let account = fresh(1).await;
    let mut handed_out = BTreeSet::new();
    for (_, blueprint) in blueprints(&account).await {
        handed_out.extend(actions(&setup_policy(&account, &blueprint).await));
        handed_out.extend(actions(&analyst_policy(&account, &blueprint)));
    }
    let sent = actions_in(&places::root().join("src-tauri/core/src"));
    assert!(sent.len() > 100, "{sent:?}");
    let lacking: Vec<_> = sent
        .iter()
        .filter(|action| !handed_out.contains(*action) && !BESIDE.contains(&action.as_str()))
        .filter(|action| !mend::ACTIONS.contains(&action.as_str()))
        .collect();
    assert_eq!(lacking, Vec::<&String>::new(), "sent, and in no policy");
    let needless: Vec<_> =
        handed_out.iter().filter(|action| !sent.contains(*action) && !comes_along(action)).collect();
    assert_eq!(needless, Vec::<&String>::new(), "in a policy, and sent by nothing");
}

/// What a person does beside setting up and launching: nobody is handed more of an account's limits along with a stack.
const BESIDE: [&str; 1] = ["servicequotas:RequestServiceQuotaIncrease"];

/// Changing what others made is nobody's part of a stack: the room that does it lists what it takes, and names no more.
#[test]
fn what_changes_what_others_made_is_listed_beside_the_policies() {
    let room = actions_in(&places::root().join("src-tauri/core/src/mend"));
    let listed: BTreeSet<_> = mend::ACTIONS.iter().map(|action| (*action).to_owned()).collect();
    assert_eq!(room, listed);
    // Each is named where it is sent or looked with as well, and not only in the list.
    let sent = ["change.rs", "mod.rs"].map(|file| {
        let text = fs::read_to_string(places::root().join("src-tauri/core/src/mend").join(file)).unwrap();
        text.split_once("];").map_or(text.clone(), |(_, rest)| rest.to_owned())
    });
    let unsent =
        listed.iter().filter(|action| !sent.iter().any(|text| text.contains(&format!("\"{action}\""))));
    assert_eq!(unsent.collect::<Vec<_>>(), Vec::<&String>::new());
}

/// Every action that is named below this folder but in the lists of rights themselves.
fn actions_in(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let (path, name) = (entry.path(), entry.file_name());
        let lists = ["life.rs", "scope.rs", "setup.rs", "analyst.rs", "circumstances.rs"];
        let is_list = folder.ends_with("rights") && lists.iter().any(|list| name == *list);
        // What AWS's services send with the roles that they are given.
        let is_list = is_list || folder.ends_with("iam_role") && name == "needs.rs";
        // What jobs send through endpoints.
        let is_list = is_list || folder.ends_with("network") && name == "through.rs";
        if path.is_dir() && name != "tests" {
            found.extend(actions_in(&path));
        } else if path.extension().is_some_and(|kind| kind == "rs") && !is_list {
            let text = fs::read_to_string(&path).unwrap();
            // Unit tests make up actions of their own.
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            found.extend(code.split('"').filter(|text| is_action(text)).map(str::to_owned));
        }
    }
    found
}

/// `iam:CreateRole`.
fn is_action(text: &str) -> bool {
    text.split_once(':').is_some_and(|(service, action)| {
        CALLED.contains(&service)
            && !KEYS.contains(&text)
            && action.starts_with(|c: char| c.is_ascii_uppercase())
            && action.chars().all(|c| c.is_ascii_alphanumeric())
    })
}
