//! Networks as accounts have them: those in which a lesson has something in the way, and others in which nothing is,
//! however odd they look.

use slipway_core::check::CheckVerdict;
use slipway_lessons::network::{Act, Entry, Runs};

/// A network, and the ways in it that break or cannot be judged.
pub(super) struct Situation {
    pub(super) name: &'static str,
    pub(super) runs: Runs,
    pub(super) done: &'static [Act],
    /// The ways that the check complains of, and of what; every other way is open.
    pub(super) complain: Vec<(&'static str, CheckVerdict, &'static str)>,
}

/// The lessons about a VPC of somebody's, and the good ones.
pub(super) fn all() -> Vec<Situation> {
    let broken = slipway_lessons::all().iter().filter_map(|lesson| {
        let (runs, done) = lesson.network()?;
        let complain = lesson.finds.iter().map(|find| (find.item, find.verdict, find.code)).collect();
        Some(Situation { name: lesson.id, runs, done, complain })
    });
    let open = OPEN.iter().map(|(name, runs, done)| Situation { name, runs: *runs, done, complain: vec![] });
    broken.chain(open).collect()
}

/// What a job on Fargate needs for an image in ECR, together with the gateway endpoint.
const ALL: &[&str] = &["ecr.api", "ecr.dkr", "logs"];
const FOR_HOSTS: &[&str] = &["ecr.api", "ecr.dkr", "logs", "ecs", "ecs-agent", "ecs-telemetry"];

const OPEN: &[(&str, Runs, &[Act])] = &[
    ("a public subnet", Runs::Public, &[Act::RouteToGateway]),
    ("the main table leads out", Runs::Public, &[Act::MainTable, Act::MainRoutesOut]),
    ("a NAT gateway", Runs::Private, &[Act::Nat]),
    ("every endpoint", Runs::PrivateFromEcr, &[Act::Endpoints(ALL), Act::Gateway]),
    (
        "an endpoint whose name nobody uses, beside a NAT gateway",
        Runs::Private,
        &[Act::Nat, Act::InterfaceNameless("logs")],
    ),
    ("other resolvers and a NAT gateway", Runs::Private, &[Act::Nat, Act::OtherResolvers]),
    ("a group that lets HTTPS out", Runs::Public, &[Act::RouteToGateway, Act::NoEgress, Act::EgressOn(443)]),
    (
        "an ACL that lets HTTPS out and answers in",
        Runs::Public,
        &[Act::RouteToGateway, Act::Acl(&[Entry::HTTPS, Entry::ANSWERS])],
    ),
    (
        "an ACL that denies remote desktop first, around a NAT gateway",
        Runs::Private,
        &[
            Act::Nat,
            Act::Acl(&[Entry::NO_RDP, Entry::ALL_IN, Entry::ALL_OUT]),
            Act::AclOfPublic(&[Entry::NO_RDP, Entry::ALL_IN, Entry::ALL_OUT]),
        ],
    ),
    (
        "other resolvers, endpoints and a NAT gateway",
        Runs::PrivateFromEcr,
        &[Act::Nat, Act::Endpoints(ALL), Act::OtherResolvers],
    ),
    ("a NAT gateway, and other networks", Runs::Private, &[Act::Nat, Act::TransitInside]),
    (
        "a NAT gateway, where only public addresses are blocked",
        Runs::Private,
        &[Act::Nat, Act::BlockArriving],
    ),
    (
        "a public subnet of a VPC that is exempt from the block",
        Runs::Public,
        &[Act::RouteToGateway, Act::BlockEverything, Act::Exempt],
    ),
    (
        "every endpoint, where the internet is blocked",
        Runs::PrivateFromEcr,
        &[Act::Endpoints(ALL), Act::Gateway, Act::BlockEverything],
    ),
    ("a public subnet that another account shares", Runs::Public, &[Act::RouteToGateway, Act::Shared]),
    ("instances behind a NAT gateway", Runs::OnHosts, &[Act::Nat]),
    ("instances with every endpoint", Runs::OnHosts, &[Act::Endpoints(FOR_HOSTS), Act::Gateway]),
];
