//! Situations of accounts that boto3 builds on moto, each with what `slipway check` has to find there by AWS's
//! documentation: all of it, and nothing else. What a situation is made of is in `tests/boto/situations`, in a function
//! of its name.
//!
//! What moto cannot show, and so is no situation here: a gateway that was detached or a NAT gateway that is gone as a
//! *blackhole* (its routes stay active), Local Zones, archived images and scans, images whose processor only their
//! configuration tells (it hands out no layers), limits of addresses and vCPUs (it has no such quotas), a NAT gateway's
//! tags (its filter for them finds any), who is allowed what (it simulates no policies), families of instance types (its
//! filter takes no pattern). Those are situations of the practice account.

mod endpoints;
mod good;
mod names;
mod networks;
mod runner;
mod stacks;
mod things;

use std::collections::BTreeMap;

use self::runner::judge;

const WRONG: &str = "wrong";
const WARNING: &str = "warning";
const MEND: &str = "mend";
const CANNOT_TELL: &str = "cannot-tell";
/// Before anything is asked: the blueprint breaks a rule of AWS's.
const REFUSED: &str = "refused";

/// Each item that is not as it should be, with its verdict and the code of what is said.
type Complaints = BTreeMap<String, (String, String)>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Runs {
    /// On Fargate, with a public address.
    Fargate,
    /// On Fargate, without one.
    Private,
    /// On instances.
    Hosts,
}

/// What is done to an account, and what has to be found.
struct Situation {
    /// The code of the main finding, with a suffix where two share one: the name of the lesson that means the same, where
    /// there is one. `-` is `_` in Python.
    id: &'static str,
    /// The page of AWS's documentation that decides.
    page: &'static str,
    runs: Runs,
    /// The stack is there already, and boto3 does something to it.
    there: bool,
    /// Of the blueprint.
    changes: Vec<(&'static str, &'static str)>,
    found: Complaints,
}

impl Situation {
    fn new(id: &'static str, page: &'static str) -> Self {
        Self { id, page, runs: Runs::Fargate, there: false, changes: vec![], found: Complaints::new() }
    }

    fn private(self) -> Self {
        Self { runs: Runs::Private, ..self }
    }

    fn on_hosts(self) -> Self {
        Self { runs: Runs::Hosts, ..self }
    }

    fn of_a_stack(self) -> Self {
        Self { there: true, ..self.on_hosts() }
    }

    fn with(mut self, from: &'static str, to: &'static str) -> Self {
        self.changes.push((from, to));
        self
    }

    fn says(mut self, item: &str, verdict: &str, code: &str) -> Self {
        self.found.insert(item.to_owned(), (verdict.to_owned(), code.to_owned()));
        self
    }

    /// Of every way that the jobs need: to ECR for the image, to S3 for its layers, to the log, and from an instance to
    /// ECS.
    fn ways(self, verdict: &str, code: &str) -> Self {
        let hosts = self.runs == Runs::Hosts;
        let all = ["reach-ecr", "reach-logs", "reach-s3"].into_iter().chain(hosts.then_some("reach-ecs"));
        all.fold(self, |found, way| found.says(way, verdict, code))
    }
}

#[test]
fn networks_that_lead_nowhere_are_said_to_break_where_they_do() {
    judge("networks", networks::all());
}

#[test]
fn private_networks_that_lack_an_endpoint_or_have_it_shut_are_told_apart() {
    judge("endpoints", endpoints::all());
}

#[test]
fn names_that_are_taken_images_limits_and_types_are_told_before_anything_is_made() {
    judge("things", things::all());
}

#[test]
fn what_somebody_did_to_the_roles_of_a_stack_is_found_and_said() {
    judge("stacks", stacks::all());
}

#[test]
fn of_good_accounts_nothing_is_said() {
    judge("good accounts", good::all());
}
