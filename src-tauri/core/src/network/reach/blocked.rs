//! Past VPC Block Public Access, which is asked of whatever leaves through an internet gateway.

use super::{Path, Stop};
use crate::{
    network::{facts::Nat, passing::Passing, public_access::Blocked},
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
