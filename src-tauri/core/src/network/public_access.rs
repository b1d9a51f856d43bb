//! VPC Block Public Access: what passes an account's internet gateways, whatever its routes and groups say (Amazon VPC User
//! Guide, "Block public access to VPCs and subnets").

use aws_sdk_ec2::{
    Client,
    types::{
        InternetGatewayBlockMode, InternetGatewayExclusionMode, VpcBlockPublicAccessExclusion,
        VpcBlockPublicAccessExclusionState as State, VpcBlockPublicAccessExclusionsAllowed,
    },
};

use crate::aws::{AwsFault, fault};

/// What an account has set for a region.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PublicAccess {
    pub(crate) blocked: Blocked,
    /// Whether the organisation lets nobody make exclusions.
    pub(crate) without_exclusions: bool,
    pub(crate) exclusions: Vec<Exclusion>,
}

/// What is kept from passing an internet gateway.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Blocked {
    #[default]
    Nothing,
    /// All but what NAT gateways speak. What has a public address could be spoken to, so it may not
    /// speak either.
    Arriving,
    /// All of it.
    Everything,
}

/// What is exempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Exclusion {
    /// `vpc-…` or `subnet-…`.
    pub(crate) of: String,
    /// Whether it exempts only what leaves, which means something only where everything is blocked.
    pub(crate) leaving: bool,
    /// Whether it is neither being made nor on its way out.
    pub(crate) in_force: bool,
}

impl Blocked {
    /// AWS's word for it.
    pub(crate) const fn mode(self) -> &'static str {
        match self {
            Self::Nothing => "off",
            Self::Arriving => "block-ingress",
            Self::Everything => "block-bidirectional",
        }
    }
}

impl Exclusion {
    /// AWS's word for it.
    pub(crate) const fn mode(&self) -> &'static str {
        if self.leaving { "allow-egress" } else { "allow-bidirectional" }
    }
}

impl PublicAccess {
    pub(crate) async fn read(ec2: &Client) -> Result<Self, AwsFault> {
        let options = ec2.describe_vpc_block_public_access_options().send();
        let (options, exclusions) = tokio::join!(options, exclusions(ec2));
        let options = options.map_err(fault("ec2:DescribeVpcBlockPublicAccessOptions"))?;
        let options = options.vpc_block_public_access_options;
        let mode = options.as_ref().and_then(|options| options.internet_gateway_block_mode.clone());
        let allowed = options.and_then(|options| options.exclusions_allowed);
        let blocked = match mode {
            Some(InternetGatewayBlockMode::BlockIngress) => Blocked::Arriving,
            Some(InternetGatewayBlockMode::BlockBidirectional) => Blocked::Everything,
            _ => Blocked::Nothing,
        };
        // What is exempt matters to nobody where nothing is blocked.
        let exclusions = if blocked == Blocked::Nothing { vec![] } else { exclusions? };
        let without_exclusions = allowed == Some(VpcBlockPublicAccessExclusionsAllowed::NotAllowed);
        Ok(Self { blocked, without_exclusions, exclusions })
    }

    /// What passes for a whole VPC.
    pub(crate) fn blocked_in(&self, vpc: &str) -> Blocked {
        let of_vpc = || self.about(vpc).filter(|one| one.in_force);
        match self.blocked {
            _ if of_vpc().any(|one| !one.leaving) => Blocked::Nothing,
            Blocked::Everything if of_vpc().next().is_some() => Blocked::Arriving,
            blocked => blocked,
        }
    }

    /// What is exempt of one VPC or subnet.
    pub(super) fn about<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a Exclusion> {
        self.exclusions.iter().filter(move |one| one.of == id)
    }
}

async fn exclusions(ec2: &Client) -> Result<Vec<Exclusion>, AwsFault> {
    let (mut all, mut next) = (vec![], None);
    loop {
        let page = ec2.describe_vpc_block_public_access_exclusions().set_next_token(next).send().await;
        let page = page.map_err(fault("ec2:DescribeVpcBlockPublicAccessExclusions"))?;
        all.extend(page.vpc_block_public_access_exclusions().iter().filter_map(exclusion));
        next = page.next_token;
        if next.is_none() {
            return Ok(all);
        }
    }
}

/// None of one that is gone, was never made or was switched off by the organisation.
fn exclusion(exclusion: &VpcBlockPublicAccessExclusion) -> Option<Exclusion> {
    let in_force = match exclusion.state()? {
        State::CreateComplete | State::UpdateComplete | State::UpdateFailed => true,
        State::CreateInProgress
        | State::UpdateInProgress
        | State::DeleteInProgress
        | State::DisableInProgress => false,
        _ => return None,
    };
    let (_, of) = exclusion.resource_arn()?.rsplit_once('/')?;
    let mode = exclusion.internet_gateway_exclusion_mode();
    let leaving = mode == Some(&InternetGatewayExclusionMode::AllowEgress);
    Some(Exclusion { of: of.to_owned(), leaving, in_force })
}
