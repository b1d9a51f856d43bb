//! The regions that AWS Batch works in. A region name is checked before anything is sent: a wrong one would
//! only show as a host that cannot be found.

use crate::{error::AppError, words::say};

/// Regions with AWS Batch, as AWS's endpoint table lists them.
pub const REGIONS: &[&str] = &[
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-gov-east-1",
    "us-gov-west-1",
];

/// Refuses a region that does not exist, and names the one most like it.
pub fn check_region(region: &str) -> Result<(), AppError> {
    if REGIONS.contains(&region) {
        return Ok(());
    }
    let nearest = REGIONS
        .iter()
        .rev()
        .max_by_key(|known| known.chars().zip(region.chars()).take_while(|(a, b)| a == b).count())
        .copied()
        .unwrap_or("us-east-1");
    Err(AppError::new(say("region-unknown", &[("region", region)]))
        .advise(say("region-unknown-advice", &[("nearest", nearest)])))
}

#[cfg(test)]
mod tests {
    use super::check_region;

    #[test]
    fn a_region_that_does_not_exist_is_refused_with_one_like_it() {
        assert!(check_region("eu-west-3").is_ok());
        let error = check_region("eu-west-9").unwrap_err();
        assert_eq!(error.code, "region-unknown");
        assert!(error.advice.unwrap().contains("eu-west-1"));
    }
}
