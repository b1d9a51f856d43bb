//! Networks as accounts have them, good and broken, and what becomes of the ways in them by AWS's documentation.

/// Something that somebody does to the network.
#[derive(Debug, Clone, Copy)]
pub(super) enum Do {
    /// The private subnet's default route leads to the internet gateway.
    RouteToGateway,
    /// And the gateway is taken off.
    DetachGateway,
    /// To a NAT gateway in the public subnet.
    Nat,
    /// Which is gone.
    NatGone,
    /// Which is in the private subnet itself.
    NatInside,
    /// Which is a private one.
    NatPrivate,
    /// To a transit gateway.
    Transit,
    /// An interface endpoint of each of these services.
    Endpoints(&'static [&'static str]),
    /// One whose group lets nobody in.
    InterfaceShut(&'static str),
    /// Without private DNS: it has names of its own, which nobody uses.
    InterfaceNameless(&'static str),
    /// Whose policy is somebody's own.
    InterfaceNarrowed(&'static str),
    Gateway,
    /// In the table of the other subnet.
    GatewayElsewhere,
    NoDns,
    NoHostnames,
    OtherResolvers,
    NoEgress,
    EgressOn(i32),
    EgressTo(&'static str),
    /// A network ACL with these rules: egress, allow, first and last port.
    Acl(&'static [(bool, bool, i32, i32)]),
    /// The subnet follows the VPC's main table.
    MainTable,
    /// Which gets a route to the internet gateway.
    MainRoutesOut,
}

/// What runs there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Runs {
    /// On Fargate with a public address, an image of a public registry.
    Public,
    /// Without one.
    Private,
    /// Without one, and an image of ECR.
    PrivateFromEcr,
    /// On instances, which get an address where their subnet gives one; an image of ECR.
    OnHosts,
}

/// A network, and the ways in it that break or cannot be judged.
pub(super) struct Situation {
    pub(super) name: &'static str,
    pub(super) runs: Runs,
    pub(super) done: &'static [Do],
    /// The checks that complain; every other way is open.
    pub(super) complain: &'static [&'static str],
    /// Of what.
    pub(super) code: &'static str,
}

const fn open(name: &'static str, runs: Runs, done: &'static [Do]) -> Situation {
    Situation { name, runs, done, complain: &[], code: "" }
}

const fn broken(
    name: &'static str,
    runs: Runs,
    done: &'static [Do],
    complain: &'static [&'static str],
    code: &'static str,
) -> Situation {
    Situation { name, runs, done, complain, code }
}

const REGISTRY: &str = "reach-registry";
const ECR: &str = "reach-ecr";
const S3: &str = "reach-s3";
const LOGS: &str = "reach-logs";
const ECS: &str = "reach-ecs";

/// HTTPS out.
const HTTPS: (bool, bool, i32, i32) = (true, true, 443, 443);
/// Answers in, on every port that anything speaks from.
const ANSWERS: (bool, bool, i32, i32) = (false, true, 1024, 65_535);

/// What a job on Fargate needs for an image in ECR, together with the gateway endpoint.
const ALL: &[&str] = &["ecr.api", "ecr.dkr", "logs"];
const ECR_ENDS: &[&str] = &["ecr.api", "ecr.dkr"];

pub(super) const SITUATIONS: &[Situation] = &[
    open("a public subnet", Runs::Public, &[Do::RouteToGateway]),
    broken(
        "a public subnet and no address",
        Runs::Private,
        &[Do::RouteToGateway],
        &[REGISTRY, LOGS],
        "reach-job-unaddressed",
    ),
    broken("no route", Runs::Public, &[], &[REGISTRY, LOGS], "reach-no-route"),
    broken(
        "the gateway is gone",
        Runs::Public,
        &[Do::RouteToGateway, Do::DetachGateway],
        &[REGISTRY, LOGS],
        "reach-blackhole",
    ),
    open("the main table leads out", Runs::Public, &[Do::MainTable, Do::MainRoutesOut]),
    broken(
        "the subnet's own table counts, not the main one",
        Runs::Public,
        &[Do::MainRoutesOut],
        &[REGISTRY, LOGS],
        "reach-no-route",
    ),
    open("a NAT gateway", Runs::Private, &[Do::Nat]),
    broken(
        "a NAT gateway that is gone",
        Runs::Private,
        &[Do::Nat, Do::NatGone],
        &[REGISTRY, LOGS],
        "reach-blackhole",
    ),
    broken(
        "a NAT gateway in a subnet that leads to itself",
        Runs::Private,
        &[Do::NatInside],
        &[REGISTRY, LOGS],
        "reach-nat-private-subnet",
    ),
    broken("a private NAT gateway", Runs::Private, &[Do::NatPrivate], &[REGISTRY, LOGS], "reach-nat-private"),
    broken("a transit gateway", Runs::Private, &[Do::Transit], &[REGISTRY, LOGS], "reach-elsewhere"),
    open("every endpoint", Runs::PrivateFromEcr, &[Do::Endpoints(ALL), Do::Gateway]),
    broken(
        "every endpoint, and an image that none leads to",
        Runs::Private,
        &[Do::Endpoints(ALL), Do::Gateway],
        &[REGISTRY],
        "reach-no-route",
    ),
    broken(
        "no endpoint for the manifests",
        Runs::PrivateFromEcr,
        &[Do::Endpoints(&["ecr.api", "logs"]), Do::Gateway],
        &[ECR],
        "reach-no-route",
    ),
    broken(
        "no endpoint for the sign-in at the registry",
        Runs::PrivateFromEcr,
        &[Do::Endpoints(&["ecr.dkr", "logs"]), Do::Gateway],
        &[ECR],
        "reach-no-route",
    ),
    broken(
        "no endpoint for the layers",
        Runs::PrivateFromEcr,
        &[Do::Endpoints(ALL)],
        &[S3],
        "reach-no-route",
    ),
    broken(
        "the layers' endpoint in another table",
        Runs::PrivateFromEcr,
        &[Do::Endpoints(ALL), Do::GatewayElsewhere],
        &[S3],
        "reach-no-route",
    ),
    broken(
        "no endpoint for the log",
        Runs::PrivateFromEcr,
        &[Do::Endpoints(ECR_ENDS), Do::Gateway],
        &[LOGS],
        "reach-no-route",
    ),
    broken(
        "an endpoint that lets nobody in",
        Runs::PrivateFromEcr,
        &[Do::Endpoints(ECR_ENDS), Do::InterfaceShut("logs"), Do::Gateway],
        &[LOGS],
        "reach-endpoint-shut",
    ),
    broken(
        "an endpoint that lets nobody in, beside a way out that is open",
        Runs::Public,
        &[Do::RouteToGateway, Do::InterfaceShut("logs")],
        &[LOGS],
        "reach-endpoint-shut",
    ),
    broken(
        "an endpoint whose name nobody uses",
        Runs::PrivateFromEcr,
        &[Do::Endpoints(ECR_ENDS), Do::InterfaceNameless("logs"), Do::Gateway],
        &[LOGS],
        "reach-no-route",
    ),
    open(
        "an endpoint whose name nobody uses, beside a NAT gateway",
        Runs::Private,
        &[Do::Nat, Do::InterfaceNameless("logs")],
    ),
    broken(
        "an endpoint with a policy of its own",
        Runs::PrivateFromEcr,
        &[Do::Endpoints(ECR_ENDS), Do::InterfaceNarrowed("logs"), Do::Gateway],
        &[LOGS],
        "reach-endpoint-policy",
    ),
    broken(
        "host names switched off after the endpoints were made",
        Runs::PrivateFromEcr,
        &[Do::Endpoints(ALL), Do::Gateway, Do::NoHostnames],
        &[ECR, LOGS],
        "reach-no-route",
    ),
    broken(
        "other resolvers, which do not know the endpoints",
        Runs::PrivateFromEcr,
        &[Do::Endpoints(ALL), Do::Gateway, Do::OtherResolvers],
        &[ECR, LOGS],
        "reach-no-route",
    ),
    open("other resolvers and a NAT gateway", Runs::Private, &[Do::Nat, Do::OtherResolvers]),
    broken(
        "no answers for names",
        Runs::Public,
        &[Do::RouteToGateway, Do::NoDns],
        &[REGISTRY, LOGS],
        "reach-no-dns",
    ),
    broken(
        "a group that lets nothing out",
        Runs::Public,
        &[Do::RouteToGateway, Do::NoEgress],
        &[REGISTRY, LOGS],
        "reach-group-shut",
    ),
    broken(
        "a group that lets out on another port",
        Runs::Public,
        &[Do::RouteToGateway, Do::NoEgress, Do::EgressOn(80)],
        &[REGISTRY, LOGS],
        "reach-group-shut",
    ),
    open("a group that lets HTTPS out", Runs::Public, &[Do::RouteToGateway, Do::NoEgress, Do::EgressOn(443)]),
    broken(
        "a group that lets out within the network only",
        Runs::Public,
        &[Do::RouteToGateway, Do::NoEgress, Do::EgressTo("10.0.0.0/16"), Do::Endpoints(&["logs"])],
        &[REGISTRY],
        "reach-group-shut",
    ),
    broken(
        "an ACL that lets nothing out",
        Runs::Public,
        &[Do::RouteToGateway, Do::Acl(&[ANSWERS])],
        &[REGISTRY, LOGS],
        "reach-acl-out",
    ),
    broken(
        "an ACL that lets no answers in",
        Runs::Public,
        &[Do::RouteToGateway, Do::Acl(&[HTTPS])],
        &[REGISTRY, LOGS],
        "reach-acl-in",
    ),
    open(
        "an ACL that lets HTTPS out and answers in",
        Runs::Public,
        &[Do::RouteToGateway, Do::Acl(&[HTTPS, ANSWERS])],
    ),
    broken(
        "an ACL that lets some of the answers in",
        Runs::Public,
        &[Do::RouteToGateway, Do::Acl(&[HTTPS, (false, true, 49_152, 65_535)])],
        &[REGISTRY, LOGS],
        "reach-acl-half",
    ),
    open("instances behind a NAT gateway", Runs::OnHosts, &[Do::Nat]),
    broken(
        "instances in a public subnet that gives no addresses",
        Runs::OnHosts,
        &[Do::RouteToGateway],
        &[ECS, ECR, S3, LOGS],
        "reach-host-unaddressed",
    ),
    broken(
        "instances, and an agent without one of its endpoints",
        Runs::OnHosts,
        &[Do::Endpoints(&["ecr.api", "ecr.dkr", "logs", "ecs", "ecs-telemetry"]), Do::Gateway],
        &[ECS],
        "reach-no-route",
    ),
    open(
        "instances with every endpoint",
        Runs::OnHosts,
        &[Do::Endpoints(&["ecr.api", "ecr.dkr", "logs", "ecs", "ecs-agent", "ecs-telemetry"]), Do::Gateway],
    ),
];
