//! A route table of the stack's own VPC: where its subnets send what goes out of it.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use aws_sdk_ec2::types::{ResourceType, RouteState};

use super::{
    Addition, Attribute, Call, Difference, Evidence, Facts, InternetGatewayId, Kind, Known, NatGatewayId,
    Observed, Permission, Ref, Resource, ResourceId, RouteTableId, Stack, SubnetId, Tagged, Verdict, VpcId,
    call, gone_is_done, not_known,
    tags::{Tags, from_ec2},
    there_is_done,
};
use crate::{
    aws::{AwsFault, Clients, fault},
    terraform::{self, Block, File, Part, Value},
};

const EVERYWHERE: &str = "0.0.0.0/0";

/// A route table, and the subnets that use it.
#[derive(Debug, Clone)]
pub(crate) struct RouteTable {
    pub(crate) stack: Arc<Stack>,
    /// `main` of the jobs' subnets, `public` of a NAT gateway's.
    pub(crate) part: String,
    pub(crate) vpc: Ref<VpcId>,
    /// Where everything else goes; nowhere where there are only endpoints.
    pub(crate) exit: Option<Exit>,
    pub(crate) subnets: Vec<Ref<SubnetId>>,
}

/// What leads out of the VPC.
#[derive(Debug, Clone)]
pub(crate) enum Exit {
    /// For what has a public address.
    Gateway(Ref<InternetGatewayId>),
    /// For everything.
    Nat(Ref<NatGatewayId>),
}

impl Exit {
    fn of(&self) -> &ResourceId {
        match self {
            Self::Gateway(gateway) => &gateway.of,
            Self::Nat(nat) => &nat.of,
        }
    }

    fn get<'k>(&self, known: &'k Known) -> Option<&'k str> {
        match self {
            Self::Gateway(gateway) => gateway.get(known),
            Self::Nat(nat) => nat.get(known),
        }
    }
}

/// The route table as found.
#[derive(Debug, Clone)]
pub(crate) struct RouteTableFacts {
    id: String,
    /// Where `0.0.0.0/0` goes while that route is active.
    way_out: Option<String>,
    /// Whether there is a route for `0.0.0.0/0` at all, working or not.
    has_default_route: bool,
    /// The other routes that somebody has put into it: where to, and through what.
    besides: Vec<(String, String)>,
    /// Subnet to association.
    associations: BTreeMap<String, String>,
    tags: Tags,
}

#[async_trait]
impl Resource for RouteTable {
    type Facts = RouteTableFacts;

    fn id(&self) -> ResourceId {
        ResourceId::new(Kind::RouteTable, &self.part)
    }

    fn name(&self) -> String {
        self.stack.ec2_name(&Resource::id(self))
    }

    fn depends_on(&self) -> Vec<ResourceId> {
        let mut on = vec![self.vpc.of.clone()];
        on.extend(self.exit.iter().map(|exit| exit.of().clone()));
        on.extend(self.subnets.iter().map(|subnet| subnet.of.clone()));
        on
    }

    async fn observe(&self, aws: &Clients) -> Observed<Self::Facts> {
        Observed::from_lookup(self.look(aws).await)
    }

    fn tagged<'f>(&'f self, facts: &'f Self::Facts) -> Option<Tagged<'f>> {
        Some(Tagged::ec2(&self.stack, &facts.id, &facts.tags))
    }

    fn known(&self, facts: &Self::Facts) -> Facts {
        Facts::none().with(Attribute::Id, &facts.id)
    }

    fn evidence(&self, facts: &Self::Facts) -> Vec<Evidence> {
        vec![
            Evidence::new("RouteTableId", &facts.id),
            Evidence::new(EVERYWHERE, facts.way_out.as_deref().unwrap_or("none")),
            Evidence::new("Associations", facts.associations.keys().cloned().collect::<Vec<_>>().join(", ")),
        ]
    }

    fn judge(&self, facts: &Self::Facts, known: &Known) -> Verdict {
        // What is yet to be made has no id, but it is wanted all the same.
        let id = |exit: &Exit| exit.get(known).map_or_else(|| exit.of().to_string(), str::to_owned);
        let wanted = self.exit.as_ref().map(id).unwrap_or_default();
        let found = facts.way_out.as_deref().unwrap_or_default();
        let mut wrong: Vec<_> = Difference::between("route 0.0.0.0/0", found, wanted).into_iter().collect();
        for subnet in &self.subnets {
            let id = subnet.get(known).unwrap_or_default();
            if !facts.associations.contains_key(id) {
                let wanted = if id.is_empty() { subnet.of.to_string() } else { id.to_owned() };
                wrong.push(Difference::lacking("association", wanted));
            }
        }
        Verdict::in_place(wrong)
    }

    fn create(&self) -> Vec<Call> {
        let mut calls = vec![
            call!(self, "ec2:CreateRouteTable", self.name(), LookFirst, |me, aws, known| {
                let action = "ec2:CreateRouteTable";
                let vpc = me.vpc.get(&known).ok_or_else(|| not_known(action, "the VPC"))?;
                let tags = me.stack.ec2_tags(&Resource::id(&me), ResourceType::RouteTable);
                let request = aws.once.ec2.create_route_table().vpc_id(vpc).tag_specifications(tags);
                let made = request.send().await.map_err(fault(action))?;
                let id = made.route_table().and_then(|table| table.route_table_id());
                Ok(Facts::none().with(Attribute::Id, id.unwrap_or_default()))
            })
            .also_needs(Permission::new("ec2:CreateTags", "*"))
            .makes(self),
        ];
        calls.extend(self.exit.as_ref().map(|exit| self.route_out(exit, false)));
        calls.extend(self.subnets.iter().map(|subnet| self.associate(subnet)));
        calls
    }

    fn change(&self, facts: &Self::Facts, known: &Known) -> Vec<Call> {
        let mut calls = Vec::new();
        match &self.exit {
            Some(exit) if facts.way_out.is_none() || facts.way_out.as_deref() != exit.get(known) => {
                calls.push(self.route_out(exit, facts.has_default_route));
            }
            None if facts.has_default_route => calls.push(self.route_off(&facts.id, EVERYWHERE)),
            _ => {}
        }
        let lacking = self
            .subnets
            .iter()
            .filter(|subnet| subnet.get(known).is_none_or(|id| !facts.associations.contains_key(id)));
        calls.extend(lacking.map(|subnet| self.associate(subnet)));
        calls
    }

    fn additions(&self, facts: &Self::Facts) -> Vec<Addition> {
        let addition = |(to, through): &(String, String)| Addition {
            difference: Difference::added(&format!("route {to}"), through),
            call: self.route_off(&facts.id, to),
        };
        facts.besides.iter().map(addition).collect()
    }

    fn delete(&self, facts: &Self::Facts) -> Vec<Call> {
        let mut calls = Vec::new();
        for (subnet, association) in facts.associations.clone() {
            calls.push(call!(self, "ec2:DisassociateRouteTable", format!("{} ({subnet})", self.name()), Harmless, |me, aws, known| {
                let request = aws.once.ec2.disassociate_route_table().association_id(&association);
                gone_is_done(request.send().await.map_err(fault("ec2:DisassociateRouteTable")))
            } ; association));
        }
        let id = facts.id.clone();
        calls.push(call!(self, "ec2:DeleteRouteTable", format!("{} ({id})", self.name()), Harmless, |me, aws, known| {
            let request = aws.once.ec2.delete_route_table().route_table_id(&id);
            gone_is_done(request.send().await.map_err(fault("ec2:DeleteRouteTable")))
        } ; id));
        calls
    }

    fn terraform_address(&self) -> Option<String> {
        let public = matches!(self.exit, Some(Exit::Gateway(_)));
        Some(if public { "aws_route_table.public" } else { "aws_route_table.private" }.to_owned())
    }

    fn terraform(&self, facts: Option<&Self::Facts>, with: &terraform::Context<'_>) -> terraform::Part {
        let id = Resource::id(self);
        let address = with.address(&id);
        let own_id = Value::code(format!("{address}.id"));
        let table = Block::resource(address).set("vpc_id", with.refer(&self.vpc)).set("tags", with.tags(&id));
        let mut part = Part::of(File::Network, [table]).import(address, facts.map(|facts| &facts.id));
        if let Some(exit) = &self.exit {
            let (name, through, target) = match exit {
                Exit::Gateway(gateway) => ("aws_route.internet", "gateway_id", with.refer(gateway)),
                Exit::Nat(nat) => ("aws_route.nat", "nat_gateway_id", with.refer(nat)),
            };
            let route = Block::resource(name)
                .set("route_table_id", own_id.clone())
                .set("destination_cidr_block", EVERYWHERE)
                .set(through, target);
            let there = facts.filter(|facts| facts.has_default_route);
            part.blocks.push((File::Network, route));
            part = part.import(name, there.map(|facts| format!("{}_{EVERYWHERE}", facts.id)));
            part.usable_after.push(name.to_owned());
        }
        for subnet in &self.subnets {
            let association = format!("aws_route_table_association.{}", with.label(&subnet.of));
            let block = Block::resource(&association)
                .set("subnet_id", with.refer(subnet))
                .set("route_table_id", own_id.clone());
            part.blocks.push((File::Network, block));
            part.usable_after.push(association.clone());
            let there = facts.and_then(|facts| {
                let subnets = facts.associations.keys();
                let subnet = subnets.into_iter().find(|id| subnet.get(with.known) == Some(id.as_str()))?;
                Some(format!("{subnet}/{}", facts.id))
            });
            part = part.import(&association, there);
        }
        part
    }
}

impl RouteTable {
    /// The route to everywhere; one that is there already, dead or to elsewhere, is replaced, since `CreateRoute`
    /// refuses.
    fn route_out(&self, exit: &Exit, replace: bool) -> Call {
        let (exit, on) = (exit.clone(), format!("{} ({EVERYWHERE})", self.name()));
        if replace {
            return call!(self, "ec2:ReplaceRoute", on, Harmless, |me, aws, known| {
                let action = "ec2:ReplaceRoute";
                let (table, (gateway, nat)) = (me.own_id(&known, action)?, ends(&exit, &known, action)?);
                let request = aws.once.ec2.replace_route().route_table_id(table);
                let request = request.set_gateway_id(gateway).set_nat_gateway_id(nat);
                let sent = request.destination_cidr_block(EVERYWHERE).send().await;
                sent.map_err(fault(action)).map(|_| Facts::none())
            } ; exit);
        }
        call!(self, "ec2:CreateRoute", on, Harmless, |me, aws, known| {
            let action = "ec2:CreateRoute";
            let (table, (gateway, nat)) = (me.own_id(&known, action)?, ends(&exit, &known, action)?);
            let request = aws.once.ec2.create_route().route_table_id(table);
            let request = request.set_gateway_id(gateway).set_nat_gateway_id(nat);
            let sent = request.destination_cidr_block(EVERYWHERE).send().await;
            there_is_done(sent.map_err(fault(action)))
        } ; exit)
    }

    fn route_off(&self, table: &str, to: &str) -> Call {
        let (table, to) = (table.to_owned(), to.to_owned());
        call!(self, "ec2:DeleteRoute", format!("{} ({to})", self.name()), Harmless, |me, aws, known| {
            let request = aws.once.ec2.delete_route().route_table_id(&table).destination_cidr_block(&to);
            gone_is_done(request.send().await.map_err(fault("ec2:DeleteRoute")))
        } ; table, to)
    }

    fn own_id(&self, known: &Known, action: &str) -> Result<String, AwsFault> {
        let own = Ref::<RouteTableId>::to(Resource::id(self));
        own.get(known).map(str::to_owned).ok_or_else(|| not_known(action, "the route table"))
    }

    fn associate(&self, subnet: &Ref<SubnetId>) -> Call {
        let subnet = subnet.clone();
        let on = format!("{} ({})", self.name(), subnet.of);
        call!(self, "ec2:AssociateRouteTable", on, Harmless, |me, aws, known| {
            let action = "ec2:AssociateRouteTable";
            let table = me.own_id(&known, action)?;
            let subnet = subnet.get(&known).ok_or_else(|| not_known(action, "the subnet"))?;
            let request = aws.once.ec2.associate_route_table().route_table_id(table).subnet_id(subnet);
            there_is_done(request.send().await.map_err(fault(action)))
        } ; subnet)
    }

    async fn look(&self, aws: &Clients) -> Result<Option<RouteTableFacts>, AwsFault> {
        let filters = self.stack.ec2_filters(&Resource::id(self));
        let found = aws.read.ec2.describe_route_tables().set_filters(filters).send().await;
        let found = found.map_err(fault("ec2:DescribeRouteTables"))?;
        let Some(table) = found.route_tables().first() else { return Ok(None) };
        let default = table.routes().iter().find(|route| route.destination_cidr_block() == Some(EVERYWHERE));
        // The route within the VPC comes with the table, those to endpoints with the endpoints.
        let besides = table.routes().iter().filter_map(|route| {
            let to = route.destination_cidr_block().filter(|to| *to != EVERYWHERE)?;
            let through = route.gateway_id().or(route.nat_gateway_id()).or(route.transit_gateway_id());
            let through = through.or(route.vpc_peering_connection_id()).or(route.network_interface_id());
            let through = through.unwrap_or("something else");
            (through != "local").then(|| (to.to_owned(), through.to_owned()))
        });
        let associations = table.associations().iter();
        Ok(Some(RouteTableFacts {
            id: table.route_table_id().unwrap_or_default().to_owned(),
            way_out: default
                .filter(|route| route.state() == Some(&RouteState::Active))
                .and_then(|route| route.gateway_id().or(route.nat_gateway_id()).map(str::to_owned)),
            has_default_route: default.is_some(),
            besides: besides.collect(),
            associations: associations
                .filter_map(|a| Some((a.subnet_id()?.to_owned(), a.route_table_association_id()?.to_owned())))
                .collect(),
            tags: from_ec2(table.tags()),
        }))
    }
}

/// The internet gateway or the NAT gateway that a route leads through.
fn ends(exit: &Exit, known: &Known, action: &str) -> Result<(Option<String>, Option<String>), AwsFault> {
    let id = |id: Option<&str>, what| id.map(str::to_owned).ok_or_else(|| not_known(action, what));
    Ok(match exit {
        Exit::Gateway(gateway) => (Some(id(gateway.get(known), "the internet gateway")?), None),
        Exit::Nat(nat) => (None, Some(id(nat.get(known), "the NAT gateway")?)),
    })
}
