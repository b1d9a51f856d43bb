//! Past VPC Block Public Access, which whatever leaves through an internet gateway meets.

use super::{Path, Stop};
use crate::{
    network::{
        facts::Nat,
        passing::Passing,
        public_access::{Blocked, PublicAccess},
    },
    words::say,
};

impl Path<'_> {
    /// A NAT gateway speaks through the internet gateway too, and may where public addresses may not.
    pub(super) fn past_the_block_by(&self, nat: &Nat, met: &str) -> Result<(), Stop> {
        let access = self.vpc.public_access.as_ref()?;
        let passing = access.of_nat(&self.vpc.id, nat.subnet.as_deref(), self.speaker.subnet);
        self.past_the_block(passing, met)
    }

    /// Whether VPC Block Public Access lets it on from what it has met last.
    pub(super) fn past_the_block(&self, passing: Passing, met: &str) -> Result<(), Stop> {
        let access = self.vpc.public_access.as_ref()?;
        let params = [("gateway", met), ("subnet", self.speaker.subnet), ("vpc", &self.vpc.id)];
        Err(match (passing, access.blocked) {
            (Passing::Whole, _) => return Ok(()),
            (Passing::Part, _) => Stop::Unknown(say("reach-blocked-perhaps", &params)),
            (Passing::Nothing, Blocked::Arriving) => Stop::Broken(say("reach-blocked-arriving", &params)),
            (Passing::Nothing, _) => Stop::Broken(say("reach-blocked", &params)),
        })
    }
}

impl PublicAccess {
    /// How much of what a public address in a subnet speaks passes, and of the answers.
    pub(super) fn of_addresses(&self, vpc: &str, subnet: &str) -> Passing {
        let about: Vec<_> = self.about(vpc).chain(self.about(subnet)).collect();
        let exempt = about.iter().any(|one| one.in_force && !one.leaving);
        match self.blocked {
            Blocked::Nothing => Passing::Whole,
            _ if exempt => Passing::Whole,
            // Whether an address that may only speak hears the answers, AWS's guide does not say.
            Blocked::Everything if !about.is_empty() => Passing::Part,
            Blocked::Arriving if about.iter().any(|one| !one.leaving) => Passing::Part,
            _ => Passing::Nothing,
        }
    }

    /// The same of a NAT gateway in a subnet, or in none, for who speaks from another.
    fn of_nat(&self, vpc: &str, stands_in: Option<&str>, subnet: &str) -> Passing {
        if self.blocked != Blocked::Everything {
            return Passing::Whole;
        }
        let exempt = |id: &str| self.about(id).any(|one| one.in_force);
        let touched = |id: &str| self.about(id).next().is_some();
        // Of which of the two subnets has to be exempt AWS's guide does not say.
        if exempt(vpc) || (exempt(subnet) && stands_in.is_some_and(exempt)) {
            Passing::Whole
        } else if touched(vpc) || touched(subnet) || stands_in.is_some_and(touched) {
            Passing::Part
        } else {
            Passing::Nothing
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::public_access::Exclusion;

    fn access(blocked: Blocked, exclusions: &[(&str, bool, bool)]) -> PublicAccess {
        let exclusion = |(of, leaving, in_force): &(&str, bool, bool)| Exclusion {
            of: (*of).to_owned(),
            leaving: *leaving,
            in_force: *in_force,
        };
        let exclusions = exclusions.iter().map(exclusion).collect();
        PublicAccess { blocked, without_exclusions: false, exclusions }
    }

    #[test]
    fn public_addresses_pass_where_the_vpc_or_the_subnet_is_exempt() {
        let of = |blocked, exclusions: &[_]| access(blocked, exclusions).of_addresses("vpc-1", "subnet-1");
        assert_eq!(of(Blocked::Nothing, &[]), Passing::Whole);
        for blocked in [Blocked::Arriving, Blocked::Everything] {
            assert_eq!(of(blocked, &[]), Passing::Nothing);
            assert_eq!(of(blocked, &[("vpc-1", false, true)]), Passing::Whole);
            assert_eq!(of(blocked, &[("subnet-1", false, true)]), Passing::Whole);
            assert_eq!(of(blocked, &[("subnet-1", false, false)]), Passing::Part, "on its way");
            assert_eq!(of(blocked, &[("subnet-2", false, true)]), Passing::Nothing, "another one");
        }
        let leaving = [("vpc-1", true, true)];
        assert_eq!(of(Blocked::Everything, &leaving), Passing::Part);
        assert_eq!(of(Blocked::Arriving, &leaving), Passing::Nothing, "it means nothing there");
    }

    #[test]
    fn nat_gateways_pass_unless_everything_is_blocked() {
        let of = |blocked, exclusions: &[_]| {
            access(blocked, exclusions).of_nat("vpc-1", Some("subnet-of-nat"), "subnet-1")
        };
        assert_eq!(of(Blocked::Arriving, &[]), Passing::Whole);
        assert_eq!(of(Blocked::Everything, &[]), Passing::Nothing);
        for leaving in [true, false] {
            let (nat, own) = (("subnet-of-nat", leaving, true), ("subnet-1", leaving, true));
            assert_eq!(of(Blocked::Everything, &[("vpc-1", leaving, true)]), Passing::Whole);
            assert_eq!(of(Blocked::Everything, &[nat, own]), Passing::Whole);
            assert_eq!(of(Blocked::Everything, &[nat]), Passing::Part);
            assert_eq!(of(Blocked::Everything, &[own]), Passing::Part);
        }
        let regional = access(Blocked::Everything, &[("subnet-1", true, true)]);
        assert_eq!(regional.of_nat("vpc-1", None, "subnet-1"), Passing::Part);
    }
}
