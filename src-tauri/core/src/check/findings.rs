//! The findings of a check, from all that is asked at once.

use std::sync::{Mutex, PoisonError};

use super::CheckItem;

/// Findings as they come; whoever waits hears of each.
pub(super) struct Findings<F>(Mutex<(Vec<CheckItem>, F)>);

impl<F: FnMut(&CheckItem)> Findings<F> {
    pub(super) const fn new(found: F) -> Self {
        Self(Mutex::new((vec![], found)))
    }

    pub(super) fn note(&self, item: CheckItem) {
        let (items, found) = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        found(&item);
        items.push(item);
    }

    pub(super) fn note_all(&self, items: impl IntoIterator<Item = CheckItem>) {
        items.into_iter().for_each(|item| self.note(item));
    }

    pub(super) fn all(self) -> Vec<CheckItem> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner).0
    }
}
