//! What somebody does in a network, and what is to run there.

/// Something that somebody does to the network.
#[derive(Debug, Clone, Copy)]
pub enum Act {
    /// The private subnets' default route leads to the internet gateway.
    RouteToGateway,
    /// And the gateway is taken off.
    DetachGateway,
    /// To a NAT gateway in the public subnet.
    Nat,
    /// The same, a moment ago.
    NatJustMade,
    /// Which is gone.
    NatGone,
    /// Which is in a private subnet itself.
    NatInside,
    /// Which is a private one.
    NatPrivate,
    /// Which was made before the internet gateway was attached, and failed.
    NatTooEarly,
    /// To a transit gateway.
    Transit,
    /// The company's other networks are reached by one, and the internet is not.
    TransitInside,
    /// The VPC is another account's, which shares it.
    Shared,
    /// An interface endpoint of each of these services.
    Endpoints(&'static [&'static str]),
    /// One whose group lets nobody in.
    InterfaceShut(&'static str),
    /// One whose group lets in half a subnet.
    InterfaceHalf(&'static str),
    /// One that is in no subnet.
    InterfaceNowhere(&'static str),
    /// Without private DNS: it has names of its own, which nobody uses.
    InterfaceNameless(&'static str),
    /// A private hosted zone has the name of this service.
    Zone(&'static str),
    /// Whose policy is somebody's own.
    InterfaceNarrowed(&'static str),
    /// A gateway endpoint of S3 in the private subnets' table.
    Gateway,
    /// In the table of the other subnet.
    GatewayElsewhere,
    /// VPC Block Public Access is switched on for what arrives: only NAT gateways speak to the internet.
    BlockArriving,
    /// For both directions.
    BlockEverything,
    /// The VPC is exempt from it.
    Exempt,
    /// Only what leaves the public subnet is.
    ExemptPublic,
    /// DNS resolution is switched off.
    NoDns,
    /// DNS host names are switched off.
    NoHostnames,
    /// The DHCP options name resolvers of somebody's own.
    OtherResolvers,
    /// The jobs' group lets nothing out.
    NoEgress,
    /// But for this port.
    EgressOn(i32),
    /// But for these addresses.
    EgressTo(&'static str),
    /// The private subnets get a network ACL with these entries.
    Acl(&'static [Entry]),
    /// The public one does.
    AclOfPublic(&'static [Entry]),
    /// The private subnets follow the VPC's main table.
    MainTable,
    /// Which gets a route to the internet gateway.
    MainRoutesOut,
}

/// An entry of a network ACL about some ports of TCP, whoever is at the other end.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// Out, or in.
    pub egress: bool,
    /// Whether it lets them pass.
    pub allow: bool,
    /// The first port.
    pub from: i32,
    /// The last port.
    pub to: i32,
}

impl Entry {
    /// HTTPS out.
    pub const HTTPS: Self = Self { egress: true, allow: true, from: 443, to: 443 };
    /// Answers in, on every port that anything speaks from.
    pub const ANSWERS: Self = Self { egress: false, allow: true, from: 1024, to: 65_535 };
    /// No remote desktop, as benchmarks want it.
    pub const NO_RDP: Self = Self { egress: false, allow: false, from: 3389, to: 3389 };
    /// Everything out.
    pub const ALL_OUT: Self = Self { egress: true, allow: true, from: 0, to: 65_535 };
    /// Everything in.
    pub const ALL_IN: Self = Self { egress: false, allow: true, from: 0, to: 65_535 };
}

/// What runs there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runs {
    /// On Fargate with a public address, an image of a public registry.
    Public,
    /// Without one.
    Private,
    /// Without one, and an image of ECR.
    PrivateFromEcr,
    /// On instances, which get an address where their subnet gives one; an image of ECR.
    OnHosts,
}
