//! An ECR repository for the person's own images.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ecr::types::{ImageScanningConfiguration, ImageTagMutability};

use super::{
    Addition, Attribute, Call, Difference, Evidence, Facts, Kind, Known, Observed, Permission, Resource,
    ResourceId, Stack, Tagged, Verdict, absent_is_none, call, gone_is_done,
    iam_policy::{policy_document, statements},
    tags::{Tags, ecr_tags},
};
use crate::{
    aws::{AwsFault, Clients, FaultKind, fault},
    terraform::{self, Block, File, Part, Value},
    words::{Text, say},
};

/// A repository.
#[derive(Debug, Clone)]
pub(crate) struct Repository {
    pub(crate) stack: Arc<Stack>,
    pub(crate) part: String,
    pub(crate) name: String,
}

/// The repository as found.
#[derive(Debug, Clone)]
pub(crate) struct RepositoryFacts {
    uri: String,
    scan_on_push: bool,
    /// Whether a tag that is there can be given to another image.
    mutable: bool,
    /// Who else may do what with it.
    policy: Option<String>,
    /// Which images go by themselves.
    lifecycle: Option<String>,
    /// How many images it holds, counted up to a page.
    images: usize,
    tags: Tags,
}

#[async_trait]
impl Resource for Repository {
    type Facts = RepositoryFacts;

    fn id(&self) -> ResourceId {
        ResourceId::new(Kind::Repository, &self.part)
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    fn depends_on(&self) -> Vec<ResourceId> {
        vec![]
    }

    async fn observe(&self, aws: &Clients) -> Observed<Self::Facts> {
        Observed::from_lookup(Box::pin(self.look(aws)).await)
    }

    fn tagged<'f>(&'f self, facts: &'f Self::Facts) -> Option<Tagged<'f>> {
        Some(Tagged::repository(&self.stack, self.arn(), &facts.tags))
    }

    fn known(&self, facts: &Self::Facts) -> Facts {
        Facts::none().with(Attribute::Uri, &facts.uri).with(Attribute::Arn, self.arn())
    }

    fn evidence(&self, facts: &Self::Facts) -> Vec<Evidence> {
        vec![Evidence::new("repositoryUri", &facts.uri), Evidence::new("images", facts.images)]
    }

    fn judge(&self, facts: &Self::Facts, _known: &Known) -> Verdict {
        Verdict::in_place(Difference::between("scanOnPush", facts.scan_on_push, true))
    }

    fn create(&self) -> Vec<Call> {
        vec![
            call!(self, "ecr:CreateRepository", &self.name, LookFirst, |me, aws, known| {
                let tags = ecr_tags(&me.stack.tags_of(&Resource::id(&me)));
                let made = aws
                    .once
                    .ecr
                    .create_repository()
                    .repository_name(&me.name)
                    .image_scanning_configuration(
                        ImageScanningConfiguration::builder().scan_on_push(true).build(),
                    )
                    .set_tags(Some(tags))
                    .send()
                    .await
                    .map_err(fault("ecr:CreateRepository"))?;
                let uri = made.repository().and_then(|repository| repository.repository_uri());
                Ok(Facts::none().with(Attribute::Uri, uri.unwrap_or_default()))
            })
            .allowed_on(self.arn())
            .also_needs(Permission::new("ecr:TagResource", self.arn()))
            .makes(self),
        ]
    }

    fn change(&self, facts: &Self::Facts, _known: &Known) -> Vec<Call> {
        if facts.scan_on_push {
            return vec![];
        }
        vec![
            call!(self, "ecr:PutImageScanningConfiguration", &self.name, Harmless, |me, aws, known| {
                let scan = ImageScanningConfiguration::builder().scan_on_push(true).build();
                let request = aws.once.ecr.put_image_scanning_configuration().repository_name(&me.name);
                let sent = request.image_scanning_configuration(scan).send().await;
                sent.map_err(fault("ecr:PutImageScanningConfiguration")).map(|_| Facts::none())
            })
            .allowed_on(self.arn()),
        ]
    }

    /// Who else may use it or may not, and what becomes of its images: no blueprint says any of that.
    fn additions(&self, facts: &Self::Facts) -> Vec<Addition> {
        let mutable = (!facts.mutable).then(|| Addition {
            difference: Difference::added("imageTagMutability", ImageTagMutability::Immutable.as_str()),
            call: self.make_mutable(),
        });
        let policy = facts.policy.as_ref().map(|policy| Addition {
            difference: Difference::added(
                "repository policy",
                statements(&policy_document(policy)).join("\n"),
            ),
            call: self.delete_policy(),
        });
        let lifecycle = facts.lifecycle.as_ref().map(|policy| Addition {
            difference: Difference::added("lifecycle policy", policy),
            call: self.delete_lifecycle(),
        });
        mutable.into_iter().chain(policy).chain(lifecycle).collect()
    }

    fn stays(&self, facts: &Self::Facts) -> Option<Text> {
        // The images are the person's own work, and nothing brings them back.
        let count = facts.images.to_string();
        (facts.images > 0)
            .then(|| say("stays-repository-with-images", &[("name", &self.name), ("count", &count)]))
    }

    fn delete(&self, facts: &Self::Facts) -> Vec<Call> {
        // Only with `force` do images go along, which is asked for where there are any. Should one have come in since
        // somebody looked and saw none, AWS refuses, and that is right.
        let force = facts.images > 0;
        vec![
            call!(self, "ecr:DeleteRepository", &self.name, Harmless, |me, aws, known| {
                let request = aws.once.ecr.delete_repository().repository_name(&me.name).force(force);
                gone_is_done(request.send().await.map_err(fault("ecr:DeleteRepository")))
            } ; force)
            .allowed_on(self.arn()),
        ]
    }

    fn terraform_address(&self) -> Option<String> {
        Some(format!("aws_ecr_repository.{}", terraform::label(&self.part)))
    }

    fn terraform(&self, facts: Option<&Self::Facts>, with: &terraform::Context<'_>) -> terraform::Part {
        let id = Resource::id(self);
        let address = with.address(&id);
        let scan = Block::new("image_scanning_configuration", &[]).set("scan_on_push", true);
        let mut repository = Block::resource(address).set("name", with.name(&self.name));
        // Accepted or not: the export says what is there, so that its plan changes nothing.
        if facts.is_some_and(|facts| !facts.mutable) {
            repository = repository.set("image_tag_mutability", ImageTagMutability::Immutable.as_str());
        }
        let repository = repository
            .set("tags", with.tags(&id))
            .with(scan)
            .why("Without force_delete: a repository that holds images is not destroyed.");
        Part::of(File::Ecr, [repository]).import(address, facts.map(|_| &self.name)).output(
            with.own("repository_url", &id),
            "Where images are pushed to and pulled from.",
            Value::code(format!("{address}.repository_url")),
        )
    }
}

impl Repository {
    fn arn(&self) -> String {
        self.stack.arn("ecr", &format!("repository/{}", self.name))
    }

    fn make_mutable(&self) -> Call {
        call!(self, "ecr:PutImageTagMutability", &self.name, Harmless, |me, aws, known| {
            let request = aws.once.ecr.put_image_tag_mutability().repository_name(&me.name);
            let sent = request.image_tag_mutability(ImageTagMutability::Mutable).send().await;
            sent.map_err(fault("ecr:PutImageTagMutability")).map(|_| Facts::none())
        })
        .allowed_on(self.arn())
    }

    fn delete_policy(&self) -> Call {
        call!(self, "ecr:DeleteRepositoryPolicy", &self.name, Harmless, |me, aws, known| {
            let sent = aws.once.ecr.delete_repository_policy().repository_name(&me.name).send().await;
            gone_is_done(sent.map_err(fault("ecr:DeleteRepositoryPolicy")))
        })
        .allowed_on(self.arn())
    }

    fn delete_lifecycle(&self) -> Call {
        call!(self, "ecr:DeleteLifecyclePolicy", &self.name, Harmless, |me, aws, known| {
            let sent = aws.once.ecr.delete_lifecycle_policy().repository_name(&me.name).send().await;
            gone_is_done(sent.map_err(fault("ecr:DeleteLifecyclePolicy")))
        })
        .allowed_on(self.arn())
    }

    async fn look(&self, aws: &Clients) -> Result<Option<RepositoryFacts>, AwsFault> {
        let ecr = &aws.read.ecr;
        let found = ecr.describe_repositories().repository_names(&self.name).send().await;
        let found = absent_is_none(found.map_err(fault("ecr:DescribeRepositories")))?;
        let Some(repository) = found.and_then(|found| found.repositories?.into_iter().next()) else {
            return Ok(None);
        };
        let tags =
            ecr.list_tags_for_resource().resource_arn(repository.repository_arn().unwrap_or_default()).send();
        let images = ecr.describe_images().repository_name(&self.name).max_results(1000).send();
        let policy = ecr.get_repository_policy().repository_name(&self.name).send();
        let lifecycle = ecr.get_lifecycle_policy().repository_name(&self.name).send();
        let (tags, images, policy, lifecycle) = tokio::join!(tags, images, policy, lifecycle);
        let policy = told(absent_is_none(policy.map_err(fault("ecr:GetRepositoryPolicy"))))?;
        let lifecycle = told(absent_is_none(lifecycle.map_err(fault("ecr:GetLifecyclePolicy"))))?;
        let tags = tags.map_err(fault("ecr:ListTagsForResource"))?;
        let images = images.map_err(fault("ecr:DescribeImages"))?;
        Ok(Some(RepositoryFacts {
            uri: repository.repository_uri().unwrap_or_default().to_owned(),
            scan_on_push: repository
                .image_scanning_configuration()
                .is_some_and(aws_sdk_ecr::types::ImageScanningConfiguration::scan_on_push),
            mutable: repository.image_tag_mutability() != Some(&ImageTagMutability::Immutable),
            policy: policy.and_then(|found| found.policy_text),
            lifecycle: lifecycle.and_then(|found| found.lifecycle_policy_text),
            images: images.image_details().len(),
            tags: tags.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect(),
        }))
    }
}

/// What somebody may not read of it keeps nobody from using it, and nothing is said of that.
fn told<T>(found: Result<Option<T>, AwsFault>) -> Result<Option<T>, AwsFault> {
    match found {
        Err(fault) if fault.kind == FaultKind::Denied => Ok(None),
        found => found,
    }
}
