//! A whole stack: made, found finished, torn down.

use slipway_core::run::{self, RunState, RunView};
use tokio_util::sync::CancellationToken;

pub(crate) use slipway_tests::inside::shape::{left_over, shape};

use crate::account::{blueprints, fresh};

fn quiet() -> impl FnMut(&RunView) + Send {
    |_| {}
}

/// Ends well, or says what failed.
fn done(view: &RunView) {
    let failures: Vec<_> = view
        .steps
        .iter()
        .filter_map(|s| s.failure.as_ref().map(|f| format!("{}: {f:?}", s.step.id)))
        .collect();
    assert_eq!(view.state, RunState::Done, "{failures:#?}");
}

#[tokio::test(start_paused = true)]
async fn a_stack_is_made_once_and_torn_down_to_nothing() {
    for blueprint in blueprints() {
        let account = fresh(7).await;
        let session = &account.session;
        let stop = CancellationToken::new();
        let before = account.practice.dump().unwrap();

        done(&run::create(session, blueprint.clone(), &stop, &mut quiet()).await.unwrap());
        let calls = session.activity.entries().len();
        done(&run::create(session, blueprint.clone(), &stop, &mut quiet()).await.unwrap());
        let again = session.activity.entries().split_off(calls);
        assert!(!again.is_empty());
        let changing: Vec<_> = again.iter().filter(|entry| entry.changes).collect();
        assert!(changing.is_empty(), "a second create changed something: {changing:?}");

        done(&run::teardown(session, "imaging", &stop, &mut quiet()).await.unwrap());
        let after = account.practice.dump().unwrap();
        assert_eq!(left_over(&before, &after), Vec::<String>::new());
    }
}
