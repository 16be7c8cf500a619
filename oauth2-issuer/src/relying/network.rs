//! Everything that goes over the network, in one trait.

use super::{Call, Fetch, Submit};

/// Fetches, submits and calls: what [`GuardedFetcher`](super::GuardedFetcher) does, and a test's own network.
pub trait Network: Fetch + Submit + Call {}

impl<T: Fetch + Submit + Call + ?Sized> Network for T {}
