//! What EC2's actions are about. A thing of EC2 has an id that nobody knows before it is made; who may change it is
//! told by the stack's tag, which it gets in the same call that makes it.
//!
//! Kinds and keys: Service Authorization Reference, "Actions, resources, and condition keys for Amazon EC2".

use crate::resource::{Permission, STACK_TAG, Stack};

/// How something is bound up with a call.
#[derive(Debug, Clone, Copy)]
enum On {
    /// It is made, with the stack's tag in the request.
    New(&'static str),
    /// It carries the stack's tag.
    Own(&'static str),
    /// It may be anybody's: a VPC that a security group is made in.
    Any(&'static str),
}
use On::{Any, New, Own};

fn things(action: &str) -> Option<&'static [On]> {
    Some(match action {
        "ec2:AllocateAddress" => &[New("elastic-ip")],
        "ec2:ReleaseAddress" => &[Own("elastic-ip")],
        "ec2:CreateVpc" => &[New("vpc")],
        "ec2:ModifyVpcAttribute" | "ec2:DeleteVpc" => &[Own("vpc")],
        "ec2:CreateInternetGateway" => &[New("internet-gateway")],
        "ec2:AttachInternetGateway" | "ec2:DetachInternetGateway" => &[Own("internet-gateway"), Own("vpc")],
        "ec2:DeleteInternetGateway" => &[Own("internet-gateway")],
        "ec2:CreateSubnet" => &[New("subnet"), Own("vpc")],
        "ec2:ModifySubnetAttribute" | "ec2:DeleteSubnet" => &[Own("subnet")],
        "ec2:CreateRouteTable" => &[New("route-table"), Own("vpc")],
        "ec2:AssociateRouteTable" | "ec2:DisassociateRouteTable" => &[Own("route-table"), Own("subnet")],
        "ec2:CreateRoute" | "ec2:ReplaceRoute" | "ec2:DeleteRoute" | "ec2:DeleteRouteTable" => {
            &[Own("route-table")]
        }
        "ec2:CreateNatGateway" => &[New("natgateway"), Own("elastic-ip"), Own("subnet")],
        "ec2:DeleteNatGateway" => &[Own("natgateway")],
        "ec2:CreateVpcEndpoint" => {
            &[New("vpc-endpoint"), Own("vpc"), Own("subnet"), Own("security-group"), Own("route-table")]
        }
        "ec2:ModifyVpcEndpoint" => {
            &[Own("vpc-endpoint"), Own("subnet"), Own("security-group"), Own("route-table")]
        }
        "ec2:DeleteVpcEndpoints" => &[Own("vpc-endpoint")],
        "ec2:CreateSecurityGroup" => &[New("security-group"), Any("vpc")],
        "ec2:AuthorizeSecurityGroupEgress"
        | "ec2:AuthorizeSecurityGroupIngress"
        | "ec2:RevokeSecurityGroupIngress"
        | "ec2:DeleteSecurityGroup" => &[Own("security-group")],
        "ec2:CreateLaunchTemplate" => &[New("launch-template")],
        "ec2:CreateLaunchTemplateVersion" | "ec2:ModifyLaunchTemplate" | "ec2:DeleteLaunchTemplate" => {
            &[Own("launch-template")]
        }
        // What is made or taken over gets the stack's tag; what has it gets others, or loses them.
        "ec2:CreateTags" => &[New("*"), Own("*")],
        "ec2:DeleteTags" => &[Own("*")],
        _ => return None,
    })
}

/// The permission on the very things that its call is about.
pub(super) fn scoped(stack: &Stack, permission: &Permission) -> Vec<Permission> {
    let things = if permission.resource == "*" { things(&permission.action) } else { None };
    let Some(things) = things else { return vec![permission.clone()] };
    let on = |thing: &On| {
        let (kind, tag) = match thing {
            New(kind) => (kind, Some("aws:RequestTag")),
            Own(kind) => (kind, Some("aws:ResourceTag")),
            Any(kind) => (kind, None),
        };
        let permission = Permission::new(&permission.action, stack.arn("ec2", &format!("{kind}/*")));
        match tag {
            Some(tag) => permission.when(&format!("{tag}/{STACK_TAG}"), &stack.name),
            None => permission,
        }
    };
    things.iter().map(on).collect()
}
