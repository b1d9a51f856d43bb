//! From the first start to a finished job and a Terraform folder and back, on the practice account.

use slipway_tests::{
    account,
    keyring::Keyring,
    practice::Practice,
    window::{Opening, Scheme, Window},
};

use crate::journey::{Journey, SOON, STACK};

#[test]
fn from_the_first_start_to_a_finished_job_and_a_terraform_folder_and_back() {
    journey(Scheme::Light, "fargate", "", "kittiwake-4417");
}

#[test]
fn the_same_in_the_dark() {
    journey(Scheme::Dark, "fargate", "", "guillemot-9023");
}

#[test]
fn the_same_on_spot_instances() {
    journey(Scheme::Light, "spot", "spot-", "razorbill-2266");
}

fn journey(scheme: Scheme, preset: &str, prefix: &str, word: &str) {
    let home = tempfile::tempdir().expect("there is room for a folder");
    // The same account is served beside the window, so that boto3 can be asked what it holds.
    let practice = Practice::paced(home.path(), "20");
    let before = practice.dump();
    let keyring = Keyring::unlocked();
    let window = Window::open(&Opening { scheme, ..Opening::new(home.path(), &keyring) });
    let journey = Journey { window: &window, scheme, prefix };

    window.see("connect-practice");
    journey.shot("connect");
    window.click("connect-practice");
    window.see("practice-badge");
    window.says("identity", "1111-2222-3333", SOON);
    window.click(&format!("preset-{preset}"));
    window.type_into("field-name", STACK);
    journey.set_up();
    journey.refused_launch();
    journey.launch(word);
    journey.logs(word);
    journey.save_terraform(&home.path().join("terraform"));
    journey.tear_down();
    assert_eq!(account::left_over(&before, &practice.dump()), Vec::<String>::new());
}
