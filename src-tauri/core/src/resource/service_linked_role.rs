//! `AWSServiceRoleForBatch`, the role that AWS makes and keeps for AWS Batch itself. One an account; never ours,
//! never removed: other compute environments may use it.
//!
//! AWS Batch User Guide, "Using service-linked roles for AWS Batch".

use std::sync::Arc;

use async_trait::async_trait;

use super::{
    Attribute, Call, Evidence, Facts, Kind, Known, Observed, Permission, Resource, ResourceId, Stack,
    Verdict, absent_is_none, call, there_is_done,
};
use crate::{
    aws::{Clients, fault},
    terraform,
    words::{Text, say},
};

const NAME: &str = "AWSServiceRoleForBatch";
const SERVICE: &str = "batch.amazonaws.com";

/// The service-linked role of AWS Batch.
#[derive(Debug, Clone)]
pub(crate) struct ServiceLinkedRole {
    pub(crate) stack: Arc<Stack>,
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
        ResourceId::main(Kind::ServiceLinkedRole)
    }

    fn name(&self) -> String {
        NAME.to_owned()
    }

    fn depends_on(&self) -> Vec<ResourceId> {
        vec![]
    }

    async fn observe(&self, aws: &Clients) -> Observed<Self::Facts> {
        let found = aws.read.iam.get_role().role_name(NAME).send().await.map_err(fault("iam:GetRole"));
        Observed::from_lookup(absent_is_none(found).map(|found| {
            found
                .and_then(|found| found.role)
                .map(|role| ServiceLinkedRoleFacts { arn: role.arn().to_owned() })
        }))
    }

    fn is_ours(&self, _facts: &Self::Facts) -> bool {
        false
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
        let arn = self.stack.iam_arn(&format!("role/aws-service-role/{SERVICE}/{NAME}"));
        let permission =
            Permission::new("iam:CreateServiceLinkedRole", arn).when("iam:AWSServiceName", SERVICE);
        let mut call = call!(self, "iam:CreateServiceLinkedRole", NAME, Harmless, |me, aws, known| {
            let request = aws.once.iam.create_service_linked_role().aws_service_name(SERVICE);
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
        Some(say("stays-service-linked-role", &[("name", NAME)]))
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

    /// Not written down. AWS Batch makes the role itself for an environment that names no other, an account has
    /// one at most, and every stack shares it: a configuration that made it would fail where it is there
    /// already, and one that had imported it would take it away from the others when destroyed.
    fn terraform(&self, _facts: Option<&Self::Facts>, _with: &terraform::Context<'_>) -> terraform::Part {
        terraform::Part::default()
    }
}
