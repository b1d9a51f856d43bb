//! A look that is answered with nothing at all: the SDK reads it as an empty list. What is there is never taken for
//! gone because of it.

use slipway_core::{
    blueprint::Preset,
    plan::Act,
    run::{self, RunState},
};
use slipway_tests::{
    inside::{
        account::fresh,
        seam::Planted,
        trouble::{Spoiled, Trouble},
    },
    seen,
};
use tokio_util::sync::CancellationToken;

#[tokio::test(start_paused = true)]
async fn what_is_there_is_not_taken_for_gone() {
    let account = fresh(7).await;
    let blueprint = Preset::SpotThenOndemand.blueprint("imaging");
    let stop = CancellationToken::new();
    let view = run::create(&account.session, blueprint.clone(), &stop, &mut |_| {}).await.unwrap();
    assert_eq!(view.state, RunState::Done, "{:?}", view.failure);
    account.seam.plant(vec![]);
    run::plan_create(&account.session, blueprint.clone()).await.unwrap();
    let looks = account.seam.seen().len();
    let mut kept = 0;
    for call in 1..=looks {
        let trouble = Trouble::Spoiled(Spoiled::Empty);
        account.seam.plant(vec![Planted { call, changing: false, trouble }]);
        let plan = run::plan_create(&account.session, blueprint.clone()).await;
        let met = account.seam.seen().into_iter().find(|call| call.trouble.is_some());
        let met = met.expect("every look comes again").action;
        // Who is told that something could not be looked at is told the truth.
        let making: Vec<_> = plan.iter().flat_map(|plan| &plan.steps).collect();
        let making: Vec<_> = making
            .into_iter()
            .filter(|step| step.act == Act::Create && !step.calls.is_empty())
            .map(|step| &step.id)
            .collect();
        assert!(making.is_empty(), "{met} said nothing: {making:?} would be made again");
        kept += 1;
    }
    seen::all("looks answered with nothing, after which nothing was taken for gone", kept, looks);
}
