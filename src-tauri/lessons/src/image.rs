//! Images that jobs could not pull, could not start, or should not.

use aws_sdk_ecr::types::{ImageIdentifier, TargetStorageClass};
use slipway_core::blueprint::{Architecture, Blueprint, Preset};

use crate::{
    Deed, Finding, Lesson, STACK, Topic, doubt,
    hands::{HERE, send},
    permissions, warning, wrong,
};

const IMAGE: &str = "image:job";
const SIZE: &str = "image:job:size";

const PULL_FAILS: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html";
const PUSH: &str = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/docker-push-ecr-image.html";
const PLATFORM: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-arm64.html";
const PRIVATE: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/private-auth.html";
const ARCHIVE: &str = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/archive_restore_image.html";
const POLICIES: &str = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html";
const SCANNING: &str = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html";
const STORAGE: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-storage.html";
const DISKS: &str = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-optimized_AMI.html";
const REPOSITORIES: &str = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/Repositories.html";

const fn of(id: &'static str, page: &'static str, finds: &'static [Finding], deed: crate::ByHand) -> Lesson {
    Lesson { id, topic: Topic::Image, page, finds, deed: Deed::ByHand(deed) }
}

fn from(preset: Preset, image: &str) -> Blueprint {
    let mut blueprint = preset.blueprint(STACK);
    image.clone_into(&mut blueprint.job_definitions[0].image);
    blueprint
}

/// An image of this account's own registry.
fn here(image: &str) -> Blueprint {
    from(Preset::Fargate, &format!("{HERE}/{image}"))
}

/// On instances with the disk that they come with.
fn on_plain_instances(image: &str) -> Blueprint {
    let mut blueprint = from(Preset::OnDemand, &format!("{HERE}/{image}"));
    for instances in blueprint.compute_environments.iter_mut().filter_map(|one| one.instances.as_mut()) {
        instances.launch_template = None;
    }
    blueprint
}

pub(crate) const LESSONS: &[Lesson] = &[
    of("image-missing", PULL_FAILS, &[wrong(IMAGE, "image-missing")], |hands| {
        Box::pin(async move {
            hands.push_image().await?;
            Ok(here("theirs:2"))
        })
    }),
    of("image-missing-repository", PULL_FAILS, &[wrong(IMAGE, "image-missing-repository")], |_| {
        Box::pin(async move { Ok(here("nobody/app:1")) })
    }),
    of("image-missing-region", PULL_FAILS, &[wrong(IMAGE, "image-missing-repository")], |hands| {
        Box::pin(async move {
            hands.push_image().await?;
            Ok(from(Preset::Fargate, "111122223333.dkr.ecr.eu-west-1.amazonaws.com/theirs:1"))
        })
    }),
    of("image-missing-public", PULL_FAILS, &[wrong(IMAGE, "image-missing-tag")], |_| {
        Box::pin(async move { Ok(from(Preset::Fargate, "busybox:missing")) })
    }),
    of("image-to-push", PUSH, &[warning(IMAGE, "image-to-push")], |_| {
        Box::pin(async move { Ok(here("imaging/app:1")) })
    }),
    of("image-other-processor", PLATFORM, &[wrong(IMAGE, "image-other-processor")], |hands| {
        Box::pin(async move {
            hands.push("laptop", "arm64", 5_000_000, "").await?;
            Ok(here("laptop:1"))
        })
    }),
    of("image-other-processor-graviton", PLATFORM, &[wrong(IMAGE, "image-other-processor")], |hands| {
        Box::pin(async move {
            hands.push_image().await?;
            let mut blueprint = here("theirs:1");
            blueprint.job_definitions[0].architecture = Architecture::Arm64;
            Ok(blueprint)
        })
    }),
    of("image-hidden", PRIVATE, &[wrong(IMAGE, "image-hidden")], |_| {
        Box::pin(async move { Ok(from(Preset::Fargate, "quay.io/private/app:1")) })
    }),
    of("image-hidden-from-here", PRIVATE, &[warning(IMAGE, "image-hidden-from-here")], |_| {
        Box::pin(async move { Ok(from(Preset::OnDemand, "quay.io/private/app:1")) })
    }),
    of("image-archived", ARCHIVE, &[wrong(IMAGE, "image-archived")], |hands| {
        Box::pin(async move {
            hands.push_image().await?;
            let archive = hands.aws.ecr.update_image_storage_class().repository_name("theirs");
            let archive = archive.image_id(ImageIdentifier::builder().image_tag("1").build());
            let archive = archive.target_storage_class(TargetStorageClass::Archive);
            send!("ecr:UpdateImageStorageClass", archive)?;
            Ok(here("theirs:1"))
        })
    }),
    of("image-unknown", POLICIES, &[doubt(IMAGE, "image-unknown")], |_| {
        Box::pin(async move {
            Ok(from(Preset::Fargate, "999999999999.dkr.ecr.us-east-1.amazonaws.com/team/app:1"))
        })
    }),
    of(
        "image-there",
        POLICIES,
        &[doubt(IMAGE, "image-there"), warning("may-look", "may-not-look")],
        |hands| {
            Box::pin(async move {
                hands.push_image().await?;
                permissions::all_but(hands, &["ecr:GetDownloadUrlForLayer"])?;
                Ok(here("theirs:1"))
            })
        },
    ),
    of("image-too-many", PULL_FAILS, &[warning(IMAGE, "image-too-many")], |_| {
        Box::pin(async move { Ok(from(Preset::Fargate, "toomanyrequests/app:1")) })
    }),
    of("image-few-pulls", PULL_FAILS, &[warning("images:pulls", "image-few-pulls")], |_| {
        Box::pin(async move { Ok(from(Preset::Fargate, "fewpulls/app:1")) })
    }),
    of("image-scan", SCANNING, &[warning("image:job:scan", "image-scan")], |hands| {
        Box::pin(async move {
            hands.push("old", "amd64", 5_000_000, "CRITICAL=2,HIGH=5").await?;
            Ok(here("old:1"))
        })
    }),
    of("image-tight", STORAGE, &[warning(SIZE, "image-tight")], |hands| {
        Box::pin(async move {
            hands.push("models", "amd64", 6 << 30, "").await?;
            Ok(here("models:1"))
        })
    }),
    of("image-too-large", STORAGE, &[wrong(SIZE, "image-too-large")], |hands| {
        Box::pin(async move {
            hands.push("everything", "amd64", 30 << 30, "").await?;
            Ok(here("everything:1"))
        })
    }),
    of("image-tight-instance", DISKS, &[warning(SIZE, "image-tight-instance")], |hands| {
        Box::pin(async move {
            hands.push("models", "amd64", 8 << 30, "").await?;
            Ok(on_plain_instances("models:1"))
        })
    }),
    of("image-too-large-instance", DISKS, &[wrong(SIZE, "image-too-large-instance")], |hands| {
        Box::pin(async move {
            hands.push("everything", "amd64", 30 << 30, "").await?;
            Ok(on_plain_instances("everything:1"))
        })
    }),
    of("foreign-repository", REPOSITORIES, &[wrong("resource:repository/app", "foreign")], |hands| {
        Box::pin(async move {
            hands.push("imaging/app", "amd64", 5_000_000, "").await?;
            Ok(Preset::Fargate.blueprint(STACK))
        })
    }),
];
