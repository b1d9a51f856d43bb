//! What CloudWatch Logs' calls are about.

use super::asked::Asked;

/// Calls about a group whose ARN is the bare one in policies. For all others it ends in `:*` there, since they are
/// asked about the group's streams (CloudWatch Logs User Guide, "Overview of managing access permissions"); the
/// reference has the bare one for both.
const BARE: &[&str] = &["ListTagsForResource", "TagResource", "UntagResource"];

/// The things of a kind that a call names.
pub(super) fn named(asked: &Asked<'_>, kind: &str, action: &str) -> Vec<String> {
    let group = ["logGroupName", "logGroupIdentifier", "resourceArn"].into_iter().find_map(|f| asked.text(f));
    let Some(group) = group else { return Vec::new() };
    let group = group.split_once(":log-group:").map_or(group, |(_, name)| name);
    let group = group.strip_suffix(":*").unwrap_or(group);
    match kind {
        "log-group" if BARE.contains(&action) => vec![asked.arn(kind, &[group])],
        "log-group" => vec![asked.arn("log-stream", &[group, ""])],
        "log-stream" => {
            let stream = asked.text("logStreamName").unwrap_or("*");
            vec![asked.arn(kind, &[group, stream])]
        }
        _ => Vec::new(),
    }
}
