//! Private networks that live on endpoints, each with something missing or in the way.

use super::{CANNOT_TELL, Situation, WRONG};

const ECR: &str = "Amazon ECR User Guide, Amazon ECR interface VPC endpoints (AWS PrivateLink)";
const ECS: &str = "Amazon ECS Developer Guide, Amazon ECS interface VPC endpoints (AWS PrivateLink)";
const LOGS: &str = "Amazon CloudWatch Logs User Guide, Using CloudWatch Logs with interface VPC endpoints";
const S3: &str = "AWS PrivateLink Guide, Gateway endpoints for Amazon S3";
const NAMES: &str =
    "AWS PrivateLink Guide, Access an AWS service using an interface VPC endpoint: private DNS";
const ZONES: &str = "Amazon Route 53 Developer Guide, Working with private hosted zones";
const GROUPS: &str =
    "AWS PrivateLink Guide, Access an AWS service using an interface VPC endpoint: security groups";
const POLICY: &str = "AWS PrivateLink Guide, Control access to VPC endpoints using endpoint policies";
const RESOLVERS: &str = "Amazon VPC User Guide, DHCP option sets";

const MISSING: &str = "reach-endpoint-missing";
const SHUT: &str = "reach-endpoint-shut";

pub(super) fn all() -> Vec<Situation> {
    let new = |id, page| Situation::new(id, page).private();
    vec![
        new("reach-endpoint-missing-manifests", ECR).says("reach-ecr", WRONG, MISSING),
        new("reach-endpoint-missing-sign-in", ECR).says("reach-ecr", WRONG, MISSING),
        new("reach-endpoint-missing-layers", ECR).says("reach-s3", WRONG, MISSING),
        new("reach-endpoint-table", S3).says("reach-s3", WRONG, "reach-endpoint-table"),
        new("reach-endpoint-missing-logs", LOGS).says("reach-logs", WRONG, MISSING),
        new("reach-endpoint-missing-agent", ECS).on_hosts().says("reach-ecs", WRONG, MISSING),
        new("reach-endpoint-nameless", NAMES).says("reach-logs", WRONG, "reach-endpoint-nameless"),
        new("reach-endpoint-zone", ZONES).says("reach-logs", CANNOT_TELL, "reach-endpoint-zone"),
        new("reach-no-hostnames", NAMES).says("reach-ecr", WRONG, "reach-no-hostnames").says(
            "reach-logs",
            WRONG,
            "reach-no-hostnames",
        ),
        new("reach-resolvers", RESOLVERS).says("reach-ecr", CANNOT_TELL, "reach-resolvers").says(
            "reach-logs",
            CANNOT_TELL,
            "reach-resolvers",
        ),
        new("reach-endpoint-shut", GROUPS).says("reach-logs", WRONG, SHUT),
        Situation::new("reach-endpoint-shut-beside", NAMES).says("reach-logs", WRONG, SHUT),
        new("reach-endpoint-refuses", POLICY).says("reach-s3", WRONG, "reach-endpoint-refuses"),
        new("reach-endpoint-policy", POLICY).says("reach-s3", CANNOT_TELL, "reach-endpoint-policy"),
        new("reach-group-shut-inside", S3).says("reach-s3", WRONG, "reach-group-shut"),
    ]
}
