//! Array jobs: a parent that runs nothing, and its children.

use super::Moment;
use super::Region;
use super::job::{self, Dependency, Job, Shape, Status};
use super::submit;
use crate::time::Millis;
use std::sync::Arc;

/// An array's dependencies are looked at; once they are met, its children are made.
pub(super) fn evaluate(moment: &mut Moment<'_>, id: &str) {
    let Some(parent) = moment.batch().jobs.get(id).cloned() else { return };
    let Shape::Array { size, made: false, .. } = parent.shape else { return };
    if parent.status.is_final() {
        return;
    }
    // What binds child to child is the children's own affair.
    let own: Vec<Dependency> = parent.depends_on.iter().filter(|on| on.kind.is_none()).cloned().collect();
    match submit::standing(moment.batch(), &own) {
        submit::Standing::Failed => job::finish(moment, id, Status::Failed, Some(submit::DEPENDENCY_FAILED)),
        submit::Standing::Waiting => job::move_to(moment, id, Status::Pending),
        submit::Standing::Met => {
            job::move_to(moment, id, Status::Pending);
            make_children(moment, &parent, size);
        }
    }
}

fn make_children(moment: &mut Moment<'_>, parent: &Job, size: u32) {
    job::alter(moment, &parent.id, |job| {
        if let Shape::Array { made, .. } = &mut job.shape {
            *made = true;
        }
    });
    let now = moment.now;
    let bare = Job { spec: None, depends_on: Vec::new(), ..parent.clone() };
    for index in 0..size {
        let id = format!("{}:{index}", parent.id);
        let depends_on: Vec<Dependency> = parent
            .depends_on
            .iter()
            .filter_map(|on| match (on.kind.as_deref(), &on.job_id) {
                (Some("N_TO_N"), Some(other)) => Some(format!("{other}:{index}")),
                (Some("SEQUENTIAL"), None) if index > 0 => Some(format!("{}:{}", parent.id, index - 1)),
                _ => None,
            })
            .map(|job_id| Dependency { job_id: Some(job_id), kind: None })
            .collect();
        let child = Job {
            id: id.clone(),
            shape: Shape::Child,
            depends_on,
            status: Status::Submitted,
            created: now,
            ..bare.clone()
        };
        let region = moment.change();
        submit::remember_dependencies(region, &child);
        region.jobs.insert(id.clone(), Arc::new(child));
        count(region, &parent.id, None, Status::Submitted, now);
        submit::evaluate(moment, &id);
    }
}

/// Keeps a parent's counts by state.
pub(super) fn count(region: &mut Region, parent: &str, before: Option<Status>, after: Status, now: Millis) {
    if let Some(parent) = region.jobs.get_mut(parent)
        && let Shape::Array { counts, counted, .. } = &mut Arc::make_mut(parent).shape
    {
        if let Some(before) = before {
            counts[before as usize] = counts[before as usize].saturating_sub(1);
        }
        counts[after as usize] += 1;
        *counted = now;
    }
}

/// A parent ends with its last child.
pub(super) fn child_finished(moment: &mut Moment<'_>, parent: &str) {
    let Some(found) = moment.batch().jobs.get(parent) else { return };
    let Shape::Array { size, counts, .. } = found.shape else { return };
    let (succeeded, failed) = (counts[Status::Succeeded as usize], counts[Status::Failed as usize]);
    if found.status.is_final() || succeeded + failed < size {
        return;
    }
    if failed == 0 {
        job::finish(moment, parent, Status::Succeeded, None);
    } else {
        let stopped = found.status_reason.clone().filter(|_| found.cancelled || found.terminated);
        let reason = stopped.unwrap_or_else(|| "Array Child Job failed".to_owned());
        job::finish(moment, parent, Status::Failed, Some(&reason));
    }
}

/// The children of an array, in order.
pub(super) fn children<'r>(region: &'r Region, parent: &'r Job) -> impl Iterator<Item = &'r Arc<Job>> {
    let size = match parent.shape {
        Shape::Array { size, .. } => size,
        _ => 0,
    };
    (0..size).filter_map(move |index| region.jobs.get(&format!("{}:{index}", parent.id)))
}
