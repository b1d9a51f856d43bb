//! Where jobs run, and which doors they need.

use serde::{Deserialize, Serialize};

/// Where jobs run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Network {
    /// The VPC that AWS made with the account, and its subnets.
    DefaultVpc {},
    /// A VPC of the stack's own with two subnets for jobs.
    NewVpc {
        /// Its addresses, `10.42.0.0/16`.
        cidr: String,
        /// How jobs get out of it.
        #[serde(default)]
        way_out: WayOut,
    },
    /// A VPC that is there already: used as it is, never changed.
    ExistingVpc {
        /// `vpc-…`.
        vpc: String,
        /// Those of its subnets that jobs run in, `subnet-…`.
        subnets: Vec<String>,
        /// Its security groups that jobs get, `sg-…`; empty for one of the stack's own.
        #[serde(default)]
        security_groups: Vec<String>,
    },
}

impl Network {
    /// A VPC of the stack's own with these addresses and public subnets.
    pub fn new_vpc(cidr: &str) -> Self {
        Self::NewVpc { cidr: cidr.to_owned(), way_out: WayOut::default() }
    }
}

/// How jobs get out of a VPC of the stack's own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum WayOut {
    /// Public subnets: every job on Fargate and every instance with a public address of its own.
    #[default]
    PublicIps,
    /// Private subnets, and a NAT gateway in a public one.
    NatGateway,
    /// Private subnets, and endpoints of the services that jobs need: nothing else is reached.
    Endpoints,
}

/// A door in somebody else's security group that jobs must get through: a file system, a database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// What it is for, unique in the blueprint: `efs`.
    pub name: String,
    /// The security group of what is to be reached, `sg-…`.
    pub security_group: String,
    /// The TCP port: 2049 for EFS, 5432 for PostgreSQL.
    pub port: u16,
}
