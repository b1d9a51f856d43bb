//! A sign-in that runs out in the middle of a create on the command line: its source is really asked anew.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use slipway_tests::cli::Cli;
use slipway_tests::proxy::{Fault, Phase, Proxy, What, Which};

use crate::accounts::Account;

const EXPIRED: &str =
    r#"{"__type":"ExpiredTokenException","message":"The security token included in the request is expired"}"#;
const EXPIRED_XML: &str = "<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>The security \
                           token included in the request is expired</Message></Error></ErrorResponse>";

/// A program that gives credentials, as a `credential_process`, and notes each time that it is asked.
const PROGRAM: &str = "#!/bin/sh\necho asked >> \"$0.asked\"\n\
                       echo '{\"Version\":1,\"AccessKeyId\":\"AKIAEXAMPLEEXAMPLE12\",\"SecretAccessKey\":\"testing\"}'\n";

#[test]
fn a_program_that_gives_credentials_is_asked_again_and_the_create_goes_on() {
    let account = Account::practice();
    let proxy = Proxy::before(account.address());
    let person = Cli::at(&proxy.endpoint());
    let blueprint = person.blueprint(&[]);
    let program = person.write("credentials", PROGRAM);
    fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).expect("it is ours");
    let config = person.write("aws-config", &format!("[profile work]\ncredential_process = {program}\n"));

    let compute_environment = Which::Action("batch".to_owned(), "CreateComputeEnvironment".to_owned());
    let expired = What::Answer(403, EXPIRED.to_owned());
    proxy.plant(Fault::once(compute_environment, 1, Phase::Before, expired));
    // The first is asked when the session begins.
    let who = Which::Action("sts".to_owned(), "GetCallerIdentity".to_owned());
    let expired = What::Answer(403, EXPIRED_XML.to_owned());
    proxy.plant(Fault { which: who, nth: 2, times: 2, phase: Phase::Before, what: expired });

    let create = ["create", "--blueprint", &blueprint, "--yes", "--profile", "work"];
    let ended =
        person.command(&create).env("AWS_CONFIG_FILE", &config).output().expect("slipway can be started");
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert!(ended.status.success(), "{said}");
    assert!(said.contains("Your sign-in has run out"), "{said}");
    assert!(said.contains("Renew the credentials of the AWS profile work"), "{said}");
    assert_eq!(proxy.count("batch", "CreateComputeEnvironment"), 2);
    let asked = fs::read_to_string(format!("{program}.asked")).expect("it was asked").lines().count();
    // When the session begins, and for each try after AWS has said that the token has run out.
    assert_eq!(asked, 4, "a program may ask a person, so it is asked no oftener than needed");
}
