//! Whom IAM knows a caller as. SimulatePrincipalPolicy takes users and roles, never a session of one.

use crate::resource::Permission;

/// Who calls, as far as an ARN of STS tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// Nothing is denied to it but by the organisation, and IAM simulates it not.
    Root,
    /// A user, by its ARN.
    User(String),
    /// A session of a role, by the role's name: which path it has, the session does not tell.
    Session {
        /// `arn:aws:iam::111122223333:role/`, before path and name.
        roles: String,
        /// The role's name.
        role: String,
    },
    /// Federated users and whatever else there is.
    Other(String),
}

impl Caller {
    /// The caller of this ARN, as GetCallerIdentity gives it.
    pub fn of(arn: &str) -> Self {
        let mut parts = arn.splitn(6, ':');
        let (partition, service) = (parts.nth(1).unwrap_or_default(), parts.next().unwrap_or_default());
        let (account, thing) = (parts.nth(1).unwrap_or_default(), parts.next().unwrap_or_default());
        match (service, thing.split_once('/')) {
            ("iam", None) if thing == "root" => Self::Root,
            ("iam", Some(("user", _))) => Self::User(arn.to_owned()),
            ("sts", Some(("assumed-role", session))) => Self::Session {
                roles: format!("arn:{partition}:iam::{account}:role/"),
                role: session.split('/').next().unwrap_or(session).to_owned(),
            },
            _ => Self::Other(arn.to_owned()),
        }
    }

    /// What finding out what it may do takes.
    pub(super) fn own_rights(&self) -> Vec<Permission> {
        const ACTION: &str = "iam:SimulatePrincipalPolicy";
        match self {
            Self::User(arn) => vec![Permission::new(ACTION, arn)],
            // Roles of IAM Identity Center have a path.
            Self::Session { roles, role } => {
                let arns = [format!("{roles}{role}"), format!("{roles}*/{role}")];
                let both =
                    |action: &str| arns.iter().map(|arn| Permission::new(action, arn)).collect::<Vec<_>>();
                [both(ACTION), both("iam:GetRole")].concat()
            }
            Self::Root | Self::Other(_) => vec![],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_told_by_its_role() {
        let session = "arn:aws-cn:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0a1b/ana@example.org";
        let roles = "arn:aws-cn:iam::111122223333:role/".to_owned();
        assert_eq!(
            Caller::of(session),
            Caller::Session { roles, role: "AWSReservedSSO_Admin_0a1b".to_owned() }
        );
        let user = "arn:aws:iam::111122223333:user/team/ana";
        assert_eq!(Caller::of(user), Caller::User(user.to_owned()));
        assert_eq!(Caller::of("arn:aws:iam::111122223333:root"), Caller::Root);
        let federated = "arn:aws:sts::111122223333:federated-user/ana";
        assert_eq!(Caller::of(federated), Caller::Other(federated.to_owned()));
    }
}
