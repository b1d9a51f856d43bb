//! An endpoint of the stack's own VPC: a way to one service of AWS that needs no way out.

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use aws_sdk_ec2::types::{self as ec2, ResourceType, UnsuccessfulItem, VpcEndpointType};

use super::{
    Attribute, Attributes, Call, Difference, Evidence, Facts, Kind, Known, Mend, Observed, Permission, Ref,
    Resource, ResourceId, RouteTableId, SecurityGroupId, Stack, SubnetId, Tagged, Verdict, VpcEndpointId,
    VpcId, call, gone_is_done, not_known,
    tags::{Tags, from_ec2},
};
use crate::{
    aws::{AwsFault, Clients, FaultKind, fault},
    network::allows_everything,
    terraform::{self, Block, File, Part, Piece, Value},
    words::say,
};

/// An endpoint of one service.
#[derive(Debug, Clone)]
pub(crate) struct VpcEndpoint {
    pub(crate) stack: Arc<Stack>,
    /// The end of its service's name: `ecr.api`.
    pub(crate) end: &'static str,
    pub(crate) vpc: Ref<VpcId>,
    pub(crate) by: By,
}

/// How what is in the VPC comes to it.
#[derive(Debug, Clone)]
pub(crate) enum By {
    /// By the service's own name, which leads to a network interface in each subnet.
    Interface { subnets: Vec<Ref<SubnetId>>, group: Ref<SecurityGroupId> },
    /// By a route, which the endpoint puts into the table.
    Route(Ref<RouteTableId>),
}

/// The endpoint as found.
#[derive(Debug, Clone)]
pub(crate) struct VpcEndpointFacts {
    id: String,
    service: String,
    /// In lower case: EC2 writes `available`, its model `Available`.
    state: String,
    private_dns: bool,
    joins: Joins,
    /// Where it is another than the one that allows everything.
    policy: Option<String>,
    /// AWS's words where it failed.
    failure: String,
    tags: Tags,
}

#[async_trait]
impl Resource for VpcEndpoint {
    type Facts = VpcEndpointFacts;

    fn id(&self) -> ResourceId {
        self.own_id()
    }

    fn name(&self) -> String {
        self.stack.ec2_name(&Resource::id(self))
    }

    fn depends_on(&self) -> Vec<ResourceId> {
        let mut on = vec![self.vpc.of.clone()];
        match &self.by {
            By::Interface { subnets, group } => {
                on.extend(subnets.iter().map(|subnet| subnet.of.clone()));
                on.push(group.of.clone());
            }
            By::Route(table) => on.push(table.of.clone()),
        }
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
        let mut evidence = vec![
            Evidence::new("VpcEndpointId", &facts.id),
            Evidence::new("ServiceName", &facts.service),
            Evidence::new("State", &facts.state),
        ];
        match &self.by {
            By::Interface { .. } => evidence.extend([
                Evidence::new("PrivateDnsEnabled", facts.private_dns),
                Evidence::new("SubnetIds", joined(&facts.joins.subnets)),
                Evidence::new("Groups", joined(&facts.joins.groups)),
            ]),
            By::Route(_) => evidence.push(Evidence::new("RouteTableIds", joined(&facts.joins.tables))),
        }
        evidence
    }

    fn judge(&self, facts: &Self::Facts, known: &Known) -> Verdict {
        match facts.state.as_str() {
            "available" => {}
            "failed" | "rejected" | "expired" | "partial" => {
                return Verdict::Broken(facts.failure.clone(), vec![]);
            }
            other => return Verdict::Settling(other.to_owned()),
        }
        if let Some(service) = Difference::between("ServiceName", &facts.service, self.service()) {
            let reason = say("endpoint-is-fixed", &[("id", &facts.id)]);
            return Verdict::Wrong(vec![service], Mend::Refuse(reason));
        }
        let mut wrong = facts.joins.attributes().differences(&self.joins(known).attributes());
        if matches!(self.by, By::Interface { .. }) {
            wrong.extend(Difference::between("PrivateDnsEnabled", facts.private_dns, true));
        }
        wrong.extend(facts.policy.as_ref().map(|policy| Difference::added("policy", policy)));
        Verdict::in_place(wrong)
    }

    fn create(&self) -> Vec<Call> {
        let private_names = matches!(self.by, By::Interface { .. })
            .then(|| Permission::new("route53:AssociateVPCWithHostedZone", "*"));
        vec![
            call!(self, "ec2:CreateVpcEndpoint", self.name(), LookFirst, |me, aws, known| {
                let action = "ec2:CreateVpcEndpoint";
                let vpc = me.vpc.get(&known).ok_or_else(|| not_known(action, "the VPC"))?;
                let tags = me.stack.ec2_tags(&Resource::id(&me), ResourceType::VpcEndpoint);
                let request = aws.once.ec2.create_vpc_endpoint().vpc_id(vpc).service_name(me.service());
                let request = match &me.by {
                    By::Interface { subnets, group } => {
                        let subnets: Option<Vec<_>> =
                            subnets.iter().map(|subnet| subnet.get(&known).map(str::to_owned)).collect();
                        let subnets = subnets.ok_or_else(|| not_known(action, "a subnet"))?;
                        let group =
                            group.get(&known).ok_or_else(|| not_known(action, "the security group"))?;
                        let request = request.vpc_endpoint_type(VpcEndpointType::Interface);
                        let request = request.set_subnet_ids(Some(subnets)).security_group_ids(group);
                        request.private_dns_enabled(true)
                    }
                    By::Route(table) => {
                        let table = table.get(&known).ok_or_else(|| not_known(action, "the route table"))?;
                        request.vpc_endpoint_type(VpcEndpointType::Gateway).route_table_ids(table)
                    }
                };
                let made = request.tag_specifications(tags).send().await.map_err(fault(action))?;
                let id = made.vpc_endpoint().and_then(|endpoint| endpoint.vpc_endpoint_id());
                Ok(Facts::none().with(Attribute::Id, id.unwrap_or_default()))
            })
            .also_needs(Permission::new("ec2:CreateTags", "*"))
            // A private name is a hosted zone that the VPC is put into, in the caller's name.
            .also_needs_each(private_names)
            .creating()
            .find({
                let me = self.clone();
                move |aws, _| me.clone().coming(aws)
            }),
        ]
    }

    fn change(&self, facts: &Self::Facts, known: &Known) -> Vec<Call> {
        if matches!(self.judge(facts, known), Verdict::Broken(..)) {
            return self.delete(facts).into_iter().chain(self.create()).collect();
        }
        let (joins, interface) = (self.joins(known), matches!(self.by, By::Interface { .. }));
        let (add, remove) = (joins.minus(&facts.joins), facts.joins.minus(&joins));
        let (reset, named) = (facts.policy.is_some(), interface && !facts.private_dns);
        if add.is_empty() && remove.is_empty() && !reset && !named {
            return vec![];
        }
        vec![call!(self, "ec2:ModifyVpcEndpoint", self.name(), Harmless, |me, aws, known| {
            let action = "ec2:ModifyVpcEndpoint";
            let own = Ref::<VpcEndpointId>::to(Resource::id(&me));
            let id = own.get(&known).ok_or_else(|| not_known(action, "the endpoint"))?;
            let request = aws.once.ec2.modify_vpc_endpoint().vpc_endpoint_id(id);
            let request = request.set_reset_policy(reset.then_some(true));
            let request = request.set_private_dns_enabled(named.then_some(true));
            let request = request.set_add_subnet_ids(some(add.subnets)).set_remove_subnet_ids(some(remove.subnets));
            let request = request.set_add_security_group_ids(some(add.groups));
            let request = request.set_remove_security_group_ids(some(remove.groups));
            let request = request.set_add_route_table_ids(some(add.tables));
            let request = request.set_remove_route_table_ids(some(remove.tables));
            request.send().await.map_err(fault(action)).map(|_| Facts::none())
        } ; add, remove, reset, named)]
    }

    fn delete(&self, facts: &Self::Facts) -> Vec<Call> {
        let id = facts.id.clone();
        vec![
            call!(self, "ec2:DeleteVpcEndpoints", format!("{} ({id})", self.name()), Harmless, |me, aws, known| {
            let action = "ec2:DeleteVpcEndpoints";
            let sent = aws.once.ec2.delete_vpc_endpoints().vpc_endpoint_ids(&id).send().await;
            let answer = sent.map_err(fault(action))?;
            // What AWS does not delete it lists in a good answer.
            gone_is_done(answer.unsuccessful().first().map_or(Ok(()), |item| Err(refusal(action, item))))
        } ; id),
        ]
    }

    fn takes(&self) -> (u32, u32) {
        if matches!(self.by, By::Route(_)) { (5, 300) } else { (60, 900) }
    }

    fn terraform_address(&self) -> Option<String> {
        Some(format!("aws_vpc_endpoint.{}", terraform::label(&self.end.replace('.', "-"))))
    }

    fn terraform(&self, facts: Option<&Self::Facts>, with: &terraform::Context<'_>) -> terraform::Part {
        let id = Resource::id(self);
        let address = with.address(&id);
        let service = Value::Template(vec![
            Piece::Text("com.amazonaws.".to_owned()),
            Piece::Code("var.region".to_owned()),
            Piece::Text(format!(".{}", self.end)),
        ]);
        let endpoint =
            Block::resource(address).set("vpc_id", with.refer(&self.vpc)).set("service_name", service);
        let endpoint = match &self.by {
            By::Interface { subnets, group } => endpoint
                .set("vpc_endpoint_type", "Interface")
                .set("subnet_ids", Value::List(subnets.iter().map(|subnet| with.refer(subnet)).collect()))
                .set("security_group_ids", Value::List(vec![with.refer(group)]))
                .set_because("The service's own name leads to it.", "private_dns_enabled", true),
            By::Route(table) => endpoint
                .set("vpc_endpoint_type", "Gateway")
                .set("route_table_ids", Value::List(vec![with.refer(table)])),
        };
        let mut part = Part::of(File::Network, [endpoint.set("tags", with.tags(&id))])
            .import(address, facts.map(|facts| &facts.id));
        part.usable_after.push(address.to_owned());
        part
    }
}

impl VpcEndpoint {
    pub(super) fn own_id(&self) -> ResourceId {
        ResourceId::new(Kind::VpcEndpoint, self.end.replace('.', "-"))
    }

    /// `com.amazonaws.us-east-1.ecr.api`.
    fn service(&self) -> String {
        format!("com.amazonaws.{}.{}", self.stack.region, self.end)
    }

    /// What it should be joined to.
    fn joins(&self, known: &Known) -> Joins {
        let one = |id: Option<&str>| id.map(str::to_owned).into_iter().collect();
        match &self.by {
            By::Interface { subnets, group } => Joins {
                subnets: subnets.iter().filter_map(|subnet| subnet.get(known).map(str::to_owned)).collect(),
                groups: one(group.get(known)),
                tables: BTreeSet::new(),
            },
            By::Route(table) => Joins { tables: one(table.get(known)), ..Joins::default() },
        }
    }

    /// The one that was made, and none of those that failed or go.
    async fn coming(self, aws: Clients) -> Result<Option<Facts>, AwsFault> {
        let found = self.look(&aws).await?;
        let found = found.filter(|facts| matches!(facts.state.as_str(), "pending" | "available"));
        Ok(found.map(|facts| Resource::known(&self, &facts)))
    }

    async fn look(&self, aws: &Clients) -> Result<Option<VpcEndpointFacts>, AwsFault> {
        let filters = self.stack.ec2_filters(&Resource::id(self));
        let found = aws.read.ec2.describe_vpc_endpoints().set_filters(filters).send().await;
        let found = found.map_err(fault("ec2:DescribeVpcEndpoints"))?;
        let all = found.vpc_endpoints().iter().map(facts_of).filter(|facts| facts.state != "deleted");
        // Of one that goes and its successor the successor counts.
        Ok(all.max_by_key(|facts| matches!(facts.state.as_str(), "pending" | "available")))
    }
}

/// Subnets, security groups and route tables that an endpoint is joined to.
#[derive(Debug, Clone, Default)]
struct Joins {
    subnets: BTreeSet<String>,
    groups: BTreeSet<String>,
    tables: BTreeSet<String>,
}

impl Joins {
    fn attributes(&self) -> Attributes {
        let all = Attributes::default().with("SubnetIds", joined(&self.subnets));
        all.with("Groups", joined(&self.groups)).with("RouteTableIds", joined(&self.tables))
    }

    /// What it has and the other has not.
    fn minus(&self, other: &Self) -> Self {
        let minus = |a: &BTreeSet<String>, b: &BTreeSet<String>| a.difference(b).cloned().collect();
        Self {
            subnets: minus(&self.subnets, &other.subnets),
            groups: minus(&self.groups, &other.groups),
            tables: minus(&self.tables, &other.tables),
        }
    }

    fn is_empty(&self) -> bool {
        self.subnets.is_empty() && self.groups.is_empty() && self.tables.is_empty()
    }
}

/// A list to send, or none where there is nothing to list.
fn some(ids: BTreeSet<String>) -> Option<Vec<String>> {
    (!ids.is_empty()).then(|| ids.into_iter().collect())
}

fn joined(ids: &BTreeSet<String>) -> String {
    ids.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

fn facts_of(endpoint: &ec2::VpcEndpoint) -> VpcEndpointFacts {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let groups = endpoint.groups().iter().filter_map(|group| group.group_id().map(str::to_owned));
    let error = endpoint.last_error().and_then(|error| error.message());
    VpcEndpointFacts {
        id: text(endpoint.vpc_endpoint_id()),
        service: text(endpoint.service_name()),
        state: endpoint.state().map(|state| state.as_str().to_ascii_lowercase()).unwrap_or_default(),
        private_dns: endpoint.private_dns_enabled().unwrap_or(false),
        joins: Joins {
            subnets: endpoint.subnet_ids().iter().cloned().collect(),
            groups: groups.collect(),
            tables: endpoint.route_table_ids().iter().cloned().collect(),
        },
        policy: endpoint
            .policy_document()
            .filter(|policy| !policy.is_empty() && !allows_everything(policy))
            .map(str::to_owned),
        failure: text(error),
        tags: from_ec2(endpoint.tags()),
    }
}

fn refusal(action: &str, item: &UnsuccessfulItem) -> AwsFault {
    let (code, message) = match item.error() {
        Some(error) => (error.code().map(str::to_owned), error.message().unwrap_or_default().to_owned()),
        None => (None, String::new()),
    };
    let gone = code.as_deref().is_some_and(|code| code.ends_with(".NotFound"));
    let kind = if gone { FaultKind::NotFound } else { FaultKind::Invalid };
    AwsFault { action: action.to_owned(), code, message, request_id: None, kind }
}
