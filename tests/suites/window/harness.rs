//! That the window opens on a screen of its own, shows its first page and can be closed.

use slipway_tests::keyring::Keyring;
use slipway_tests::window::{Opening, Scheme, Window};

#[test]
fn the_window_opens_and_has_its_picture_taken() {
    let home = tempfile::tempdir().expect("there is room for a folder");
    let keyring = Keyring::unlocked();
    let window = Window::open(&Opening::new(home.path(), &keyring));
    window.see("title-bar");
    let picture = window.picture("first-start");
    let png = std::fs::read(picture).expect("the picture is there");
    assert!(png.starts_with(b"\x89PNG") && png.len() > 5_000, "a page, not an empty window");
}

#[test]
fn the_pages_follow_the_system_into_the_dark() {
    let home = tempfile::tempdir().expect("there is room for a folder");
    let keyring = Keyring::unlocked();
    let opening = Opening { scheme: Scheme::Dark, ..Opening::new(home.path(), &keyring) };
    let window = Window::open(&opening);
    window.see("title-bar");
    let dark = window.script("return matchMedia('(prefers-color-scheme: dark)').matches", &[]);
    assert_eq!(dark, true);
    window.picture("first-start-dark");
}
