//! `kill -9` of the real command line around the calls of a create on moto, through the fault proxy, and `resume`
//! afterwards: which moments there are, and what became of each.

use std::collections::VecDeque;
use std::fmt;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::sync::Mutex;
use std::thread;

use serde_json::Value;

use crate::account::{differences, shape};
use crate::cli::Cli;
use crate::dice::Dice;
use crate::moto::{Moto, Nursery};
use crate::proxy::{Fault, Phase, Proxy, What, Which};

/// Before the account hears of a call, after it has acted, after the answer has arrived.
pub const PHASES: [Phase; 3] = [Phase::Before, Phase::AfterForward, Phase::AfterReply];

/// A preset on a network that moto can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// As `slipway blueprint` knows it.
    pub preset: &'static str,
    /// A VPC of its own, or the default one.
    pub new_vpc: bool,
}

impl Kind {
    /// Every preset on both networks.
    pub fn all() -> Vec<Self> {
        let presets = ["fargate", "fargate-spot", "spot", "ondemand", "spot-then-ondemand", "gpu"];
        let networks = [true, false];
        presets.iter().flat_map(|preset| networks.map(|new_vpc| Self { preset, new_vpc })).collect()
    }

    /// Its file. moto wants a service role where AWS wants none, so the role is the classic one.
    fn blueprint(self, person: &Cli) -> String {
        let mut changes = vec![("service_role = \"service-linked\"", "service_role = \"classic\"")];
        if self.new_vpc {
            changes.push(("kind = \"default-vpc\"", "kind = \"new-vpc\"\ncidr = \"10.42.0.0/16\""));
        }
        // moto neither knows AWS's choices of instance types nor finds a family.
        let choices = match self.preset {
            "fargate" | "fargate-spot" | "gpu" => 0,
            "spot-then-ondemand" => 2,
            _ => 1,
        };
        let one_type = ("types = [\"default_x86_64\"]", "types = [\"m6i.large\"]");
        changes.extend(std::iter::repeat_n(one_type, choices));
        person.blueprint_of(self.preset, &changes)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}", self.preset, if self.new_vpc { "a new VPC" } else { "the default VPC" })
    }
}

/// A moment to kill at.
#[derive(Clone, Debug)]
pub struct Moment {
    /// What is being created.
    pub kind: Kind,
    /// The changing call, counted from 1.
    pub call: usize,
    /// When in its life.
    pub phase: Phase,
}

/// What became of the kills.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Kills.
    pub tried: usize,
    /// Those after which the stack was the same as one that nobody disturbed, and a second create changed nothing.
    pub converged: usize,
    /// Things that were there and should not be, or once too often.
    pub duplicates: usize,
    /// What was wrong, a line for each moment that did not converge.
    pub wrong: Vec<String>,
}

impl Outcome {
    /// The three counts.
    pub fn in_words(&self) -> String {
        format!("{} of {} converged, {} duplicates", self.converged, self.tried, self.duplicates)
    }
}

/// A create that nobody disturbs.
struct Undisturbed {
    kind: Kind,
    shape: Value,
    calls: usize,
}

/// Kills at the moments that `choose` picks for each kind, given how many calls there are. Two at a time, each
/// with a server of its own.
pub fn around_calls(kinds: &[Kind], choose: impl Fn(Kind, usize) -> Vec<(usize, Phase)>) -> Outcome {
    let undisturbed = Mutex::new(Vec::new());
    on_two_servers(kinds.to_vec(), |moto, kind| {
        let found = undisturbed_on(moto, kind);
        undisturbed.lock().expect("no thread has panicked").push(found);
    });
    let undisturbed = undisturbed.into_inner().expect("no thread has panicked");
    let moments = undisturbed.iter().flat_map(|of| {
        choose(of.kind, of.calls).into_iter().map(move |(call, phase)| Moment { kind: of.kind, call, phase })
    });
    let outcome = Mutex::new(Outcome::default());
    on_two_servers(moments.collect(), |moto, moment| {
        let of = undisturbed.iter().find(|of| of.kind == moment.kind).expect("every kind was created once");
        let wrong = killed(moto, &moment, &of.shape);
        let mut outcome = outcome.lock().expect("no thread has panicked");
        outcome.tried += 1;
        outcome.duplicates += wrong.iter().filter(|wrong| wrong.contains(": new: ")).count();
        if wrong.is_empty() {
            outcome.converged += 1;
        } else {
            let first: String = wrong.join("; ").chars().take(300).collect();
            outcome.wrong.push(format!("{}, call {} {:?}: {first}", moment.kind, moment.call, moment.phase));
        }
    });
    outcome.into_inner().expect("no thread has panicked")
}

/// Every phase of every call.
pub fn every_call(_: Kind, calls: usize) -> Vec<(usize, Phase)> {
    (1..=calls).flat_map(|call| PHASES.map(|phase| (call, phase))).collect()
}

/// One call for each phase, the same ones in every run: every pair of preset, network and phase is met.
pub fn a_call_for_each_phase(kind: Kind, calls: usize) -> Vec<(usize, Phase)> {
    let mut dice = Dice::new(kind.to_string().bytes().map(u64::from).sum());
    PHASES.map(|phase| (1 + dice.below(calls), phase)).to_vec()
}

fn on_two_servers<T: Send>(work: Vec<T>, each: impl Fn(&Moto, T) + Sync) {
    let queue = Mutex::new(VecDeque::from(work));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut nursery = Nursery::start();
                loop {
                    let next = queue.lock().expect("no thread has panicked").pop_front();
                    let Some(next) = next else { break };
                    each(&nursery.moto(), next);
                }
            });
        }
    });
}

fn undisturbed_on(moto: &Moto, kind: Kind) -> Undisturbed {
    let (proxy, person, blueprint) = somebody(moto, kind);
    person.must(&["create", "--blueprint", &blueprint, "--yes"]);
    Undisturbed { kind, shape: shape(&moto.dump()), calls: proxy.mutating().len() }
}

fn somebody(moto: &Moto, kind: Kind) -> (Proxy, Cli, String) {
    if !kind.new_vpc {
        moto.open_default_vpc();
    }
    let proxy = Proxy::before(moto.address());
    let person = Cli::at(&proxy.endpoint());
    let blueprint = kind.blueprint(&person);
    (proxy, person, blueprint)
}

/// What is wrong after a create was killed at this moment and gone on with.
fn killed(moto: &Moto, moment: &Moment, wanted: &Value) -> Vec<String> {
    let (proxy, person, blueprint) = somebody(moto, moment.kind);
    proxy.plant(Fault::once(Which::Mutating, moment.call, moment.phase, What::Kill));
    let mut client = person.start(&["create", "--blueprint", &blueprint, "--yes"]);
    proxy.victim(client.id());
    let status = client.wait().expect("the client ends");
    if !is_kill(status) {
        return vec![format!("not killed but {status}")];
    }
    let resumed = person.run(&["resume", "--stack", "first", "--yes"]);
    if resumed.code != 0 {
        return vec![format!("not resumed: {}", resumed.err)];
    }
    let mut wrong = differences(wanted, &shape(&moto.dump()));
    proxy.forget();
    person.must(&["create", "--blueprint", &blueprint, "--yes"]);
    wrong.extend(proxy.mutating().iter().map(|action| format!("a second create sent {action}")));
    wrong
}

/// Whether a process died of SIGKILL.
pub fn is_kill(status: ExitStatus) -> bool {
    status.signal() == Some(9)
}
