//! `cargo xtask bundle`: what is given to people. Here a .deb; the bundles of the other systems need those systems,
//! and are made by the release workflow with the same command.

use crate::setup::apt;
use crate::shell::{Failure, Outcome, run, say};
use crate::tree::Tree;
use crate::ui;

pub(crate) fn bundle(tree: &Tree, words: &[&str]) -> Outcome {
    let kinds = match words {
        [] if cfg!(target_os = "linux") => "deb",
        [] if cfg!(target_os = "macos") => "dmg",
        [] => "nsis",
        [kinds] => kinds,
        _ => return Err(Failure::new("usage: cargo xtask bundle [KIND,…]")),
    };
    apt::ensure(apt::WINDOW)?;
    ui::pages(tree)?;
    say(&format!("the bundle ({kinds}); a first release build takes a while"));
    // Tauri's own command knows every system's bundle; it is among the packages of the pages.
    run(ui::npm(&tree.ui())
        .args(["exec", "--", "tauri", "build", "--bundles", kinds, "--config"])
        .arg(tree.root.join("src-tauri/tauri.conf.json"))
        .env("CARGO_TARGET_DIR", &tree.target))?;
    println!("In {}", tree.target.join("release/bundle").display());
    Ok(())
}
