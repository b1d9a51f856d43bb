//! Private networks that live on endpoints, each with something missing or in the way.

use super::{CANNOT_TELL, Situation, WRONG};

const ECR: &str = "Amazon ECR User Guide, Amazon ECR interface VPC endpoints (AWS PrivateLink)";
const ECS: &str = "Amazon ECS Developer Guide, Amazon ECS interface VPC endpoints (AWS PrivateLink)";
const LOGS: &str = "Amazon CloudWatch Logs User Guide, Using CloudWatch Logs with interface VPC endpoints";
const S3: &str = "AWS PrivateLink Guide, Gateway endpoints for Amazon S3";
const NAMES: &str =
    "AWS PrivateLink Guide, Access an AWS service using an interface VPC endpoint: private DNS";
const GROUPS: &str =
    "AWS PrivateLink Guide, Access an AWS service using an interface VPC endpoint: security groups";
const POLICY: &str = "AWS PrivateLink Guide, Control access to VPC endpoints using endpoint policies";
const RESOLVERS: &str = "Amazon VPC User Guide, DHCP option sets";

const NO_ROUTE: &str = "reach-no-route";
const SHUT: &str = "reach-endpoint-shut";

pub(super) fn all() -> Vec<Situation> {
    let new = |id, page| Situation::new(id, page).private();
    vec![
        new("reach-no-route-manifests", ECR).says("reach-ecr", WRONG, NO_ROUTE),
        new("reach-no-route-sign-in", ECR).says("reach-ecr", WRONG, NO_ROUTE),
        new("reach-no-route-layers", ECR).says("reach-s3", WRONG, NO_ROUTE),
        new("reach-no-route-layers-table", S3).says("reach-s3", WRONG, NO_ROUTE),
        new("reach-no-route-logs", LOGS).says("reach-logs", WRONG, NO_ROUTE),
        new("reach-no-route-agent", ECS).on_hosts().says("reach-ecs", WRONG, NO_ROUTE),
        new("reach-no-route-nameless", NAMES).says("reach-logs", WRONG, NO_ROUTE),
        new("reach-no-route-host-names", NAMES).says("reach-ecr", WRONG, NO_ROUTE).says(
            "reach-logs",
            WRONG,
            NO_ROUTE,
        ),
        new("reach-no-route-resolvers", RESOLVERS).says("reach-ecr", WRONG, NO_ROUTE).says(
            "reach-logs",
            WRONG,
            NO_ROUTE,
        ),
        new("reach-endpoint-shut", GROUPS).says("reach-logs", WRONG, SHUT),
        Situation::new("reach-endpoint-shut-beside", NAMES).says("reach-logs", WRONG, SHUT),
        new("reach-endpoint-policy", POLICY).says("reach-s3", CANNOT_TELL, "reach-endpoint-policy"),
        new("reach-group-shut-inside", S3).says("reach-s3", WRONG, "reach-group-shut"),
    ]
}
