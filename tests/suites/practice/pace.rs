//! A create is hardly slower than its longest chain of calls and waits. Virtual time: the same on every machine.

use slipway_core::blueprint::{Blueprint, Network, Preset};
use slipway_tests::{pace, seen};

#[tokio::test(start_paused = true)]
async fn a_create_takes_hardly_longer_than_its_longest_chain() {
    let new = Network::new_vpc("10.42.0.0/16");
    let (mut tried, mut near) = (0, 0);
    for preset in Preset::ALL {
        for network in [Network::DefaultVpc {}, new.clone()] {
            let pace = pace::of_create(&Blueprint { network, ..preset.blueprint("imaging") }).await;
            assert!(pace.took >= pace.path, "the chain is not the shortest way: {pace:?}");
            assert!(pace.took <= 1.3 * pace.path, "{:.2}: {pace:#?}", pace.took / pace.path);
            (tried, near) = (tried + 1, near + 1);
        }
    }
    seen::all("creates with 100 ms added to every call, within 1.3 times their longest chain", near, tried);
}
