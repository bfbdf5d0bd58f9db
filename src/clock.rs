//! The time, as an argument: tests set it, everything else takes it from the system.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::db::Timestamp;

/// The time. Tests set it; everything else takes it from the system.
#[derive(Clone, Default)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    pub fn set_to(moment: Timestamp) -> Self {
        Clock(Some(Arc::new(AtomicI64::new(moment.micros()))))
    }

    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Some(micros) => Timestamp::from_micros(micros.load(Ordering::SeqCst)),
            None => Timestamp::now(),
        }
    }

    /// Moves a clock that was set; the system's own stays as it is.
    pub fn advance_seconds(&self, seconds: i64) {
        if let Some(micros) = &self.0 {
            micros.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
        }
    }
}
