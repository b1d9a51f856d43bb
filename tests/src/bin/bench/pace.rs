//! How near a create comes to its longest chain of calls and waits, when every call takes 100 ms longer.

use slipway_core::blueprint::{Blueprint, Network, Preset};
use slipway_tests::pace;

pub(crate) fn measure() {
    println!("\nA create with {} ms added to every call, at AWS's speed", pace::ADDED.as_millis());
    let new = Network::new_vpc("10.42.0.0/16");
    for preset in Preset::ALL {
        for (kind, network) in [("default VPC", Network::DefaultVpc {}), ("new VPC", new.clone())] {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
            let runtime = runtime.expect("a runtime can be had");
            let blueprint = Blueprint { network, ..preset.blueprint("imaging") };
            let pace = runtime.block_on(pace::of_create(&blueprint));
            let ratio = pace.took / pace.path;
            println!("  {preset:?}, {kind}: {:.1} s with {} calls", pace.took, pace.calls);
            println!("    longest chain                    {:.1} s", pace.path);
            println!("    ratio                            {ratio:.2}");
            for (step, seconds) in &pace.chain {
                println!("      {seconds:>5.1} s  {step}");
            }
        }
    }
}
