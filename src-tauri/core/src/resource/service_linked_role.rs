//! Service-linked roles, which AWS makes and keeps for a service itself. One of each an account; never ours, never
//! removed: others use them too. Batch makes those that it needs, when it may; made first, a first job does not
//! fail for their lack ("Unable to assume the service linked role").
//!
//! AWS Batch User Guide, "Using service-linked roles for AWS Batch"; BatchServiceRolePolicy in the AWS Managed
//! Policy Reference.

use std::sync::Arc;

use async_trait::async_trait;

use super::{
    Attribute, Call, Evidence, Facts, Kind, Known, Observed, Permission, Resource, ResourceId, Stack, Tagged,
    Verdict, absent_is_none, call, there_is_done,
};
use crate::{
    aws::{AwsFault, Clients, fault},
    terraform,
    words::{Text, say},
};

/// A service that has such a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    /// AWS Batch itself, unless it is given a classic role.
    Batch,
    /// ECS, which runs the containers.
    Ecs,
    /// EC2 Spot instances.
    Spot,
    /// Spot Fleet, by which Batch gets Spot instances with the strategy BEST_FIT.
    SpotFleet,
}

impl Service {
    fn part(self) -> &'static str {
        match self {
            Self::Batch => "batch",
            Self::Ecs => "ecs",
            Self::Spot => "spot",
            Self::SpotFleet => "spot-fleet",
        }
    }

    fn principal(self) -> &'static str {
        match self {
            Self::Batch => "batch.amazonaws.com",
            Self::Ecs => "ecs.amazonaws.com",
            Self::Spot => "spot.amazonaws.com",
            Self::SpotFleet => "spotfleet.amazonaws.com",
        }
    }

    fn role(self) -> &'static str {
        match self {
            Self::Batch => "AWSServiceRoleForBatch",
            Self::Ecs => "AWSServiceRoleForECS",
            Self::Spot => "AWSServiceRoleForEC2Spot",
            Self::SpotFleet => "AWSServiceRoleForEC2SpotFleet",
        }
    }
}

/// The service-linked role of a service.
#[derive(Debug, Clone)]
pub(crate) struct ServiceLinkedRole {
    pub(crate) stack: Arc<Stack>,
    pub(crate) service: Service,
}

impl ServiceLinkedRole {
    /// Which resource the role of this service is.
    pub(crate) fn id_of(service: Service) -> ResourceId {
        ResourceId::new(Kind::ServiceLinkedRole, service.part())
    }
}

/// The role as found.
#[derive(Debug, Clone)]
pub(crate) struct ServiceLinkedRoleFacts {
    arn: String,
}

#[async_trait]
impl Resource for ServiceLinkedRole {
    type Facts = ServiceLinkedRoleFacts;

    fn id(&self) -> ResourceId {
        Self::id_of(self.service)
    }

    fn name(&self) -> String {
        self.service.role().to_owned()
    }

    fn depends_on(&self) -> Vec<ResourceId> {
        vec![]
    }

    async fn observe(&self, aws: &Clients) -> Observed<Self::Facts> {
        Observed::from_lookup(self.look(aws).await)
    }

    fn tagged<'f>(&'f self, _facts: &'f Self::Facts) -> Option<Tagged<'f>> {
        None
    }

    fn known(&self, facts: &Self::Facts) -> Facts {
        Facts::none().with(Attribute::Arn, &facts.arn)
    }

    fn evidence(&self, facts: &Self::Facts) -> Vec<Evidence> {
        vec![Evidence::new("Arn", &facts.arn)]
    }

    fn judge(&self, _facts: &Self::Facts, _known: &Known) -> Verdict {
        Verdict::Ready
    }

    fn create(&self) -> Vec<Call> {
        let (principal, role) = (self.service.principal(), self.service.role());
        let arn = self.stack.iam_arn(&format!("role/aws-service-role/{principal}/{role}"));
        let permission =
            Permission::new("iam:CreateServiceLinkedRole", arn).when("iam:AWSServiceName", principal);
        let mut call = call!(self, "iam:CreateServiceLinkedRole", role, Harmless, |me, aws, known| {
            let request = aws.once.iam.create_service_linked_role().aws_service_name(me.service.principal());
            // Somebody was quicker, or it was there all along: just as good.
            there_is_done(request.send().await.map_err(fault("iam:CreateServiceLinkedRole")))
        });
        call.permissions = vec![permission];
        vec![call]
    }

    fn change(&self, _facts: &Self::Facts, _known: &Known) -> Vec<Call> {
        vec![]
    }

    fn stays(&self, _facts: &Self::Facts) -> Option<Text> {
        Some(say("stays-service-linked-role", &[("name", self.service.role())]))
    }

    fn delete(&self, _facts: &Self::Facts) -> Vec<Call> {
        vec![]
    }

    fn takes(&self) -> (u32, u32) {
        (1, 60)
    }

    fn terraform_address(&self) -> Option<String> {
        None
    }

    /// Not written down. AWS Batch makes the role itself where it is needed, an account has one at most, and every
    /// stack shares it: a configuration that made it would fail where it is there
    /// already, and one that had imported it would take it away from the others when destroyed.
    fn terraform(&self, _facts: Option<&Self::Facts>, _with: &terraform::Context<'_>) -> terraform::Part {
        terraform::Part::default()
    }
}

impl ServiceLinkedRole {
    /// By its name, which every account has had so far, or else by its path, which says whose it is.
    async fn look(&self, aws: &Clients) -> Result<Option<ServiceLinkedRoleFacts>, AwsFault> {
        let iam = &aws.read.iam;
        let found = iam.get_role().role_name(self.service.role()).send().await.map_err(fault("iam:GetRole"));
        let mut role = absent_is_none(found)?.and_then(|found| found.role);
        if role.is_none() {
            let path = format!("/aws-service-role/{}/", self.service.principal());
            // Who may not list roles has asked for the one that it could be.
            let listed = iam.list_roles().path_prefix(path).send().await.map_err(fault("iam:ListRoles"));
            role = listed.ok().and_then(|listed| listed.roles.into_iter().next());
        }
        Ok(role.map(|role| ServiceLinkedRoleFacts { arn: role.arn().to_owned() }))
    }
}
