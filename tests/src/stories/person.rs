//! Somebody at work: does what was wanted, and goes on after whatever went wrong until nothing is left to do.

use std::time::Duration;

use slipway_core::{
    blueprint::Blueprint,
    error::AppError,
    plan::RunAct,
    run::{self, RunState, RunView},
};
use tokio::time::{sleep, timeout};

use super::{
    Told,
    case::{Act, Case, Kind},
    oracle::{self, OF_OTHERS, Undisturbed},
};
use crate::inside::{
    account::{Account, fresh, fresh_that_signs_in},
    seam::Planted,
};

/// How often somebody goes on: two faults, each of which may end a run and the beginning of the next.
const PATIENCE: usize = 8;
/// Somebody has a coffee before going on; a network that is cut comes back meanwhile.
const COFFEE: Duration = Duration::from_mins(5);
/// Somebody goes on at once.
const HASTE: Duration = Duration::from_secs(1);
/// What takes longer than that never ends.
const FOR_EVER: Duration = Duration::from_hours(12);

/// How something ended that was begun.
enum Ended {
    Done,
    /// Failed, stopped, or not begun at all.
    NotDone(String),
    Killed,
}

/// What comes next.
#[derive(Debug, Clone)]
enum Deed {
    Create(Box<Blueprint>),
    Adopt(Box<Blueprint>),
    Resume,
    Undo,
    Teardown,
}

/// An act that nothing disturbs.
pub(super) async fn undisturbed(kind: Kind, act: Act) -> Undisturbed {
    let case = Case::quiet(act, kind);
    let mut person = Person::begin(&case).await;
    person.goes_about(&case).await;
    assert!(person.gave_up.is_none(), "{case}: {:?}", person.deeds);
    let calls = person.account.seam.seen();
    let changing = calls.iter().filter(|call| call.changes).count();
    sleep(COFFEE).await;
    let after = person.account.practice.dump().expect("an account");
    Undisturbed { calls: (calls.len(), changing), shape: oracle::seen(&after) }
}

/// A case from beginning to end.
pub(super) async fn acts(case: &Case, wanted: &Undisturbed) -> Told {
    let mut person = Person::begin(case).await;
    person.goes_about(case).await;
    sleep(COFFEE).await;
    let mut findings = oracle::judge(case.act, &person.account, &person.before, &person.others, wanted);
    let calls = person.account.seam.seen();
    findings.other.extend(person.gave_up.clone());
    if person.gave_up.is_none() {
        findings.other.extend(person.looks_once_more(case).await);
    }
    Told { findings, calls, before_the_way_back: person.before_the_way_back, deeds: person.deeds }
}

struct Person {
    account: Account,
    before: serde_json::Value,
    others: Vec<String>,
    deeds: Vec<String>,
    before_the_way_back: usize,
    rest: Duration,
    gave_up: Option<String>,
}

impl Person {
    /// An account in which others have things too, up to where the first fault may come.
    async fn begin(case: &Case) -> Self {
        let account = if case.signs_in { fresh_that_signs_in(7).await } else { fresh(7).await };
        let watched = others_have_things(&account).await;
        let mut person = Self {
            account,
            before: serde_json::Value::Null,
            others: watched.clone(),
            deeds: vec![],
            before_the_way_back: 0,
            rest: if case.hurries { HASTE } else { COFFEE },
            gave_up: None,
        };
        if case.act == Act::Adopt {
            somebody_was_here(&person.account).await;
        }
        person.before = person.account.practice.dump().expect("an account");
        if case.act == Act::Change {
            let deed = Deed::Create(Box::new(case.kind.before()));
            assert!(matches!(person.does(&deed).await, Ended::Done), "{case}");
            person.deeds.clear();
        }
        person.account.seam.watch(watched);
        let on_the_way: &[Planted] = if case.on_the_way_back { &[] } else { &case.planted };
        person.account.seam.plant(on_the_way.iter().chain(&case.stop).copied().collect());
        person
    }

    async fn goes_about(&mut self, case: &Case) {
        let wanted = || Box::new(case.kind.blueprint());
        match case.act {
            Act::Create | Act::Change => self.until_done(Deed::Create(wanted())).await,
            Act::Adopt => {
                self.until_done(Deed::Adopt(wanted())).await;
                // What could not be looked at was not offered to be taken over: it is by the next one.
                if !matches!(self.does(&Deed::Create(wanted())).await, Ended::Done) {
                    self.goes_on().await;
                    if self.unfinished().is_none() {
                        self.until_done(Deed::Adopt(wanted())).await;
                    }
                    self.until_done(Deed::Create(wanted())).await;
                }
            }
            Act::Teardown => {
                self.until_done(Deed::Create(wanted())).await;
                self.turns_back(case);
                self.until_done(Deed::Teardown).await;
            }
            Act::Undo => {
                let begun = self.does(&Deed::Create(wanted())).await;
                self.turns_back(case);
                match begun {
                    Ended::Done => self.until_done(Deed::Teardown).await,
                    Ended::Killed | Ended::NotDone(_) => {
                        self.goes_on().await;
                        // What never began has nothing to be undone; what was killed after its end is a stack.
                        if self.unfinished().is_some() {
                            self.until_done(Deed::Undo).await;
                        } else if !self.is_gone().await {
                            self.until_done(Deed::Teardown).await;
                        }
                    }
                }
            }
        }
    }

    fn turns_back(&mut self, case: &Case) {
        self.before_the_way_back = self.account.seam.seen().len();
        if case.on_the_way_back {
            self.account.seam.plant_from_here(case.planted.clone());
        }
    }

    /// Does it, and goes on with it as the program offers, until it is done.
    async fn until_done(&mut self, deed: Deed) {
        let mut next = deed.clone();
        for _ in 0..PATIENCE {
            if self.gave_up.is_some() {
                return;
            }
            match self.does(&next).await {
                Ended::Done => return,
                Ended::Killed | Ended::NotDone(_) => self.goes_on().await,
            }
            next = match (self.unfinished(), &deed) {
                (Some(RunAct::Create | RunAct::Adopt), Deed::Undo) => Deed::Undo,
                // A teardown that was not begun, of a stack whose create is finished.
                (Some(_), _) => Deed::Resume,
                (None, Deed::Undo) => return,
                (None, Deed::Teardown) if self.is_gone().await => return,
                (None, _) => deed.clone(),
            };
        }
        self.gave_up = Some(format!("{} is not done after {PATIENCE} tries", name(&deed)));
    }

    /// Waits a little, and starts the program again when it was killed.
    async fn goes_on(&mut self) {
        sleep(self.rest).await;
        let seam = self.account.seam.clone();
        let mut running = !seam.is_dead();
        while !running {
            seam.revive();
            tokio::select! {
                biased;
                started = self.account.try_to_start_again() => match started {
                    Ok(()) => running = true,
                    Err(error) => self.deeds.push(format!("not started: {}", said(&error))),
                },
                () = seam.hung() => self.deeds.push("killed while starting".to_owned()),
            }
            sleep(self.rest).await;
        }
    }

    async fn does(&mut self, deed: &Deed) -> Ended {
        let (session, seam) = (&self.account.session, &self.account.seam);
        let stop = seam.stop();
        let quiet = &mut |_: &RunView| {};
        let run = async {
            match deed.clone() {
                Deed::Create(wanted) => run::create_despite_findings(session, *wanted, &stop, quiet).await,
                Deed::Adopt(wanted) => run::adopt(session, *wanted, &stop, quiet).await,
                Deed::Resume => run::resume(session, "imaging", &stop, quiet).await,
                Deed::Undo => run::undo(session, "imaging", &stop, quiet).await,
                Deed::Teardown => run::teardown(session, "imaging", &stop, quiet).await,
            }
        };
        let ended = tokio::select! {
            biased;
            ended = timeout(FOR_EVER, run) => Some(ended),
            () = seam.hung() => None,
        };
        let ended = match ended {
            None => Ended::Killed,
            Some(Err(_)) => Ended::NotDone("never ended".to_owned()),
            // With the last answer in its hands it sent nothing more, and nobody was told.
            Some(Ok(Ok(_))) if seam.is_dead() => {
                seam.hung().await;
                Ended::Killed
            }
            Some(Ok(Ok(view))) if view.state == RunState::Done => Ended::Done,
            Some(Ok(Ok(view))) => Ended::NotDone(format!(
                "{:?} {}",
                view.state,
                view.failure.as_ref().map(said).unwrap_or_default()
            )),
            Some(Ok(Err(error))) => Ended::NotDone(format!("not begun: {}", said(&error))),
        };
        let how = match &ended {
            Ended::Done => "done",
            Ended::Killed => "killed",
            Ended::NotDone(how) => how,
        };
        self.deeds.push(format!("{}: {how}", name(deed)));
        ended
    }

    fn unfinished(&self) -> Option<RunAct> {
        let open = run::unfinished(&self.account.session).expect("the journal can be read");
        open.first().map(|open| open.act)
    }

    async fn is_gone(&self) -> bool {
        let stacks = slipway_core::stack::stacks(&self.account.session).await;
        stacks.is_ok_and(|stacks| stacks.is_empty())
    }

    /// What is offered to be done, where nothing should be.
    async fn looks_once_more(&mut self, case: &Case) -> Vec<String> {
        let mut wrong: Vec<_> =
            self.unfinished().map(|act| format!("{act:?} is still unfinished")).into_iter().collect();
        self.account.seam.plant(vec![]);
        if oracle::stays(case.act) {
            if !matches!(self.does(&Deed::Create(Box::new(case.kind.blueprint()))).await, Ended::Done) {
                wrong.push("a second create is not done".to_owned());
            }
        } else {
            self.does(&Deed::Undo).await;
            self.does(&Deed::Teardown).await;
            if !self.is_gone().await {
                wrong.push("the stack is still told of".to_owned());
            }
        }
        let sent = self.account.seam.seen().into_iter().filter(|call| call.changes);
        wrong.extend(sent.map(|call| format!("the same once more sent {}", call.action)));
        wrong
    }
}

fn name(deed: &Deed) -> &'static str {
    match deed {
        Deed::Create(_) => "create",
        Deed::Adopt(_) => "adopt",
        Deed::Resume => "resume",
        Deed::Undo => "undo",
        Deed::Teardown => "teardown",
    }
}

fn said(error: &AppError) -> String {
    let because = error.causes.first().map(|cause| format!(" ({cause})")).unwrap_or_default();
    format!("{}{because}", error.code)
}

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

/// A role, a log group, a security group and a repository of somebody else, and what names them.
async fn others_have_things(account: &Account) -> Vec<String> {
    let once = &account.session.aws.once;
    let role = once.iam.create_role().role_name(OF_OTHERS).assume_role_policy_document(TRUST).send();
    role.await.expect("a role");
    once.logs.create_log_group().log_group_name(OF_OTHERS).send().await.expect("a log group");
    once.ecr.create_repository().repository_name(OF_OTHERS).send().await.expect("a repository");
    let vpcs = once.ec2.describe_vpcs().send().await.expect("VPCs");
    let vpc = vpcs.vpcs().first().and_then(|vpc| vpc.vpc_id()).expect("a default VPC");
    let group = once.ec2.create_security_group().group_name(OF_OTHERS).description("x").vpc_id(vpc);
    let group = group.send().await.expect("a security group").group_id.expect("its id");
    vec![OF_OTHERS.to_owned(), group]
}

/// A log group, a role and a repository under the stack's own names.
async fn somebody_was_here(account: &Account) {
    let once = &account.session.aws.once;
    once.logs.create_log_group().log_group_name("/slipway/imaging").send().await.expect("a log group");
    let role = once.iam.create_role().role_name("imaging-execution").assume_role_policy_document(TRUST);
    role.send().await.expect("a role");
    once.ecr.create_repository().repository_name("imaging/app").send().await.expect("a repository");
}
