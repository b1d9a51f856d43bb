//! A stack that is there, and what somebody did to its roles since.

use super::{MEND, Situation, WARNING, WRONG};

const SERVICE: &str = "AWS Batch User Guide, AWS managed policy: AWSBatchServiceRole";
const EXECUTION: &str = "Amazon ECS Developer Guide, Amazon ECS task execution IAM role";
const INSTANCE: &str = "AWS Batch User Guide, Amazon ECS instance role";
const PROFILES: &str = "IAM User Guide, Use instance profiles";
const DENIAL: &str = "IAM User Guide, Policy evaluation logic";
const BOUNDARY: &str = "IAM User Guide, Permissions boundaries for IAM entities";

const OF_BATCH: &str = "resource:service-role/main";
const OF_TASKS: &str = "resource:execution-role/main";
const OF_HOSTS: &str = "resource:instance-role/main";
const PROFILE: &str = "resource:instance-profile/main";

pub(super) fn all() -> Vec<Situation> {
    let new = |id, page, item, verdict, code| Situation::new(id, page).of_a_stack().says(item, verdict, code);
    vec![
        new("role-trusts-another-service", SERVICE, OF_BATCH, MEND, "role-trusts-another"),
        new("role-trusts-another", EXECUTION, OF_TASKS, MEND, "role-trusts-another"),
        new("role-trusts-another-instance", INSTANCE, OF_HOSTS, MEND, "role-trusts-another"),
        new("role-lacking-execution", EXECUTION, OF_TASKS, MEND, "role-lacking"),
        new("role-lacking-service", SERVICE, OF_BATCH, MEND, "role-lacking"),
        new("role-lacking-instance", INSTANCE, OF_HOSTS, MEND, "role-lacking"),
        new("role-lacking-version", EXECUTION, OF_TASKS, MEND, "role-lacking"),
        // AWS's reference lets a trust be conditioned; whether it holds is known to who calls.
        new(
            "check-added-condition",
            "IAM User Guide, The confused deputy problem",
            OF_TASKS,
            WARNING,
            "check-added",
        ),
        new("role-denied", DENIAL, OF_TASKS, WRONG, "role-denied"),
        new("role-denied-service", DENIAL, OF_BATCH, WRONG, "role-denied"),
        new("role-bounded", BOUNDARY, OF_TASKS, WRONG, "role-bounded"),
        new("profile-without-role", PROFILES, PROFILE, MEND, "profile-without-role"),
        new("profile-another-role", PROFILES, PROFILE, MEND, "profile-another-role"),
        new("foreign-untagged", "IAM User Guide, Tags for IAM resources", OF_TASKS, WRONG, "foreign"),
    ]
}
