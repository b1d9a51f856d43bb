//! Suite *terraform*: what Slipway exports plans to no change, says the real Terraform.

mod export;
mod harness;
mod kinds;
mod literals;
mod made;
mod schema;
mod seeds;
