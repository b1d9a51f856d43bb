//! A stack made by the command line and taken along: what the real Terraform would do with the folder, read from
//! its plan's JSON.

use slipway_tests::moto::Moto;
use slipway_tests::terraform::{self, Plan, Terraform};

use crate::made::{Made, plans_to_no_change, text};

/// Files without imports make the same stack in an account that has none, and then leave it alone.
fn makes_another_like_it(made: &Made, other: &str) {
    let terraform = Terraform::find().expect("xtask runs this suite only where Terraform is there");
    let folder = made.export("another", &["--provider", "5", "--no-import"]);
    terraform::point_at(&folder, other);
    terraform.init(&folder);
    let resources = text(&folder).matches("\nresource \"").count();
    let first = terraform.plan(&folder, other);
    assert_eq!(first, Plan { added: resources, ..Plan::default() }, "{}", made.what);
    terraform.apply(&folder, other);
    assert_eq!(terraform.plan(&folder, other), Plan::default(), "{}: the next plan", made.what);
}

pub(crate) const CLASSIC: (&str, &str) = ("service_role = \"service-linked\"", "service_role = \"classic\"");
pub(crate) const NEW_VPC: (&str, &str) =
    ("kind = \"default-vpc\"", "kind = \"new-vpc\"\ncidr = \"10.42.0.0/16\"");

#[test]
fn on_moto_in_the_default_vpc() {
    let moto = Moto::like_a_new_account();
    plans_to_no_change(&Made::new("the default VPC on moto", moto.endpoint(), &[CLASSIC]));
}

#[test]
fn on_moto_with_a_vpc_of_its_own_and_again_in_a_second_account() {
    let moto = Moto::start();
    let made = Made::new("a new VPC on moto", moto.endpoint(), &[CLASSIC, NEW_VPC]);
    plans_to_no_change(&made);
    let second = Moto::start();
    makes_another_like_it(&made, &second.endpoint());
}
