use std::{collections::BTreeSet, fs};

use proptest::prelude::*;

use super::*;
use crate::plan::{Act, RunAct};

fn began(steps: usize) -> Record {
    Record::Began {
        run: "r".to_owned(),
        act: RunAct::Create,
        steps: (0..steps).map(|n| (format!("vpc/{n}"), Act::Create)).collect(),
        blind: BTreeSet::new(),
    }
}

fn intent(n: usize) -> Record {
    Record::Intent {
        step: format!("vpc/{n}"),
        action: "ec2:CreateVpc".to_owned(),
        on: "a".to_owned(),
        creates: true,
    }
}

/// A journal with a beginning and so many records in all.
fn journal_of(count: usize) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let (mut journal, _) = Journal::open(&path).unwrap();
    journal.append(Moment(0), began(99)).unwrap();
    for n in 1..count {
        journal.append(Moment(i64::try_from(n).unwrap()), intent(n)).unwrap();
    }
    (folder, path)
}

fn refusal(path: &Path) -> String {
    let code = Journal::open(path).unwrap_err().code;
    assert_eq!(History::read(path).unwrap_err().code, code);
    code
}

fn lines(path: &Path) -> Vec<String> {
    fs::read_to_string(path).unwrap().lines().map(|line| format!("{line}\n")).collect()
}

#[test]
fn what_was_written_is_read_again_and_goes_on() {
    let (_folder, path) = journal_of(3);
    let (mut journal, history) = Journal::open(&path).unwrap();
    assert_eq!(history.records.len(), 3);
    journal.append(Moment(9), intent(3)).unwrap();
    assert_eq!(History::read(&path).unwrap().records[3].1, intent(3));
}

#[test]
fn a_torn_record_is_cut_off() {
    for most in [1, 40] {
        let (_folder, path) = journal_of(3);
        let before = fs::read(head::beside(&path)).unwrap();
        Journal::open(&path).unwrap().0.append(Moment(9), intent(3)).unwrap();
        // Killed while it was written: the head does not know of it.
        fs::write(head::beside(&path), before).unwrap();
        let length = fs::metadata(&path).unwrap().len();
        private_file(&path).unwrap().set_len(length - most).unwrap();
        let (mut journal, history) = Journal::open(&path).unwrap();
        assert_eq!(history.records.len(), 3);
        journal.append(Moment(9), intent(7)).unwrap();
        assert_eq!(History::read(&path).unwrap().records.len(), 4);
    }
}

#[test]
fn what_the_head_does_not_know_yet_is_believed_by_the_chain_alone() {
    let (_folder, path) = journal_of(3);
    let before = fs::read(head::beside(&path)).unwrap();
    Journal::open(&path).unwrap().0.append(Moment(9), intent(3)).unwrap();
    fs::write(head::beside(&path), before).unwrap();
    assert_eq!(History::read(&path).unwrap().records.len(), 4);
    // And the last of them by its own check alone.
    let text = fs::read_to_string(&path).unwrap();
    let at = text.rfind("vpc/3").unwrap();
    fs::write(&path, format!("{}vpc/4{}", &text[..at], &text[at + 5..])).unwrap();
    assert_eq!(refusal(&path), "journal-damaged");
}

#[test]
fn records_cut_off_the_end_are_missed() {
    for left in 0..3 {
        let (_folder, path) = journal_of(3);
        fs::write(&path, lines(&path)[..left].concat()).unwrap();
        assert_eq!(refusal(&path), "journal-damaged", "{left} records left");
    }
    let (_folder, path) = journal_of(3);
    fs::remove_file(&path).unwrap();
    assert_eq!(refusal(&path), "journal-damaged");
}

#[test]
fn a_journal_without_its_head_or_with_one_that_makes_no_sense_is_damaged() {
    let (_folder, path) = journal_of(3);
    let head = fs::read_to_string(head::beside(&path)).unwrap();
    for other in
        ["", "3", &head[..20], &head.replacen('0', "", 1), &format!("{head} "), &format!("+{}", &head[1..])]
    {
        fs::write(head::beside(&path), other).unwrap();
        assert_eq!(refusal(&path), "journal-damaged", "{other:?}");
    }
    fs::remove_file(head::beside(&path)).unwrap();
    assert_eq!(refusal(&path), "journal-damaged");
}

#[test]
fn a_full_disk_that_has_room_for_the_name_of_a_head_leaves_no_journal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    Head::file(&path).unwrap();
    Journal::open(&path).unwrap().0.append(Moment(0), began(1)).unwrap();
    assert_eq!(History::read(&path).unwrap().records.len(), 1);
}

#[test]
fn a_newer_journal_is_left_alone() {
    let (_folder, path) = journal_of(1);
    let newer = format!("{}\n", line::of_version(line::VERSION + 1));
    fs::write(&path, &newer).unwrap();
    assert_eq!(refusal(&path), "journal-newer");
    assert_eq!(fs::read_to_string(&path).unwrap(), newer);
}

#[test]
fn a_record_out_of_order_is_neither_written_nor_believed() {
    let (_folder, path) = journal_of(3);
    let (mut journal, _) = Journal::open(&path).unwrap();
    let done = Record::StepDone { step: "vpc/1".to_owned() };
    assert_eq!(journal.append(Moment(9), done.clone()).unwrap_err().code, "journal-out-of-order");
    assert_eq!(History::read(&path).unwrap().records.len(), 3);
    // As somebody would who knows the format.
    let history = History::read(&path).unwrap();
    let (text, _) = line::write(Moment(9), &history.check, done).unwrap();
    fs::write(&path, lines(&path).concat() + &text + "\n").unwrap();
    assert_eq!(refusal(&path), "journal-damaged");
}

#[test]
fn what_is_put_aside_overwrites_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    for n in 1..=3 {
        fs::write(&path, n.to_string()).unwrap();
        fs::write(head::beside(&path), n.to_string()).unwrap();
        let aside = set_aside(&path, "damaged", Moment(7)).unwrap();
        let [aside, head] = aside.try_into().unwrap();
        assert_eq!(head, head::beside(&aside));
        assert_eq!(fs::read_to_string(&aside).unwrap(), n.to_string());
        assert_eq!(fs::read_to_string(head::beside(&aside)).unwrap(), n.to_string());
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 6);
}

proptest! {
    /// Any byte changed to any other, in the last record too.
    #[test]
    fn a_changed_byte_is_noticed(at in 0_usize..2000, to in any::<u8>()) {
        let (_folder, path) = journal_of(4);
        let mut bytes = fs::read(&path).unwrap();
        let at = at % bytes.len();
        prop_assume!(bytes[at] != to);
        bytes[at] = to;
        fs::write(&path, &bytes).unwrap();
        prop_assert_eq!(refusal(&path), "journal-damaged");
        prop_assert_eq!(fs::read(&path).unwrap(), bytes);
    }
}
