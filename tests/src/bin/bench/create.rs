//! Our create against `terraform apply` of our own export, each into an empty account on moto.

use std::path::Path;

use slipway_tests::cli::Cli;
use slipway_tests::moto::Moto;
use slipway_tests::proxy::Proxy;
use slipway_tests::terraform::{self, Terraform};

use super::figures::{Took, compare as print};

const RUNS: usize = 3;
const CHANGES: [(&str, &str); 2] = [
    ("service_role = \"service-linked\"", "service_role = \"classic\""),
    ("kind = \"default-vpc\"", "kind = \"new-vpc\"\ncidr = \"10.42.0.0/16\""),
];

pub(crate) fn compare() {
    let terraform = match Terraform::find() {
        Ok(terraform) => terraform,
        Err(why) => return println!("\ncreate: skipped, {why}"),
    };
    let (mut ours, mut theirs) = (Took::default(), Took::default());
    let (mut our_calls, mut their_calls) = (0, 0);
    for run in 0..RUNS {
        let (moto, other) = (Moto::start(), Moto::start());
        let person = Cli::at(&moto.endpoint());
        let file = person.blueprint(&CHANGES);
        ours.time(|| person.must(&["create", "--blueprint", &file, "--yes"]));
        let folder = person.home().join("terraform");
        let out = folder.to_string_lossy().into_owned();
        person.must(&["export", "--stack", "first", "--out", &out, "--provider", "5", "--no-import"]);
        terraform::point_at(&folder, &other.endpoint());
        // Fetching the provider is no part of applying.
        terraform.init(&folder);
        theirs.time(|| terraform.apply(&folder, &other.endpoint()));
        if run == 0 {
            our_calls = calls_of_ours();
            their_calls = calls_of_theirs(&terraform, &folder);
        }
    }
    print(
        "A stack of a VPC of its own, made in an empty account on moto",
        ("slipway create", &ours, our_calls),
        ("terraform apply of its export", &theirs, their_calls),
    );
}

/// Counted in a run of its own, since counting takes time.
fn calls_of_ours() -> usize {
    let moto = Moto::start();
    let proxy = Proxy::before(moto.address());
    let person = Cli::at(&proxy.endpoint());
    let file = person.blueprint(&CHANGES);
    person.must(&["create", "--blueprint", &file, "--yes"]);
    proxy.seen().len()
}

fn calls_of_theirs(terraform: &Terraform, made: &Path) -> usize {
    let moto = Moto::start();
    let proxy = Proxy::before(moto.address());
    let folder = tempfile::tempdir().expect("there is room for a folder");
    for entry in std::fs::read_dir(made).expect("the export is there").flatten() {
        let path = entry.path();
        let ours = path.extension().is_some_and(|end| end == "tf")
            && path.file_name().is_some_and(|name| !name.to_string_lossy().contains("override"));
        if ours {
            std::fs::copy(&path, folder.path().join(entry.file_name())).expect("a file can be copied");
        }
    }
    terraform::point_at(folder.path(), &proxy.endpoint());
    terraform.init(folder.path());
    terraform.apply(folder.path(), &proxy.endpoint());
    proxy.seen().len()
}
