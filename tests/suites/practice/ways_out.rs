//! The ways out of a network of the stack's own: each becomes every other where it is; what somebody does to one is told
//! and put back; a gateway that AWS could not make is made anew.

use aws_sdk_ec2::types::{NatGatewayState, ResourceType, TagSpecification, VpcEndpoint};
use slipway_core::{
    blueprint::{Blueprint, Network, Preset, WayOut},
    job::{self, JobState},
    stack::Health,
};
use slipway_tests::seen;
use tokio::time::{Duration, sleep};

use crate::{
    account::{Account, fresh},
    launch::{IMAGE, job_for, push_image, see_through},
    runs::{create, done, done_when, look, put_back, tear_down},
    seam::Fault,
    stack::left_over,
};

const ALL: [WayOut; 3] = [WayOut::PublicIps, WayOut::NatGateway, WayOut::Endpoints];

fn with(way_out: WayOut) -> Blueprint {
    let network = Network::NewVpc { cidr: "10.42.0.0/16".to_owned(), way_out };
    let mut blueprint = Blueprint { network, ..Preset::Fargate.blueprint("imaging") };
    blueprint.job_definitions[0].image = IMAGE.into();
    blueprint.job_definitions[0].assign_public_ip = way_out == WayOut::PublicIps;
    blueprint
}

#[tokio::test(start_paused = true)]
async fn each_way_out_becomes_every_other_where_it_is() {
    let mut turned = 0;
    for from in ALL {
        for to in ALL.into_iter().filter(|to| *to != from) {
            let what = format!("{from:?} to {to:?}");
            let account = fresh(7).await;
            let before = account.practice.dump().unwrap();
            push_image(&account).await;
            let pushed = account.practice.dump().unwrap();
            done_when(&create(&account, &with(from)).await, &what);
            let vpc = own_vpc(&account).await;
            done_when(&create(&account, &with(to)).await, &what);
            assert_eq!(own_vpc(&account).await, vpc, "{what}: the network is the same");
            let view = look(&account).await;
            assert_eq!(view.summary.health, Health::Healthy, "{what}: {:?}", view.summary.finding);
            account.seam.set(Fault::None);
            done_when(&create(&account, &with(to)).await, &what);
            assert_eq!(account.seam.changing(), 0, "{what}: a second time changed something");
            let target = job::targets(&account.session).await.unwrap().remove(0);
            let state = see_through(&account.session, &job_for(&target, "first")).await.0.summary.state;
            assert_eq!(state, JobState::Succeeded, "{what}");
            done_when(&tear_down(&account).await, &what);
            assert_eq!(left_over(&pushed, &account.practice.dump().unwrap()), Vec::<String>::new(), "{what}");
            assert_ne!(before, pushed, "what was pushed stays");
            turned += 1;
        }
    }
    seen::all("ways out turned into another, the network the same", turned, 6);
}

async fn own_vpc(account: &Account) -> String {
    let vpcs = account.session.aws.read.ec2.describe_vpcs().send().await.unwrap();
    let own = vpcs.vpcs().iter().find(|vpc| vpc.is_default() != Some(true)).unwrap();
    own.vpc_id().unwrap().to_owned()
}

#[tokio::test(start_paused = true)]
async fn what_somebody_does_to_an_endpoint_is_told_and_put_back() {
    let account = fresh(7).await;
    push_image(&account).await;
    done(&create(&account, &with(WayOut::Endpoints)).await);
    let ec2 = &account.session.aws.once.ec2;
    let found = ec2.describe_vpc_endpoints().send().await.unwrap();
    let of = |end: &str| {
        found.vpc_endpoints().iter().find(|one| one.service_name().unwrap().ends_with(end)).unwrap()
    };
    let id = |end: &str| of(end).vpc_endpoint_id().unwrap().to_owned();
    let logs = of(".logs");
    let narrow =
        r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"logs:PutLogEvents","Resource":"*"}]}"#;
    let change = ec2.modify_vpc_endpoint().vpc_endpoint_id(id(".logs")).policy_document(narrow);
    let change = change.private_dns_enabled(false).remove_subnet_ids(&logs.subnet_ids()[0]);
    change.send().await.unwrap();
    let routes = ec2.modify_vpc_endpoint().vpc_endpoint_id(id(".s3"));
    let tables = found.vpc_endpoints().iter().flat_map(VpcEndpoint::route_table_ids).next().unwrap();
    routes.remove_route_table_ids(tables).send().await.unwrap();
    ec2.delete_vpc_endpoints().vpc_endpoint_ids(id(".ecr.api")).send().await.unwrap();
    let group = ec2.describe_security_groups().send().await.unwrap();
    let group = group.security_groups().iter().find(|one| one.group_name() == Some("imaging-endpoints"));
    let group = group.unwrap();
    let shut = ec2.revoke_security_group_ingress().group_id(group.group_id().unwrap());
    shut.set_ip_permissions(Some(group.ip_permissions().to_vec())).send().await.unwrap();
    sleep(Duration::from_mins(5)).await;

    let view = look(&account).await;
    let told = |id: &str| {
        let item = view.items.iter().find(|item| item.id == format!("resource:{id}")).unwrap();
        let mut what: Vec<_> = item.differences.iter().map(|one| one.what.clone()).collect();
        what.sort();
        what
    };
    assert_eq!(told("vpc-endpoint/logs"), ["PrivateDnsEnabled", "SubnetIds", "policy"]);
    assert_eq!(told("vpc-endpoint/s3"), ["RouteTableIds"]);
    assert_eq!(told("security-group/endpoints"), ["ingress"]);
    for part in ["vpc-endpoint/logs", "vpc-endpoint/s3", "security-group/endpoints", "vpc-endpoint/ecr-api"] {
        done_when(&put_back(&account, part).await, part);
    }
    let view = look(&account).await;
    assert_eq!(view.summary.health, Health::Healthy, "{:?}", view.summary.finding);
}

#[tokio::test(start_paused = true)]
async fn a_nat_gateway_that_is_gone_or_failed_is_made_anew() {
    let account = fresh(7).await;
    let before = account.practice.dump().unwrap();
    done(&create(&account, &with(WayOut::NatGateway)).await);
    let ec2 = &account.session.aws.once.ec2;
    let nats = ec2.describe_nat_gateways().send().await.unwrap();
    let first = nats.nat_gateways()[0].clone();
    ec2.delete_nat_gateway().nat_gateway_id(first.nat_gateway_id().unwrap()).send().await.unwrap();
    sleep(Duration::from_mins(5)).await;
    assert_eq!(look(&account).await.summary.health, Health::Incomplete);
    done(&create(&account, &with(WayOut::NatGateway)).await);
    let second = available(&account).await;
    assert_ne!(Some(second.as_str()), first.nat_gateway_id());

    // One that AWS could not make: the VPC had no internet gateway at that moment.
    ec2.delete_nat_gateway().nat_gateway_id(&second).send().await.unwrap();
    sleep(Duration::from_mins(5)).await;
    let gateways = ec2.describe_internet_gateways().send().await.unwrap();
    let own = own_vpc(&account).await;
    let attached = |one: &&aws_sdk_ec2::types::InternetGateway| one.attachments()[0].vpc_id() == Some(&own);
    let gateway = gateways.internet_gateways().iter().find(attached).unwrap();
    let gateway = gateway.internet_gateway_id().unwrap();
    ec2.detach_internet_gateway().internet_gateway_id(gateway).vpc_id(&own).send().await.unwrap();
    let tags = TagSpecification::builder().resource_type(ResourceType::Natgateway);
    let tags = tags.set_tags(Some(first.tags().to_vec())).build();
    let address = first.nat_gateway_addresses()[0].allocation_id().unwrap();
    let again = ec2.create_nat_gateway().subnet_id(first.subnet_id().unwrap()).allocation_id(address);
    again.tag_specifications(tags).send().await.unwrap();
    ec2.attach_internet_gateway().internet_gateway_id(gateway).vpc_id(&own).send().await.unwrap();
    sleep(Duration::from_mins(5)).await;
    let view = look(&account).await;
    assert_eq!(view.summary.health, Health::Broken);
    let words = view.summary.finding.text;
    assert!(words.contains("has no Internet gateway attached"), "AWS's own reason is told: {words}");
    done(&create(&account, &with(WayOut::NatGateway)).await);
    available(&account).await;
    done(&tear_down(&account).await);
    assert_eq!(left_over(&before, &account.practice.dump().unwrap()), Vec::<String>::new());
}

/// The one that works.
async fn available(account: &Account) -> String {
    let nats = account.session.aws.read.ec2.describe_nat_gateways().send().await.unwrap();
    let works = nats.nat_gateways().iter().find(|nat| nat.state() == Some(&NatGatewayState::Available));
    works.expect("a NAT gateway works").nat_gateway_id().unwrap().to_owned()
}
