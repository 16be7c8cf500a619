//! Taking the time.

use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::{Failure, Measured};

/// The times of single operations, floor and work in turns.
#[derive(Default)]
pub(crate) struct Turns {
    floor: Vec<Duration>,
    value: Vec<Duration>,
}

impl Turns {
    /// One turn of each; nothing from either means that it failed.
    pub(crate) fn take<F, V>(
        &mut self,
        floor: impl FnOnce() -> Option<F>,
        value: impl FnOnce() -> Option<V>,
    ) -> Result<(), Failure> {
        self.floor.push(timed(floor).ok_or("the floor failed")?);
        self.value.push(timed(value).ok_or("the work failed")?);
        Ok(())
    }

    pub(crate) fn measured(self, name: &'static str, limit: f64) -> Measured {
        let (floor, value) = (undisturbed(self.floor), undisturbed(self.value));
        let nanoseconds = |time: Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        let ratio = value.as_secs_f64() / floor.as_secs_f64();
        Measured { name, floor: nanoseconds(floor), value: nanoseconds(value), ratio, limit }
    }
}

fn timed<T>(work: impl FnOnce() -> Option<T>) -> Option<Duration> {
    let start = Instant::now();
    let made = black_box(work()).is_some();
    let time = start.elapsed();
    made.then_some(time)
}

/// The time that a tenth of the operations stayed below.
fn undisturbed(mut times: Vec<Duration>) -> Duration {
    let tenth = times.len() / 10;
    *times.select_nth_unstable(tenth).1
}
