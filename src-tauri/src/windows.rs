//! The windows: the main one, and a small one where keys are typed and nothing else can be done.

use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindowBuilder};

/// The label of the main window.
pub(crate) const MAIN: &str = "main";
/// The label of the window where keys are typed. A page that has seen a secret is closed, and its memory with it.
pub(crate) const KEYS: &str = "keys";

/// Opens the main window.
pub(crate) fn open_main(app: &AppHandle) -> tauri::Result<()> {
    WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App("index.html".into()))
        .title("Slipway")
        .inner_size(1280.0, 800.0)
        .min_inner_size(960.0, 640.0)
        .build()?;
    Ok(())
}

/// Opens the window where keys are typed, or brings it to the front.
pub(crate) fn open_keys(app: &AppHandle) -> tauri::Result<()> {
    if let Some(window) = app.get_webview_window(KEYS) {
        return window.set_focus();
    }
    WebviewWindowBuilder::new(app, KEYS, WebviewUrl::App("keys.html".into()))
        .title("Slipway: access keys")
        .inner_size(480.0, 560.0)
        .resizable(false)
        .build()?;
    Ok(())
}

/// Shows the main window to somebody who started Slipway a second time.
pub(crate) fn bring_to_front(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(MAIN) {
        // A window manager may refuse; there is nothing to be done about it.
        let _ = window.unminimize().and_then(|()| window.set_focus());
    }
}
