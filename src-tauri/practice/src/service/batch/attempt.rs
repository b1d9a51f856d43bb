//! One attempt of a job: a task that starts, runs its container, and ends.

use super::agenda::Due;
use super::environment::{Environment, Kind};
use super::fate::{Fate, architecture, fate};
use super::job::{self, Attempt, EXITED, Ending, Job, Shape, Spec, Status, Task, TaskName};
use super::{Moment, hosts, retry, scheduling_policy};
use crate::service::ecr::{Architecture, Pull};
use crate::service::logs::Event;
use crate::settings::Trouble;
use crate::sim::{self, Container, End, Line};
use crate::time::Millis;
use crate::wire::json::{list, text};
use std::collections::BTreeMap;

/// Between SIGTERM and SIGKILL.
pub(super) const GRACE_SECONDS: f64 = 30.0;
/// How AWS begins to say that a host is gone.
const HOST_LOST: &str = "Host EC2";
/// Lines kept of one attempt, and of all children of an array together.
const LINES: usize = 2_000;
const ARRAY_LINES: usize = 200_000;

/// A job has a place: its task is started.
pub(super) fn begin(moment: &mut Moment<'_>, id: &str, environment_name: &str, host: Option<String>) {
    let region = moment.batch();
    let Some(found) = region.jobs.get(id) else { return };
    let Some(environment) = region.environments.get(environment_name) else { return };
    let Some(spec) = job::spec(region, found) else { return };
    let number = u32::try_from(found.attempts.len()).unwrap_or(u32::MAX).saturating_add(1);
    let fate = fate(moment, spec, environment, host.as_deref(), &format!("{id}/{number}"));
    let (size, cluster) = (spec.size, environment.cluster());
    let share = spec.share.clone().map(|share| (super::short(&spec.queue).to_owned(), share));
    job::move_to(moment, id, Status::Starting);
    let (due, at, ends) = match fate {
        Fate::Starts { after } => {
            (Due::AttemptStarts { job: id.to_owned(), number }, moment.later(after), None)
        }
        Fate::Fails { after, ending } => {
            let at = moment.later(after);
            (Due::AttemptEnds { job: id.to_owned(), number }, at, Some((at, ending)))
        }
    };
    job::alter(moment, id, |job| {
        job.status_reason = None;
        let (environment, host) = (environment_name.to_owned(), host.clone());
        job.task = Some(Task { number, environment, cluster, host, ends });
    });
    if let Some(environment) = moment.change().environments.get_mut(environment_name) {
        environment.used = environment.used.saturating_add(size.vcpu);
    }
    if let Some(host) = host {
        hosts::take(moment, environment_name, &host, size);
    }
    if let Some((queue, share)) = share
        && let Some(queue) = moment.change().queues.get_mut(&queue)
    {
        queue.shares.entry(share).or_default().take(size.vcpu);
    }
    moment.schedule(at, due);
}

/// A container starts: its whole life is told now, and comes true as time passes.
pub(super) fn starts(moment: &mut Moment<'_>, id: &str, number: u32) {
    let (now, region) = (moment.now, moment.batch());
    let Some(found) = region.jobs.get(id).filter(|job| job.status == Status::Starting) else { return };
    let Some(task) = found.task.as_ref().filter(|task| task.number == number && task.ends.is_none()) else {
        return;
    };
    let Some(environment) = region.environments.get(&task.environment) else { return };
    let Some(spec) = job::spec(region, found) else { return };
    let (ends, lines) = match life(moment, found, spec, task, environment) {
        Life::NeverStarted { reason } => {
            let ending = Ending {
                status_reason: "Task failed to start".to_owned(),
                exit_code: Some(127),
                reason: Some(reason),
                stopped: false,
            };
            job::alter(moment, id, |job| {
                if let Some(task) = &mut job.task {
                    task.ends = Some((now, ending));
                }
            });
            ends(moment, id, number);
            return;
        }
        Life::Told { ends, lines } => (cut_short(moment, spec, environment, task, ends), lines),
    };
    if let Some((group, stream)) = TaskName::of(moment.state.seed(), found, spec, number).log {
        // `/aws/batch/job` is Batch's own to make; another is the driver's, when it was told so.
        moment.state.logs.ensure_group(moment.region, &group, now);
        let last = ends.as_ref().map_or(Millis(i64::MAX), |(at, _)| *at);
        let events = lines.into_iter().filter(|event| event.0 <= last).collect();
        moment.state.logs.write_stream(moment.region, &group, &stream, now, events);
    }
    job::move_to(moment, id, Status::Running);
    if let Some((at, _)) = &ends {
        moment.schedule(*at, Due::AttemptEnds { job: id.to_owned(), number });
    }
    job::alter(moment, id, |job| {
        job.started = Some(now);
        if let Some(task) = &mut job.task {
            task.ends = ends;
        }
    });
}

enum Life {
    Told { ends: Option<(Millis, Ending)>, lines: Vec<Event> },
    NeverStarted { reason: String },
}

fn life(moment: &Moment<'_>, job: &Job, spec: &Spec, task: &Task, environment: &Environment) -> Life {
    let image = text(&spec.container, "image").unwrap_or_default();
    let wanted = architecture(spec, environment);
    let started = moment.now;
    let pace = moment.state.settings.pace;
    #[allow(clippy::cast_precision_loss, reason = "a container's milliseconds fit a double exactly")]
    let after = |millis: u64| started.plus(moment.state.settings.paced(millis as f64 / 1_000.0));
    if let Pull::One(built_for) = moment.state.ecr.pull(image)
        && built_for != wanted
    {
        let program = spec.command.first().map_or("/bin/sh", String::as_str);
        let path = if program.contains('/') { program.to_owned() } else { format!("/usr/bin/{program}") };
        let lines = vec![Event(after(80), format!("exec {path}: exec format error"))];
        return Life::Told { ends: Some((after(400), exited(1))), lines };
    }
    let name = TaskName::of(moment.state.seed(), job, spec, task.number);
    let hostname = match &name.private_ip {
        Some(ip) => format!("ip-{}.ec2.internal", ip.replace('.', "-")),
        None => name.id[..12].to_owned(),
    };
    let siblings = job.child_of().and_then(|(parent, _)| match moment.batch().jobs.get(parent)?.shape {
        Shape::Array { size, .. } => usize::try_from(size).ok(),
        _ => None,
    });
    let max_lines = siblings.map_or(LINES, |siblings| (ARRAY_LINES / siblings.max(1)).clamp(20, LINES));
    let run = sim::run(&Container {
        image,
        command: &spec.command,
        environment: environment_of(moment, job, spec, task, &name.id),
        hostname: &hostname,
        machine: if wanted == Architecture::Arm64 { "aarch64" } else { "x86_64" },
        processors: spec.size.vcpu.div_ceil(1_000),
        started: started.0,
        pace,
        max_lines,
    });
    let lines = run.lines.into_iter().map(|Line { at, text }| Event(after(at), text)).collect();
    match run.end {
        End::Exit { code, at } => Life::Told { ends: Some((after(at + 300), exited(code))), lines },
        End::Never => Life::Told { ends: None, lines },
        End::NotFound { program } => Life::NeverStarted {
            reason: format!(
                "CannotStartContainerError: ResourceInitializationError: failed to create new container runtime task: \
                 failed to create shim task: OCI runtime create failed: runc create failed: unable to start container \
                 process: exec: \"{program}\": executable file not found in $PATH: unknown"
            ),
        },
    }
}

fn exited(code: i32) -> Ending {
    Ending { status_reason: EXITED.to_owned(), exit_code: Some(code), reason: None, stopped: false }
}

/// What may end a container before it ends by itself: its timeout, and Spot capacity taken back.
fn cut_short(
    moment: &Moment<'_>,
    spec: &Spec,
    environment: &Environment,
    task: &Task,
    ends: Option<(Millis, Ending)>,
) -> Option<(Millis, Ending)> {
    let natural = ends.as_ref().map_or(Millis(i64::MAX), |(at, _)| *at);
    let mut ends = ends;
    if let Some(seconds) = spec.timeout {
        #[allow(clippy::cast_precision_loss, reason = "seconds of a job's life")]
        let (limit, killed) = (moment.later(seconds as f64), moment.later(seconds as f64 + GRACE_SECONDS));
        if natural > limit {
            let ending = Ending {
                status_reason: "Job attempt duration exceeded timeout".to_owned(),
                exit_code: Some(137),
                reason: None,
                stopped: true,
            };
            ends = Some((natural.min(killed), ending));
        }
    }
    let kind = environment.kind().filter(|kind| kind.is_spot());
    if let Some(kind) =
        kind.filter(|_| task.number == 1 && moment.state.settings.troubles.contains(&Trouble::SpotReclaim))
    {
        let reclaimed = moment.later(20.0);
        if ends.as_ref().is_none_or(|(at, _)| *at > reclaimed) {
            let (status_reason, exit_code) = match kind {
                Kind::Spot => {
                    let instance = task.host.as_deref().unwrap_or_default();
                    (format!("Host EC2 (instance {instance}) terminated."), None)
                }
                _ => ("Your Spot Task was interrupted.".to_owned(), Some(137)),
            };
            ends = Some((reclaimed, Ending { status_reason, exit_code, reason: None, stopped: false }));
        }
    }
    ends
}

fn environment_of(
    moment: &Moment<'_>,
    job: &Job,
    spec: &Spec,
    task: &Task,
    task_id: &str,
) -> BTreeMap<String, String> {
    let mut all = BTreeMap::from([
        ("AWS_REGION".to_owned(), moment.region.to_owned()),
        ("AWS_DEFAULT_REGION".to_owned(), moment.region.to_owned()),
        ("AWS_EXECUTION_ENV".to_owned(), format!("AWS_ECS_{}", spec.platform.name())),
    ]);
    if text(&spec.container, "jobRoleArn").is_some() {
        let address = format!("/v2/credentials/{task_id}");
        all.insert("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI".to_owned(), address);
    }
    if spec.size.gpu > 0 {
        // ECS names the GPUs that the container was given.
        let gpus = (0..spec.size.gpu).map(|gpu| {
            let id = crate::ids::digest_hex(moment.state.seed(), &format!("gpu/{task_id}/{gpu}"));
            format!("GPU-{}", &id[..12])
        });
        all.insert("NVIDIA_VISIBLE_DEVICES".to_owned(), gpus.collect::<Vec<_>>().join(","));
    }
    for variable in list(&spec.container, "environment") {
        if let (Some(name), Some(value)) = (text(variable, "name"), text(variable, "value")) {
            all.insert(name.to_owned(), value.to_owned());
        }
    }
    for secret in list(&spec.container, "secrets") {
        if let Some(name) = text(secret, "name") {
            // There are no secrets in a practice account; what the container sees is plainly not one.
            all.insert(name.to_owned(), "practice-account-secret".to_owned());
        }
    }
    for (name, value) in [
        ("AWS_BATCH_JOB_ID", job.id.clone()),
        ("AWS_BATCH_JOB_ATTEMPT", task.number.to_string()),
        ("AWS_BATCH_JQ_NAME", super::short(&spec.queue).to_owned()),
        ("AWS_BATCH_CE_NAME", task.environment.clone()),
    ] {
        all.insert(name.to_owned(), value);
    }
    if let Some(index) = job.index() {
        all.insert("AWS_BATCH_JOB_ARRAY_INDEX".to_owned(), index.to_string());
    }
    all
}

/// An attempt ends: its job succeeds, fails, or is tried again.
pub(super) fn ends(moment: &mut Moment<'_>, id: &str, number: u32) {
    let (now, region) = (moment.now, moment.batch());
    let Some(found) = region.jobs.get(id) else { return };
    let Some(task) = found.task.clone().filter(|task| task.number == number) else { return };
    // A stop may have moved the end; what was planned before no longer counts.
    let Some((_, ending)) = task.ends.clone().filter(|(at, _)| *at == now) else { return };
    let Some(spec) = job::spec(region, found) else { return };
    let retry = spec.retry.clone();
    let started = found.started.filter(|_| found.status == Status::Running);
    release(moment, id, &task);
    if let Some(host) = task.host.as_deref().filter(|_| ending.status_reason.starts_with(HOST_LOST)) {
        host_lost(moment, &task.environment, host, &ending);
    }

    let (cluster, host) = (task.cluster, task.host);
    let attempt = Attempt { started, stopped: now, ending: ending.clone(), cluster, host };
    job::alter(moment, id, |job| {
        job.attempts.push(attempt);
        job.task = None;
    });
    let succeeded = ending.exit_code == Some(0) && !ending.stopped;
    let ended = retry::Ended {
        status_reason: &ending.status_reason,
        reason: ending.reason.as_deref(),
        exit_code: ending.exit_code,
    };
    if succeeded {
        job::finish(moment, id, Status::Succeeded, None);
    } else if !ending.stopped
        && number < retry::attempts(retry.as_ref())
        && retry::again(retry.as_ref(), &ended)
    {
        job::move_to(moment, id, Status::Runnable);
        job::alter(moment, id, |job| job.status_reason = Some(ending.status_reason));
        moment.schedule(moment.later(2.0), Due::Dispatch);
    } else {
        job::finish(moment, id, Status::Failed, None);
    }
}

/// What an attempt held is free again.
fn release(moment: &mut Moment<'_>, id: &str, task: &Task) {
    let region = moment.batch();
    let now = moment.now;
    let Some(job) = region.jobs.get(id) else { return };
    let Some(spec) = job::spec(region, job) else { return };
    let ran = job.started.filter(|_| job.status == Status::Running);
    let (size, since) = (spec.size, ran.unwrap_or(now));
    let share = spec.share.clone().map(|share| (super::short(&spec.queue).to_owned(), share));
    if let Some(environment) = moment.change().environments.get_mut(&task.environment) {
        environment.used = environment.used.saturating_sub(size.vcpu);
    }
    if let Some(host) = &task.host {
        hosts::give_back(moment, &task.environment, host, size);
    }
    if let Some((queue, share)) = share {
        let policy = moment.batch().queues.get(&queue).and_then(|queue| queue.policy.as_deref());
        let policy = policy.and_then(|arn| scheduling_policy::named(moment, arn));
        let decay = policy.map_or(1.0, |policy| policy.decay(&moment.state.settings));
        let queue = moment.change().queues.get_mut(&queue);
        if let Some(share) = queue.and_then(|queue| queue.shares.get_mut(&share)) {
            share.give_back(now, size.vcpu, since, decay);
        }
    }
}

/// A host is taken back: what else runs on it ends with it.
fn host_lost(moment: &mut Moment<'_>, environment: &str, host: &str, ending: &Ending) {
    let now = moment.now;
    let mates: Vec<(String, u32)> = moment
        .batch()
        .jobs
        .values()
        .filter_map(|job| {
            let task = job.task.as_ref().filter(|task| task.host.as_deref() == Some(host))?;
            let already = task.ends.as_ref().is_some_and(|(at, _)| *at <= now);
            (!already).then(|| (job.id.clone(), task.number))
        })
        .collect();
    for (id, number) in mates {
        job::alter(moment, &id, |job| {
            if let Some(task) = &mut job.task {
                task.ends = Some((now, ending.clone()));
            }
        });
        moment.schedule(now, Due::AttemptEnds { job: id, number });
    }
    hosts::remove(moment, environment, host);
}
