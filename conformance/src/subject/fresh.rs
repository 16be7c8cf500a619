//! Values that nobody can have seen before.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::clock::SuiteClock;

/// Makes values that no other run and nothing else in this run had.
#[derive(Debug, Clone)]
pub(super) struct Fresh {
    run: String,
    number: Arc<AtomicU32>,
}

impl Fresh {
    /// For one run.
    pub(super) fn new(clock: &SuiteClock) -> Self {
        let mut random = [0_u8; 6];
        // Without randomness the run's number alone keeps the values apart, which is all that a case needs.
        if clock.is_system() {
            let _ = SystemRandom::new().fill(&mut random);
        }
        // A subject under a virtual clock was set up for this run alone: with the same values each time, hundreds of doubles
        // are asked the same, and nothing has to be signed twice.
        let run = if clock.is_system() { URL_SAFE_NO_PAD.encode(random) } else { "run".to_owned() };
        Self { run, number: Arc::default() }
    }

    /// The next value; it begins with this word.
    pub(super) fn next(&self, word: &str) -> String {
        format!("{word}-{}-{}", self.run, self.number.fetch_add(1, Ordering::Relaxed) + 1)
    }
}
