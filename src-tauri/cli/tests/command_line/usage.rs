//! What `--help` says, and how a command line that makes no sense ends.

use crate::person::Person;

#[test]
fn help_lists_every_command() {
    let said = Person::new().run(&["--help"]);
    assert_eq!(said.code, 0);
    insta::assert_snapshot!(said.out);
}

#[test]
fn a_command_line_that_makes_no_sense_is_usage() {
    let person = Person::new();
    for arguments in [
        &["dance"] as &[&str],
        &["whoami", "--practice", "--account", "work"],
        &["whoami", "--practice", "--endpoint", "http://localhost:1"],
        &["plan"],
        &["resume", "--stack", "../../etc"],
        &["practice", "serve", "--port", "99999"],
    ] {
        let said = person.run(arguments);
        assert_eq!(said.code, 2, "{arguments:?}: {}{}", said.out, said.err);
        assert!(said.out.is_empty());
    }
    let said = person.run(&["dance", "--json"]);
    assert_eq!((said.code, said.error()["code"].as_str()), (2, Some("usage")));
}
