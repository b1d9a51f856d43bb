//! What a person sees who typed something that cannot be, or whose keychain gives nothing away.

use slipway_tests::{
    keyring::Keyring,
    window::{Opening, Scheme, Window},
};

use crate::journey::Journey;

#[test]
fn each_field_says_what_is_wrong_with_it() {
    wrong(Scheme::Light);
}

#[test]
fn each_field_says_what_is_wrong_with_it_in_the_dark() {
    wrong(Scheme::Dark);
}

fn wrong(scheme: Scheme) {
    let home = tempfile::tempdir().expect("there is room for a folder");
    let keyring = Keyring::unlocked();
    let window = Window::open(&Opening { scheme, ..Opening::new(home.path(), &keyring) });
    window.click("connect-practice");
    window.see("preset-fargate");

    window.type_into("field-name", "My Stack");
    window.objects("field-name", "My Stack");
    window.type_into("field-compute_environments[0].max_vcpus", "0");
    window.objects("field-compute_environments[0].max_vcpus", "at least 1");
    window.click("network-new-vpc");
    window.type_into("field-network.cidr", "10.0.0.0/33");
    window.objects("field-network.cidr", "10.0.0.0/33");
    window.type_into("field-job_definitions[0].command", "sh -c 'echo unbalanced");
    // Left, as whoever goes on to another field leaves it.
    window.type_into("field-name", "My Stack");
    window.objects("field-job_definitions[0].command", "opening quote without its closing one");
    Journey { window: &window, scheme, prefix: "" }.shot("setup-choose-wrong");
    // Going on leads to the first fault, not to a check of what cannot be.
    window.click("go-check");
    window.has_focus("field-name");
    assert!(window.has("setup-choose") && !window.has("setup-check"));
    window.type_into("field-name", "imaging");
    window.type_into("field-compute_environments[0].max_vcpus", "4");
    window.type_into("field-network.cidr", "10.42.0.0/16");
    window.click("go-check");
    window.has_focus("field-job_definitions[0].command");
    assert_eq!(window.value("field-job_definitions[0].command"), "sh -c 'echo unbalanced");
    assert!(window.has("setup-choose") && !window.has("setup-check"));
    window.type_into("field-job_definitions[0].command", "sh -c 'echo balanced'");
    window.click("go-check");
    window.see("setup-check");
}

#[test]
fn an_absent_keychain_says_so_and_the_practice_account_works_without() {
    absent(Scheme::Light);
}

#[test]
fn an_absent_keychain_says_so_in_the_dark() {
    absent(Scheme::Dark);
}

fn absent(scheme: Scheme) {
    let home = tempfile::tempdir().expect("there is room for a folder");
    let keyring = Keyring::absent();
    let window = Window::open(&Opening { scheme, ..Opening::new(home.path(), &keyring) });
    let said = window.see("keychain-problem");
    let code = window.session().attribute(&said, "data-code").expect("the page can be asked");
    assert_eq!(code.as_deref(), Some("keychain-absent"));
    Journey { window: &window, scheme, prefix: "" }.shot("keychain-absent");
    window.click("connect-practice");
    window.see("practice-badge");
}

#[test]
fn a_locked_keychain_says_so_where_the_keys_were_typed_and_keeps_what_was_typed() {
    locked(Scheme::Light);
}

#[test]
fn a_locked_keychain_says_so_in_the_dark() {
    locked(Scheme::Dark);
}

fn locked(scheme: Scheme) {
    let home = tempfile::tempdir().expect("there is room for a folder");
    let keyring = Keyring::locked();
    let window = Window::open(&Opening { scheme, ..Opening::new(home.path(), &keyring) });
    let journey = Journey { window: &window, scheme, prefix: "" };
    window.click("add-keys");
    window.in_other_window("keys", || {
        window.see("keys");
        window.type_into("keys-name", "research");
        window.type_into("keys-region", "us-east-1");
        window.type_into("keys-id", "AKIAEXAMPLEEXAMPLE12");
        window.type_into("keys-secret", "a-secret-for-nobody");
        journey.picture("keys");
        window.click("keys-details");
        window.type_into("keys-endpoint", "https://batch.example.org");
        journey.picture("keys-details");
        window.click("keys-save");
        let said = window.see("problem");
        let code = window.session().attribute(&said, "data-code").expect("the page can be asked");
        assert_eq!(code.as_deref(), Some("keychain-locked"));
        journey.picture("keychain-locked");
        assert_eq!(window.value("keys-name"), "research");
        window.click("keys-cancel");
    });
    assert!(!window.has("account-research"));
}
