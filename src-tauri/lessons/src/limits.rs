//! Accounts that may have no more of something.

use std::time::Duration;

use aws_sdk_batch::types::{
    CeType, ComputeEnvironmentOrder, ComputeResource, CrAllocationStrategy, CrType, JqState,
};
use aws_sdk_ec2::types::{ConnectivityType, Filter};
use slipway_core::{
    aws::AwsFault,
    blueprint::{Blueprint, Network, Preset, WayOut},
};

use crate::{
    Deed, Finding, Lesson, STACK, Topic, doubt,
    hands::{Hands, Role, made, read_from, send},
    permissions, warning, wrong,
};

const FARGATE: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html";
const ON_DEMAND: &str = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-on-demand-instances.html";
const SPOT: &str = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-spot-limits.html";
const VPC: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html";
const BATCH: &str = "https://docs.aws.amazon.com/batch/latest/userguide/service_limits.html";
const IAM: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html";
const QUOTAS: &str =
    "https://docs.aws.amazon.com/servicequotas/latest/userguide/identity-access-management.html";

const fn of(id: &'static str, page: &'static str, finds: &'static [Finding], deed: crate::ByHand) -> Lesson {
    Lesson { id, topic: Topic::Limits, page, finds, deed: Deed::ByHand(deed) }
}

/// A preset whose environments may use so many vCPUs.
fn up_to(preset: Preset, max_vcpus: u32) -> Blueprint {
    with_most(preset.blueprint(STACK), max_vcpus)
}

fn with_most(mut blueprint: Blueprint, max_vcpus: u32) -> Blueprint {
    for environment in &mut blueprint.compute_environments {
        environment.max_vcpus = max_vcpus;
    }
    blueprint
}

fn of_types(preset: Preset, types: &[&str]) -> Blueprint {
    let mut blueprint = preset.blueprint(STACK);
    for instances in blueprint.compute_environments.iter_mut().filter_map(|one| one.instances.as_mut()) {
        instances.types = types.iter().map(|name| (*name).to_owned()).collect();
    }
    blueprint
}

fn new_network(way_out: WayOut) -> Blueprint {
    let network = Network::NewVpc { cidr: "10.42.0.0/16".to_owned(), way_out };
    let mut blueprint = Blueprint { network, ..Preset::Fargate.blueprint(STACK) };
    blueprint.job_definitions[0].assign_public_ip = way_out == WayOut::PublicIps;
    blueprint
}

pub(crate) const LESSONS: &[Lesson] = &[
    of("limit-short-fargate", FARGATE, &[warning("fargate-vcpus", "limit-short")], |_| {
        Box::pin(async move { Ok(up_to(Preset::Fargate, 16)) })
    }),
    of("limit-short-on-demand", ON_DEMAND, &[warning("ec2-vcpus", "limit-short")], |_| {
        Box::pin(async move { Ok(up_to(Preset::OnDemand, 64)) })
    }),
    of("limit-short-spot", SPOT, &[warning("spot-vcpus", "limit-short")], |_| {
        Box::pin(async move { Ok(up_to(Preset::Spot, 64)) })
    }),
    of("limit-none-gpu", ON_DEMAND, &[wrong("gpu-vcpus", "limit-none")], |_| {
        Box::pin(async move { Ok(of_types(Preset::Gpu, &["g5.xlarge"])) })
    }),
    of("limit-below-fargate", FARGATE, &[wrong("fargate-vcpus", "limit-below")], |_| {
        Box::pin(async move {
            let mut blueprint = up_to(Preset::Fargate, 8);
            "8".clone_into(&mut blueprint.job_definitions[0].vcpu);
            blueprint.job_definitions[0].memory_mib = 16_384;
            Ok(blueprint)
        })
    }),
    of("limit-below-instance", ON_DEMAND, &[wrong("ec2-vcpus", "limit-below")], |_| {
        Box::pin(async move { Ok(with_most(of_types(Preset::OnDemand, &["m6i.2xlarge"]), 8)) })
    }),
    of("limit-busy", ON_DEMAND, &[warning("ec2-vcpus", "limit-busy")], |hands| {
        Box::pin(async move {
            busy(hands).await?;
            Ok(Preset::OnDemand.blueprint(STACK))
        })
    }),
    of("limit-full-vpcs", VPC, &[wrong("limit-vpcs", "limit-full")], |hands| {
        Box::pin(async move {
            for number in 0..4 {
                let vpc = hands.aws.ec2.create_vpc().cidr_block(format!("10.{number}.0.0/16"));
                send!("ec2:CreateVpc", vpc)?;
            }
            Ok(new_network(WayOut::PublicIps))
        })
    }),
    of("limit-full-internet-gateways", VPC, &[wrong("limit-internet-gateways", "limit-full")], |hands| {
        Box::pin(async move {
            for _ in 0..4 {
                send!("ec2:CreateInternetGateway", hands.aws.ec2.create_internet_gateway())?;
            }
            Ok(new_network(WayOut::PublicIps))
        })
    }),
    of("limit-full-elastic-ips", VPC, &[wrong("limit-elastic-ips", "limit-full")], |hands| {
        Box::pin(async move {
            for _ in 0..5 {
                send!("ec2:AllocateAddress", hands.aws.ec2.allocate_address())?;
            }
            Ok(new_network(WayOut::NatGateway))
        })
    }),
    of("limit-full-nat-gateways", VPC, &[wrong("limit-nat-gateways", "limit-full")], |hands| {
        Box::pin(async move {
            let (_, subnet) = default_place(hands).await?;
            for _ in 0..5 {
                let nat = hands.aws.ec2.create_nat_gateway().subnet_id(&subnet);
                send!("ec2:CreateNatGateway", nat.connectivity_type(ConnectivityType::Private))?;
            }
            Ok(new_network(WayOut::NatGateway))
        })
    }),
    of("limit-full-gateway-endpoints", VPC, &[wrong("limit-gateway-endpoints", "limit-full")], |hands| {
        Box::pin(async move {
            let ec2 = &hands.aws.ec2;
            let (vpc, _) = default_place(hands).await?;
            for _ in 0..10 {
                let table = ec2.create_route_table().vpc_id(&vpc);
                let table = made!("ec2:CreateRouteTable", table, |it| it.route_table?.route_table_id)?;
                for service in ["s3", "dynamodb"] {
                    let endpoint = ec2.create_vpc_endpoint().vpc_id(&vpc).route_table_ids(&table);
                    let endpoint = endpoint.service_name(format!("com.amazonaws.us-east-1.{service}"));
                    send!("ec2:CreateVpcEndpoint", endpoint)?;
                }
            }
            let mut blueprint = new_network(WayOut::Endpoints);
            hands.push_image().await?;
            crate::hands::IMAGE.clone_into(&mut blueprint.job_definitions[0].image);
            Ok(blueprint)
        })
    }),
    of("limit-full-environments", BATCH, &[wrong("limit-environments", "limit-full")], |hands| {
        Box::pin(async move {
            let names: Vec<_> = (1..=50).map(|number| format!("team-{number}")).collect();
            hands.idle_environments(&names).await?;
            Ok(Preset::Fargate.blueprint(STACK))
        })
    }),
    of("limit-full-queues", BATCH, &[wrong("limit-queues", "limit-full")], |hands| {
        Box::pin(async move {
            hands.idle_environments(&["shared".to_owned()]).await?;
            for number in 1..=50 {
                hands.queue(&format!("team-{number}"), "shared").await?;
            }
            Ok(Preset::Fargate.blueprint(STACK))
        })
    }),
    of("limit-full-roles", IAM, &[wrong("limit-roles", "limit-full")], |hands| {
        Box::pin(async move {
            for number in 1..=999 {
                hands.role(&format!("app-{number}"), "ec2.amazonaws.com").await?;
            }
            Ok(Preset::Fargate.blueprint(STACK))
        })
    }),
    of("limit-none-inf", ON_DEMAND, &[wrong("inf-vcpus", "limit-none")], |_| {
        Box::pin(async move { Ok(of_types(Preset::OnDemand, &["inf2.xlarge"])) })
    }),
    of(
        "limit-unknown",
        QUOTAS,
        &[
            doubt("fargate-vcpus", "limit-unknown"),
            doubt("limit-security-groups", "limit-unknown"),
            warning("may-look", "may-not-look"),
        ],
        |hands| {
            Box::pin(async move {
                permissions::all_but(hands, &["servicequotas:GetServiceQuota"])?;
                Ok(Preset::Fargate.blueprint(STACK))
            })
        },
    ),
];

/// Instances of somebody else's run and use four of the five vCPUs.
async fn busy(hands: &Hands) -> Result<(), AwsFault> {
    let iam = &hands.aws.iam;
    hands.role("web-servers", "ec2.amazonaws.com").await?;
    let profile = iam.create_instance_profile().instance_profile_name("web-servers");
    send!("iam:CreateInstanceProfile", profile)?;
    let add = iam.add_role_to_instance_profile().instance_profile_name("web-servers");
    send!("iam:AddRoleToInstanceProfile", add.role_name("web-servers"))?;
    hands.wait(Duration::from_mins(1));
    let (vpc, subnet) = default_place(hands).await?;
    let group = hands.aws.ec2.create_security_group().group_name("web-servers").vpc_id(vpc);
    let group = group.description("Made by hand");
    let group = made!("ec2:CreateSecurityGroup", group, |it| it.group_id)?;
    let resources = ComputeResource::builder()
        .r#type(CrType::Ec2)
        .allocation_strategy(CrAllocationStrategy::BestFitProgressive)
        .minv_cpus(4)
        .maxv_cpus(4)
        .instance_types("m6i.xlarge")
        .instance_role("web-servers")
        .subnets(subnet)
        .security_group_ids(group)
        .build();
    let environment = hands.aws.batch.create_compute_environment().compute_environment_name("theirs");
    let environment = environment.r#type(CeType::Managed).compute_resources(resources);
    send!("batch:CreateComputeEnvironment", environment)?;
    hands.wait(Duration::from_mins(10));
    Ok(())
}

/// The default VPC and its subnet in the region's first zone.
async fn default_place(hands: &Hands) -> Result<(String, String), AwsFault> {
    let first = Filter::builder().name("availability-zone").values("us-east-1a").build();
    let found = send!("ec2:DescribeSubnets", hands.aws.ec2.describe_subnets().filters(first))?;
    read_from("ec2:DescribeSubnets", found, |it| {
        let subnet = it.subnets?.into_iter().next()?;
        Some((subnet.vpc_id?, subnet.subnet_id?))
    })
}

impl Hands {
    /// Environments of somebody's, for computers that they start themselves.
    pub(crate) async fn idle_environments(&self, names: &[String]) -> Result<(), AwsFault> {
        self.role("batch", Role::Service.service()).await?;
        let attach = self.aws.iam.attach_role_policy().role_name("batch");
        let attach = attach.set_policy_arn(Role::Service.managed().map(str::to_owned));
        send!("iam:AttachRolePolicy", attach)?;
        // A role is known everywhere only after a while.
        self.wait(Duration::from_mins(2));
        for name in names {
            let new = self.aws.batch.create_compute_environment().compute_environment_name(name);
            let new = new.r#type(CeType::Unmanaged).service_role("arn:aws:iam::111122223333:role/batch");
            send!("batch:CreateComputeEnvironment", new)?;
        }
        self.wait(Duration::from_mins(2));
        Ok(())
    }

    /// A queue of somebody's.
    pub(crate) async fn queue(&self, name: &str, environment: &str) -> Result<(), AwsFault> {
        let order = ComputeEnvironmentOrder::builder().order(1).compute_environment(environment).build();
        let new = self.aws.batch.create_job_queue().job_queue_name(name).priority(1);
        send!("batch:CreateJobQueue", new.state(JqState::Enabled).compute_environment_order(order)).map(drop)
    }
}
