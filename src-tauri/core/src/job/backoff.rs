//! Pauses between tries.

use std::time::Duration;

use tokio::time::sleep;

use crate::{
    account::Session,
    aws::{AwsFault, FaultKind},
};

/// How often something is tried before its error is shown.
pub(super) const TRIES: u32 = 6;

/// Waits before try `tries + 1`: half a second at first, doubling to sixteen, spread so that many callers
/// refused together do not come back together.
pub(super) async fn pause(session: &Session, tries: u32) {
    let most = 500_u64 << tries.saturating_sub(1).min(5);
    let dice =
        session.world.id().bytes().fold(7_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    sleep(Duration::from_millis(most / 2 + dice % (most / 2))).await;
}

/// Whether a failed look may succeed by itself a little later.
pub(super) fn may_pass(fault: &AwsFault) -> bool {
    matches!(fault.kind, FaultKind::Throttled | FaultKind::OutcomeUnknown | FaultKind::Unreachable)
}
