//! Rules by which ECR fetches an image that it does not have from another registry, when somebody first pulls it (Amazon
//! ECR User Guide, "Sync an upstream registry with an Amazon ECR private registry").

use aws_sdk_ecr::{
    config::{Builder, Region},
    types::PullThroughCacheRule,
};

use super::found::Found;
use crate::{account::Session, aws::fault, blueprint::ImageName};

/// The rule for whatever no other rule is about (`ecrRepositoryPrefix`), and an upstream without a prefix
/// (`upstreamRepositoryPrefix`).
const ROOT: &str = "ROOT";

/// What becomes of an image that is not there, once the rules of its registry are known.
pub(super) async fn look(session: &Session, name: &ImageName, missing: Found) -> Found {
    let Some((account, region, repository)) = name.in_ecr() else { return missing };
    let there = Builder::new().region(Region::new(region.to_owned()));
    let request = session.aws.read.ecr.describe_pull_through_cache_rules().registry_id(account);
    let found = request.customize().config_override(there).send().await;
    match found.map_err(fault("ecr:DescribePullThroughCacheRules")) {
        Ok(found) => {
            let rules = found.pull_through_cache_rules.unwrap_or_default();
            match closest(&rules, repository) {
                Some((prefix, upstream)) => Found::Cached {
                    upstream,
                    prefix: prefix.to_owned(),
                    repository: matches!(missing, Found::NotThere),
                },
                None => missing,
            }
        }
        Err(fault) => Found::PerhapsCached(fault),
    }
}

/// The rule that says most of a repository's name, and what it stands for there. "There is always an assumed / applied to
/// the end of the prefix" (CreatePullThroughCacheRule, `ecrRepositoryPrefix`).
fn closest<'r>(rules: &'r [PullThroughCacheRule], repository: &str) -> Option<(&'r str, String)> {
    let fitting = rules.iter().filter_map(|rule| {
        let prefix = rule.ecr_repository_prefix()?;
        let rest = match prefix {
            ROOT => repository,
            _ => repository.strip_prefix(prefix.trim_end_matches('/'))?.strip_prefix('/')?,
        };
        let within = rule.upstream_repository_prefix().filter(|prefix| !prefix.is_empty() && *prefix != ROOT);
        let host = rule.upstream_registry_url()?;
        let parts = [Some(host), within.map(|prefix| prefix.trim_end_matches('/')), Some(rest)];
        let upstream = parts.into_iter().flatten().collect::<Vec<_>>().join("/");
        let said = if prefix == ROOT { 0 } else { prefix.len() };
        Some((said, prefix, upstream))
    });
    fitting.max_by_key(|(said, ..)| *said).map(|(_, prefix, upstream)| (prefix, upstream))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(prefix: &str, host: &str, within: Option<&str>) -> PullThroughCacheRule {
        let rule = PullThroughCacheRule::builder().ecr_repository_prefix(prefix).upstream_registry_url(host);
        rule.set_upstream_repository_prefix(within.map(str::to_owned)).build()
    }

    #[test]
    fn the_rule_that_says_most_of_a_name_is_taken() {
        let mut rules = vec![
            rule("quay", "quay.io", None),
            rule("quay/team", "quay.io", Some("our-team")),
            rule("hub/", "registry-1.docker.io", Some(ROOT)),
        ];
        let of =
            |rules: &[PullThroughCacheRule], name: &str| closest(rules, name).map(|(_, upstream)| upstream);
        assert_eq!(of(&rules, "quay/a/b").as_deref(), Some("quay.io/a/b"));
        assert_eq!(of(&rules, "quay/team/app").as_deref(), Some("quay.io/our-team/app"));
        assert_eq!(
            of(&rules, "hub/library/busybox").as_deref(),
            Some("registry-1.docker.io/library/busybox")
        );
        for name in ["quayside/app", "quay", "app"] {
            assert_eq!(of(&rules, name), None, "{name}");
        }
        rules.push(rule(ROOT, "public.ecr.aws", None));
        assert_eq!(of(&rules, "app").as_deref(), Some("public.ecr.aws/app"));
        assert_eq!(of(&rules, "quay/app").as_deref(), Some("quay.io/app"));
    }
}
