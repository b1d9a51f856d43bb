//! How large what is shipped is, where it has been built.

use std::fs;
use std::path::Path;

use slipway_tests::places;

pub(crate) fn measure() {
    println!("\nSizes");
    let release = places::target().join("release");
    for name in ["slipway", "slipway-app"] {
        shown(name, &release.join(name));
    }
    let bundles = fs::read_dir(release.join("bundle/deb")).into_iter().flatten().flatten();
    for bundle in bundles.filter(|bundle| bundle.path().extension().is_some_and(|end| end == "deb")) {
        shown(&bundle.file_name().to_string_lossy(), &bundle.path());
    }
}

fn shown(name: &str, path: &Path) {
    match fs::metadata(path) {
        Ok(found) => println!("  {name:<34} {} MiB", found.len() / 1024 / 1024),
        Err(_) => println!("  {name:<34} not built: cargo xtask bundle"),
    }
}
