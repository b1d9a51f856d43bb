//! `slipway networks` and `slipway instance-types`: what the account has to choose from.

use clap::Args;
use serde::Serialize;
use slipway_core::{
    blueprint::families_of,
    error::AppError,
    network::Exit,
    offer::{self, InstancePrice, InstanceType, SubnetOffer, VpcOffer},
    words::say,
};

use crate::{
    args::Global,
    exit::{Ended, Outcome},
    output::Output,
    text::columns,
};

#[derive(Debug, Args)]
pub(crate) struct TypesArguments {
    /// Types (m6i.large), families (m6i), AWS's choices (default_arm64); with their prices
    #[arg(value_name = "NAME")]
    names: Vec<String>,
}

pub(crate) async fn networks(global: &Global, out: Output) -> Ended {
    let session = global.sign_in().await?.session;
    let vpcs = offer::networks(&session).await?;
    if out.is_json() {
        out.document(&vpcs);
        return Ok(Outcome::Done);
    }
    for vpc in &vpcs {
        out.line(&heading(vpc));
        let subnets = vpc.subnets.iter().map(subnet);
        let groups = vpc.security_groups.iter().map(|group| {
            vec![format!("  {}", group.id), group.name.clone(), String::new(), group.description.clone()]
        });
        out.table(&subnets.chain(groups).collect::<Vec<_>>());
    }
    Ok(Outcome::Done)
}

fn heading(vpc: &VpcOffer) -> String {
    let name = vpc.name.as_deref().unwrap_or(if vpc.is_default { "default VPC" } else { "" });
    [vpc.id.as_str(), vpc.cidr.as_str(), name].join("  ").trim_end().to_owned()
}

fn subnet(subnet: &SubnetOffer) -> Vec<String> {
    let way = match &subnet.exit {
        Some(Exit::InternetGateway(id)) if subnet.gives_public_ips => format!("{id}, gives public addresses"),
        Some(Exit::InternetGateway(id)) => format!("{id}, gives no public addresses"),
        Some(Exit::Nat(id) | Exit::Elsewhere(id)) => id.clone(),
        Some(Exit::Nowhere) => "no way out".to_owned(),
        None => String::new(),
    };
    let name = subnet.name.clone().unwrap_or_default();
    let room = format!("{} free of {}", subnet.free_addresses, subnet.cidr);
    vec![format!("  {}", subnet.id), [subnet.zone.as_str(), &name].join(" "), room, way]
}

pub(crate) async fn instance_types(global: &Global, arguments: &TypesArguments, out: Output) -> Ended {
    let session = global.sign_in().await?.session;
    let types = offer::instance_types(&session).await?;
    let named = |one: &&InstanceType| {
        arguments.names.is_empty() || arguments.names.iter().any(|name| is_of(one, name))
    };
    let families: Vec<_> = arguments.names.iter().flat_map(|name| families_of(name)).collect();
    // Prices of hundreds of types take their time, and nobody asked for them.
    let prices = if arguments.names.is_empty() {
        vec![]
    } else {
        offer::prices(&session, &families).await.unwrap_or_default()
    };
    let priced = |of: &InstanceType| prices.iter().find(|price| price.name == of.name).cloned();
    let types: Vec<_> =
        types.iter().filter(named).map(|of| Priced { of: of.clone(), price: priced(of) }).collect();
    let is_known = |name: &&String| types.iter().any(|one| is_of(&one.of, name));
    let unknown: Vec<_> = arguments.names.iter().filter(|name| !is_known(name)).cloned().collect();
    if !unknown.is_empty() {
        let params = [("names", &*unknown.join(", ")), ("region", &session.region)];
        return Err(AppError::new(say("type-unknown", &params)).advise(say("type-unknown-advice", &[])));
    }
    out.result(&types, || columns(&types.iter().map(row).collect::<Vec<_>>()));
    Ok(Outcome::Done)
}

/// Whether it is the type of this name, or of this family, or among this choice of AWS.
fn is_of(one: &InstanceType, name: &str) -> bool {
    let family = one.name.split('.').next();
    families_of(name).iter().any(|named| one.name == *named || family == Some(named))
}

/// A type, and its price where one was asked for and is known.
#[derive(Serialize)]
struct Priced {
    #[serde(flatten)]
    of: InstanceType,
    price: Option<InstancePrice>,
}

fn row(Priced { of: one, price }: &Priced) -> Vec<String> {
    let memory = f64::from(one.memory_mib) / 1024.0;
    let gpus = one.gpus.as_ref().map(|gpus| format!("{} × {}", gpus.count, gpus.name));
    let usd = price.as_ref().map(|price| format!("${:.4} an hour", price.on_demand));
    let spot = price.as_ref().and_then(|price| price.spot).map(|spot| format!("Spot ${:.4}", spot.low));
    vec![
        one.name.clone(),
        format!("{} vCPU", one.vcpus),
        format!("{memory} GiB"),
        one.architecture.batch().to_lowercase(),
        gpus.unwrap_or_default(),
        usd.unwrap_or_default(),
        spot.unwrap_or_default(),
    ]
}
