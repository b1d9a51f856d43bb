//! What AWS would refuse of a submission, or take and then fail: said before anything is sent.

use super::{Submit, request};
use crate::{
    blueprint::{FieldProblem, is_share},
    words::{Text, say},
};

/// Names of jobs: at most so many characters.
const LONGEST_NAME: usize = 128;
const MOST_DEPENDENCIES: usize = 20;
/// SubmitJob's payload (Batch User Guide, service quotas).
const MOST_BYTES: usize = 30 * 1024;
/// ECS takes no more overrides for a task; Batch takes them, and the job fails when it starts.
const MOST_OVERRIDE_BYTES: usize = 8192;

/// Every rule that the submission breaks by itself, each naming its field.
///
/// What depends on its queue and definition is checked by [`super::submit`], which looks at both.
pub fn check(submit: &Submit) -> Vec<FieldProblem> {
    let mut problems = Problems(vec![]);
    names(submit, &mut problems);
    runs(submit, &mut problems);
    counts(submit, &mut problems);
    bytes(submit, &mut problems);
    problems.0
}

struct Problems(Vec<FieldProblem>);

impl Problems {
    fn add(&mut self, field: &str, problem: Text) {
        self.0.push(FieldProblem { field: field.to_owned(), problem });
    }
}

fn names(submit: &Submit, problems: &mut Problems) {
    let name = submit.name.as_str();
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if name.len() > LONGEST_NAME
        || !name.starts_with(|c: char| c.is_ascii_alphanumeric())
        || !name.chars().all(plain)
    {
        let params = [("name", name), ("longest", &LONGEST_NAME.to_string())];
        problems.add("name", say("submit-name", &params));
    }
    if submit.queue.trim().is_empty() {
        problems.add("queue", say("submit-queue", &[]));
    }
    if submit.definition.trim().is_empty() {
        problems.add("definition", say("submit-definition", &[]));
    }
}

fn runs(submit: &Submit, problems: &mut Problems) {
    if submit.command.iter().flatten().any(|word| word.contains('\0')) {
        problems.add("command", say("rule-nul", &[]));
    }
    for (name, value) in &submit.environment {
        let field = format!("environment.{name}");
        if name.is_empty() || name.contains('=') || name.chars().any(|c| c.is_whitespace() || c.is_control())
        {
            problems.add(&field, say("rule-env-name", &[("name", name)]));
        } else if name.starts_with("AWS_BATCH") {
            problems.add(&field, say("rule-env-reserved", &[("name", name)]));
        }
        if value.is_empty() {
            problems.add(&field, say("rule-env-empty", &[("name", name)]));
        } else if value.contains('\0') {
            problems.add(&field, say("rule-nul", &[]));
        }
    }
}

fn counts(submit: &Submit, problems: &mut Problems) {
    if let Some(size) = submit.array_size.filter(|size| !(2..=10_000).contains(size)) {
        problems.add("array_size", say("submit-array", &[("found", &size.to_string())]));
    }
    if submit.depends_on.len() > MOST_DEPENDENCIES {
        let params =
            [("count", &*submit.depends_on.len().to_string()), ("most", &MOST_DEPENDENCIES.to_string())];
        problems.add("depends_on", say("submit-dependencies", &params));
    }
    for (index, id) in submit.depends_on.iter().enumerate().filter(|(_, id)| !is_job_id(id)) {
        problems.add(&format!("depends_on[{index}]"), say("submit-dependency", &[("id", id)]));
    }
    if let Some(attempts) = submit.attempts.filter(|attempts| !(1..=10).contains(attempts)) {
        problems.add("attempts", say("rule-attempts", &[("found", &attempts.to_string())]));
    }
    if let Some(share) = submit.share.as_deref().filter(|share| !is_share(share)) {
        problems.add("share", say("rule-share-name", &[("name", share)]));
    }
    // "The minimum supported value is 0 and the maximum supported value is 9999" (SubmitJob,
    // `schedulingPriorityOverride`).
    if let Some(priority) = submit.scheduling_priority.filter(|priority| *priority > 9999) {
        problems
            .add("scheduling_priority", say("rule-scheduling-priority", &[("found", &priority.to_string())]));
    }
    if let Some(seconds) = submit.timeout_seconds.filter(|s| *s < 60 || i32::try_from(*s).is_err()) {
        problems.add("timeout_seconds", say("rule-timeout", &[("found", &seconds.to_string())]));
    }
}

/// `0a1b…-…`, or `0a1b…-…:7` for a child of an array.
fn is_job_id(id: &str) -> bool {
    let (job, index) = id.split_once(':').map_or((id, None), |(job, index)| (job, Some(index)));
    !job.is_empty()
        && job.len() <= 64
        && job.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && index.is_none_or(|index| !index.is_empty() && index.bytes().all(|b| b.is_ascii_digit()))
}

fn bytes(submit: &Submit, problems: &mut Problems) {
    let field = if submit.environment.is_empty() { "command" } else { "environment" };
    let overrides = request::overrides(submit).map_or(0, |overrides| overrides.to_string().len());
    for (bytes, most) in [(request::bytes(submit), MOST_BYTES), (overrides, MOST_OVERRIDE_BYTES)] {
        if bytes > most {
            let params = [("bytes", &*bytes.to_string()), ("most", &most.to_string())];
            let text = if most == MOST_BYTES {
                say("submit-payload-large", &params)
            } else {
                say("submit-overrides-large", &params)
            };
            return problems.add(field, text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Submit {
        Submit {
            stack: "first".to_owned(),
            queue: "first-main".to_owned(),
            definition: "first-job".to_owned(),
            name: "hello_1".to_owned(),
            ..Submit::default()
        }
    }

    fn broken(change: impl FnOnce(&mut Submit)) -> Vec<(String, String)> {
        let mut submit = good();
        change(&mut submit);
        check(&submit).into_iter().map(|problem| (problem.field, problem.problem.code)).collect()
    }

    #[test]
    fn a_plain_job_and_every_limit_itself_pass() {
        assert_eq!(broken(|_| ()), []);
        let most = broken(|submit| {
            submit.name = "n".repeat(128);
            submit.array_size = Some(10_000);
            submit.depends_on = vec!["0a1b-2c:9999".to_owned(); 20];
            submit.attempts = Some(10);
            submit.timeout_seconds = Some(60);
            submit.share = Some(format!("{}*", "s".repeat(254)));
            submit.scheduling_priority = Some(9999);
        });
        assert_eq!(most, []);
    }

    #[test]
    fn each_rule_names_its_field() {
        type Change = fn(&mut Submit);
        let cases: &[(Change, &str, &str)] = &[
            (|s| s.name = String::new(), "name", "submit-name"),
            (|s| s.name = "-a".to_owned(), "name", "submit-name"),
            (|s| s.name = "a b".to_owned(), "name", "submit-name"),
            (|s| s.name = "n".repeat(129), "name", "submit-name"),
            (|s| s.queue = String::new(), "queue", "submit-queue"),
            (|s| s.definition = " ".to_owned(), "definition", "submit-definition"),
            (|s| s.array_size = Some(1), "array_size", "submit-array"),
            (|s| s.array_size = Some(10_001), "array_size", "submit-array"),
            (|s| s.depends_on = vec!["a".to_owned(); 21], "depends_on", "submit-dependencies"),
            (|s| s.depends_on = vec!["a b".to_owned()], "depends_on[0]", "submit-dependency"),
            (|s| s.attempts = Some(0), "attempts", "rule-attempts"),
            (|s| s.attempts = Some(11), "attempts", "rule-attempts"),
            (|s| s.timeout_seconds = Some(59), "timeout_seconds", "rule-timeout"),
            (|s| s.share = Some(String::new()), "share", "rule-share-name"),
            (|s| s.share = Some("a b".to_owned()), "share", "rule-share-name"),
            (|s| s.share = Some("*".to_owned()), "share", "rule-share-name"),
            (|s| s.share = Some("s".repeat(256)), "share", "rule-share-name"),
            (|s| s.scheduling_priority = Some(10_000), "scheduling_priority", "rule-scheduling-priority"),
            (
                |s| s.environment = [("AWS_BATCH_X".to_owned(), "1".to_owned())].into(),
                "environment.AWS_BATCH_X",
                "rule-env-reserved",
            ),
            (|s| s.environment = [("A".to_owned(), String::new())].into(), "environment.A", "rule-env-empty"),
            (
                |s| s.environment = [("A".to_owned(), "x".repeat(31 * 1024))].into(),
                "environment",
                "submit-payload-large",
            ),
            (
                |s| s.environment = [("A".to_owned(), "x".repeat(9 * 1024))].into(),
                "environment",
                "submit-overrides-large",
            ),
            (|s| s.command = Some(vec!["a\0".to_owned()]), "command", "rule-nul"),
        ];
        for (change, field, code) in cases {
            assert_eq!(broken(change), [((*field).to_owned(), (*code).to_owned())], "{field} {code}");
        }
    }
}
