//! What a situation here and a lesson of the practice account mean alike they call alike.

use super::{Situation, endpoints, networks, stacks, things};
use slipway_lessons::{Lesson, all as lessons};

/// Situations of a finding that lessons have as well, and that are no lessons; and why.
const NO_LESSONS: [(&str, &str); 13] = [
    ("existing-subnets-missing-other-vpc", "a subnet that is there, in another network"),
    ("foreign-instance-profile", "another kind of thing bears the name"),
    ("foreign-untagged", "the stack's own role, after a create, without its tags"),
    ("reach-acl-out-denied", "an entry that denies, before one that allows"),
    ("reach-central-peering", "by a peering, in place of a transit gateway"),
    ("reach-no-route-hosts", "the same for instances, which speak to ECS besides"),
    ("reach-no-route-ipv6", "a way out for IPv6 alone"),
    ("reach-no-route-one-subnet", "one of two subnets"),
    ("role-denied-service", "the service role, which no lesson of this code is about"),
    ("role-lacking-version", "a policy's newest version is what counts"),
    ("role-trust-unmet-batch", "the service role, which no lesson of this code is about"),
    ("role-trusts-another-instance", "the instance role, which no lesson of this code is about"),
    ("role-trusts-another-service", "the service role, which no lesson of this code is about"),
];

fn all() -> Vec<Situation> {
    [networks::all(), endpoints::all(), things::all(), stacks::all()].into_iter().flatten().collect()
}

/// Whether an id is a code, or a code with what sets it apart.
fn is_of(id: &str, code: &str) -> bool {
    id.strip_prefix(code).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// The code of the main finding, by which a situation is named: of several that begin alike the longest.
fn main_code(situation: &Situation) -> &str {
    let codes = situation.found.values().map(|(_, code)| code.as_str());
    let named = codes.filter(|code| is_of(situation.id, code)).max_by_key(|code| code.len());
    named.unwrap_or_else(|| panic!("{} is named by no code that is found there", situation.id))
}

fn is_about(lesson: &Lesson, code: &str) -> bool {
    is_of(lesson.id, code) || lesson.finds.first().is_some_and(|finding| finding.code == code)
}

#[test]
fn what_is_a_lesson_too_has_the_lessons_name() {
    let (situations, mut shared, mut others) = (all(), 0, vec![]);
    for situation in &situations {
        let code = main_code(situation);
        match slipway_lessons::find(situation.id) {
            Some(lesson) => {
                assert!(is_about(lesson, code), "{}: {code} here, and {:?}", situation.id, lesson.finds);
                shared += 1;
            }
            None if lessons().iter().any(|lesson| is_about(lesson, code)) => others.push(situation.id),
            None => {}
        }
    }
    others.sort_unstable();
    assert_eq!(others, NO_LESSONS.map(|(id, _)| id));
    assert!(NO_LESSONS.iter().all(|(_, why)| !why.is_empty()));
    assert!(shared >= 20, "{shared}");
}
