//! Every name in AWS that follows from a blueprint. The lengths in `rules` keep the longest of them legal.

/// The longest stack name. With [`LONGEST_PART`] it keeps `STACK-PART-role` within the 64 characters that IAM
/// allows a role.
pub const LONGEST_STACK: usize = 30;

/// The longest name of a part of a stack.
pub const LONGEST_PART: usize = 28;

/// One generation of a compute environment: what AWS cannot change where it is gets a successor beside it.
pub fn compute_environment(stack: &str, part: &str, generation: u32) -> String {
    format!("{stack}-{}", of_generation(part, generation))
}

/// A part and its generation in one word, `spot_2`; the first goes without. No part's name has an underscore.
pub fn of_generation(part: &str, generation: u32) -> String {
    if generation < 2 { part.to_owned() } else { format!("{part}_{generation}") }
}

/// The part and the generation that [`of_generation`] put together.
pub fn generation_of(word: &str) -> (&str, u32) {
    let told = word.rsplit_once('_').and_then(|(part, number)| Some((part, number.parse().ok()?)));
    told.unwrap_or((word, 1))
}

/// A job queue.
pub fn job_queue(stack: &str, part: &str) -> String {
    format!("{stack}-{part}")
}

/// A job definition.
pub fn job_definition(stack: &str, part: &str) -> String {
    format!("{stack}-{part}")
}

/// The classic service role.
pub fn service_role(stack: &str) -> String {
    format!("{stack}-service")
}

/// The role with which ECS pulls images and writes logs.
pub fn execution_role(stack: &str) -> String {
    format!("{stack}-execution")
}

/// What the code of one job definition may do.
pub fn job_role(stack: &str, part: &str) -> String {
    format!("{stack}-{part}-role")
}

/// The role of the EC2 instances.
pub fn instance_role(stack: &str) -> String {
    format!("{stack}-instance")
}

/// What hands that role to an instance. A role is not a profile, though both may have the same name.
pub fn instance_profile(stack: &str) -> String {
    format!("{stack}-instance")
}

/// The role with which Spot Fleet tags the instances that it starts.
pub fn spot_fleet_role(stack: &str) -> String {
    format!("{stack}-spot-fleet")
}

/// What the instances of one compute environment are started with.
pub fn launch_template(stack: &str, environment: &str) -> String {
    format!("{stack}-{environment}")
}

/// A scheduling policy.
pub fn scheduling_policy(stack: &str, part: &str) -> String {
    format!("{stack}-{part}")
}

/// The security group of the jobs' network interfaces.
pub fn security_group(stack: &str) -> String {
    format!("{stack}-jobs")
}

/// The security group of the endpoints' network interfaces.
pub fn endpoints_group(stack: &str) -> String {
    format!("{stack}-endpoints")
}

/// The log group of every job of the stack.
pub fn log_group(stack: &str) -> String {
    format!("/slipway/{stack}")
}

/// An ECR repository.
pub fn repository(stack: &str, name: &str) -> String {
    format!("{stack}/{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// IAM allows a role 64 characters, Batch its things 128, ECR a repository 256.
    #[test]
    fn the_longest_names_are_legal() {
        let (stack, part) = ("s".repeat(LONGEST_STACK), "p".repeat(LONGEST_PART));
        assert_eq!(job_role(&stack, &part).len(), 64);
        for role in
            [service_role(&stack), execution_role(&stack), instance_role(&stack), spot_fleet_role(&stack)]
        {
            assert!(role.len() <= 64, "{role}");
        }
        assert!(compute_environment(&stack, &part, u32::MAX).len() <= 128);
        assert!(security_group(&stack).len() <= 255);
        assert!(repository(&stack, &part).len() <= 256);
    }

    #[test]
    fn a_generation_is_read_back_as_it_was_named() {
        for generation in [1, 2, 17] {
            assert_eq!(generation_of(&of_generation("spot-a", generation)), ("spot-a", generation));
        }
        assert_eq!(generation_of("spot"), ("spot", 1));
    }
}
