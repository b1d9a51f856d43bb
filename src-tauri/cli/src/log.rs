//! What Slipway's own code notes, for finding a fault in it: off unless `SLIPWAY_LOG` names a level.

use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// Only our own crates: the SDK's wire logging shows signed requests.
const OURS: [&str; 4] = ["slipway", "slipway_core", "slipway_connect", "slipway_practice"];

pub(crate) fn start() {
    let Ok(level) = std::env::var("SLIPWAY_LOG") else { return };
    let Ok(level) = level.parse::<tracing::Level>() else { return };
    let filter = OURS.map(|ours| format!("{ours}={level}")).join(",");
    tracing_subscriber::registry()
        .with(EnvFilter::new(filter))
        .with(fmt::layer().with_writer(std::io::stderr))
        .init();
}
