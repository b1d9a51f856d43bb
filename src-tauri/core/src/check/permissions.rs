//! Whether the caller may do what a stack takes: making it, keeping it, looking at it. Asked of IAM before anything is
//! sent, since a run that is denied in the middle leaves half a stack behind.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    CheckItem, CheckVerdict, Group,
    fix::{Asked, Unmet},
};
use crate::{
    account::Session,
    aws::AwsFault,
    resource::{Evidence, Permission, Stack},
    rights::{self, Aim, Answer, Circumstances, Principal, Refusal, Rights},
    words::{Text, say},
};

/// How many actions a sentence names; the others are in its evidence.
const NAMED: usize = 4;

/// What IAM said of each.
pub(super) type Answers = Result<BTreeMap<Permission, Answer>, AwsFault>;

/// Asks of all of these; of whom IAM cannot be asked, nothing is.
pub(super) async fn ask(session: &Session, principal: &Principal, stack: &Stack, rights: &Rights) -> Answers {
    of(session, principal, stack, rights.iter().map(|(permission, _)| permission)).await
}

/// Asks of those that were not asked of yet.
pub(super) async fn ask_more(
    session: &Session,
    principal: &Principal,
    stack: &Stack,
    known: Answers,
    needed: &BTreeSet<Permission>,
) -> Answers {
    let mut answers = known?;
    let more = of(session, principal, stack, needed.iter().filter(|one| !answers.contains_key(one))).await?;
    answers.extend(more);
    Ok(answers)
}

async fn of<'p>(
    session: &Session,
    principal: &Principal,
    stack: &Stack,
    permissions: impl Iterator<Item = &'p Permission>,
) -> Answers {
    match principal {
        Principal::Entity(arn) => {
            rights::ask(&session.aws.read.iam, Circumstances::of(arn, stack), permissions).await
        }
        _ => Ok(BTreeMap::new()),
    }
}

pub(super) fn judge(principal: &Principal, rights: &Rights, answers: &Answers) -> Vec<CheckItem> {
    match (principal, answers) {
        (Principal::Root, _) => vec![item("permissions", CheckVerdict::Ready, say("permissions-root", &[]))],
        (Principal::Nobody, _) => {
            vec![item("permissions", CheckVerdict::CannotTell, say("permissions-nobody", &[]))]
        }
        (Principal::Unknown(fault), _) | (Principal::Entity(_), Err(fault)) => vec![cannot_ask(fault)],
        (Principal::Entity(_), Ok(answers)) => of_answers(rights, answers),
    }
}

fn item(id: &str, verdict: CheckVerdict, finding: Text) -> CheckItem {
    CheckItem::answer(id, Group::Account, verdict, finding)
}

fn cannot_ask(fault: &AwsFault) -> CheckItem {
    let params = [("action", fault.action.as_str()), ("words", &fault.text().text)];
    let mut item = item("permissions", CheckVerdict::CannotTell, say("permissions-unknown", &params));
    item.remedy = Some(say("permissions-unknown-advice", &[("action", &fault.action)]));
    item
}

type Refused<'a> = Vec<(&'a Permission, &'a Refusal)>;
type Depending<'a> = Vec<(&'a Permission, &'a Vec<String>)>;

const AIMS: [(Aim, &str, CheckVerdict); 4] = [
    (Aim::Make, "may-create", CheckVerdict::Wrong),
    (Aim::Keep, "may-keep", CheckVerdict::Warning),
    (Aim::Look, "may-look", CheckVerdict::Warning),
    (Aim::Launch, "may-launch", CheckVerdict::Wrong),
];
const DEPENDS: &str = "may-depend";

fn refused<'a>(rights: &'a Rights, answers: &'a BTreeMap<Permission, Answer>, aim: Aim) -> Refused<'a> {
    let of_aim = rights.of(aim).into_iter();
    of_aim
        .filter_map(|permission| match answers.get(permission) {
            Some(Answer::Refused(refusal)) => Some((permission, refusal)),
            _ => None,
        })
        .collect()
}

fn depending(answers: &BTreeMap<Permission, Answer>) -> Depending<'_> {
    let depending = answers.iter().filter_map(|(permission, answer)| match answer {
        Answer::Depends(keys) => Some((permission, keys)),
        _ => None,
    });
    depending.collect()
}

/// What is said of all this to whoever gives rights.
pub(super) fn asked(principal: &Principal, rights: &Rights, answers: &Answers) -> Asked {
    let policies = rights::policies(rights.iter().map(|(permission, _)| permission));
    let mut asked = Asked { policies, ..Asked::default() };
    let (Principal::Entity(arn), Ok(answers)) = (principal, answers) else { return asked };
    for (aim, id, _) in AIMS {
        let refused = refused(rights, answers, aim);
        if !refused.is_empty() {
            let named = named(refused.iter().map(|(permission, _)| *permission));
            asked.found.insert(id.to_owned(), Unmet::refused(arn, aim, &named, &refused, why));
        }
    }
    let depending = depending(answers);
    if !depending.is_empty() {
        let named = named(depending.iter().map(|(permission, _)| *permission));
        let unmet = Unmet::depending(&named, &keys_of(&depending), &depending);
        asked.found.insert(DEPENDS.to_owned(), unmet);
    }
    asked
}

fn of_answers(rights: &Rights, answers: &BTreeMap<Permission, Answer>) -> Vec<CheckItem> {
    let refused = AIMS.iter().filter_map(|(aim, id, verdict)| {
        let refused = refused(rights, answers, *aim);
        (!refused.is_empty()).then(|| refusal(id, *verdict, *aim, &refused))
    });
    let mut items: Vec<_> = refused.collect();
    // One policy helps against all of it; said once.
    for item in items.iter_mut().skip(1) {
        item.remedy = None;
    }
    let depending = depending(answers);
    if !depending.is_empty() {
        items.push(depends(&depending));
    }
    if items.is_empty() {
        let actions: BTreeSet<_> = rights.iter().map(|(permission, _)| &permission.action).collect();
        let count = actions.len().to_string();
        let launching = rights.iter().any(|(_, aim)| aim == Aim::Launch);
        let params = [("count", count.as_str())];
        let said =
            if launching { say("permissions-launch", &params) } else { say("permissions-all", &params) };
        items.push(item("permissions", CheckVerdict::Ready, said));
    }
    items
}

fn refusal(id: &str, verdict: CheckVerdict, aim: Aim, refused: &[(&Permission, &Refusal)]) -> CheckItem {
    let named = named(refused.iter().map(|(permission, _)| *permission));
    let params = [("actions", named.as_str())];
    let finding = match aim {
        Aim::Make => say("may-not-make", &params),
        Aim::Keep => say("may-not-keep", &params),
        Aim::Look => say("may-not-look", &params),
        Aim::Launch => say("may-not-launch", &params),
    };
    let mut item = item(id, verdict, finding);
    item.evidence = refused
        .iter()
        .map(|(permission, refusal)| {
            Evidence::new(&permission.action, format!("{}: {}", permission.resource, why(refusal).text))
        })
        .collect();
    // The same on what is made and on what is the stack's already.
    item.evidence.dedup();
    item.remedy = Some(advice(aim, refused));
    item
}

fn why(refusal: &Refusal) -> Text {
    match refusal {
        Refusal::Organisation => say("refused-organisation", &[]),
        Refusal::Boundary => say("refused-boundary", &[]),
        Refusal::Denied(policies) => say("refused-denied", &[("policies", &policies.join(", "))]),
        Refusal::NotAllowed => say("refused-not-allowed", &[]),
    }
}

/// Who can help hangs on who refuses: no policy of an account's goes beyond its organisation.
fn advice(aim: Aim, refused: &[(&Permission, &Refusal)]) -> Text {
    let any = |wanted: fn(&Refusal) -> bool| refused.iter().any(|(_, refusal)| wanted(refusal));
    if any(|refusal| matches!(refusal, Refusal::Organisation)) {
        say("refused-organisation-advice", &[])
    } else if any(|refusal| matches!(refusal, Refusal::Denied(_))) {
        say("refused-denied-advice", &[])
    } else if any(|refusal| matches!(refusal, Refusal::Boundary)) {
        say("refused-boundary-advice", &[])
    } else if aim == Aim::Launch {
        say("refused-launch-advice", &[])
    } else {
        say("refused-not-allowed-advice", &[])
    }
}

fn depends(depending: &[(&Permission, &Vec<String>)]) -> CheckItem {
    let named = named(depending.iter().map(|(permission, _)| *permission));
    let params = [("actions", named.as_str()), ("keys", &keys_of(depending))];
    let mut item = item(DEPENDS, CheckVerdict::CannotTell, say("may-depend", &params));
    item.evidence = depending
        .iter()
        .map(|(permission, keys)| {
            Evidence::new(&permission.action, format!("{}: {}", permission.resource, keys.join(", ")))
        })
        .collect();
    item.evidence.dedup();
    item.remedy = Some(say("may-depend-advice", &[]));
    item
}

fn keys_of(depending: &[(&Permission, &Vec<String>)]) -> String {
    let keys = depending.iter().flat_map(|(_, keys)| keys.iter().map(String::as_str));
    keys.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ")
}

/// `iam:CreateRole, iam:PassRole and 3 more`.
fn named<'p>(permissions: impl Iterator<Item = &'p Permission>) -> String {
    let mut actions: Vec<&str> = permissions.map(|permission| permission.action.as_str()).collect();
    actions.dedup();
    let more = actions.len().saturating_sub(NAMED);
    let first = actions[..actions.len() - more].join(", ");
    if more == 0 { first } else { say("and-more", &[("first", &first), ("count", &more.to_string())]).text }
}
