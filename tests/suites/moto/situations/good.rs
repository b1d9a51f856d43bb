//! Accounts in which nothing is amiss: whatever is said of them is false.

use super::Situation;

const MINIMUM: &str = "Amazon ECR User Guide, Amazon ECR interface VPC endpoints: Minimum Amazon S3 bucket permissions for Amazon ECR";

pub(super) fn all() -> Vec<Situation> {
    let new = |id| Situation::new(id, "none: nothing is to be found");
    vec![
        new("good-default-vpc"),
        new("good-default-vpc-hosts").on_hosts(),
        new("good-public"),
        new("good-default-group"),
        new("good-no-group"),
        new("good-two-groups"),
        new("good-main-table"),
        new("good-nat").private(),
        new("good-nat-past-the-block").private(),
        new("good-exempt"),
        new("good-nat-and-transit").private(),
        new("good-endpoints").private(),
        new("good-endpoints-hosts").on_hosts(),
        Situation::new("good-endpoint-policy", MINIMUM).private(),
        new("good-endpoint-in-one-zone").private(),
        new("good-unnamed-endpoint-beside-nat").private(),
        new("good-acl"),
        new("good-acl-benchmark").private(),
        new("good-resolvers-and-nat").private(),
        new("good-second-block"),
        new("good-both-protocols"),
        new("good-prefix-list"),
        new("good-hosts").on_hosts(),
        new("good-busy-account"),
        new("good-digest"),
        new("good-stack").of_a_stack(),
        new("good-equal-policies").of_a_stack(),
        new("good-boundary").of_a_stack(),
        new("good-trust").of_a_stack(),
    ]
}
