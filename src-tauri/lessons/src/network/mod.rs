//! Networks in which something stands in the way of jobs.

mod acts;
mod beginnings;
mod pages;
mod places;
mod site;
mod ways;

pub use acts::{Act, Entry, Runs};
pub use site::Site;

use crate::Lesson;

/// The lists of this room, one after another.
pub(crate) const LESSONS: &[&[Lesson]] =
    &[ways::INTERNET, ways::NAT, ways::ENDPOINTS, ways::FILTERS, places::LESSONS, beginnings::LESSONS];
