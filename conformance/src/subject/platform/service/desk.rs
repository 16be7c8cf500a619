//! What a run keeps of the services: the suite's keys as a tool, access tokens until they end, line items that it made.

use std::{collections::HashMap, sync::Arc};

use url::Url;

use crate::{case::Ended, keys::SuiteKey, report::model::Exchange};

/// The `kid` of the suite's key as a tool.
pub const TOOL_KID: &str = "suite-tool-1";
/// The `kid` of the other tool's key.
pub const OTHER_KID: &str = "suite-other-1";

/// The keys of the tools that the suite plays.
#[derive(Debug, Clone)]
pub struct ToolKeys {
    /// The suite's tool.
    pub own: Arc<SuiteKey>,
    /// The other tool, where the suite plays that as well.
    pub other: Arc<SuiteKey>,
    /// Nobody's: published nowhere.
    pub stranger: Arc<SuiteKey>,
}

/// An access token with the moment from which on it is not used any more, in seconds since 1970.
#[derive(Debug, Clone)]
struct Kept {
    token: String,
    until: i64,
}

/// What a run keeps of the services.
#[derive(Debug, Default)]
pub(in crate::subject::platform) struct Desk {
    tokens: HashMap<String, Kept>,
    made: Vec<Url>,
    certified: Option<Arc<Vec<Step>>>,
}

/// One step of a sequence that is done once and shown in several cases.
#[derive(Debug, Clone)]
pub struct Step {
    /// How it ended.
    pub ended: Ended,
    /// What went over the wire.
    pub exchanges: Vec<Exchange>,
}

impl Desk {
    /// The token that is kept under this name, unless it has ended.
    pub(super) fn token(&self, name: &str, now: i64) -> Option<String> {
        self.tokens.get(name).filter(|kept| now < kept.until).map(|kept| kept.token.clone())
    }

    /// Keeps a token.
    pub(super) fn keep(&mut self, name: &str, token: &str, until: i64) {
        self.tokens.insert(name.to_owned(), Kept { token: token.to_owned(), until });
    }

    /// The certification guide's exchange, where it was done.
    pub(in crate::subject::platform) fn certified(&self) -> Option<Arc<Vec<Step>>> {
        self.certified.clone()
    }

    /// Keeps the certification guide's exchange.
    pub(in crate::subject::platform) fn keep_certified(&mut self, steps: Vec<Step>) -> Arc<Vec<Step>> {
        Arc::clone(self.certified.insert(Arc::new(steps)))
    }

    /// Remembers a line item that has to be removed at the end.
    pub(super) fn made(&mut self, item: Url) {
        self.made.push(item);
    }

    /// Forgets a line item that is gone.
    pub(super) fn gone(&mut self, item: &Url) {
        self.made.retain(|known| known != item);
    }

    /// The line items that are left, each once.
    pub(super) fn take_made(&mut self) -> Vec<Url> {
        std::mem::take(&mut self.made)
    }
}
