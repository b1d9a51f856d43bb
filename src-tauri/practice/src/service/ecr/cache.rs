//! Pull-through cache rules: which upstream registries' images ECR fetches when they are first pulled (Amazon ECR API
//! Reference, `CreatePullThroughCacheRule`). A fetched image is handed to the job and not kept here.

use super::pull::private_name;
use super::{Ecr, invalid, own_registry, page, repository_arn};
use crate::account::{ACCOUNT_ID, Account};
use crate::fault::Fault;
use crate::time::Millis;
use crate::wire::json::{text, texts};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json as value};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Rule {
    created: Millis,
    /// `quay.io`.
    upstream: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    upstream_prefix: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    credential: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    role: Option<String>,
}

/// The prefix that means no prefix.
const ROOT: &str = "ROOT";

/// "Pull through cache rules per registry" (Amazon ECR User Guide, "Amazon ECR service quotas").
const MOST: usize = 50;

/// What an upstream registry asks for before it shows its images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opens {
    Freely,
    WithSecret,
    WithRole,
}

impl Opens {
    /// By the registry's address (CreatePullThroughCacheRule, `upstreamRegistryUrl`; who needs credentials: User Guide, "Sync
    /// an upstream registry with an Amazon ECR private registry").
    fn of(url: &str) -> Option<Self> {
        match url {
            "public.ecr.aws" | "quay.io" | "registry.k8s.io" => Some(Self::Freely),
            "registry-1.docker.io" | "ghcr.io" | "registry.gitlab.com" | "cgr.dev" => Some(Self::WithSecret),
            _ if url.ends_with(".azurecr.io") => Some(Self::WithSecret),
            _ if url.contains(".dkr.ecr.") && url.ends_with(".amazonaws.com") => Some(Self::WithRole),
            _ => None,
        }
    }
}

pub(super) fn create_pull_through_cache_rule(
    account: &mut Account<'_>,
    input: &Value,
) -> Result<Value, Fault> {
    own_registry(input)?;
    let prefix = text(input, "ecrRepositoryPrefix").unwrap_or_default();
    if !is_prefix(prefix) {
        return Err(constraint("ecrRepositoryPrefix", prefix));
    }
    let within = text(input, "upstreamRepositoryPrefix");
    if let Some(within) = within.filter(|within| !is_prefix(within)) {
        return Err(constraint("upstreamRepositoryPrefix", within));
    }
    let url = text(input, "upstreamRegistryUrl").unwrap_or_default();
    let Some(opens) = Opens::of(url) else {
        let words = "The specified upstream registry isn't supported.";
        return Err(Fault::new("UnsupportedUpstreamRegistryException", words));
    };
    let credential = text(input, "credentialArn");
    let fits = credential.map(|arn| {
        arn.starts_with("arn:aws:secretsmanager:") && arn.contains(":secret:ecr-pullthroughcache/")
    });
    // How ECR words that one is missing is not known.
    if fits == Some(false) || (fits.is_none() && opens == Opens::WithSecret) {
        return Err(constraint("credentialArn", credential.unwrap_or_default()));
    }
    let rules = account.state.ecr.caches.entry(account.region.to_owned()).or_default();
    let stem = prefix.trim_end_matches('/');
    if rules.keys().any(|there| there.trim_end_matches('/') == stem) {
        return Err(Fault::new(
            "PullThroughCacheRuleAlreadyExistsException",
            format!(
                "A pull through cache rule with prefix '{prefix}' already exists in the registry with id '{ACCOUNT_ID}'"
            ),
        ));
    }
    if rules.len() >= MOST {
        let words = format!("The maximum number of pull through cache rules per registry is {MOST}");
        return Err(Fault::new("LimitExceededException", words));
    }
    let rule = Rule {
        created: account.now,
        upstream: url.to_owned(),
        upstream_prefix: within.map(str::to_owned),
        credential: credential.map(str::to_owned),
        role: text(input, "customRoleArn").filter(|_| opens == Opens::WithRole).map(str::to_owned),
    };
    let shown = rule.shown(prefix);
    rules.insert(prefix.to_owned(), rule);
    Ok(shown)
}

pub(super) fn describe_pull_through_cache_rules(
    account: &mut Account<'_>,
    input: &Value,
) -> Result<Value, Fault> {
    own_registry(input)?;
    let rules = account.state.ecr.caches.get(account.region);
    let named = texts(input, "ecrRepositoryPrefixes");
    if let Some(none) = named.iter().find(|prefix| rules.is_none_or(|rules| !rules.contains_key(**prefix))) {
        return Err(no_rule(none));
    }
    let all = rules.into_iter().flatten();
    let wanted = all.filter(|(prefix, _)| named.is_empty() || named.contains(&prefix.as_str()));
    let shown = wanted.map(|(prefix, rule)| rule.shown(prefix)).collect();
    page(input, "pullThroughCacheRules", shown)
}

pub(super) fn delete_pull_through_cache_rule(
    account: &mut Account<'_>,
    input: &Value,
) -> Result<Value, Fault> {
    own_registry(input)?;
    let prefix = text(input, "ecrRepositoryPrefix").unwrap_or_default();
    let rules = account.state.ecr.caches.get_mut(account.region);
    let gone = rules.and_then(|rules| rules.remove(prefix)).ok_or_else(|| no_rule(prefix))?;
    Ok(gone.shown(prefix))
}

impl Rule {
    fn shown(&self, prefix: &str) -> Value {
        let mut shown = value!({
            "registryId": ACCOUNT_ID,
            "ecrRepositoryPrefix": prefix,
            "upstreamRegistryUrl": self.upstream,
            "upstreamRepositoryPrefix": self.upstream_prefix.as_deref().unwrap_or(ROOT),
            "createdAt": self.created.epoch_seconds(),
        });
        for (field, set) in [("credentialArn", &self.credential), ("customRoleArn", &self.role)] {
            if let Some(set) = set {
                shown[field] = value!(set);
            }
        }
        shown
    }
}

/// An image that a rule fetches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cached {
    /// What it is called in its own registry.
    pub upstream: String,
    /// The repository that it would be kept in.
    pub repository_arn: String,
    /// Whether that is to be made.
    pub to_be_made: bool,
}

impl Ecr {
    /// What a rule would fetch for an image of this account's registry.
    pub fn cached(&self, image: &str) -> Option<Cached> {
        let (region, repository, _) = private_name(image)?;
        let rules = self.caches.get(region)?.iter();
        let fitting = rules.filter_map(|(prefix, rule)| {
            let stem = if prefix == ROOT { "" } else { prefix.trim_end_matches('/') };
            let rest = repository.strip_prefix(stem)?;
            let rest = if stem.is_empty() { rest } else { rest.strip_prefix('/')? };
            Some((stem.len(), rest, rule))
        });
        let (_, rest, rule) = fitting.max_by_key(|(length, ..)| *length)?;
        let host = if rule.upstream == "registry-1.docker.io" { "docker.io" } else { &rule.upstream };
        let within = rule.upstream_prefix.as_deref().filter(|within| *within != ROOT);
        let within = within.map(|within| format!("{}/", within.trim_end_matches('/'))).unwrap_or_default();
        let reference = &image[image.find(repository)? + repository.len()..];
        Some(Cached {
            upstream: format!("{host}/{within}{rest}{reference}"),
            repository_arn: repository_arn(region, repository),
            to_be_made: self.repository(region, repository).is_err(),
        })
    }
}

/// 2 to 30 characters: words of small letters and digits between slashes, or ROOT.
fn is_prefix(prefix: &str) -> bool {
    let word = |word: &str| {
        let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        word.split(['.', '_', '-']).all(|part| !part.is_empty() && part.bytes().all(inner))
    };
    prefix == ROOT
        || (2..=30).contains(&prefix.len()) && prefix.strip_suffix('/').unwrap_or(prefix).split('/').all(word)
}

fn constraint(field: &str, found: &str) -> Fault {
    invalid(format!("Invalid parameter at '{field}' failed to satisfy constraint: 'invalid value {found}'"))
}

fn no_rule(prefix: &str) -> Fault {
    Fault::new(
        "PullThroughCacheRuleNotFoundException",
        format!(
            "The pull through cache rule with prefix '{prefix}' was not found in the registry with id '{ACCOUNT_ID}'"
        ),
    )
}
