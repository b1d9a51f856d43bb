//! Key pairs to log in to instances with.

use crate::{account::Session, aws::fault, error::AppError};

/// The names of the region's key pairs, in order.
pub async fn key_pairs(session: &Session) -> Result<Vec<String>, AppError> {
    let found = session.aws.read.ec2.describe_key_pairs().send().await;
    let found = found.map_err(fault("ec2:DescribeKeyPairs"))?;
    let mut names: Vec<_> =
        found.key_pairs().iter().filter_map(|pair| pair.key_name().map(str::to_owned)).collect();
    names.sort();
    Ok(names)
}
