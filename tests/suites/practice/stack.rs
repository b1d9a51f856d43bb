//! A whole stack: made, found finished, torn down.

pub(crate) use slipway_tests::inside::shape::{left_over, shape};

use crate::{
    account::{blueprints, fresh},
    runs::{create, done, tear_down},
};

#[tokio::test(start_paused = true)]
async fn a_stack_is_made_once_and_torn_down_to_nothing() {
    for blueprint in blueprints() {
        let account = fresh(7).await;
        let session = &account.session;
        let before = account.practice.dump().unwrap();

        done(&create(&account, &blueprint).await);
        let calls = session.activity.entries().len();
        done(&create(&account, &blueprint).await);
        let again = session.activity.entries().split_off(calls);
        assert!(!again.is_empty());
        let changing: Vec<_> = again.iter().filter(|entry| entry.changes).collect();
        assert!(changing.is_empty(), "a second create changed something: {changing:?}");

        done(&tear_down(&account).await);
        let after = account.practice.dump().unwrap();
        assert_eq!(left_over(&before, &after), Vec::<String>::new());
    }
}
