//! Suite *terraform*: what Slipway exports plans to no change, says the real Terraform.

mod harness;
mod schema;
