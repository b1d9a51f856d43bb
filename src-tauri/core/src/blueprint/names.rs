//! The one home of the names that Slipway gives to things in AWS: everything begins with the stack's name.

/// The classic service role.
pub fn service_role(stack: &str) -> String {
    format!("{stack}-service")
}

/// The task execution role.
pub fn execution_role(stack: &str) -> String {
    format!("{stack}-execution")
}

/// The job role of a job definition.
pub fn job_role(stack: &str, definition: &str) -> String {
    format!("{stack}-{definition}-role")
}

/// The security group of the jobs.
pub fn security_group(stack: &str) -> String {
    format!("{stack}-jobs")
}

/// The log group of the jobs.
pub fn log_group(stack: &str) -> String {
    format!("/slipway/{stack}")
}

/// An ECR repository.
pub fn repository(stack: &str, repository: &str) -> String {
    format!("{stack}/{repository}")
}

/// A compute environment.
pub fn compute_environment(stack: &str, environment: &str) -> String {
    format!("{stack}-{environment}")
}

/// A job queue.
pub fn job_queue(stack: &str, queue: &str) -> String {
    format!("{stack}-{queue}")
}

/// A job definition.
pub fn job_definition(stack: &str, definition: &str) -> String {
    format!("{stack}-{definition}")
}
