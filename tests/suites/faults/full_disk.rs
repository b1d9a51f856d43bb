//! A disk that is full, or a file that may grow no further, in the middle of a create: no call is made that is not
//! written down first, and with room again the run goes on.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use slipway_tests::account::{differences, shape};
use slipway_tests::cli::{Cli, Said};
use slipway_tests::proxy::Proxy;
use slipway_tests::seen;

use crate::accounts::Account;

/// A shell around the program, in which nothing can be written from some point on. `$0` is the program, `$1` the
/// blueprint, `$2` how much room there is in KiB, `$3` where the data directory is left for the test to see.
struct Shell {
    name: &'static str,
    before: &'static [&'static str],
    script: &'static str,
}

/// The system says EFBIG, and not by a signal.
const NO_LARGER_FILES: Shell = Shell {
    name: "files of a limited size",
    before: &["bash", "-c"],
    script: r#"trap '' XFSZ; ulimit -f "$2"; exec "$0" create --blueprint "$1" --yes --json --endpoint "$4" --region us-east-1"#,
};

/// The system says ENOSPC.
const FULL_DISK: Shell = Shell {
    name: "a full disk",
    before: &["unshare", "--user", "--map-root-user", "--mount", "bash", "-c"],
    script: r#"
        mount -t tmpfs -o size="$2"k none "$SLIPWAY_HOME" || exit 99
        "$0" create --blueprint "$1" --yes --json --endpoint "$4" --region us-east-1
        ended=$?
        cp -r "$SLIPWAY_HOME/." "$3"
        exit $ended"#,
};

impl Shell {
    fn can_be_had(&self) -> bool {
        let (first, rest) = self.before.split_first().expect("it begins with a program");
        let tried = Command::new(first).args(rest).arg("mount -t tmpfs none /mnt").output();
        self.before.len() == 2 || tried.is_ok_and(|tried| tried.status.success())
    }

    /// What the create said that ran out of room, and the data directory that it left.
    fn create(&self, person: &Cli, endpoint: &str, kib: usize, left: &Path) -> Said {
        let blueprint = person.home().join("blueprint.toml");
        let kept = left.join("blueprint.toml");
        std::fs::copy(blueprint, &kept).expect("there is room for a file");
        let plain = person.command(&[]);
        let (first, rest) = self.before.split_first().expect("it begins with a program");
        let mut command = Command::new(first);
        command.args(rest).arg(self.script).arg(plain.get_program());
        command.arg(&kept).arg(kib.to_string()).arg(left).arg(endpoint);
        for (name, value) in plain.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        if self.before.len() == 2 {
            command.env("SLIPWAY_HOME", left);
        }
        command.output().expect("a shell can be started").into()
    }
}

/// Calls that the journal announces below this data directory.
fn announced(home: &Path) -> usize {
    let mut folders = vec![home.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a data directory").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.ends_with("journal.jsonl") {
                let text = std::fs::read_to_string(path).expect("a journal is text");
                let whole = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
                return whole.filter(|line| line.contains("\"record\":\"intent\"")).count();
            }
        }
    }
    0
}

fn wanted() -> (Value, usize) {
    let account = Account::practice();
    let proxy = Proxy::before(account.address());
    let person = Cli::at(&proxy.endpoint());
    let blueprint = account.blueprint(&person);
    person.must(&["create", "--blueprint", &blueprint, "--yes"]);
    (shape(&account.dump()), proxy.mutating().len())
}

#[test]
fn nothing_is_sent_that_could_not_be_written_down() {
    let (wanted, calls) = wanted();
    let shells: Vec<_> = [NO_LARGER_FILES, FULL_DISK].into_iter().filter(Shell::can_be_had).collect();
    let (mut tried, mut stopped, mut part) = (0, 0, 0);
    for shell in &shells {
        // From no room for the record of the stack on, until everything has found room.
        for kib in (2..).step_by(2) {
            let account = Account::practice();
            let proxy = Proxy::before(account.address());
            let person = Cli::at(&proxy.endpoint());
            account.blueprint(&person);
            let left = tempfile::tempdir().expect("there is room for a folder");
            let said = shell.create(&person, &proxy.endpoint(), kib, left.path());
            let sent = proxy.mutating().len();
            if said.code == 0 && sent == calls {
                break;
            }
            let context = format!("{}, {kib} KiB: ended with {}, {}", shell.name, said.code, said.err);
            let all = said.out + &said.err;
            let unwritable = all.contains("journal-unwritable") || all.contains("file-failed");
            assert!(said.code == 1 && unwritable, "{context}");
            assert_eq!(sent, announced(left.path()), "{context}: calls sent, and calls announced");
            part += usize::from(sent > 0);

            // With room again: whoever finds something begun goes on with it.
            let person = person.moved_into(left);
            let blueprint = account.blueprint(&person);
            person.must(&["create", "--blueprint", &blueprint, "--yes"]);
            let wrong = differences(&wanted, &shape(&account.dump()));
            assert_eq!(wrong, Vec::<String>::new(), "{context}");
            (tried, stopped) = (tried + 1, stopped + 1);
        }
        assert!(part > 2, "{}: only {part} of {tried} had begun to send", shell.name);
    }
    let names: Vec<_> = shells.iter().map(|shell| shell.name).collect();
    let what =
        format!("creates without room for the journal, no call sent unannounced ({})", names.join(", "));
    seen::all(&what, stopped, tried);
}
