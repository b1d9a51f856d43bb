//! The steps of a cure as lines of the AWS CLI, for whoever does them by hand: typed one after the other into one POSIX
//! shell, since what one makes the next ones name.

use ipnet::Ipv4Net;

use crate::{
    mend::{Change, EVERYWHERE, What},
    network::VpcFacts,
    shell::quoted,
    words::{Text, say},
};

/// What is typed for changes that Slipway could make as well.
pub(super) fn of_changes(changes: &[Change], region: &str) -> Vec<String> {
    changes.iter().map(|change| of_change(change, region)).collect()
}

fn of_change(change: &Change, region: &str) -> String {
    let there = change.difference.found.is_some();
    let vpc = change.vpc.as_str();
    let ec2 = |words: &[&str]| ec2(region, words);
    match &change.what {
        What::Gateway { gateway } => {
            ec2(&["attach-internet-gateway", "--internet-gateway-id", gateway, "--vpc-id", vpc])
        }
        What::Route { table, target } => {
            route(region, there, table, EVERYWHERE, target_named(target), target)
        }
        What::AutoAssign { subnet } => {
            ec2(&["modify-subnet-attribute", "--subnet-id", subnet, "--map-public-ip-on-launch"])
        }
        What::DnsSupport => {
            ec2(&["modify-vpc-attribute", "--vpc-id", vpc, "--enable-dns-support", "Value=true"])
        }
        What::DnsHostnames => {
            ec2(&["modify-vpc-attribute", "--vpc-id", vpc, "--enable-dns-hostnames", "Value=true"])
        }
        What::PrivateDns { endpoint } => {
            ec2(&["modify-vpc-endpoint", "--vpc-endpoint-id", endpoint, "--private-dns-enabled"])
        }
        What::LetIn { group, cidr } => {
            let_https(region, "authorize-security-group-ingress", &quoted(group), cidr)
        }
        What::LetOut { group } => {
            let permission =
                format!("IpProtocol=tcp,FromPort=443,ToPort=443,IpRanges=[{{CidrIp={EVERYWHERE}}}]");
            ec2(&["authorize-security-group-egress", "--group-id", group, "--ip-permissions", &permission])
        }
        What::AclEntry { acl, number, egress, cidr, first, last } => {
            let (number, ports) = (number.to_string(), format!("From={first},To={last}"));
            let way = if *egress { "--egress" } else { "--ingress" };
            ec2(&[
                "create-network-acl-entry",
                "--network-acl-id",
                acl,
                "--rule-number",
                &number,
                way,
                "--protocol",
                "6",
                "--rule-action",
                "allow",
                "--cidr-block",
                cidr,
                "--port-range",
                &ports,
            ])
        }
        What::EndpointTable { endpoint, table } => {
            ec2(&["modify-vpc-endpoint", "--vpc-endpoint-id", endpoint, "--add-route-table-ids", table])
        }
    }
}

/// What is typed for a step that is a person's; nothing where it takes more than lines to type.
pub(super) fn of_step(step: &Text, facts: &VpcFacts, region: &str) -> Vec<String> {
    let of = |name: &str| step.params.get(name).map(String::as_str).unwrap_or_default();
    let each = |name: &str| -> Vec<String> { of(name).split(", ").map(str::to_owned).collect() };
    match step.code.as_str() {
        "cure-gateway-make" => vec![
            kept("gateway", region, "create-internet-gateway", &[], "InternetGateway.InternetGatewayId"),
            format!(
                "{} --internet-gateway-id \"$gateway\"",
                ec2(region, &["attach-internet-gateway", "--vpc-id", of("vpc")])
            ),
        ],
        "cure-route-add" => target(of("target"))
            .map(|target| route(region, false, of("table"), EVERYWHERE, target.0, &target.1))
            .into_iter()
            .collect(),
        "cure-route-point" | "cure-route-point-live" => target(of("target"))
            .map(|target| route(region, true, of("table"), EVERYWHERE, target.0, &target.1))
            .into_iter()
            .collect(),
        "cure-route-point-halves" => target(of("target"))
            .into_iter()
            .flat_map(|target| {
                ["0.0.0.0/1", "128.0.0.0/1"]
                    .map(|half| route(region, true, of("table"), half, target.0, &target.1))
            })
            .collect(),
        "cure-blocked-exempt" => {
            let vpc = ["create-vpc-block-public-access-exclusion", "--vpc-id", of("vpc")];
            vec![ec2(region, &[&vpc[..], &["--internet-gateway-exclusion-mode", of("mode")]].concat())]
        }
        "cure-nat-make" => nat(region, &quoted(of("subnet"))),
        "cure-nat-make-apart" => apart(region, facts, of("gateway")).unwrap_or_default(),
        "cure-endpoints-make" => endpoints(region, facts, &each("services"), &each("subnets"), &each("cidr")),
        "cure-endpoint-route" => {
            let tables = each("tables");
            let mut words =
                vec!["create-vpc-endpoint", "--vpc-id", &facts.id, "--service-name", of("service")];
            words.push("--route-table-ids");
            words.extend(tables.iter().map(String::as_str));
            vec![ec2(region, &words)]
        }
        _ => vec![],
    }
}

fn ec2(region: &str, words: &[&str]) -> String {
    let words: Vec<_> = words.iter().map(|word| quoted(word)).collect();
    format!("aws ec2 {} --region {}", words.join(" "), quoted(region))
}

/// Keeps what is made in a variable of the shell's.
fn kept(variable: &str, region: &str, operation: &str, words: &[&str], query: &str) -> String {
    let words: Vec<_> = [operation].iter().chain(words).copied().collect();
    format!("{variable}=$({} --query {query} --output text)", ec2(region, &words))
}

/// The option that names what a route leads to, and the word for it; nothing where nobody knows which it is.
fn target(target: &str) -> Option<(&'static str, String)> {
    if target == say("cure-new-gateway", &[]).text {
        return Some(("--gateway-id", "\"$gateway\"".to_owned()));
    }
    if target == say("cure-new-nat", &[]).text {
        return Some(("--nat-gateway-id", "\"$nat\"".to_owned()));
    }
    let is_id = target.starts_with("igw-") || target.starts_with("nat-");
    is_id.then(|| (target_named(target), quoted(target)))
}

fn target_named(target: &str) -> &'static str {
    if target.starts_with("nat-") { "--nat-gateway-id" } else { "--gateway-id" }
}

fn route(region: &str, there: bool, table: &str, to: &str, option: &str, target: &str) -> String {
    let operation = if there { "replace-route" } else { "create-route" };
    let begin = ec2(region, &[operation, "--route-table-id", table, "--destination-cidr-block", to]);
    format!("{begin} {option} {target}")
}

/// In a subnet that a word of the shell's names.
fn nat(region: &str, subnet: &str) -> Vec<String> {
    let wait = ec2(region, &["wait", "nat-gateway-available"]);
    vec![
        kept("address", region, "allocate-address", &["--domain", "vpc"], "AllocationId"),
        format!(
            "nat=$({} --subnet-id {subnet} --allocation-id \"$address\" --query NatGateway.NatGatewayId --output text)",
            ec2(region, &["create-nat-gateway"])
        ),
        format!("{wait} --nat-gateway-ids \"$nat\""),
    ]
}

/// In a subnet of its own, in addresses that nothing has yet.
fn apart(region: &str, facts: &VpcFacts, gateway: &str) -> Option<Vec<String>> {
    let (option, gateway) = target(gateway)?;
    let taken: Vec<Ipv4Net> = facts.subnets.as_ref().ok()?.iter().filter_map(|subnet| subnet.cidr).collect();
    let zone = facts.subnets.iter().flatten().next()?.zone.clone();
    let free = |block: &Ipv4Net| !taken.iter().any(|one| one.contains(block) || block.contains(one));
    let all = facts.blocks.iter().filter_map(|block| block.subnets(28).ok());
    let block = all.flatten().find(free)?.to_string();
    let of_vpc = ["--vpc-id", facts.id.as_str()];
    let place = [&of_vpc[..], &["--cidr-block", &block, "--availability-zone", &zone]].concat();
    let tie = ec2(region, &["associate-route-table"]);
    let lead = ec2(region, &["create-route", "--destination-cidr-block", EVERYWHERE]);
    let mut lines = vec![
        kept("subnet", region, "create-subnet", &place, "Subnet.SubnetId"),
        kept("table", region, "create-route-table", &of_vpc, "RouteTable.RouteTableId"),
        format!("{tie} --route-table-id \"$table\" --subnet-id \"$subnet\""),
        format!("{lead} --route-table-id \"$table\" {option} {gateway}"),
    ];
    lines.extend(nat(region, "\"$subnet\""));
    Some(lines)
}

/// With a group of their own, which lets HTTPS in from the VPC.
fn endpoints(
    region: &str,
    facts: &VpcFacts,
    services: &[String],
    subnets: &[String],
    blocks: &[String],
) -> Vec<String> {
    let named = ["--group-name", "endpoints", "--description", "HTTPS to endpoints", "--vpc-id", &facts.id];
    let mut lines = vec![kept("group", region, "create-security-group", &named, "GroupId")];
    let open = |block| let_https(region, "authorize-security-group-ingress", "\"$group\"", block);
    lines.extend(blocks.iter().map(|block| open(block)));
    lines.extend(services.iter().map(|service| {
        let mut words =
            vec!["create-vpc-endpoint", "--vpc-endpoint-type", "Interface", "--vpc-id", &facts.id];
        words.extend(["--service-name", service, "--private-dns-enabled", "--subnet-ids"]);
        words.extend(subnets.iter().map(String::as_str));
        format!("{} --security-group-ids \"$group\"", ec2(region, &words))
    }));
    lines
}

/// For a group that a word of the shell's names.
fn let_https(region: &str, operation: &str, group: &str, cidr: &str) -> String {
    let begin = ec2(region, &[operation, "--protocol", "tcp", "--port", "443", "--cidr", cidr]);
    format!("{begin} --group-id {group}")
}
