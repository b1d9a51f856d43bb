//! The shapes in which jobs are asked for and shown.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::JobState;
use crate::{blueprint::JobDefinition, words::Text, world::Moment};

/// A queue of a stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct StackQueue {
    /// The stack's name.
    pub stack: String,
    /// The queue's name.
    pub name: String,
}

/// A queue and a job definition of one stack that go together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct JobTarget {
    /// The stack's name.
    pub stack: String,
    /// The queue's name.
    pub queue: String,
    /// The job definition's name; its newest active revision is meant.
    pub definition: String,
    /// What a job gets unless it says otherwise.
    pub defaults: JobDefinition,
    /// Whose a job can be, on a queue with a scheduling policy; none on one without, where a job says nothing of it.
    pub fair_share: Option<FairShare>,
}

/// How a queue knows whose a job is. AWS Batch takes no job without a share there, and none with one elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct FairShare {
    /// Shares that the policy gives a weight; one that ends with `*` stands for all that begin so. Others may be used
    /// as well. Empty also where the policy may not be looked at.
    pub known: Vec<String>,
    /// The priority of a job for which nobody chooses one: AWS Batch wants one there. None where the definition has one.
    pub priority: Option<u32>,
}

/// A job to be submitted. What is `None` or empty stays as the job definition has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Submit {
    /// The stack's name, kept as a tag of the job.
    pub stack: String,
    /// The queue's name or ARN.
    pub queue: String,
    /// The job definition's name, `name:revision` or ARN.
    pub definition: String,
    /// The job's name.
    pub name: String,
    /// What runs, instead of the definition's command.
    pub command: Option<Vec<String>>,
    /// Variables besides the definition's, or instead of those of the same name.
    pub environment: BTreeMap<String, String>,
    /// vCPUs as AWS writes them: `0.25`, `1`.
    pub vcpu: Option<String>,
    /// Memory in MiB.
    pub memory_mib: Option<u32>,
    /// How many children an array job has.
    pub array_size: Option<u32>,
    /// Ids of jobs that must succeed first.
    pub depends_on: Vec<String>,
    /// How often it is tried.
    pub attempts: Option<u32>,
    /// Seconds after which an attempt is ended.
    pub timeout_seconds: Option<u32>,
    /// Whose it is, on a queue with a scheduling policy.
    pub share: Option<String>,
    /// Its place among jobs of the same share, higher first; for queues with a scheduling policy.
    pub scheduling_priority: Option<u32>,
}

/// A job that AWS Batch has taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Submitted {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
}

/// What stopping jobs came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Stopped {
    /// Those that AWS was asked to stop.
    pub stopped: Vec<String>,
    /// Those that had ended before, of which nothing was asked.
    pub ended: Vec<String>,
}

/// A job as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct JobSummary {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub state: JobState,
    /// AWS's status reason, verbatim.
    pub reason: Option<String>,
    /// When it was submitted.
    pub created_at: Moment,
    /// When its last attempt started to run.
    pub started_at: Option<Moment>,
    /// When it ended.
    pub stopped_at: Option<Moment>,
    /// The exit code of its last attempt.
    pub exit_code: Option<i32>,
    /// How many children it has, when it is an array job.
    pub array_size: Option<u32>,
}

/// The jobs of a queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct JobList {
    /// How many jobs of the queue are in each state, whatever was searched for.
    pub counts: BTreeMap<JobState, u32>,
    /// Those that were asked for, newest first.
    pub jobs: Vec<JobSummary>,
    /// How many jobs of the queue were read.
    pub total: u32,
    /// When the list was made.
    pub as_of: Moment,
    /// Whether the queue holds more than was read.
    pub truncated: bool,
}

/// One attempt of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct JobAttempt {
    /// Which one, from 1.
    pub number: u32,
    /// When its container started.
    pub started_at: Option<Moment>,
    /// When it ended; none while it is under way.
    pub stopped_at: Option<Moment>,
    /// The container's exit code.
    pub exit_code: Option<i32>,
    /// AWS's reason: the container's where there is one, else the attempt's.
    pub reason: Option<String>,
    /// Its log stream.
    pub log_stream: Option<String>,
}

/// The children of an array job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct JobArray {
    /// How many there are.
    pub size: u32,
    /// How many are in each state, as far as AWS has counted.
    pub counts: BTreeMap<JobState, u32>,
}

/// What can be done to a job now, such that it acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct JobCan {
    /// CancelJob acts: no container has been started.
    pub cancel: bool,
    /// TerminateJob acts: the job has not ended.
    pub terminate: bool,
}

/// A job with everything known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct JobView {
    /// What a list shows of it.
    pub summary: JobSummary,
    /// Its ARN.
    pub arn: String,
    /// Its queue's name.
    pub queue: String,
    /// Its definition, `name:revision`.
    pub definition: String,
    /// What runs.
    pub command: Vec<String>,
    /// Its variables.
    pub environment: BTreeMap<String, String>,
    /// vCPUs.
    pub vcpu: Option<String>,
    /// Memory in MiB.
    pub memory_mib: Option<u32>,
    /// The container image.
    pub image: Option<String>,
    /// Its attempts, the one under way included, oldest first.
    pub attempts: Vec<JobAttempt>,
    /// Where its log is, when it goes to CloudWatch Logs.
    pub log_group: Option<String>,
    /// The stream of its last attempt.
    pub log_stream: Option<String>,
    /// Ids of jobs that must succeed first.
    pub depends_on: Vec<String>,
    /// Its children, when it is an array job.
    pub array: Option<JobArray>,
    /// Seconds after which an attempt is ended.
    pub timeout_seconds: Option<u32>,
    /// How often it is tried.
    pub max_attempts: u32,
    /// Whose it is, on a queue with a scheduling policy.
    pub share: Option<String>,
    /// Its place among jobs of the same share.
    pub scheduling_priority: Option<u32>,
    /// What AWS Batch is doing right now, in one sentence.
    pub doing: Text,
    /// What can be done to it now.
    pub can: JobCan,
    /// AWS's own description, as JSON.
    pub json: String,
}

/// One line of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct LogLine {
    /// When it was written.
    pub at: Moment,
    /// As the container wrote it, control characters included.
    pub text: String,
}

/// A page of a log, oldest line first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct LogPage {
    /// Its lines; an empty page is not the end.
    pub lines: Vec<LogLine>,
    /// What to ask the next page with.
    pub token: Option<String>,
    /// Whether nothing more will come.
    pub end: bool,
    /// Why there is no log to read, when there is none.
    pub finding: Option<Text>,
}
