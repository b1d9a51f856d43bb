//! Images that are not there, names that are taken, accounts that are full, types that are not to be had.

use super::{CANNOT_TELL, Situation, WARNING, WRONG};

const PULL: &str = "Amazon ECS Developer Guide, CannotPullContainer task errors";
const PROCESSOR: &str = "Amazon ECS Developer Guide, Task definitions for 64-bit ARM workloads";
const VPC: &str = "Amazon VPC User Guide, Amazon VPC quotas";
const BATCH: &str = "AWS Batch User Guide, AWS Batch service quotas";
const TYPES: &str = "Amazon EC2 User Guide, Find an Amazon EC2 instance type";
const MEMORY: &str = "AWS Batch User Guide, Compute resource memory management";

const IMAGE: &str = "image:job";
const NEW_VPC: (&str, &str) = ("kind = \"default-vpc\"", "kind = \"new-vpc\"\ncidr = \"10.42.0.0/16\"");

pub(super) fn all() -> Vec<Situation> {
    let new = Situation::new;
    // Moto knows no rules of pull-through caches, which could fetch each of these.
    let missing = |id| new(id, PULL).says(IMAGE, CANNOT_TELL, "image-perhaps-cached");
    let other = |id| new(id, PROCESSOR).says(IMAGE, WRONG, "image-other-processor");
    let taken = |id, page, item: &str| new(id, page).says(&format!("resource:{item}"), WRONG, "foreign");
    let full = |id: &'static str, page| new(id, page).says(&id.replace("-full", ""), WRONG, "limit-full");
    let on_large = |id| new(id, MEMORY).on_hosts().with("\"default_x86_64\"", "\"m5.large\"");
    let types = |id, zones| new(id, TYPES).on_hosts().with("\"default_x86_64\"", zones);
    vec![
        missing("image-perhaps-cached"),
        missing("image-perhaps-cached-empty"),
        missing("image-perhaps-cached-repository"),
        missing("image-perhaps-cached-digest"),
        other("image-other-processor"),
        other("image-other-processor-graviton").with("architecture = \"x86_64\"", "architecture = \"arm64\""),
        taken("foreign-role", "IAM API Reference, CreateRole: EntityAlreadyExists", "execution-role/main"),
        taken(
            "foreign-instance-profile",
            "IAM API Reference, CreateInstanceProfile: EntityAlreadyExists",
            "instance-profile/main",
        )
        .on_hosts(),
        taken(
            "foreign-security-group",
            "Amazon EC2 API Reference, CreateSecurityGroup: GroupName",
            "security-group/main",
        ),
        taken(
            "foreign-repository",
            "Amazon ECR API Reference, CreateRepository: RepositoryAlreadyExistsException",
            "repository/app",
        ),
        taken(
            "foreign-environment",
            "AWS Batch API Reference, CreateComputeEnvironment: computeEnvironmentName",
            "compute-environment/fargate",
        ),
        full("limit-full-vpcs", VPC).with(NEW_VPC.0, NEW_VPC.1),
        full("limit-full-internet-gateways", VPC).with(NEW_VPC.0, NEW_VPC.1),
        full("limit-full-environments", BATCH),
        full("limit-full-queues", BATCH),
        // What nobody offers has no size either.
        types("instance-types-missing", "\"p2.xlarge\"")
            .says("instance-types", WRONG, "instance-types-missing")
            .says("fit:job", CANNOT_TELL, "fit-no-types"),
        types("instance-types-nowhere", "\"p3dn.24xlarge\"").says(
            "instance-types",
            WRONG,
            "instance-types-nowhere",
        ),
        types("instance-types-some-zones", "\"c3.large\"").says(
            "instance-types",
            WARNING,
            "instance-types-some-zones",
        ),
        on_large("fit-none-memory")
            .with("memory_mib = 1024", "memory_mib = 16384")
            .says("fit:job", WRONG, "fit-none"),
        on_large("fit-tight").with("memory_mib = 1024", "memory_mib = 8000").says(
            "fit:job",
            WARNING,
            "fit-tight",
        ),
        new("key-pair-missing", "AWS Batch API Reference, ComputeResource: ec2KeyPair")
            .on_hosts()
            .with("ami = \"al2023\"", "ami = \"al2023\"\nkey_pair = \"theirs\"")
            .says("key-pair:theirs", WRONG, "key-pair-missing"),
    ]
}
