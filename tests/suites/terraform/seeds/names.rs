//! Whether an article and our export call an argument the same: what is equal under another name is still a
//! difference, and whoever reads the table wants to know why.

use super::arguments::plain;

/// The data source `aws_iam_policy_document` says in Terraform's words what a role's policy says in JSON, and
/// Terraform turns the one into the other. What becomes of each word stands in the AWS provider itself, in
/// `internal/service/iam/policy_model.go`, as the names under which the fields of a statement are written.
///
/// A statement of several principals' types would need more; no article has one.
const IN_JSON: [(&str, &str); 4] = [
    ("statement.effect", "Statement.Effect"),
    ("statement.actions", "Statement.Action"),
    ("statement.resources", "Statement.Resource"),
    ("statement.principals.identifiers", "Statement.Principal.Service"),
];

/// Where a policy is written as JSON.
const POLICIES: [(&str, &str); 2] =
    [("aws_iam_role", "assume_role_policy"), ("aws_iam_role_policy", "policy")];

/// An argument of a resource or data source.
#[derive(Clone, Copy)]
pub(super) struct Place<'t> {
    pub(super) block: &'t str,
    pub(super) path: &'t str,
}

impl Place<'_> {
    /// Whether both are the same argument of the same kind of resource, or the same word of a policy in the two
    /// spellings that Terraform has for it.
    pub(super) fn is_called_like(self, ours: Place<'_>) -> bool {
        kind(self.block) == kind(ours.block) && plain(self.path) == plain(ours.path)
            || kind(self.block) == "data.aws_iam_policy_document"
                && ours.in_policy().is_some_and(|path| in_json(self.path).is_some_and(|word| word == path))
    }

    /// The path within a policy, for what is part of one.
    pub(super) fn in_policy(self) -> Option<String> {
        let (_, argument) = POLICIES.iter().find(|(kind_of, _)| *kind_of == kind(self.block))?;
        let path = self.path.strip_prefix(argument)?.strip_prefix('.')?;
        Some(without_numbers(path))
    }
}

/// `data.aws_subnets` of `data.aws_subnets.existing`.
pub(super) fn kind(block: &str) -> &str {
    block.rsplit_once('.').map_or(block, |(kind, _)| kind)
}

fn in_json(path: &str) -> Option<&'static str> {
    let path = without_numbers(path);
    IN_JSON.iter().find(|(theirs, _)| *theirs == path).map(|(_, json)| *json)
}

/// The order of its statements means nothing to a policy, and two policies in one count on.
fn without_numbers(path: &str) -> String {
    path.split('.').map(|part| part.split('[').next().unwrap_or(part)).collect::<Vec<_>>().join(".")
}
