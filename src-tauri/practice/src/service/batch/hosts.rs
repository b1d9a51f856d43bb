//! The hosts of EC2 and Spot environments: launched when jobs wait, and taken away when they have nothing to do.

use super::agenda::Due;
use super::environment::{Environment, Kind};
use super::instance_choice::{expand, fits, large_enough, room};
use super::size::Size;
use super::{Moment, world};
use crate::ids;
use crate::service::ec2::{InstanceType, instance_type};
use crate::time::Millis;
use serde::{Deserialize, Serialize};

/// A host with nothing to do is taken away after so many seconds, unless its environment says otherwise.
const LINGERS: f64 = 300.0;

/// A host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Host {
    /// `i-…`.
    pub(super) id: String,
    /// Its instance type.
    pub(super) kind: String,
    pub(super) subnet: String,
    /// When it is up.
    pub(super) up: Millis,
    /// Whether it has joined the environment's cluster.
    joined: bool,
    /// What jobs hold of it.
    used: Size,
    /// Since when it has had nothing to do.
    idle_since: Millis,
}

impl Host {
    pub(super) fn vcpus(&self) -> u32 {
        instance_type(&self.kind).map_or(0, |known| known.vcpus)
    }

    pub(super) fn has_joined(&self) -> bool {
        self.joined
    }

    fn free(&self) -> Size {
        let room = instance_type(&self.kind).map(room).unwrap_or_default();
        Size {
            vcpu: room.vcpu.saturating_sub(self.used.vcpu),
            memory: room.memory.saturating_sub(self.used.memory),
            gpu: room.gpu.saturating_sub(self.used.gpu),
        }
    }

    fn is_idle(&self) -> bool {
        self.used == Size::default()
    }
}

/// What came of looking for a place on an environment's hosts.
pub(super) enum Found {
    /// On this host.
    On(String),
    /// On one that is not up or has not joined yet.
    Coming,
    /// On none, since the account may have no more of them.
    Quota,
    /// On none.
    Nothing,
}

/// Looks for a place for one container; launches hosts for it and for so many thousandths of a vCPU behind it when
/// there is none.
pub(super) fn find(moment: &mut Moment<'_>, name: &str, size: Size, demand: u32) -> Found {
    join(moment, name);
    let now = moment.now;
    let Some(environment) = moment.batch().environments.get(name) else { return Found::Nothing };
    let ready = |host: &&Host| host.up <= now && host.joined && fits(size, host.free());
    if let Some(host) = environment.hosts.iter().find(ready) {
        return Found::On(host.id.clone());
    }
    let coming: u32 = environment
        .hosts
        .iter()
        .filter(|host| (host.up > now || !host.joined) && fits(size, host.free()))
        .map(|host| host.vcpus() * 1_000)
        .sum();
    if coming >= demand.max(size.vcpu) {
        return Found::Coming;
    }
    let candidates: Vec<&'static InstanceType> = large_enough(&environment.instance_types(), size);
    match launch(moment, name, &candidates, demand.max(size.vcpu) - coming) {
        Launched::Some => Found::Coming,
        _ if coming > 0 => Found::Coming,
        Launched::OverQuota => Found::Quota,
        Launched::Nothing => Found::Nothing,
    }
}

enum Launched {
    Some,
    OverQuota,
    Nothing,
}

/// Launches hosts of these types until they make up for what is wanted, the environment is full, or the account
/// may have no more. The last one may lead over `maxvCpus`, except with BEST_FIT on demand (API reference,
/// ComputeResource).
fn launch(moment: &mut Moment<'_>, name: &str, types: &[&'static InstanceType], wanted: u32) -> Launched {
    let (mut launched, mut over_quota) = (Launched::Nothing, false);
    let mut missing = i64::from(wanted.div_ceil(1_000));
    while missing > 0 {
        let Some(environment) = moment.batch().environments.get(name) else { break };
        let Some(kind) = environment.kind() else { break };
        let there: u32 = environment.hosts.iter().map(Host::vcpus).sum();
        let most = environment.max_vcpu() / 1_000;
        if there >= most {
            break;
        }
        let within = environment.strategy() == "BEST_FIT" && kind == Kind::Ec2;
        let offered: Vec<(&InstanceType, String)> = types
            .iter()
            .filter(|known| !within || there + known.vcpus <= most)
            .filter_map(|known| Some((*known, subnet_for(moment, environment, known)?)))
            .filter(|(known, subnet)| !is_spot_too_dear(moment, environment, known, subnet))
            .collect();
        let allowed: Vec<&(&InstanceType, String)> = offered
            .iter()
            .filter(|(known, _)| quota_used(moment, kind, known) + known.vcpus <= quota(moment, kind, known))
            .collect();
        let need = u32::try_from(missing).unwrap_or(u32::MAX).min(most - there);
        let cost = |known: &InstanceType| world::on_demand(moment, &known.name);
        let enough = allowed.iter().filter(|(known, _)| known.vcpus >= need);
        let smallest = enough.min_by_key(|(known, _)| (known.vcpus, cost(known), &known.name));
        let largest =
            || allowed.iter().max_by_key(|(known, _)| (known.vcpus, std::cmp::Reverse(cost(known))));
        let Some((known, subnet)) = smallest.or_else(largest).map(|found| (found.0, found.1.clone())) else {
            over_quota = !offered.is_empty();
            break;
        };
        missing -= i64::from(known.vcpus);
        start(moment, name, known, subnet);
        launched = Launched::Some;
    }
    match launched {
        Launched::Nothing if over_quota => Launched::OverQuota,
        other => other,
    }
}

fn start(moment: &mut Moment<'_>, name: &str, known: &InstanceType, subnet: String) {
    let id = moment.change_ids().ec2("i");
    let has_others =
        moment.batch().environments.get(name).is_some_and(|found| found.hosts.iter().any(|host| host.joined));
    // The first host takes an image, a cluster and a network; the next ones are quicker.
    let (least, more) = if has_others { (60.0, 60.0) } else { (120.0, 180.0) };
    let up = moment.later(least + more * moment.jitter(&format!("host/{id}")));
    let host = Host {
        id: id.clone(),
        kind: known.name.clone(),
        subnet,
        up,
        joined: false,
        used: Size::default(),
        idle_since: up,
    };
    if let Some(environment) = moment.change().environments.get_mut(name) {
        environment.hosts.push(host);
    }
    moment.schedule(up, Due::Dispatch);
    watch(moment, name, id, up);
}

/// Hosts that are up join the cluster, once they can.
fn join(moment: &mut Moment<'_>, name: &str) {
    let now = moment.now;
    let Some(environment) = moment.batch().environments.get(name) else { return };
    let joining: Vec<String> = environment
        .hosts
        .iter()
        .filter(|host| {
            !host.joined && host.up <= now && world::host_can_join(moment, environment, &host.subnet)
        })
        .map(|host| host.id.clone())
        .collect();
    if joining.is_empty() {
        return;
    }
    if let Some(environment) = moment.change().environments.get_mut(name) {
        environment.hosts.iter_mut().filter(|host| joining.contains(&host.id)).for_each(|host| {
            host.joined = true;
        });
    }
}

/// The first of an environment's subnets whose zone has the type.
fn subnet_for(moment: &Moment<'_>, environment: &Environment, known: &InstanceType) -> Option<String> {
    let mut subnets = environment.subnets().into_iter();
    subnets
        .find(|id| world::zone_of(moment, id).is_some_and(|zone| known.is_offered_in(&zone)))
        .map(str::to_owned)
}

/// Whether any of an environment's zones has any of these types.
pub(super) fn is_offered(moment: &Moment<'_>, environment: &Environment, types: &[&InstanceType]) -> bool {
    types.iter().any(|known| subnet_for(moment, environment, known).is_some())
}

fn is_spot_too_dear(
    moment: &Moment<'_>,
    environment: &Environment,
    known: &InstanceType,
    subnet: &str,
) -> bool {
    let Some(percent) = environment.bid_percentage().filter(|_| environment.kind() == Some(Kind::Spot))
    else {
        return false;
    };
    match (world::spot_price(moment, &known.name, subnet), world::on_demand(moment, &known.name)) {
        (Some(spot), Some(on_demand)) => spot * 100 > on_demand * percent,
        _ => false,
    }
}

/// Whether all of these types cost more on the Spot market than an environment bids.
pub(super) fn is_outbid(moment: &Moment<'_>, environment: &Environment, types: &[&InstanceType]) -> bool {
    let mut offered =
        types.iter().filter_map(|known| Some((*known, subnet_for(moment, environment, known)?))).peekable();
    offered.peek().is_some()
        && offered.all(|(known, subnet)| is_spot_too_dear(moment, environment, known, &subnet))
}

fn quota(moment: &Moment<'_>, kind: Kind, known: &InstanceType) -> u32 {
    world::host_quota(moment, known.family.class, kind.is_spot())
}

/// vCPUs that the region's hosts of the same class and purchase option have.
fn quota_used(moment: &Moment<'_>, kind: Kind, known: &InstanceType) -> u32 {
    moment
        .batch()
        .environments
        .values()
        .filter(|environment| environment.kind() == Some(kind))
        .flat_map(|environment| &environment.hosts)
        .filter_map(|host| instance_type(&host.kind))
        .filter(|there| there.family.class == known.family.class)
        .map(|there| there.vcpus)
        .sum()
}

/// Launches what an environment has even with nothing to do.
pub(super) fn keep(moment: &mut Moment<'_>, name: &str, least: i64) {
    let Some(environment) = moment.batch().environments.get(name) else { return };
    let there: u32 = environment.hosts.iter().map(Host::vcpus).sum();
    let missing = u32::try_from(least - i64::from(there)).unwrap_or(0);
    if missing > 0 {
        let types = expand(&environment.instance_types());
        launch(moment, name, &types, missing.saturating_mul(1_000));
    }
}

/// A container takes its share of a host.
pub(super) fn take(moment: &mut Moment<'_>, name: &str, id: &str, size: Size) {
    alter(moment, name, id, |host| {
        host.used.vcpu += size.vcpu;
        host.used.memory += size.memory;
        host.used.gpu += size.gpu;
    });
}

/// A container gives it back.
pub(super) fn give_back(moment: &mut Moment<'_>, name: &str, id: &str, size: Size) {
    let now = moment.now;
    let mut idle = false;
    alter(moment, name, id, |host| {
        host.used.vcpu = host.used.vcpu.saturating_sub(size.vcpu);
        host.used.memory = host.used.memory.saturating_sub(size.memory);
        host.used.gpu = host.used.gpu.saturating_sub(size.gpu);
        idle = host.is_idle();
        if idle {
            host.idle_since = now;
        }
    });
    if idle {
        watch(moment, name, id.to_owned(), now);
    }
}

fn alter(moment: &mut Moment<'_>, name: &str, id: &str, change: impl FnOnce(&mut Host)) {
    let environment = moment.change().environments.get_mut(name);
    if let Some(host) = environment.and_then(|found| found.hosts.iter_mut().find(|host| host.id == id)) {
        change(host);
    }
}

/// Has somebody look whether a host that is idle since a moment can go.
fn watch(moment: &mut Moment<'_>, name: &str, id: String, since: Millis) {
    let at = since.plus(linger(moment, name));
    moment.schedule(at, Due::HostIdle { environment: name.to_owned(), host: id });
}

fn linger(moment: &Moment<'_>, name: &str) -> i64 {
    let asked = moment.batch().environments.get(name).and_then(Environment::scale_down_delay_minutes);
    #[allow(clippy::cast_precision_loss, reason = "a week's minutes at most")]
    let seconds = asked.map_or(LINGERS, |minutes| minutes as f64 * 60.0);
    moment.state.settings.paced(seconds)
}

/// A host that has had nothing to do for a while is taken away, unless its environment is to keep it.
pub(super) fn idle(moment: &mut Moment<'_>, name: &str, id: &str) {
    let (now, linger) = (moment.now, linger(moment, name));
    let Some(environment) = moment.batch().environments.get(name) else { return };
    let Some(host) = environment.hosts.iter().find(|host| host.id == id && host.is_idle()) else { return };
    let there: u32 = environment.hosts.iter().map(Host::vcpus).sum();
    if now.since(host.idle_since) < linger || i64::from(there - host.vcpus()) < environment.min_vcpus() {
        return;
    }
    remove(moment, name, id);
    // What a quota held back may fit now.
    moment.schedule(now, Due::Dispatch);
}

/// Looks at every idle host again: what is to be kept has changed.
pub(super) fn review(moment: &mut Moment<'_>, name: &str) {
    let Some(environment) = moment.batch().environments.get(name) else { return };
    let allowed = expand(&environment.instance_types());
    let idle: Vec<&Host> = environment.hosts.iter().filter(|host| host.is_idle()).collect();
    // Hosts of a type that was taken off the list go as soon as they can.
    let unwanted: Vec<String> = idle
        .iter()
        .filter(|host| !allowed.iter().any(|known| known.name == host.kind))
        .map(|host| host.id.clone())
        .collect();
    let others: Vec<(String, Millis)> =
        idle.iter().map(|host| (host.id.clone(), host.idle_since.max(moment.now))).collect();
    for id in &unwanted {
        remove(moment, name, id);
    }
    for (id, since) in others.into_iter().filter(|(id, _)| !unwanted.contains(id)) {
        watch(moment, name, id, since);
    }
}

/// A host is gone.
pub(super) fn remove(moment: &mut Moment<'_>, name: &str, id: &str) {
    if let Some(environment) = moment.change().environments.get_mut(name) {
        environment.hosts.retain(|host| host.id != id);
    }
}

/// The id by which ECS knows a host.
pub(super) fn container_instance(seed: u64, host: &str) -> String {
    ids::digest_hex(seed, &format!("container-instance/{host}"))[..32].to_owned()
}
