//! What was found of an image, as findings: the image itself, and what else a person should know of it.

use super::{
    found::{Facts, Found, Pulls},
    manifest::{Processor, needed},
    size::{self, Room},
};
use crate::{
    aws::{AwsFault, FaultKind},
    blueprint::{Amendment, Architecture, Blueprint, ImageName, JobDefinition, Platform, Registry},
    check::{CheckItem, CheckVerdict, Fix, Group},
    resource::Evidence,
    words::{Text, say},
    world::Moment,
};

/// Below this part of what a registry allows, a person should know.
const FEW: u32 = 10;

/// An image as the blueprint names it.
pub(super) struct Asked<'a> {
    pub(super) blueprint: &'a Blueprint,
    pub(super) definition: &'a JobDefinition,
    pub(super) name: ImageName,
    /// It is to come from a repository that is the stack's own, or will be, and can only be pushed once that is there.
    pub(super) to_be_made: bool,
    pub(super) own_account: bool,
    pub(super) disk_gib: u32,
    /// The role that pulls from ECR.
    pub(super) puller: String,
}

impl Asked<'_> {
    fn image(&self) -> &str {
        &self.definition.image
    }

    /// Every definition of this image on this platform.
    fn jobs(&self) -> Vec<String> {
        let all = self.blueprint.job_definitions.iter();
        let same = all.filter(|one| one.image == self.definition.image);
        let same = same.filter(|one| one.platform == self.definition.platform);
        same.map(|one| one.name.clone()).collect()
    }

    /// A processor that it is built for; instances with GPUs have but the one.
    fn by_processor(&self, built: &[Processor]) -> Option<Fix> {
        let each = [Architecture::X86_64, Architecture::Arm64].into_iter();
        let architecture = each.into_iter().find(|one| built.iter().any(|built| built.suits(*one)))?;
        let amendment = Amendment::Processor { architecture, jobs: self.jobs() };
        (self.definition.gpus == 0).then(|| Fix::blueprint(self.blueprint, vec![amendment]))?
    }

    /// The same image from another registry.
    fn by_other_registry(&self) -> Option<Fix> {
        let image = elsewhere(&self.name)?;
        Fix::blueprint(self.blueprint, vec![Amendment::Image { image, jobs: self.jobs() }])
    }

    /// A disk that has room for it at its largest.
    fn by_disk(&self, bytes: u64) -> Option<Fix> {
        let (_, most) = size::taken(bytes, self.definition.platform);
        // Whole, and with a little for what jobs write.
        let gib = u32::try_from((most >> 30) + 2).unwrap_or(u32::MAX);
        let gib = gib.saturating_add(size::system(self.definition.platform)).max(self.disk_gib + 1);
        Fix::blueprint(self.blueprint, vec![Amendment::Disk { jobs: self.jobs(), gib }])
    }

    /// One of the findings about an image; that about the image itself comes first.
    fn item(&self, subject: &str, verdict: CheckVerdict, finding: Text, remedy: Option<Text>) -> CheckItem {
        let part = subject.strip_prefix("image-").map(|part| format!(":{part}")).unwrap_or_default();
        let id = format!("image:{}{part}", self.definition.name);
        let item = CheckItem::answer(&id, Group::Image, verdict, finding);
        CheckItem { subject: subject.to_owned(), name: Some(self.image().to_owned()), remedy, ..item }
    }
}

pub(super) fn items(asked: &Asked<'_>, found: Found) -> Vec<CheckItem> {
    let image = ("image", asked.image());
    let one = |verdict, finding, remedy| {
        let mut item = asked.item("image", verdict, finding, remedy);
        item.evidence = evidence(asked, None);
        vec![item]
    };
    match found {
        Found::There(facts) => there(asked, &facts),
        Found::NoRepository | Found::NotThere if asked.to_be_made => one(
            CheckVerdict::Warning,
            say("image-to-push", &[image]),
            Some(say("image-to-push-advice", &[image])),
        ),
        Found::NoRepository => {
            let (finding, remedy) = no_repository(asked);
            one(CheckVerdict::Wrong, finding, Some(remedy))
        }
        Found::NotThere => {
            let (finding, remedy) = no_such_image(asked);
            one(CheckVerdict::Wrong, finding, Some(remedy))
        }
        Found::Cached { upstream, prefix, repository } => {
            let reference = match &asked.name.digest {
                Some(digest) => format!("@{digest}"),
                None => format!(":{}", asked.name.reference()),
            };
            let upstream = format!("{upstream}{reference}");
            let params = [("role", asked.puller.as_str()), ("repository", asked.name.repository.as_str())];
            // Amazon ECR User Guide, "IAM permissions required to sync an upstream registry".
            let remedy = if repository {
                say("image-cached-advice", &params)
            } else {
                say("image-cached-new-advice", &params)
            };
            let finding = say("image-cached", &[image, ("upstream", &upstream)]);
            let mut items = one(CheckVerdict::CannotTell, finding, Some(remedy));
            items[0].evidence.extend([
                Evidence::new("upstreamImage", upstream),
                Evidence::new("ecrRepositoryPrefix", prefix),
            ]);
            items
        }
        Found::PerhapsCached(fault) => one(
            CheckVerdict::CannotTell,
            say("image-perhaps-cached", &[image, ("words", &fault.text().text)]),
            Some(say("image-advice", &[])),
        ),
        Found::Hidden => {
            let registry = ("registry", asked.name.registry.shown());
            // The secret is ECS's to read, and never ours.
            if let Some(secret) = &asked.definition.registry_secret {
                let finding = say("image-hidden-with-secret", &[image, registry, ("secret", secret)]);
                return one(CheckVerdict::Ready, finding, None);
            }
            // An instance may have been given a password for the registry by its start-up script; a task of Fargate has
            // only what its definition names.
            let (verdict, finding) = match asked.definition.platform {
                Platform::Fargate => (CheckVerdict::Wrong, say("image-hidden", &[image, registry])),
                Platform::Ec2 => (CheckVerdict::Warning, say("image-hidden-from-here", &[image, registry])),
            };
            one(verdict, finding, Some(say("image-hidden-advice", &[])))
        }
        Found::TooMany => {
            let registry = ("registry", asked.name.registry.shown());
            let finding = say("image-too-many", &[image, registry]);
            let mut items = one(CheckVerdict::Warning, finding, Some(instead(&asked.name)));
            for item in &mut items {
                item.fixes.extend(asked.by_other_registry());
            }
            items
        }
        Found::Refused(fault) => {
            let (finding, remedy) = refused(asked, &fault);
            one(CheckVerdict::CannotTell, finding, remedy)
        }
        Found::CannotTell(why) => one(
            CheckVerdict::CannotTell,
            say("image-unknown", &[image, ("words", &why.text)]),
            Some(say("image-unknown-advice", &[])),
        ),
    }
}

/// ECR has nothing of that name.
fn no_repository(asked: &Asked<'_>) -> (Text, Text) {
    let (account, region) = match &asked.name.registry {
        Registry::Ecr { account, region } => (account.as_str(), region.as_str()),
        Registry::Host(host) => (host.as_str(), ""),
    };
    let params = [
        ("image", asked.image()),
        ("repository", asked.name.repository.as_str()),
        ("account", account),
        ("region", region),
    ];
    let remedy = if asked.own_account {
        say("image-missing-repository-advice", &params)
    } else {
        say("image-missing-repository-elsewhere-advice", &params)
    };
    (say("image-missing-repository", &params), remedy)
}

/// The repository has no such tag or digest. Into a repository of ECR's a person can push; a public image is others'.
fn no_such_image(asked: &Asked<'_>) -> (Text, Text) {
    if matches!(asked.name.registry, Registry::Ecr { .. }) {
        return (say("image-missing", &[("image", asked.image())]), say("image-advice", &[]));
    }
    let params = [
        ("registry", asked.name.registry.shown()),
        ("repository", asked.name.repository.as_str()),
        ("reference", asked.name.reference()),
    ];
    (say("image-missing-tag", &params), say("image-missing-tag-advice", &params))
}

fn refused(asked: &Asked<'_>, fault: &AwsFault) -> (Text, Option<Text>) {
    let image = ("image", asked.image());
    let finding = say("image-unknown", &[image, ("words", &fault.text().text)]);
    if fault.kind != FaultKind::Denied {
        return (finding, Some(say("image-unknown-advice", &[])));
    }
    let params = [("repository", asked.name.repository.as_str()), ("role", asked.puller.as_str())];
    let remedy = if asked.own_account {
        say("check-cannot-tell-advice", &[])
    } else {
        say("image-elsewhere-advice", &params)
    };
    (finding, Some(remedy))
}

fn there(asked: &Asked<'_>, facts: &Facts) -> Vec<CheckItem> {
    let image = ("image", asked.image());
    let wanted = asked.definition.architecture;
    let needs = ("needed", needed(wanted));
    let size = facts.bytes.map(size::shown);
    let (verdict, finding, remedy) = match &facts.processors {
        _ if facts.archived => {
            (CheckVerdict::Wrong, say("image-archived", &[image]), Some(say("image-archived-advice", &[])))
        }
        None => {
            let why = facts.unread.as_ref().map_or("", |why| why.text.as_str());
            let finding = say("image-there", &[image, ("words", why)]);
            (CheckVerdict::CannotTell, finding, Some(say("image-there-advice", &[needs])))
        }
        Some(built) if built.iter().any(|one| one.suits(wanted)) => {
            let architecture = ("architecture", needs.1);
            let finding = match &size {
                Some(size) => say("image-fits-size", &[image, architecture, ("size", size)]),
                None => say("image-fits", &[image, architecture]),
            };
            (CheckVerdict::Ready, finding, None)
        }
        Some(built) => {
            let built = listed(built);
            let finding = say("image-other-processor", &[image, ("built", &built), needs]);
            (CheckVerdict::Wrong, finding, Some(say("image-other-processor-advice", &[needs])))
        }
    };
    let mut main = asked.item("image", verdict, finding, remedy);
    if let (Some(built), false, CheckVerdict::Wrong) = (&facts.processors, facts.archived, verdict) {
        main.fixes.extend(asked.by_processor(built));
    }
    main.evidence = evidence(asked, Some(facts));
    [Some(main), scan(asked, facts), disk(asked, facts)].into_iter().flatten().collect()
}

fn listed(built: &[Processor]) -> String {
    let mut names: Vec<String> = built.iter().map(Processor::shown).collect();
    names.dedup();
    names.join(", ")
}

/// What the image rests on, as far as anybody said.
fn evidence(asked: &Asked<'_>, facts: Option<&Facts>) -> Vec<Evidence> {
    let mut evidence = vec![
        Evidence::new("image", asked.image()),
        Evidence::new("cpuArchitecture", asked.definition.architecture.batch()),
    ];
    let mut add = |label: &str, value: Option<String>| {
        evidence.extend(value.map(|value| Evidence::new(label, value)));
    };
    add("repositoryCredentials", asked.definition.registry_secret.clone());
    if let Some(facts) = facts {
        add("imageDigest", facts.digest.clone());
        add("architectures", facts.processors.as_deref().map(listed));
        add("imageSize", facts.bytes.map(size::shown));
        add("pullTime", facts.bytes.map(size::pull_time));
        add("imagePushedAt", facts.pushed.map(Moment::local));
        if facts.archived {
            add("imageStatus", Some("ARCHIVED".to_owned()));
        }
        add("scanFindings", facts.findings.as_ref().map(|found| counted(found.iter())));
        // Only a digest means the same image for ever.
        let pinned = asked.name.tag.as_ref().zip(facts.digest.as_ref());
        if facts.tags_move != Some(false)
            && let Some((tag, digest)) = pinned.filter(|_| asked.name.digest.is_none())
        {
            let bare = asked.image().strip_suffix(&format!(":{tag}")).unwrap_or(asked.image());
            add("pinned", Some(format!("{bare}@{digest}")));
        }
        add("ratelimit-remaining", facts.pulls.map(|pulls| format!("{} of {}", pulls.left, pulls.of)));
    }
    if matches!(asked.name.registry, Registry::Ecr { .. }) {
        add("pulledBy", Some(asked.puller.clone()));
    }
    evidence
}

/// `2 CRITICAL, 5 HIGH`, the worst first.
fn counted<'a>(found: impl Iterator<Item = (&'a String, &'a i32)>) -> String {
    const ORDER: [&str; 6] = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED"];
    let mut found: Vec<_> = found.filter(|(_, count)| **count > 0).collect();
    found.sort_by_key(|(severity, _)| ORDER.iter().position(|one| one == severity));
    if found.is_empty() {
        return "0".to_owned();
    }
    found.iter().map(|(severity, count)| format!("{count} {severity}")).collect::<Vec<_>>().join(", ")
}

fn scan(asked: &Asked<'_>, facts: &Facts) -> Option<CheckItem> {
    let found = facts.findings.as_ref()?;
    let critical = found.get("CRITICAL").copied().filter(|count| *count > 0)?.to_string();
    let high = found.get("HIGH").copied().unwrap_or(0).to_string();
    let finding = say("image-scan", &[("image", asked.image()), ("critical", &critical), ("high", &high)]);
    let remedy = Some(say("image-scan-advice", &[]));
    let mut item = asked.item("image-scan", CheckVerdict::Warning, finding, remedy);
    item.evidence = vec![Evidence::new("scanFindings", counted(found.iter()))];
    Some(item)
}

fn disk(asked: &Asked<'_>, facts: &Facts) -> Option<CheckItem> {
    let bytes = facts.bytes?;
    let platform = asked.definition.platform;
    let (least, most) = size::taken(bytes, platform);
    let (size, least, most) = (size::shown(bytes), size::shown(least), size::shown(most));
    let disk = asked.disk_gib.to_string();
    let params = [
        ("image", asked.image()),
        ("size", size.as_str()),
        ("least", least.as_str()),
        ("most", most.as_str()),
        ("disk", disk.as_str()),
    ];
    let room = size::room(bytes, platform, asked.disk_gib);
    let verdict = if room == Room::TooLittle { CheckVerdict::Wrong } else { CheckVerdict::Warning };
    let finding = match (room, platform) {
        (Room::Enough, _) => return None,
        (Room::Perhaps, Platform::Fargate) => say("image-tight", &params),
        (Room::Perhaps, Platform::Ec2) => say("image-tight-instance", &params),
        (Room::TooLittle, Platform::Fargate) => say("image-too-large", &params),
        (Room::TooLittle, Platform::Ec2) => say("image-too-large-instance", &params),
    };
    let remedy = match platform {
        Platform::Fargate => say("image-large-fargate-advice", &[]),
        Platform::Ec2 => say("image-large-ec2-advice", &[]),
    };
    let mut item = asked.item("image-size", verdict, finding, Some(remedy));
    item.fixes.extend(asked.by_disk(bytes));
    item.evidence = vec![
        Evidence::new("imageSize", &size),
        Evidence::new("disk", format!("{disk} GiB")),
        Evidence::new("pullTime", size::pull_time(bytes)),
    ];
    Some(item)
}

/// What a registry still lets this computer pull, where that is little.
pub(super) fn pulls(registry: &str, pulls: Pulls) -> Option<CheckItem> {
    if pulls.left > pulls.of / FEW {
        return None;
    }
    let (left, of, hours) = (pulls.left.to_string(), pulls.of.to_string(), pulls.hours.to_string());
    let params = [("registry", registry), ("left", &*left), ("of", &*of), ("hours", &*hours)];
    let finding = say("image-few-pulls", &params);
    let mut item = CheckItem::answer("images:pulls", Group::Image, CheckVerdict::Warning, finding);
    "image-pulls".clone_into(&mut item.subject);
    item.remedy = Some(say("image-few-pulls-advice", &[]));
    item.evidence = vec![Evidence::new("ratelimit-remaining", format!("{left} of {of}"))];
    Some(item)
}

/// Where else the image can be had: ECR Public has Docker's official images without such a limit (Amazon ECR Public,
/// "Docker Official Images").
fn elsewhere(name: &ImageName) -> Option<String> {
    let official =
        name.repository.strip_prefix("library/").filter(|_| name.registry.shown() == "Docker Hub")?;
    let reference = match &name.digest {
        Some(digest) => format!("@{digest}"),
        None => format!(":{}", name.reference()),
    };
    Some(format!("public.ecr.aws/docker/library/{official}{reference}"))
}

fn instead(name: &ImageName) -> Text {
    match elsewhere(name) {
        Some(other) => say("image-too-many-official-advice", &[("other", &other)]),
        None => say("image-few-pulls-advice", &[]),
    }
}

#[cfg(test)]
mod tests;
