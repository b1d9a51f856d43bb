//! Ways out of a VPC of somebody's that break, or of which nobody can tell from here.

use super::{
    acts::{Act, Entry, Runs},
    pages,
};
use crate::{Deed, Finding, Lesson, Topic, doubt, wrong};

const REGISTRY: &str = "reach-registry";
const ECR: &str = "reach-ecr";
const S3: &str = "reach-s3";
const LOGS: &str = "reach-logs";
const ECS: &str = "reach-ecs";

/// What a job on Fargate needs for an image in ECR, together with the gateway endpoint.
const ALL: &[&str] = &["ecr.api", "ecr.dkr", "logs"];
const ECR_ENDS: &[&str] = &["ecr.api", "ecr.dkr"];

const fn way(
    id: &'static str,
    page: &'static str,
    runs: Runs,
    acts: &'static [Act],
    finds: &'static [Finding],
) -> Lesson {
    Lesson { id, topic: Topic::Network, page, finds, deed: Deed::Network(runs, acts) }
}

/// By an internet gateway.
pub(super) const INTERNET: &[Lesson] = &[
    way(
        "reach-no-route",
        pages::ROUTE_TABLES,
        Runs::Public,
        &[],
        &[wrong(REGISTRY, "reach-no-route"), wrong(LOGS, "reach-no-route")],
    ),
    way(
        "reach-no-route-own-table",
        pages::ROUTE_TABLES,
        Runs::Public,
        &[Act::MainRoutesOut],
        &[wrong(REGISTRY, "reach-no-route"), wrong(LOGS, "reach-no-route")],
    ),
    way(
        "reach-job-unaddressed",
        pages::FARGATE,
        Runs::Private,
        &[Act::RouteToGateway],
        &[wrong(REGISTRY, "reach-job-unaddressed"), wrong(LOGS, "reach-job-unaddressed")],
    ),
    way(
        "reach-host-unaddressed",
        pages::PUBLIC_ADDRESSES,
        Runs::OnHosts,
        &[Act::RouteToGateway],
        &[
            wrong(ECS, "reach-host-unaddressed"),
            wrong(ECR, "reach-host-unaddressed"),
            wrong(S3, "reach-host-unaddressed"),
            wrong(LOGS, "reach-host-unaddressed"),
        ],
    ),
    way(
        "reach-blackhole",
        pages::INTERNET_GATEWAY,
        Runs::Public,
        &[Act::RouteToGateway, Act::DetachGateway],
        &[wrong(REGISTRY, "reach-blackhole"), wrong(LOGS, "reach-blackhole")],
    ),
    way(
        "reach-blocked-arriving",
        pages::BLOCK,
        Runs::Public,
        &[Act::RouteToGateway, Act::BlockArriving],
        &[wrong(REGISTRY, "reach-blocked-arriving"), wrong(LOGS, "reach-blocked-arriving")],
    ),
    way(
        "reach-elsewhere",
        pages::TRANSIT,
        Runs::Private,
        &[Act::Transit],
        &[doubt(REGISTRY, "reach-elsewhere"), doubt(LOGS, "reach-elsewhere")],
    ),
    way(
        "reach-central",
        pages::CENTRAL_ENDPOINTS,
        Runs::PrivateFromEcr,
        &[Act::TransitInside],
        &[doubt(ECR, "reach-central"), doubt(S3, "reach-central"), doubt(LOGS, "reach-central")],
    ),
    way(
        "reach-shared",
        pages::SHARED,
        Runs::PrivateFromEcr,
        &[Act::Endpoints(ALL), Act::Gateway, Act::Shared],
        &[doubt(ECR, "reach-shared"), doubt(S3, "reach-shared"), doubt(LOGS, "reach-shared")],
    ),
];

/// By a NAT gateway.
pub(super) const NAT: &[Lesson] = &[
    way(
        "reach-blackhole-nat",
        pages::NAT_TROUBLE,
        Runs::Private,
        &[Act::Nat, Act::NatGone],
        &[wrong(REGISTRY, "reach-blackhole"), wrong(LOGS, "reach-blackhole")],
    ),
    way(
        "reach-blackhole-nat-failed",
        pages::NAT_TROUBLE,
        Runs::Private,
        &[Act::NatTooEarly],
        &[wrong(REGISTRY, "reach-blackhole"), wrong(LOGS, "reach-blackhole")],
    ),
    way(
        "reach-nat-pending",
        pages::NAT,
        Runs::Private,
        &[Act::NatJustMade],
        &[doubt(REGISTRY, "reach-nat-pending"), doubt(LOGS, "reach-nat-pending")],
    ),
    way(
        "reach-nat-private-subnet",
        pages::NAT_TROUBLE,
        Runs::Private,
        &[Act::NatInside],
        &[wrong(REGISTRY, "reach-nat-private-subnet"), wrong(LOGS, "reach-nat-private-subnet")],
    ),
    way(
        "reach-nat-private",
        pages::NAT,
        Runs::Private,
        &[Act::NatPrivate],
        &[wrong(REGISTRY, "reach-nat-private"), wrong(LOGS, "reach-nat-private")],
    ),
    way(
        "reach-blocked",
        pages::BLOCK_BASICS,
        Runs::PrivateFromEcr,
        &[Act::Nat, Act::BlockEverything],
        &[wrong(ECR, "reach-blocked"), wrong(S3, "reach-blocked"), wrong(LOGS, "reach-blocked")],
    ),
    way(
        "reach-blocked-perhaps",
        pages::BLOCK_BASICS,
        Runs::Private,
        &[Act::Nat, Act::BlockEverything, Act::ExemptPublic],
        &[doubt(REGISTRY, "reach-blocked-perhaps"), doubt(LOGS, "reach-blocked-perhaps")],
    ),
    way(
        "reach-acl-in-nat",
        pages::NAT_TROUBLE,
        Runs::Private,
        &[Act::Nat, Act::AclOfPublic(&[Entry::HTTPS, Entry::ANSWERS])],
        &[wrong(REGISTRY, "reach-acl-https-in"), wrong(LOGS, "reach-acl-https-in")],
    ),
];

/// By endpoints.
pub(super) const ENDPOINTS: &[Lesson] = &[
    way(
        "reach-no-route-registry",
        pages::ECR_ENDPOINTS,
        Runs::Private,
        &[Act::Endpoints(ALL), Act::Gateway],
        &[wrong(REGISTRY, "reach-no-route")],
    ),
    way(
        "reach-endpoint-missing-manifests",
        pages::ECR_ENDPOINTS,
        Runs::PrivateFromEcr,
        &[Act::Endpoints(&["ecr.api", "logs"]), Act::Gateway],
        &[wrong(ECR, "reach-endpoint-missing")],
    ),
    way(
        "reach-endpoint-missing-sign-in",
        pages::ECR_ENDPOINTS,
        Runs::PrivateFromEcr,
        &[Act::Endpoints(&["ecr.dkr", "logs"]), Act::Gateway],
        &[wrong(ECR, "reach-endpoint-missing")],
    ),
    way(
        "reach-endpoint-missing-layers",
        pages::ECR_ENDPOINTS,
        Runs::PrivateFromEcr,
        &[Act::Endpoints(ALL)],
        &[wrong(S3, "reach-endpoint-missing")],
    ),
    way(
        "reach-endpoint-table",
        pages::GATEWAY_ENDPOINTS,
        Runs::PrivateFromEcr,
        &[Act::Endpoints(ALL), Act::GatewayElsewhere],
        &[wrong(S3, "reach-endpoint-table")],
    ),
    way(
        "reach-endpoint-missing-logs",
        pages::LOGS_ENDPOINTS,
        Runs::PrivateFromEcr,
        &[Act::Endpoints(ECR_ENDS), Act::Gateway],
        &[wrong(LOGS, "reach-endpoint-missing")],
    ),
    way(
        "reach-endpoint-missing-agent",
        pages::ECS_ENDPOINTS,
        Runs::OnHosts,
        &[Act::Endpoints(&["ecr.api", "ecr.dkr", "logs", "ecs", "ecs-telemetry"]), Act::Gateway],
        &[wrong(ECS, "reach-endpoint-missing")],
    ),
    way(
        "reach-endpoint-nameless",
        pages::ENDPOINT_NAMES,
        Runs::PrivateFromEcr,
        &[Act::Endpoints(ECR_ENDS), Act::InterfaceNameless("logs"), Act::Gateway],
        &[wrong(LOGS, "reach-endpoint-nameless")],
    ),
    way(
        "reach-endpoint-zone",
        pages::HOSTED_ZONES,
        Runs::PrivateFromEcr,
        &[Act::Endpoints(ECR_ENDS), Act::InterfaceNameless("logs"), Act::Zone("logs"), Act::Gateway],
        &[doubt(LOGS, "reach-endpoint-zone")],
    ),
    way(
        "reach-no-hostnames",
        pages::ENDPOINT_NAMES,
        Runs::PrivateFromEcr,
        &[Act::Endpoints(ALL), Act::Gateway, Act::NoHostnames],
        &[wrong(ECR, "reach-no-hostnames"), wrong(LOGS, "reach-no-hostnames")],
    ),
    way(
        "reach-resolvers",
        pages::DHCP_OPTIONS,
        Runs::PrivateFromEcr,
        &[Act::Endpoints(ALL), Act::Gateway, Act::OtherResolvers],
        &[doubt(ECR, "reach-resolvers"), doubt(LOGS, "reach-resolvers")],
    ),
    way(
        "reach-endpoint-shut",
        pages::INTERFACE_ENDPOINTS,
        Runs::PrivateFromEcr,
        &[Act::Endpoints(ECR_ENDS), Act::InterfaceShut("logs"), Act::Gateway],
        &[wrong(LOGS, "reach-endpoint-shut")],
    ),
    way(
        "reach-endpoint-shut-beside",
        pages::ENDPOINT_NAMES,
        Runs::Public,
        &[Act::RouteToGateway, Act::InterfaceShut("logs")],
        &[wrong(LOGS, "reach-endpoint-shut")],
    ),
    way(
        "reach-endpoint-half",
        pages::INTERFACE_ENDPOINTS,
        Runs::PrivateFromEcr,
        &[Act::Endpoints(ECR_ENDS), Act::InterfaceHalf("logs"), Act::Gateway],
        &[doubt(LOGS, "reach-endpoint-half")],
    ),
    way(
        "reach-endpoint-nowhere",
        pages::INTERFACE_ENDPOINTS,
        Runs::PrivateFromEcr,
        &[Act::Endpoints(ECR_ENDS), Act::InterfaceNowhere("logs"), Act::Gateway],
        &[wrong(LOGS, "reach-endpoint-nowhere")],
    ),
    way(
        "reach-endpoint-refuses",
        pages::ENDPOINT_POLICIES,
        Runs::PrivateFromEcr,
        &[Act::Endpoints(ECR_ENDS), Act::InterfaceNarrowed("logs"), Act::Gateway],
        &[wrong(LOGS, "reach-endpoint-refuses")],
    ),
];

/// By names, security groups and network ACLs.
pub(super) const FILTERS: &[Lesson] = &[
    way(
        "reach-no-dns",
        pages::DNS,
        Runs::Public,
        &[Act::RouteToGateway, Act::NoDns],
        &[wrong(REGISTRY, "reach-no-dns"), wrong(LOGS, "reach-no-dns")],
    ),
    way(
        "reach-group-shut",
        pages::GROUPS,
        Runs::Public,
        &[Act::RouteToGateway, Act::NoEgress],
        &[wrong(REGISTRY, "reach-group-shut"), wrong(LOGS, "reach-group-shut")],
    ),
    way(
        "reach-group-shut-port",
        pages::GROUPS,
        Runs::Public,
        &[Act::RouteToGateway, Act::NoEgress, Act::EgressOn(80)],
        &[wrong(REGISTRY, "reach-group-shut"), wrong(LOGS, "reach-group-shut")],
    ),
    way(
        "reach-group-shut-inside",
        pages::GROUPS,
        Runs::Public,
        &[Act::RouteToGateway, Act::NoEgress, Act::EgressTo("10.0.0.0/16"), Act::Endpoints(&["logs"])],
        &[wrong(REGISTRY, "reach-group-shut")],
    ),
    way(
        "reach-group-half",
        pages::GROUPS,
        Runs::Public,
        &[Act::RouteToGateway, Act::NoEgress, Act::EgressTo("52.0.0.0/8")],
        &[doubt(REGISTRY, "reach-group-half"), doubt(LOGS, "reach-group-half")],
    ),
    way(
        "reach-acl-out",
        pages::ACLS,
        Runs::Public,
        &[Act::RouteToGateway, Act::Acl(&[Entry::ANSWERS])],
        &[wrong(REGISTRY, "reach-acl-out"), wrong(LOGS, "reach-acl-out")],
    ),
    way(
        "reach-acl-in",
        pages::ACLS,
        Runs::Public,
        &[Act::RouteToGateway, Act::Acl(&[Entry::HTTPS])],
        &[wrong(REGISTRY, "reach-acl-in"), wrong(LOGS, "reach-acl-in")],
    ),
    way(
        "reach-acl-half",
        pages::ACLS,
        Runs::Public,
        &[Act::RouteToGateway, Act::Acl(&[Entry::HTTPS, Entry { from: 49_152, ..Entry::ANSWERS }])],
        &[doubt(REGISTRY, "reach-acl-half"), doubt(LOGS, "reach-acl-half")],
    ),
];
