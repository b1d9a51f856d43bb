//! What IAM's simulator says of what reading leaves open.

use std::collections::BTreeMap;

use aws_sdk_iam::types::{EvaluationResult, PolicyEvaluationDecisionType};

use super::{IamRole, RoleFacts};
use crate::{
    aws::{Clients, fault},
    policy::{Ask, Target},
};

/// What the simulator says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Simulated {
    Allowed,
    /// A policy forbids it: this one, where it is named.
    Denied(Option<String>),
    /// No policy allows it.
    Lacking,
}

impl Simulated {
    fn of(result: &EvaluationResult) -> Self {
        let by = || result.matched_statements().iter().find_map(|statement| statement.source_policy_id());
        match result.eval_decision() {
            PolicyEvaluationDecisionType::Allowed => Self::Allowed,
            PolicyEvaluationDecisionType::ExplicitDeny => Self::Denied(by().map(str::to_owned)),
            _ => Self::Lacking,
        }
    }
}

impl IamRole {
    /// Asks IAM's simulator, which knows boundary and organisation, what reading leaves open, where it is about things
    /// that have a name already. Without the right to ask it stays open.
    pub(super) async fn simulate(&self, aws: &Clients, facts: &RoleFacts) -> BTreeMap<Ask, Simulated> {
        let open = self.rights(facts).open.into_iter();
        let named = open.filter(|ask| !matches!(&ask.target, Target::Like(arn) if arn.contains('*')));
        let mut by_target: BTreeMap<Target, Vec<String>> = BTreeMap::new();
        for ask in named {
            by_target.entry(ask.target).or_default().push(ask.action);
        }
        let asked = by_target.into_iter().map(|(target, actions)| async move {
            let request = aws.read.iam.simulate_principal_policy().policy_source_arn(&facts.arn);
            let on = match &target {
                Target::Whole => "*",
                Target::Like(arn) => arn,
            };
            let request = request.set_action_names(Some(actions)).resource_arns(on);
            let found = request.send().await.map_err(fault("iam:SimulatePrincipalPolicy")).ok();
            let results = found.map(|found| found.evaluation_results.unwrap_or_default()).unwrap_or_default();
            // Where something of the request is missing, the answer is no answer.
            let told = results.into_iter().filter(|one| {
                let specific = one.resource_specific_results().iter();
                one.missing_context_values().is_empty()
                    && specific.clone().all(|one| one.missing_context_values().is_empty())
            });
            let told = told.map(|one| {
                let said = Simulated::of(&one);
                (Ask { action: one.eval_action_name, target: target.clone() }, said)
            });
            told.collect::<Vec<_>>()
        });
        futures::future::join_all(asked).await.into_iter().flatten().collect()
    }
}
