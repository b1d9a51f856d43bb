//! How long until the window can be used, and what memory all its processes take.

use std::fs;
use std::time::Duration;

use slipway_tests::keyring::Keyring;
use slipway_tests::window::{Opening, Window};

use super::figures::Took;

const RUNS: usize = 3;

pub(crate) fn measure() {
    let mut took = Took::default();
    let mut memory = 0;
    for _ in 0..RUNS {
        let home = tempfile::tempdir().expect("there is room for a folder");
        let keyring = Keyring::absent();
        let opening = Opening::new(home.path(), &keyring);
        let window = took.time(|| {
            let window = Window::open(&opening);
            window.see_within("connect-practice", Duration::from_mins(1));
            window
        });
        memory = memory_below(window.process());
    }
    println!("\nThe window, from its start until the first button can be clicked (driver and all)");
    println!(
        "  {:.2} s, the middle of {RUNS} runs; {} MiB of memory in all its processes",
        took.median(),
        memory
    );
}

/// Proportional memory of a process and all below it, in MiB.
fn memory_below(process: u32) -> u64 {
    let mut all = vec![process];
    let mut at = 0;
    while at < all.len() {
        let children = fs::read_dir("/proc").into_iter().flatten().flatten().filter_map(|entry| {
            let id: u32 = entry.file_name().to_str()?.parse().ok()?;
            let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
            // The name in brackets may hold blanks; the parent is the second word behind it.
            let parent: u32 = stat.rsplit(')').next()?.split_whitespace().nth(1)?.parse().ok()?;
            (parent == all[at]).then_some(id)
        });
        let children: Vec<u32> = children.collect();
        all.extend(children);
        at += 1;
    }
    let kilobytes = all.iter().filter_map(|id| {
        let rollup = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).ok()?;
        let line = rollup.lines().find(|line| line.starts_with("Pss:"))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok()
    });
    kilobytes.sum::<u64>() / 1024
}
