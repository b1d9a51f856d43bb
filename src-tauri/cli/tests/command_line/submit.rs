//! Launching by command.

use crate::person::Person;

/// A stack whose queue shares its compute out, and one that does not.
fn on_two_queues() -> Person {
    let person = Person::new();
    assert_eq!(person.run(&["practice", "pace", "10000"]).code, 0);
    let shared = "\n[[scheduling_policies]]\nname = \"lab\"\nshares = { research = 0.5, \"user*\" = 1.0 }\n\n\
                  [[job_queues]]\nname = \"fair\"\npriority = 1\ncompute_environments = [\"fargate\"]\n\
                  scheduling_policy = \"lab\"\n\n[[job_definitions]]\n";
    let file = person.blueprint("\n[[job_definitions]]\n", shared);
    let made = person.run(&["create", "--blueprint", &file, "--practice", "--yes", "--json"]);
    assert_eq!(made.code, 0, "{}{}", made.out, made.err);
    person
}

#[test]
fn a_job_says_whose_it_is_where_the_queue_wants_to_know() {
    let person = on_two_queues();
    let submit = |more: &[&str]| {
        let arguments = ["submit", "--stack", "first", "--name", "j", "--practice", "--json"];
        person.run(&arguments.iter().chain(more).copied().collect::<Vec<_>>())
    };
    let refused = submit(&["--queue", "fair"]).error();
    assert_eq!(
        (&refused["code"], &refused["fields"][0]["field"]),
        (&"submit-invalid".into(), &"share".into())
    );
    assert!(
        refused["fields"][0]["problem"]["text"].as_str().unwrap().contains("research, user*"),
        "{refused}"
    );
    let refused = submit(&["--queue", "main", "--share", "research"]).error();
    assert_eq!(refused["fields"][0]["problem"]["code"], "submit-share-fifo");

    for (priority, expected) in [(&[][..], 0), (&["--priority", "9"], 9)] {
        let more: Vec<_> =
            ["--queue", "fair", "--share", "userAna"].iter().chain(priority).copied().collect();
        let id = submit(&more).json()["id"].as_str().unwrap().to_owned();
        let watched = person.run(&["watch", &id, "--practice", "--json"]);
        let last: serde_json::Value = serde_json::from_str(watched.out.lines().last().unwrap()).unwrap();
        assert_eq!((&last["share"], &last["scheduling_priority"]), (&"userAna".into(), &expected.into()));
    }
}
