//! The same path with a moto server as custom endpoint and keys from the keychain, which are typed into the window
//! that exists for them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use slipway_tests::{
    account, attributes,
    keyring::Keyring,
    moto::Moto,
    process::until,
    seen,
    window::{Opening, Scheme, Window},
};

use crate::journey::{Journey, SOON, STACK};

/// Keys in AWS's form. moto takes any.
const KEY_ID: &str = "AKIAEXAMPLEEXAMPLE12";
const SECRET: &str = "a-secret-for-moto-alone";

#[test]
fn the_same_on_moto_with_keys_from_the_keychain() {
    let home = tempfile::tempdir().expect("there is room for a folder");
    let moto = Moto::like_a_new_account();
    let before = moto.dump();
    let keyring = Keyring::unlocked();
    let window = Window::open(&Opening::new(home.path(), &keyring));
    let journey = Journey { window: &window, scheme: Scheme::Light, prefix: "moto-" };

    save_keys(&window, &moto.endpoint());
    window.see("account-research");
    journey.shot("connect-saved");
    window.click("account-connect-research");
    window.says("identity", "1234-5678-9012", SOON);
    assert!(!window.has("practice-badge"), "nobody may take moto for the practice account");

    window.see("preset-fargate");
    window.type_into("field-name", STACK);
    window.click("choose-details");
    // moto wants a service role where AWS wants none.
    window.choose("field-service_role", "classic");
    // moto answers with a fraction where AWS has a whole number, so that no SDK with types can read it.
    window.choose("field-job_definitions[0].vcpu", "1");
    let asked_for = asked_for(&window, home.path());
    journey.set_up();
    let (rows, wrong) = attributes::compare(&moto.endpoint(), &asked_for);
    assert_eq!(wrong, Vec::<String>::new());
    assert!(rows > 50, "only {rows} attributes were compared");
    seen::figure("attributes that boto3 found as documented, made in the window", &rows.to_string());
    journey.launch("razorbill-7702");
    assert_eq!(moto.play_container("imaging-main"), ["sh", "-c", "echo the word is $WORD"]);
    journey.logs("razorbill-7702");
    moto.forget_container();
    journey.save_terraform(&home.path().join("terraform"));
    journey.tear_down();
    assert_eq!(account::left_over(&before, &moto.dump()), Vec::<String>::new());
    nowhere_else(home.path());
}

/// The person's wishes as a file: the blueprint that the window writes beside the form.
fn asked_for(window: &Window, folder: &Path) -> PathBuf {
    window.click("toggle-toml");
    let written = until("the blueprint to hold the last wish", SOON, || {
        let toml = window.value("toml");
        (toml.contains("vcpu = \"1\"") && toml.contains(STACK)).then_some(toml)
    });
    window.click("toggle-toml");
    let file = folder.join("asked-for.toml");
    fs::write(&file, written).expect("there is room for a file");
    file
}

/// Types keys into their own window, which closes when they are kept.
fn save_keys(window: &Window, endpoint: &str) {
    window.see("connect");
    window.click("add-keys");
    window.in_other_window("keys", || {
        window.see("keys");
        window.type_into("keys-name", "research");
        window.type_into("keys-region", "us-east-1");
        window.type_into("keys-id", KEY_ID);
        window.type_into("keys-secret", SECRET);
        window.click("keys-details");
        window.type_into("keys-endpoint", endpoint);
        window.click("keys-save");
    });
}

/// The secret is in the keychain and in no file of Slipway's.
fn nowhere_else(home: &Path) {
    let mut open = vec![home.to_path_buf()];
    let mut looked = 0;
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).expect("a folder").flatten().map(|entry| entry.path()));
        } else {
            let text = String::from_utf8_lossy(&fs::read(&path).expect("a file")).into_owned();
            assert!(!text.contains(SECRET), "{}", path.display());
            looked += 1;
        }
    }
    assert!(looked > 3, "Slipway keeps files here");
}
