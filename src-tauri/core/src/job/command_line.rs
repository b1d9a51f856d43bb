//! The same submission for the AWS CLI, to copy into a terminal or a script.

use super::{Submit, request};
use crate::shell::quoted;

/// `aws batch submit-job …` that does what [`super::submit`] would do, quoted for a POSIX shell.
pub fn command_line(submit: &Submit) -> String {
    let mut words = ["aws", "batch", "submit-job"].map(str::to_owned).to_vec();
    let mut option = |name: &str, values: Vec<String>| {
        words.push(format!("--{name}"));
        words.extend(values.iter().map(|value| quoted(value)));
    };
    option("job-name", vec![submit.name.clone()]);
    option("job-queue", vec![submit.queue.clone()]);
    option("job-definition", vec![submit.definition.clone()]);
    if let Some(share) = &submit.share {
        option("share-identifier", vec![share.clone()]);
    }
    if let Some(priority) = submit.scheduling_priority {
        option("scheduling-priority-override", vec![priority.to_string()]);
    }
    if let Some(size) = submit.array_size {
        option("array-properties", vec![format!("size={size}")]);
    }
    if !submit.depends_on.is_empty() {
        option("depends-on", submit.depends_on.iter().map(|id| format!("jobId={id}")).collect());
    }
    if let Some(overrides) = request::overrides(submit) {
        option("container-overrides", vec![overrides.to_string()]);
    }
    if let Some(attempts) = submit.attempts {
        option("retry-strategy", vec![format!("attempts={attempts}")]);
    }
    if let Some(seconds) = submit.timeout_seconds {
        option("timeout", vec![format!("attemptDurationSeconds={seconds}")]);
    }
    option("tags", vec![request::tags(submit).to_string()]);
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_its_option() {
        let submit = Submit {
            stack: "first".to_owned(),
            queue: "first-main".to_owned(),
            definition: "first-job".to_owned(),
            name: "hello".to_owned(),
            command: Some(vec!["echo".to_owned(), "it's".to_owned()]),
            environment: [("WORD".to_owned(), "plum jam".to_owned())].into(),
            vcpu: Some("1".to_owned()),
            memory_mib: Some(2048),
            array_size: Some(3),
            depends_on: vec!["a".to_owned(), "b".to_owned()],
            attempts: Some(2),
            timeout_seconds: Some(90),
            share: Some("user*".to_owned()),
            scheduling_priority: Some(0),
        };
        assert_eq!(
            command_line(&submit),
            r#"aws batch submit-job --job-name hello --job-queue first-main --job-definition first-job --share-identifier 'user*' --scheduling-priority-override 0 --array-properties size=3 --depends-on jobId=a jobId=b --container-overrides '{"command":["echo","it'\''s"],"environment":[{"name":"WORD","value":"plum jam"}],"resourceRequirements":[{"type":"VCPU","value":"1"},{"type":"MEMORY","value":"2048"}]}' --retry-strategy attempts=2 --timeout attemptDurationSeconds=90 --tags '{"slipway:stack":"first"}'"#
        );
    }

    #[test]
    fn what_stays_as_defined_is_not_mentioned() {
        let line = command_line(&Submit { name: "j".to_owned(), command: Some(vec![]), ..Submit::default() });
        for absent in ["override", "retry", "array", "share"] {
            assert!(!line.contains(absent), "{line}");
        }
    }
}
