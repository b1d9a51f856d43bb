//! Journals damaged at random places.

use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    thread,
};

use slipway_core::{
    account::Session,
    run::{self, RunState},
};
use slipway_tests::{dice::Dice, seen};
use tokio::time::{Duration, timeout};

use super::{create, done, folder, imaging, journal, killed, resume, undo};
use crate::{
    account::{Account, fresh},
    seam::Fault,
};

const DAMAGES: usize = 10_000;

/// A journal and its head as runs have left them.
struct Written {
    journal: Vec<u8>,
    head: Vec<u8>,
}

impl Written {
    fn by(account: &Account) -> Self {
        let journal = journal(&account.session);
        Self { journal: fs::read(&journal).unwrap(), head: fs::read(journal.with_extension("head")).unwrap() }
    }
}

/// Journals of runs that ended well, were killed, met lost replies, failed and were undone in part.
async fn real_journals() -> Vec<Written> {
    let mut all = Vec::new();
    let mut account = fresh(7).await;
    done(create(&account, imaging()).await);
    all.push(Written::by(&account));
    account = fresh(7).await;
    killed(&mut account, 5).await;
    all.push(Written::by(&account));
    account.seam.set(Fault::LoseReply(3));
    done(resume(&account).await);
    all.push(Written::by(&account));
    account = fresh(7).await;
    account.seam.set(Fault::CutFrom(9));
    assert_eq!(create(&account, imaging()).await.unwrap().state, RunState::Failed);
    account.seam.set(Fault::HangBefore(4));
    assert!(timeout(Duration::from_secs(20), undo(&account)).await.is_err(), "it did not hang");
    all.push(Written::by(&account));
    for written in &all {
        assert!(written.journal.split(|byte| *byte == b'\n').count() > 9);
    }
    all
}

/// Does something to a journal or its head, and says what.
fn damage(dice: &mut Dice, written: &Written) -> (String, Vec<u8>, Option<Vec<u8>>) {
    let (mut journal, mut head) = (written.journal.clone(), Some(written.head.clone()));
    let mut lines: Vec<Vec<u8>> =
        journal.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let (one, other) = (dice.below(lines.len()), dice.below(lines.len()));
    let flip = |dice: &mut Dice, bytes: &mut [u8]| {
        let at = dice.below(bytes.len());
        bytes[at] ^= u8::try_from(1 + dice.below(255)).unwrap();
        at
    };
    let what = match dice.below(9) {
        0 | 1 => format!("byte {} changed", flip(dice, &mut journal)),
        2 => {
            let left = dice.below(journal.len());
            journal.truncate(left);
            format!("cut to {left} bytes")
        }
        3 => {
            journal = lines[..one].concat();
            format!("cut to {one} records")
        }
        4 if lines[one] != lines[other] => {
            lines.swap(one, other);
            journal = lines.concat();
            format!("records {one} and {other} swapped")
        }
        4 | 5 => {
            let other = dice.below(lines.len() + 1);
            lines.insert(other, lines[one].clone());
            journal = lines.concat();
            format!("record {one} once more at {other}")
        }
        6 => {
            lines.remove(one);
            journal = lines.concat();
            format!("record {one} removed")
        }
        7 => format!("byte {} of the head changed", flip(dice, head.as_mut().unwrap())),
        _ => {
            head = None;
            "the head removed".to_owned()
        }
    };
    (what, journal, head)
}

#[test]
fn ten_thousand_damages_are_all_noticed() {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let (session, journals) = runtime.block_on(async { (fresh(7).await, real_journals().await) });
    let session = &session.session;
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let noticed: usize = thread::scope(|scope| {
        let journals = &journals;
        let part = |thread: usize| {
            move || {
                let stack = format!("damaged{thread}");
                let path = folder(session, &stack).join("journal.jsonl");
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                let seeds = (thread..DAMAGES).step_by(threads);
                seeds.filter(|seed| noticed(session, &stack, &path, journals, *seed)).count()
            }
        };
        let parts: Vec<_> = (0..threads).map(|thread| scope.spawn(part(thread))).collect();
        parts.into_iter().map(|part| part.join().unwrap()).sum()
    });
    seen::all("journals damaged at a random place, noticed and without a panic", noticed, DAMAGES);
}

fn noticed(session: &Session, stack: &str, path: &Path, journals: &[Written], seed: usize) -> bool {
    let mut dice = Dice::new(seed as u64);
    let written = dice.one_of(journals);
    let (what, journal, head) = damage(&mut dice, written);
    fs::write(path, journal).unwrap();
    let beside = path.with_extension("head");
    match head {
        Some(head) => fs::write(beside, head).unwrap(),
        None => fs::remove_file(beside).unwrap_or_default(),
    }
    let found = catch_unwind(AssertUnwindSafe(|| run::journal_problem(session, stack)));
    let noticed = found.is_ok_and(|found| found.is_some_and(|error| error.code == "journal-damaged"));
    if !noticed {
        eprintln!("seed {seed}: not noticed: {what}");
    }
    noticed
}
