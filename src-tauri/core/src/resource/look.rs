//! A resource with its facts folded in: looked at once, then judged with its tags, or written down.

use async_trait::async_trait;

use super::{Addition, Call, Facts, Known, Mend, Observed, Resource, ResourceId, Sighting, Tagged, Verdict};
use crate::{aws::Clients, terraform};

/// A [`Resource`] with its facts folded in, so that a stack is one list.
#[async_trait]
pub trait AnyResource: Send + Sync {
    /// See [`Resource::id`].
    fn id(&self) -> ResourceId;
    /// See [`Resource::depends_on`].
    fn depends_on(&self) -> Vec<ResourceId>;
    /// See [`Resource::terraform_address`].
    fn terraform_address(&self) -> Option<String>;
    /// See [`Resource::presumed`].
    fn presumed(&self) -> Facts;
    /// All that is wanted of it: the same text says the same wish.
    fn wish(&self) -> String;
    /// Looks at it once.
    async fn look(&self, aws: &Clients) -> Box<dyn Look + '_>;
    /// The look of a resource that is not there, without asking: for a preview.
    fn unseen(&self) -> Box<dyn Look + '_>;
}

/// One look at a resource, not yet judged.
pub trait Look: Send + Sync {
    /// What others may need of it.
    fn known(&self) -> Facts;
    /// Judges it against the blueprint, given everybody's facts.
    fn judge(&self, known: &Known) -> Sighting;
    /// Writes it down as Terraform.
    fn terraform(&self, with: &terraform::Context<'_>) -> terraform::Part;
}

struct Looked<'r, R: Resource> {
    resource: &'r R,
    observed: Observed<R::Facts>,
}

#[async_trait]
impl<R: Resource> AnyResource for R {
    fn id(&self) -> ResourceId {
        Resource::id(self)
    }

    fn depends_on(&self) -> Vec<ResourceId> {
        Resource::depends_on(self)
    }

    fn terraform_address(&self) -> Option<String> {
        Resource::terraform_address(self)
    }

    fn presumed(&self) -> Facts {
        Resource::presumed(self)
    }

    fn wish(&self) -> String {
        format!("{self:?}")
    }

    async fn look(&self, aws: &Clients) -> Box<dyn Look + '_> {
        Box::new(Looked { resource: self, observed: self.observe(aws).await })
    }

    fn unseen(&self) -> Box<dyn Look + '_> {
        Box::new(Looked { resource: self, observed: Observed::Absent })
    }
}

impl<R: Resource> Look for Looked<'_, R> {
    fn known(&self) -> Facts {
        match &self.observed {
            Observed::Present(facts) => self.resource.known(facts),
            // Not being allowed to look at it is no reason not to use it.
            Observed::CannotTell(_) => self.resource.presumed(),
            Observed::Absent => Facts::none(),
        }
    }

    fn judge(&self, known: &Known) -> Sighting {
        let resource = self.resource;
        let (typical_seconds, patience_seconds) = resource.takes();
        let mut sighting = Sighting {
            resource: Resource::id(resource),
            name: resource.name(),
            verdict: Verdict::Missing,
            evidence: vec![],
            finding: None,
            doubt: None,
            known: self.known(),
            ours: false,
            present: false,
            create: resource.create(),
            change: vec![],
            additions: vec![],
            delete: vec![],
            adoption: None,
            release: None,
            unmake: resource.unmake(),
            stays: None,
            taking: None,
            typical_seconds,
            patience_seconds,
        };
        match &self.observed {
            Observed::Absent => sighting.verdict = resource.judge_absent(),
            Observed::CannotTell(fault) => sighting.verdict = Verdict::CannotTell(fault.clone()),
            Observed::Present(facts) => {
                sighting.present = resource.is_there(facts);
                sighting.ours = resource.is_ours(facts);
                sighting.evidence = resource.evidence(facts);
                (sighting.verdict, sighting.change) = self.judge_with_tags(facts, known);
                sighting.finding = resource.finding(facts);
                sighting.doubt = resource.doubt(facts);
                sighting.additions = self.additions(facts);
                sighting.delete = resource.delete(facts);
                if let Some(tagged) = resource.tagged(facts) {
                    sighting.release = tagged.is_ours().then(|| tagged.release());
                    let foreign = sighting.verdict == Verdict::Foreign;
                    sighting.adoption = foreign.then(|| tagged.adoption(&Resource::id(resource)));
                }
                sighting.stays = resource.stays(facts);
                sighting.taking = resource.taking(facts);
            }
        }
        sighting
    }

    fn terraform(&self, with: &terraform::Context<'_>) -> terraform::Part {
        let facts = match &self.observed {
            Observed::Present(facts) => Some(facts),
            _ => None,
        };
        self.resource.terraform(facts, with)
    }
}

impl<R: Resource> Looked<'_, R> {
    /// What somebody has put on what is the stack's, and nobody has accepted.
    fn additions(&self, facts: &R::Facts) -> Vec<Addition> {
        let (resource, id) = (self.resource, Resource::id(self.resource));
        let Some(tagged) = resource.tagged(facts).filter(Tagged::is_ours) else { return vec![] };
        let mut additions = resource.additions(facts);
        additions.retain(|addition| !tagged.accepts(&id, &addition.difference));
        additions
    }

    /// What is to be said of it and what puts it right: tags are the same matter for every resource.
    fn judge_with_tags(&self, facts: &R::Facts, known: &Known) -> (Verdict, Vec<Call>) {
        let (resource, id) = (self.resource, Resource::id(self.resource));
        let Some(tagged) = resource.tagged(facts) else {
            return (resource.judge(facts, known), resource.change(facts, known));
        };
        if !tagged.is_ours() {
            return (Verdict::Foreign, vec![]);
        }
        let of_tags = tagged.differences(&id);
        match resource.judge(facts, known) {
            Verdict::Ready if of_tags.is_empty() => (Verdict::Ready, vec![]),
            Verdict::Ready => (Verdict::Wrong(of_tags, Mend::InPlace), tagged.calls(&id)),
            Verdict::Wrong(differences, mend) => {
                let calls = tagged.calls(&id).into_iter().chain(resource.change(facts, known)).collect();
                (Verdict::Wrong(differences.into_iter().chain(of_tags).collect(), mend), calls)
            }
            other => (other, resource.change(facts, known)),
        }
    }
}
