//! What an account has to choose from: networks, key pairs, and instance types with what they offer and cost. Read for
//! whoever writes a blueprint; what is typed instead is as good.

mod instance_types;
mod key_pairs;
mod market;
mod networks;
mod prices;
mod room;

pub use instance_types::{Gpu, InstanceType, instance_types};
pub(crate) use instance_types::{Types, types_by_environment, types_of};
pub use key_pairs::key_pairs;
pub use market::kept_costs;
pub(crate) use market::market;
pub use networks::{GroupOffer, SubnetOffer, VpcOffer, networks};
pub use prices::{InstancePrice, SpotPrice, prices};
pub(crate) use room::{Demand, Room};
