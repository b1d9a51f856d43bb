//! Networks that come with the account, or that the stack makes for itself.

use aws_sdk_ec2::types::{Filter, InternetGatewayBlockMode};
use slipway_core::{
    aws::AwsFault,
    blueprint::{Blueprint, Network, Preset, WayOut, names},
};

use super::{pages, site::block};
use crate::{
    Deed, Lesson, STACK, Topic,
    hands::{Hands, IMAGE, read_from, send},
    wrong,
};

/// What a stack of one's own network is addressed with.
const CIDR: &str = "10.42.0.0/16";

pub(super) const LESSONS: &[Lesson] = &[
    Lesson {
        id: "default-vpc-missing",
        topic: Topic::Network,
        page: pages::DEFAULT_VPC,
        finds: &[wrong("resource:default-vpc/main", "default-vpc-missing")],
        deed: Deed::ByHand(|hands| {
            Box::pin(async move {
                let vpc = without_default_subnets(hands).await?;
                let ec2 = &hands.aws.ec2;
                let gateways = send!("ec2:DescribeInternetGateways", ec2.describe_internet_gateways())?;
                for gateway in gateways.internet_gateways() {
                    let id = gateway.internet_gateway_id().unwrap_or_default();
                    let detach = ec2.detach_internet_gateway().internet_gateway_id(id).vpc_id(&vpc);
                    send!("ec2:DetachInternetGateway", detach)?;
                    let delete = ec2.delete_internet_gateway().internet_gateway_id(id);
                    send!("ec2:DeleteInternetGateway", delete)?;
                }
                send!("ec2:DeleteVpc", ec2.delete_vpc().vpc_id(&vpc))?;
                Ok(Preset::Fargate.blueprint(STACK))
            })
        }),
    },
    Lesson {
        id: "default-vpc-without-subnets",
        topic: Topic::Network,
        page: pages::DEFAULT_VPC,
        finds: &[wrong("resource:default-vpc/main", "default-vpc-without-subnets")],
        deed: Deed::ByHand(|hands| {
            Box::pin(async move {
                without_default_subnets(hands).await?;
                Ok(Preset::Fargate.blueprint(STACK))
            })
        }),
    },
    Lesson {
        id: "reach-no-route-default",
        topic: Topic::Network,
        page: pages::DEFAULT_VPC,
        finds: &[wrong("reach-registry", "reach-no-route"), wrong("reach-logs", "reach-no-route")],
        deed: Deed::ByHand(|hands| {
            Box::pin(async move {
                let vpc = default_vpc(hands).await?;
                let table = hands.main_table(&vpc).await?;
                let delete = hands.aws.ec2.delete_route().route_table_id(table);
                send!("ec2:DeleteRoute", delete.destination_cidr_block("0.0.0.0/0"))?;
                Ok(Preset::Fargate.blueprint(STACK))
            })
        }),
    },
    Lesson {
        id: "reach-no-endpoint",
        topic: Topic::Network,
        page: pages::ECR_ENDPOINTS,
        finds: &[wrong("reach-registry", "reach-no-endpoint")],
        deed: Deed::ByHand(|_| {
            Box::pin(async move {
                let mut blueprint = of_its_own(WayOut::Endpoints);
                blueprint.job_definitions[0].assign_public_ip = false;
                Ok(blueprint)
            })
        }),
    },
    Lesson {
        id: "reach-will-be-blocked-arriving",
        topic: Topic::Network,
        page: pages::BLOCK,
        finds: &[
            wrong("reach-registry", "reach-will-be-blocked-arriving"),
            wrong("reach-logs", "reach-will-be-blocked-arriving"),
        ],
        deed: Deed::ByHand(|hands| {
            Box::pin(async move {
                block(hands, InternetGatewayBlockMode::BlockIngress).await?;
                Ok(of_its_own(WayOut::PublicIps))
            })
        }),
    },
    Lesson {
        id: "reach-will-be-blocked",
        topic: Topic::Network,
        page: pages::BLOCK_BASICS,
        finds: &[
            wrong("reach-ecr", "reach-will-be-blocked"),
            wrong("reach-s3", "reach-will-be-blocked"),
            wrong("reach-logs", "reach-will-be-blocked"),
        ],
        deed: Deed::ByHand(|hands| {
            Box::pin(async move {
                hands.push_image().await?;
                block(hands, InternetGatewayBlockMode::BlockBidirectional).await?;
                let mut blueprint = of_its_own(WayOut::NatGateway);
                for job in &mut blueprint.job_definitions {
                    IMAGE.clone_into(&mut job.image);
                    job.assign_public_ip = false;
                }
                Ok(blueprint)
            })
        }),
    },
    Lesson {
        id: "reach-will-be-unaddressed",
        topic: Topic::Network,
        page: pages::FARGATE,
        finds: &[
            wrong("reach-ecr", "reach-will-be-unaddressed"),
            wrong("reach-s3", "reach-will-be-unaddressed"),
            wrong("reach-logs", "reach-will-be-unaddressed"),
        ],
        deed: Deed::ByHand(|hands| {
            Box::pin(async move {
                hands.push_image().await?;
                let mut blueprint = of_its_own(WayOut::PublicIps);
                let definition = &mut blueprint.job_definitions[0];
                IMAGE.clone_into(&mut definition.image);
                definition.assign_public_ip = false;
                Ok(blueprint)
            })
        }),
    },
    Lesson {
        id: "foreign-security-group",
        topic: Topic::Network,
        page: pages::SECURITY_GROUPS,
        finds: &[wrong("resource:security-group/main", "foreign")],
        deed: Deed::ByHand(|hands| {
            Box::pin(async move {
                let vpc = default_vpc(hands).await?;
                hands.group(&vpc, &names::security_group(STACK)).await?;
                Ok(Preset::Fargate.blueprint(STACK))
            })
        }),
    },
];

fn of_its_own(way_out: WayOut) -> Blueprint {
    let network = Network::NewVpc { cidr: CIDR.to_owned(), way_out };
    Blueprint { network, ..Preset::Fargate.blueprint(STACK) }
}

async fn default_vpc(hands: &Hands) -> Result<String, AwsFault> {
    let default = Filter::builder().name("is-default").values("true").build();
    let found = send!("ec2:DescribeVpcs", hands.aws.ec2.describe_vpcs().filters(default))?;
    read_from("ec2:DescribeVpcs", found, |it| it.vpcs?.into_iter().next()?.vpc_id)
}

/// The default VPC, without the subnets that came with it.
async fn without_default_subnets(hands: &Hands) -> Result<String, AwsFault> {
    let ec2 = &hands.aws.ec2;
    let vpc = default_vpc(hands).await?;
    let of_vpc = Filter::builder().name("vpc-id").values(&vpc).build();
    let subnets = send!("ec2:DescribeSubnets", ec2.describe_subnets().filters(of_vpc))?;
    for subnet in subnets.subnets() {
        let delete = ec2.delete_subnet().set_subnet_id(subnet.subnet_id.clone());
        send!("ec2:DeleteSubnet", delete)?;
    }
    Ok(vpc)
}
