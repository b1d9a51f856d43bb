//! What a run would do, before anybody decides: the same plans, with the jobs that they would disturb.

use std::sync::OnceLock;

use super::{
    busy::busy,
    ground::{deeds, hindered, look, memory, require_part, survey},
    journal_problem,
};
use crate::{
    account::Session,
    blueprint::{self, Blueprint},
    check,
    cost::Market,
    error::AppError,
    offer,
    plan::{Memory, Plan, PlanView},
    resource::Survey,
    stack::OpenStack,
};

/// What [`create`](super::create) would do, what it costs, and what stops it.
pub async fn plan_create(session: &Session, blueprint: Blueprint) -> Result<PlanView, AppError> {
    blueprint::require_sound(&blueprint)?;
    let open = OpenStack::of_blueprint(session, blueprint.clone()).await?;
    let (first, second) = (open.resources(), OnceLock::new());
    let ((open, resources, survey), market, in_the_way) = tokio::join!(
        survey(session, open, &first, &second),
        // Boxed: on the stack of every caller they would be large.
        Box::pin(offer::market(session, &blueprint)),
        Box::pin(check::in_the_way(session, &blueprint))
    );
    // Without a journal to rely on it is a plan all the same, but not one to carry out.
    let (memory, untold) = match memory(session, &open, &survey).await {
        Ok(memory) => (memory, None),
        Err(error) => (Memory { forgotten: open.forgotten(), ..Memory::default() }, Some(error.text())),
    };
    let plan = Plan::create(resources, &survey, &memory);
    let busy = busy(session, &plan).await;
    let plan = plan.view(&open.stack, &blueprint, &market);
    let in_the_way = if plan.changes_something { in_the_way? } else { vec![] };
    Ok(PlanView { busy, blocked: untold.or(plan.blocked.clone()), in_the_way, ..plan })
}

/// What [`put_back`](super::put_back) would do to this part, and to what it needs.
pub async fn plan_put_back(session: &Session, stack: &str, part: &str) -> Result<PlanView, AppError> {
    let open = OpenStack::named(session, stack).await?;
    let resources = open.resources();
    require_part(&resources, stack, part)?;
    let survey = Survey::take(&resources, &session.aws, |_| {}).await;
    let mut plan = Plan::create(&resources, &survey, &memory(session, &open, &survey).await?);
    plan.keep_to(part, &survey);
    let busy = busy(session, &plan).await;
    Ok(PlanView { busy, ..plan.view(&open.stack, &open.wanted.blueprint, &Market::default()) })
}

/// What [`undo`](super::undo) would remove and put back.
pub async fn plan_undo(session: &Session, stack: &str) -> Result<PlanView, AppError> {
    let open = OpenStack::whole(session, stack).await?;
    let deeds = deeds(&open)?;
    let open = open.as_it_was();
    let resources = open.resources();
    let survey = look(session, &open, &resources).await?;
    let plan =
        Plan::undo(&resources, &survey, &deeds, &hindered(session, &open, &survey).await, &open.forgotten());
    let busy = busy(session, &plan).await;
    Ok(PlanView { busy, ..plan.view(&open.stack, &open.wanted.blueprint, &Market::default()) })
}

/// What [`teardown`](super::teardown) would remove, and what it would leave.
pub async fn plan_teardown(session: &Session, stack: &str) -> Result<PlanView, AppError> {
    let open = OpenStack::whole(session, stack).await?;
    let resources = open.resources();
    let survey = Survey::take(&resources, &session.aws, |_| {}).await;
    let plan = Plan::teardown(&resources, &survey, &hindered(session, &open, &survey).await);
    let busy = busy(session, &plan).await;
    let blocked = journal_problem(session, stack).map(|error| error.text());
    Ok(PlanView { busy, blocked, ..plan.view(&open.stack, &open.wanted.blueprint, &Market::default()) })
}

/// What [`adopt`](super::adopt) would tag, and what it must not.
pub async fn plan_adopt(session: &Session, blueprint: Blueprint) -> Result<PlanView, AppError> {
    blueprint::require_sound(&blueprint)?;
    let open = OpenStack::of_blueprint(session, blueprint).await?;
    let resources = open.resources();
    let survey = Survey::take(&resources, &session.aws, |_| {}).await;
    Ok(Plan::adopt(&survey).view(&open.stack, &open.wanted.blueprint, &Market::default()))
}
