//! IAM: roles, the policies on them, and what they allow. Global, as at AWS.

mod instance_profile;
mod managed;
mod names;
mod policies;
mod policy;
mod policy_tags;
mod policy_versions;
mod role;
mod role_boundary;
mod role_policies;
mod role_tags;
mod service_linked_role;
mod simulate;
mod state;
mod summary;
mod usable;
mod user;

pub use instance_profile::{InstanceProfileView, instance_profile};
pub use policy::{Context, Decision, Document, Evaluation, Matched, evaluate, is_action};
pub use service_linked_role::create as create_service_linked_role;
pub use state::{Iam, Role};
pub use usable::{RoleTrouble, role_by_arn, role_of_instance_profile, role_usable, role_usable_on};

pub(crate) use service_linked_role::expected_arn as expected_service_linked_role;
pub(crate) use usable::{document_of, documents_of};

use super::{Call, query};

/// The calls it knows.
pub const CALLS: &[Call] = &[
    query("AddRoleToInstanceProfile", instance_profile::add_role),
    query("AttachRolePolicy", role_policies::attach),
    query("CreateInstanceProfile", instance_profile::create),
    query("CreatePolicy", policies::create),
    query("CreatePolicyVersion", policy_versions::create),
    query("CreateRole", role::create),
    query("CreateServiceLinkedRole", service_linked_role::create_call),
    query("DeleteInstanceProfile", instance_profile::delete),
    query("DeletePolicy", policies::delete),
    query("DeletePolicyVersion", policy_versions::delete),
    query("DeleteRole", role::delete),
    query("DeleteRolePermissionsBoundary", role_boundary::delete),
    query("DeleteRolePolicy", role_policies::delete_inline),
    query("DeleteServiceLinkedRole", service_linked_role::delete),
    query("DetachRolePolicy", role_policies::detach),
    query("GetAccountSummary", summary::get),
    query("GetInstanceProfile", instance_profile::get),
    query("GetPolicy", policies::get),
    query("GetPolicyVersion", policy_versions::get),
    query("GetRole", role::get),
    query("GetRolePolicy", role_policies::get_inline),
    query("GetServiceLinkedRoleDeletionStatus", service_linked_role::deletion_status),
    query("GetUser", user::get),
    query("ListAccountAliases", user::list_account_aliases),
    query("ListAttachedRolePolicies", role_policies::list_attached),
    query("ListEntitiesForPolicy", policies::list_entities),
    query("ListInstanceProfileTags", instance_profile::list_tags),
    query("ListInstanceProfiles", instance_profile::list),
    query("ListInstanceProfilesForRole", instance_profile::list_for_role),
    query("ListPolicies", policies::list),
    query("ListPolicyTags", policy_tags::list),
    query("ListPolicyVersions", policy_versions::list),
    query("ListRolePolicies", role_policies::list_inline),
    query("ListRoleTags", role_tags::list),
    query("ListRoles", role::list),
    query("PutRolePermissionsBoundary", role_boundary::put),
    query("PutRolePolicy", role_policies::put_inline),
    query("RemoveRoleFromInstanceProfile", instance_profile::remove_role),
    query("SetDefaultPolicyVersion", policy_versions::set_default),
    query("SimulatePrincipalPolicy", simulate::principal_policy),
    query("TagInstanceProfile", instance_profile::tag),
    query("TagPolicy", policy_tags::tag),
    query("TagRole", role_tags::tag),
    query("UntagInstanceProfile", instance_profile::untag),
    query("UntagPolicy", policy_tags::untag),
    query("UntagRole", role_tags::untag),
    query("UpdateAssumeRolePolicy", role::update_trust),
    query("UpdateRole", role::update),
    query("UpdateRoleDescription", role::update_description),
];
