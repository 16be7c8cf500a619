//! Waiting as a parameter: whoever has to wait before asking again asks a [`Wait`], and a test does not wait.

use std::time::Duration;

use crate::BoxFuture;

/// Lets time pass.
pub trait Wait: Send + Sync {
    /// Ends when that much time has passed.
    fn wait(&self, duration: Duration) -> BoxFuture<'_, ()>;
}

/// Waits by the timer of the runtime.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemWait;

impl Wait for SystemWait {
    fn wait(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}
