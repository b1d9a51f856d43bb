import type {
  Blueprint,
  FairShare,
  JobAttempt,
  JobList,
  JobState,
  JobSummary,
  JobTarget,
  JobView,
  LogLine,
  LogPage,
  Submit,
} from "../contract";
import { IMAGE } from "./blueprint";

export interface FakeJob {
  summary: JobSummary;
  submit: Submit | null;
  attempts: number;
}

const MINUTE = 60_000;
const STATES: JobState[] = ["SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING", "SUCCEEDED", "FAILED"];
const NAMES = ["tile", "mosaic", "align", "thumbnails", "reproject", "segment"];

/** The queues of a stack with the definitions that run on them. */
export function targetsOf(wish: Blueprint): JobTarget[] {
  const { name, compute_environments: environments, job_definitions: definitions } = wish;
  return wish.job_queues.flatMap((queue) => {
    const first = environments.find((environment) => environment.name === queue.compute_environments[0]);
    const platform = first?.kind.startsWith("fargate") ? "fargate" : "ec2";
    return definitions
      .filter((definition) => definition.platform === platform)
      .map((defaults) => ({
        stack: name,
        queue: `${name}-${queue.name}`,
        definition: `${name}-${defaults.name}`,
        defaults,
        fair_share: fairShare(wish, queue.scheduling_policy, defaults.scheduling_priority),
      }));
  });
}

function fairShare(wish: Blueprint, name: string | null, defined: number | null): FairShare | null {
  const policy = wish.scheduling_policies.find((one) => one.name === name);
  return policy ? { known: Object.keys(policy.shares), priority: defined === null ? 0 : null } : null;
}

/** Many believable jobs, newest first, the same every time. */
export function makeJobs(count: number): FakeJob[] {
  const now = Date.now();
  return Array.from({ length: count }, (_, at) => {
    const name = `${NAMES[at % NAMES.length] ?? "tile"}-${String(count - at).padStart(4, "0")}`;
    const queued = now - at * 1.7 * MINUTE - 20_000;
    const state: JobState =
      at < 3
        ? "RUNNABLE"
        : at === 3
          ? "STARTING"
          : at < 12
            ? "RUNNING"
            : at % 17 === 4
              ? "FAILED"
              : "SUCCEEDED";
    const ended = state === "SUCCEEDED" || state === "FAILED";
    const started = state === "RUNNABLE" || state === "STARTING" ? null : queued + (38 + (at % 40)) * 1000;
    const took = (22 + ((at * 47) % 320)) * 1000;
    const failed = state === "FAILED";
    // A failed job had a first attempt, four minutes before the one that is told of here.
    const created = failed ? queued - 4 * MINUTE - 30_000 : queued;
    const memory = at % 2 === 0;
    return {
      summary: {
        id: `${(0x3fa85f64 + at * 7919).toString(16)}-5717-4562-b3fc-2c963f66afa6`,
        name,
        state,
        reason: failed
          ? memory
            ? "OutOfMemoryError: container killed due to memory usage"
            : "Essential container in task exited"
          : state === "RUNNABLE" && at === 0
            ? "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT - The job resource requirement (vCPU/memory/GPU) is higher than that can be met by the CE(s) attached to the job queue."
            : null,
        created_at: created,
        started_at: started,
        stopped_at: ended && started ? started + took : null,
        exit_code: ended ? (failed ? (memory ? 137 : 1) : 0) : null,
        array_size: at % 23 === 7 ? 500 : null,
      },
      submit: null,
      attempts: failed ? 2 : 1,
    };
  });
}

/** The queue that a job is in; those that were there before are in the first. */
export const queueOf = (job: FakeJob): string => job.submit?.queue ?? "imaging-main";

/** A submitted job lives a short life by the clock: what it is follows from its age. */
export function grown(job: FakeJob, second: number): JobSummary {
  if (!job.submit || job.summary.stopped_at) return job.summary;
  const age = (Date.now() - job.summary.created_at) / second;
  const summary = { ...job.summary };
  summary.state =
    age < 2 ? "SUBMITTED" : age < 8 ? "RUNNABLE" : age < 16 ? "STARTING" : age < 40 ? "RUNNING" : "SUCCEEDED";
  if (age >= 16) summary.started_at = job.summary.created_at + 16 * second;
  if (age >= 40) {
    summary.stopped_at = job.summary.created_at + 40 * second;
    summary.exit_code = 0;
    job.summary = summary;
  }
  return summary;
}

export function listJobs(jobs: JobSummary[], states: JobState[], search: string): JobList {
  const counts = Object.fromEntries(STATES.map((state) => [state, 0])) as Record<JobState, number>;
  for (const job of jobs) counts[job.state] += 1;
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = jobs.filter(
    (job) =>
      (states.length === 0 || states.includes(job.state)) &&
      words.every((word) =>
        `${job.name} ${job.id} ${job.state} ${job.reason ?? ""}`.toLowerCase().includes(word),
      ),
  );
  return { counts, jobs: found, total: found.length, as_of: Date.now(), truncated: jobs.length >= 100_000 };
}

const DOING: Record<JobState, string> = {
  SUBMITTED: "AWS Batch has the job and looks at what it depends on.",
  PENDING: "Waiting for another job that this one depends on.",
  RUNNABLE:
    "Ready to run. AWS Batch is looking for room in the compute environment; the first job of the day takes a minute or two.",
  STARTING: "Fargate has room; the image is being pulled and the container started.",
  RUNNING: "The container is running.",
  SUCCEEDED: "Finished; the container ended with exit code 0.",
  FAILED:
    "The container was killed because it used more memory than the 512 MiB it asked for. Launch it again with more memory.",
};

export function viewJob(job: FakeJob, summary: JobSummary): JobView {
  const arn = `arn:aws:batch:us-east-1:123456789012:job/${summary.id}`;
  const stream = `imaging-main/default/${summary.id.replaceAll("-", "")}`;
  const hasRun = summary.started_at !== null;
  const attempts: JobAttempt[] = hasRun
    ? Array.from({ length: job.attempts }, (_, at) => {
        const last = at === job.attempts - 1;
        const shift = (job.attempts - 1 - at) * 4 * MINUTE;
        return {
          number: at + 1,
          started_at: (summary.started_at ?? 0) - shift,
          stopped_at: last ? summary.stopped_at : (summary.started_at ?? 0) - shift + 2 * MINUTE,
          exit_code: last ? summary.exit_code : 1,
          reason: last ? summary.reason : "Essential container in task exited",
          log_stream: stream,
        };
      })
    : [];
  const waiting = ["SUBMITTED", "PENDING", "RUNNABLE"].includes(summary.state);
  const ended = ["SUCCEEDED", "FAILED"].includes(summary.state);
  const view: Omit<JobView, "json"> = {
    summary,
    arn,
    queue: "imaging-main",
    definition: "imaging-main:3",
    command: job.submit?.command ?? ["python", "-m", "tiles.render", "--tile", summary.name, "--zoom", "14"],
    environment: job.submit?.environment ?? { BUCKET: "imaging-tiles", LOG_LEVEL: "info" },
    vcpu: job.submit?.vcpu ?? "0.25",
    memory_mib: job.submit?.memory_mib ?? 512,
    image: IMAGE,
    attempts,
    log_group: "/slipway/imaging",
    log_stream: hasRun ? stream : null,
    depends_on: job.submit?.depends_on ?? [],
    array: summary.array_size
      ? { size: summary.array_size, counts: { RUNNING: 12, SUCCEEDED: 471, FAILED: 2, RUNNABLE: 15 } }
      : null,
    timeout_seconds: job.submit?.timeout_seconds ?? 3600,
    max_attempts: job.submit?.attempts ?? 3,
    share: job.submit?.share ?? null,
    scheduling_priority: job.submit?.scheduling_priority ?? null,
    doing: { code: `doing-${summary.state.toLowerCase()}`, params: {}, text: DOING[summary.state] },
    can: { cancel: waiting, terminate: !ended },
  };
  return {
    ...view,
    json: JSON.stringify(
      {
        jobArn: arn,
        jobId: summary.id,
        jobName: summary.name,
        status: summary.state,
        jobQueue: view.queue,
        createdAt: summary.created_at,
        startedAt: summary.started_at,
        stoppedAt: summary.stopped_at,
        container: {
          image: view.image,
          command: view.command,
          exitCode: summary.exit_code,
          logStreamName: view.log_stream,
          resourceRequirements: [
            { type: "VCPU", value: view.vcpu },
            { type: "MEMORY", value: String(view.memory_mib) },
          ],
        },
      },
      null,
      2,
    ),
  };
}

const ESC = String.fromCharCode(27);

function line(summary: JobSummary, submit: Submit | null, at: number): string {
  if (at === 0) return `$ ${(submit?.command ?? ["python", "-m", "tiles.render"]).join(" ")}`;
  if (at === 1 && submit)
    return (
      Object.entries(submit.environment)
        .map(([k, v]) => `${k}=${v}`)
        .join(" ") || "(no environment)"
    );
  if (at % 31 === 7)
    return `${ESC}[33mWARN${ESC}[0m  cache miss for s3://imaging-tiles/14/${at}/9042.tif, fetching from origin`;
  if (at % 57 === 12)
    return `${ESC}[1;31mERROR${ESC}[0m retry 1/3: <script>alert("tile")</script> is not a tile; ${ESC}]8;;https://example.com${ESC}\\link${ESC}]8;;${ESC}\\ ignored`;
  return `${ESC}[32mINFO${ESC}[0m  ${summary.name} block ${at} of 420 rendered in ${(80 + ((at * 31) % 190)).toString()} ms (rss ${210 + (at % 90)} MiB)`;
}

export function logsOf(
  summary: JobSummary,
  submit: Submit | null,
  token: string | null,
  second: number,
): LogPage {
  if (!summary.started_at) {
    return {
      lines: [],
      token: null,
      end: true,
      finding: {
        code: "logs-not-yet",
        params: {},
        text: "The job has not started, so it has written nothing yet.",
      },
    };
  }
  const ended = summary.stopped_at !== null;
  const written = ended ? 420 : Math.min(420, Math.floor((Date.now() - summary.started_at) / (second * 0.6)));
  const from = Number(token ?? 0);
  const lines: LogLine[] = [];
  for (let at = from; at < Math.min(written, from + 500); at += 1) {
    lines.push({ at: summary.started_at + at * 310, text: line(summary, submit, at) });
  }
  return {
    lines,
    token: String(from + lines.length),
    end: ended && from + lines.length >= written,
    finding: null,
  };
}
