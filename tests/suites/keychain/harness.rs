//! That the three states of a keyring are what they say.

use slipway_tests::keyring::Keyring;

const STORE: [&str; 4] = ["store", "--label=canary", "slipway-test", "canary"];
const LOOKUP: [&str; 3] = ["lookup", "slipway-test", "canary"];

#[test]
fn an_unlocked_keyring_keeps_and_returns_a_secret() {
    let keyring = Keyring::unlocked();
    assert!(keyring.secret_tool(&STORE, "a canary secret").is_some());
    assert_eq!(keyring.secret_tool(&LOOKUP, "").as_deref(), Some("a canary secret"));
    let files = keyring.files();
    assert!(!files.is_empty(), "gnome-keyring has written its file");
    for file in files {
        let bytes = std::fs::read(&file).expect("the file can be read");
        assert!(
            !bytes.windows(6).any(|six| six == b"canary"),
            "{} holds the secret in the clear",
            file.display()
        );
    }
}

#[test]
fn two_keyrings_know_nothing_of_each_other() {
    let (one, other) = (Keyring::unlocked(), Keyring::unlocked());
    assert!(one.secret_tool(&STORE, "x").is_some());
    assert_eq!(other.secret_tool(&LOOKUP, ""), None);
}

#[test]
fn a_locked_keyring_says_that_it_is_locked() {
    let keyring = Keyring::locked();
    assert!(keyring.is_locked());
    assert!(!Keyring::unlocked().is_locked());
}

#[test]
fn an_absent_keyring_refuses() {
    assert_eq!(Keyring::absent().secret_tool(&STORE, "x"), None);
    assert_eq!(Keyring::no_bus().secret_tool(&STORE, "x"), None);
}
