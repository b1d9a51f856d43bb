//! A stack that is there, and what somebody did to its roles since.

use super::{CANNOT_TELL, MEND, Situation, WRONG};

const SERVICE: &str = "AWS Batch User Guide, AWS managed policy: AWSBatchServiceRole";
const EXECUTION: &str = "Amazon ECS Developer Guide, Amazon ECS task execution IAM role";
const INSTANCE: &str = "AWS Batch User Guide, Amazon ECS instance role";
const PROFILES: &str = "IAM User Guide, Use instance profiles";
const DENIAL: &str = "IAM User Guide, Policy evaluation logic";
const TRUST: &str = "Amazon ECS Developer Guide, Amazon ECS task IAM role";
const BATCH_TRUST: &str = "AWS Batch User Guide, Cross-service confused deputy prevention";
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
        new("role-trusts-nobody", TRUST, OF_TASKS, MEND, "role-trusts-nobody"),
        new("role-trust-unmet", TRUST, OF_TASKS, MEND, "role-trust-unmet"),
        new("role-trust-unmet-batch", BATCH_TRUST, OF_BATCH, MEND, "role-trust-unmet"),
        new("role-trust-open", TRUST, OF_TASKS, CANNOT_TELL, "role-trust-open"),
        new("role-trust-denied", DENIAL, OF_TASKS, WRONG, "role-trust-denied"),
        new("role-denied", DENIAL, OF_TASKS, WRONG, "role-denied"),
        new("role-denied-service", DENIAL, OF_BATCH, WRONG, "role-denied"),
        new("role-bounded", BOUNDARY, OF_TASKS, WRONG, "role-bounded"),
        new("profile-without-role", PROFILES, PROFILE, MEND, "profile-without-role"),
        new("profile-another-role", PROFILES, PROFILE, MEND, "profile-another-role"),
        new("foreign-untagged", "IAM User Guide, Tags for IAM resources", OF_TASKS, WRONG, "foreign"),
    ]
}
