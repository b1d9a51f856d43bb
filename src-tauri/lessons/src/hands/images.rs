//! Images that somebody pushes.

use aws_sdk_ecr::types::ImageScanningConfiguration;
use slipway_core::aws::AwsFault;

use super::{Hands, send};

/// What ECR calls this account.
pub(crate) const HERE: &str = "111122223333.dkr.ecr.us-east-1.amazonaws.com";

/// An image that [`Hands::push_image`] pushes.
pub const IMAGE: &str = "111122223333.dkr.ecr.us-east-1.amazonaws.com/theirs:1";

impl Hands {
    /// An image for x86-64, in a repository of somebody's.
    pub async fn push_image(&self) -> Result<(), AwsFault> {
        self.push("theirs", "amd64", 5_000_000, "").await
    }

    /// An image for one processor, so large compressed and with such findings: `CRITICAL=2,HIGH=5`.
    pub(crate) async fn push(
        &self,
        repository: &str,
        architecture: &str,
        bytes: u64,
        findings: &str,
    ) -> Result<(), AwsFault> {
        let digest = format!("sha256:{}", "c".repeat(64));
        let manifest = format!(
            r#"{{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
            "config":{{"digest":"{digest}","size":10,"platform":{{"architecture":"{architecture}"}}}},
            "layers":[{{"digest":"sha256:dd","size":{bytes}}}],
            "annotations":{{"slipway.practice.findings":"{findings}"}}}}"#
        );
        let ecr = &self.aws.ecr;
        let scan = ImageScanningConfiguration::builder().scan_on_push(true).build();
        let new = ecr.create_repository().repository_name(repository);
        send!("ecr:CreateRepository", new.image_scanning_configuration(scan))?;
        let put = ecr.put_image().repository_name(repository).image_tag("1").image_manifest(manifest);
        send!("ecr:PutImage", put).map(drop)
    }
}
