//! Ctrl-C and the system's request to end: the first stops cleanly, the second at once.

use tokio_util::sync::CancellationToken;

use crate::output::Output;

/// Cancelled at the first Ctrl-C, so that the steps under way can be ended; a second one ends the
/// program, which is safe too: every call is written down before it is sent.
pub(crate) fn on_request(out: Output) -> CancellationToken {
    let stop = CancellationToken::new();
    let asked = stop.clone();
    tokio::spawn(async move {
        requested().await;
        asked.cancel();
        out.note(
            "Stopping when AWS has answered what was sent. Ctrl-C again ends at once; nothing is lost by it.",
        );
        requested().await;
        std::process::exit(130);
    });
    stop
}

/// Resolves when the person or the system asks the program to end.
pub(crate) async fn requested() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        // No signal can be heard here, so none will ever come.
        std::future::pending::<()>().await;
    }
}
