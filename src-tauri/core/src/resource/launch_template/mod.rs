//! A launch template: disk, metadata service and start-up script of a compute environment's instances.
//!
//! Batch takes the rest of it from the environment itself, and wants user data as MIME multi-part (AWS Batch User
//! Guide, "Use Amazon EC2 launch templates with AWS Batch").

mod user_data;

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ec2::types::{
    InstanceType, LaunchTemplate as Made, LaunchTemplateBlockDeviceMappingRequest,
    LaunchTemplateEbsBlockDevice, LaunchTemplateEbsBlockDeviceRequest, LaunchTemplateHttpTokensState,
    LaunchTemplateInstanceMetadataEndpointState, LaunchTemplateInstanceMetadataOptions,
    LaunchTemplateInstanceMetadataOptionsRequest, LaunchTemplateTagSpecificationRequest,
    LaunchTemplateVersion, RequestLaunchTemplateData, ResourceType, ResponseLaunchTemplateData, VolumeType,
};
use base64::{Engine, engine::general_purpose::STANDARD};

use self::user_data::{mime, script_of, trimmed};
use super::{
    Attribute, Attributes, Call, Evidence, Facts, Kind, Known, Observed, Permission, Resource, ResourceId,
    Stack, Tagged, Verdict, absent_is_none, call, gone_is_done,
    tags::{Tags, ec2_tags, filter, from_ec2},
};
use crate::{
    aws::{AwsFault, Clients, fault},
    blueprint::{self, DiskType},
    terraform::{self, Block, File, Part, Value},
};

/// The root device of Amazon Linux 2023.
const ROOT: &str = "/dev/xvda";
/// A container on a bridge is one hop further from the metadata service than its instance.
const HOPS: i32 = 2;

/// The launch template of one compute environment.
#[derive(Debug, Clone)]
pub(crate) struct LaunchTemplate {
    pub(crate) stack: Arc<Stack>,
    /// The environment's part.
    pub(crate) part: String,
    pub(crate) name: String,
    /// What the blueprint says of it.
    pub(crate) wanted: blueprint::LaunchTemplate,
}

/// The template as found: its default version.
#[derive(Debug, Clone)]
pub(crate) struct LaunchTemplateFacts {
    id: String,
    version: i64,
    found: blueprint::LaunchTemplate,
    /// What it says besides, which no blueprint would: whatever it is, AWS Batch hands it on to every instance.
    besides: Vec<(&'static str, String)>,
    /// The tags that it puts on the disks of its instances.
    host_tags: Tags,
    tags: Tags,
}

#[async_trait]
impl Resource for LaunchTemplate {
    type Facts = LaunchTemplateFacts;

    fn id(&self) -> ResourceId {
        ResourceId::new(Kind::LaunchTemplate, &self.part)
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    fn depends_on(&self) -> Vec<ResourceId> {
        vec![]
    }

    async fn observe(&self, aws: &Clients) -> Observed<Self::Facts> {
        Observed::from_lookup(self.look(aws).await)
    }

    fn tagged<'f>(&'f self, facts: &'f Self::Facts) -> Option<Tagged<'f>> {
        Some(Tagged::ec2(&self.stack, &facts.id, &facts.tags))
    }

    /// What is to be changed gets another version, which nobody knows before it is there.
    fn known(&self, facts: &Self::Facts) -> Facts {
        let known = Facts::none().with(Attribute::Id, &facts.id);
        if facts.attributes() == self.attributes() {
            known.with(Attribute::Version, facts.version.to_string())
        } else {
            known
        }
    }

    fn evidence(&self, facts: &Self::Facts) -> Vec<Evidence> {
        let mut evidence = vec![
            Evidence::new("LaunchTemplateId", &facts.id),
            Evidence::new("DefaultVersionNumber", facts.version),
        ];
        evidence.extend(facts.attributes().evidence());
        evidence
    }

    fn judge(&self, facts: &Self::Facts, _known: &Known) -> Verdict {
        Verdict::in_place(facts.attributes().differences(&self.attributes()))
    }

    fn create(&self) -> Vec<Call> {
        vec![
            call!(self, "ec2:CreateLaunchTemplate", &self.name, LookFirst, |me, aws, known| {
                let made = aws
                    .once
                    .ec2
                    .create_launch_template()
                    .launch_template_name(&me.name)
                    .launch_template_data(me.data())
                    .tag_specifications(me.stack.ec2_tags(&Resource::id(&me), ResourceType::LaunchTemplate))
                    .send()
                    .await
                    .map_err(fault("ec2:CreateLaunchTemplate"))?;
                let template = made.launch_template();
                let id = template.and_then(|template| template.launch_template_id());
                let version = template.and_then(Made::default_version_number);
                Ok(Facts::none()
                    .with(Attribute::Id, id.unwrap_or_default())
                    .with(Attribute::Version, version.unwrap_or(1).to_string()))
            })
            .also_needs(Permission::new("ec2:CreateTags", "*"))
            .makes(self),
        ]
    }

    /// A version cannot be changed: another one is added and made the default.
    fn change(&self, facts: &Self::Facts, _known: &Known) -> Vec<Call> {
        let id = facts.id.clone();
        let me = self.clone();
        let add = call!(self, "ec2:CreateLaunchTemplateVersion", &self.name, LookFirst, |me, aws, known| {
            let request = aws.once.ec2.create_launch_template_version().launch_template_id(&id);
            let made = request.launch_template_data(me.data()).send().await.map_err(fault("ec2:CreateLaunchTemplateVersion"))?;
            let version = made.launch_template_version().and_then(LaunchTemplateVersion::version_number);
            Ok(Facts::none().with(Attribute::Version, version.unwrap_or_default().to_string()))
        } ; id)
        .find(move |aws, _| {
            let me = me.clone();
            async move {
                let newest = me.version(&aws, "$Latest").await?;
                let same = newest.filter(|facts| facts.attributes() == me.attributes());
                Ok(same.map(|facts| me.known(&facts)))
            }
        });
        let id = facts.id.clone();
        let choose = call!(self, "ec2:ModifyLaunchTemplate", &self.name, Harmless, |me, aws, known| {
            let newest = known.of(&Resource::id(&me), Attribute::Version).unwrap_or("$Latest").to_owned();
            let request = aws.once.ec2.modify_launch_template().launch_template_id(&id);
            request.default_version(newest).send().await.map_err(fault("ec2:ModifyLaunchTemplate"))?;
            Ok(Facts::none())
        } ; id);
        vec![add, choose]
    }

    fn delete(&self, facts: &Self::Facts) -> Vec<Call> {
        let id = facts.id.clone();
        vec![
            call!(self, "ec2:DeleteLaunchTemplate", format!("{} ({id})", self.name), Harmless, |me, aws, known| {
            let request = aws.once.ec2.delete_launch_template().launch_template_id(&id);
            gone_is_done(request.send().await.map_err(fault("ec2:DeleteLaunchTemplate")))
        } ; id),
        ]
    }

    fn terraform_address(&self) -> Option<String> {
        Some(format!("aws_launch_template.{}", terraform::label(&self.part)))
    }

    fn terraform(&self, facts: Option<&Self::Facts>, with: &terraform::Context<'_>) -> terraform::Part {
        let id = Resource::id(self);
        let address = with.address(&id);
        let settings = facts.map_or(&self.wanted, |facts| &facts.found);
        let mut template = Block::resource(address).set("name", with.name(&self.name));
        if let Some(script) = &settings.user_data {
            let encoded = Value::Call("base64encode", vec![Value::from(mime(script))]);
            template = template.set_because(
                "AWS Batch puts its own part into it, and so wants MIME.",
                "user_data",
                encoded,
            );
        }
        template = template.set("tags", with.tags(&id));
        if let Some(gib) = settings.disk_gib {
            let disk = Block::new("ebs", &[])
                .set("volume_size", gib)
                .set("volume_type", settings.disk_type.ec2())
                .set("delete_on_termination", "true");
            let mapping = Block::new("block_device_mappings", &[]).set("device_name", ROOT).with(disk);
            template =
                template.with(mapping.why("The root disk, which images and containers of all jobs share."));
        }
        let metadata = Block::new("metadata_options", &[])
            .set("http_tokens", if settings.imdsv2 { "required" } else { "optional" })
            .set_because(
                "A container is one hop further from the metadata service than its instance.",
                "http_put_response_hop_limit",
                HOPS,
            );
        let volumes = Block::new("tag_specifications", &[])
            .set("resource_type", "volume")
            .set("tags", with.tags_of_hosts());
        template = template.with(metadata).with(volumes);
        Part::of(File::Batch, [template]).import(address, facts.map(|facts| &facts.id))
    }
}

/// What makes one version differ from another, in AWS's words.
fn attributes(template: &blueprint::LaunchTemplate, host_tags: &Tags) -> Attributes {
    let size = template.disk_gib.map(|gib| gib.to_string()).unwrap_or_default();
    // Without a disk of its own the template says nothing of its kind.
    let kind = template.disk_gib.map(|_| template.disk_type.ec2()).unwrap_or_default();
    Attributes::default()
        .with("VolumeSize", size)
        .with("VolumeType", kind)
        .with("HttpTokens", if template.imdsv2 { "required" } else { "optional" })
        .with("UserData", template.user_data.as_deref().map(trimmed).unwrap_or_default())
        .with_each("TagSpecification.volume", host_tags)
}

impl LaunchTemplateFacts {
    fn attributes(&self) -> Attributes {
        let known = attributes(&self.found, &self.host_tags);
        self.besides.iter().fold(known, |all, (what, value)| all.with(what, value))
    }
}

impl LaunchTemplate {
    fn attributes(&self) -> Attributes {
        attributes(&self.wanted, &self.stack.host_tags())
    }

    fn data(&self) -> RequestLaunchTemplateData {
        let wanted = &self.wanted;
        let tokens = if wanted.imdsv2 {
            LaunchTemplateHttpTokensState::Required
        } else {
            LaunchTemplateHttpTokensState::Optional
        };
        let metadata = LaunchTemplateInstanceMetadataOptionsRequest::builder()
            .http_tokens(tokens)
            .http_put_response_hop_limit(HOPS)
            .build();
        let volumes = LaunchTemplateTagSpecificationRequest::builder()
            .resource_type(ResourceType::Volume)
            .set_tags(Some(ec2_tags(&self.stack.host_tags())))
            .build();
        let mut data =
            RequestLaunchTemplateData::builder().metadata_options(metadata).tag_specifications(volumes);
        if let Some(gib) = wanted.disk_gib {
            let disk = LaunchTemplateEbsBlockDeviceRequest::builder()
                .volume_size(i32::try_from(gib).unwrap_or(i32::MAX))
                .volume_type(VolumeType::from(wanted.disk_type.ec2()))
                .delete_on_termination(true)
                .build();
            let mapping =
                LaunchTemplateBlockDeviceMappingRequest::builder().device_name(ROOT).ebs(disk).build();
            data = data.block_device_mappings(mapping);
        }
        data.set_user_data(wanted.user_data.as_deref().map(|script| STANDARD.encode(mime(script)))).build()
    }

    async fn look(&self, aws: &Clients) -> Result<Option<LaunchTemplateFacts>, AwsFault> {
        self.version(aws, "$Default").await
    }

    async fn version(&self, aws: &Clients, version: &str) -> Result<Option<LaunchTemplateFacts>, AwsFault> {
        let ec2 = &aws.read.ec2;
        let named = filter("launch-template-name", &self.name);
        let found = ec2.describe_launch_templates().filters(named).send().await;
        let found = found.map_err(fault("ec2:DescribeLaunchTemplates"))?;
        let Some(template) = found.launch_templates().first() else { return Ok(None) };
        let id = template.launch_template_id().unwrap_or_default();
        let request = ec2.describe_launch_template_versions().launch_template_id(id).versions(version);
        let found =
            absent_is_none(request.send().await.map_err(fault("ec2:DescribeLaunchTemplateVersions")))?;
        let Some(found) = found.and_then(|found| found.launch_template_versions?.into_iter().next()) else {
            return Ok(None);
        };
        Ok(Some(LaunchTemplateFacts {
            id: id.to_owned(),
            version: found.version_number().unwrap_or_default(),
            found: read(found.launch_template_data()),
            besides: found.launch_template_data().map(besides).unwrap_or_default(),
            host_tags: volume_tags(found.launch_template_data()),
            tags: from_ec2(template.tags()),
        }))
    }
}

/// A template as a blueprint would say it.
pub(crate) fn read(data: Option<&ResponseLaunchTemplateData>) -> blueprint::LaunchTemplate {
    let disk = data.into_iter().flat_map(ResponseLaunchTemplateData::block_device_mappings);
    let disk = disk.filter(|mapping| mapping.device_name() == Some(ROOT)).find_map(|mapping| mapping.ebs());
    let tokens = data.and_then(|data| data.metadata_options()).and_then(|options| options.http_tokens());
    let script = data.and_then(ResponseLaunchTemplateData::user_data).and_then(|encoded| {
        let bytes = STANDARD.decode(encoded).ok()?;
        Some(script_of(&String::from_utf8_lossy(&bytes)))
    });
    blueprint::LaunchTemplate {
        disk_gib: disk
            .and_then(LaunchTemplateEbsBlockDevice::volume_size)
            .and_then(|gib| u32::try_from(gib).ok()),
        disk_type: match disk.and_then(|disk| disk.volume_type()) {
            Some(VolumeType::Gp2) => DiskType::Gp2,
            _ => DiskType::Gp3,
        },
        imdsv2: tokens == Some(&LaunchTemplateHttpTokensState::Required),
        user_data: script,
    }
}

/// What a version says that [`LaunchTemplate::data`] never does.
fn besides(data: &ResponseLaunchTemplateData) -> Vec<(&'static str, String)> {
    let profile = data.iam_instance_profile().and_then(|profile| profile.name().or(profile.arn()));
    let hops =
        data.metadata_options().and_then(LaunchTemplateInstanceMetadataOptions::http_put_response_hop_limit);
    let endpoint = data.metadata_options().and_then(|options| options.http_endpoint());
    let disks = data.block_device_mappings().iter().filter_map(|disk| disk.device_name());
    let disks: Vec<_> = disks.filter(|name| *name != ROOT).collect();
    let groups = [data.security_group_ids(), data.security_groups()].concat();
    let cards = data.network_interfaces().iter().map(|card| {
        let groups = card.groups().join(" ");
        format!("{} {groups}", card.network_interface_id().or(card.subnet_id()).unwrap_or("of its own"))
            .trim()
            .to_owned()
    });
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let all = [
        ("KeyName", text(data.key_name())),
        ("IamInstanceProfile", text(profile)),
        ("SecurityGroupIds", groups.join(", ")),
        ("NetworkInterfaces", cards.collect::<Vec<_>>().join(", ")),
        ("ImageId", text(data.image_id())),
        ("InstanceType", text(data.instance_type().map(InstanceType::as_str))),
        ("BlockDeviceMappings", disks.join(", ")),
        (
            "HttpPutResponseHopLimit",
            hops.filter(|hops| *hops != HOPS).map(|hops| hops.to_string()).unwrap_or_default(),
        ),
        (
            "HttpEndpoint",
            text(
                endpoint
                    .map(LaunchTemplateInstanceMetadataEndpointState::as_str)
                    .filter(|state| *state == "disabled"),
            ),
        ),
    ];
    all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

fn volume_tags(data: Option<&ResponseLaunchTemplateData>) -> Tags {
    let specifications = data.map(ResponseLaunchTemplateData::tag_specifications).unwrap_or_default();
    let volume = specifications.iter().find(|one| one.resource_type() == Some(&ResourceType::Volume));
    volume.map(|volume| from_ec2(volume.tags())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_blueprint_says_is_told() {
        let data = ResponseLaunchTemplateData::builder().key_name("ana").security_group_ids("sg-1");
        let told = besides(&data.build());
        assert_eq!(told, [("KeyName", "ana".to_owned()), ("SecurityGroupIds", "sg-1".to_owned())]);
        assert!(besides(&ResponseLaunchTemplateData::builder().build()).is_empty());
    }
}
