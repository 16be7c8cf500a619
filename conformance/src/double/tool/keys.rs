//! The double's cache of key sets: fetched when needed, refetched for an unknown kid at a bounded rate.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use aws_lc_rs::digest;
use bytes::Bytes;
use lti_core::jose::jwks::KeySet;
use serde_json::{Value, json};

use super::{KeyFlaw, Refusal, ToolDouble};
use crate::{
    platform::{Delay, Dropped},
    transport::Response,
};

/// How long the double waits for a key set, in seconds.
const PATIENCE: u64 = 10;
/// How long a key set counts as fresh, in seconds.
const FRESH: i64 = 60;
/// How long the last good set serves after a failed fetch before the next attempt, in seconds.
const RETRY_AFTER: i64 = 30;
/// How many fetches for unknown kids may come in a row.
const BURST: i64 = 8;
/// After how many seconds one more of them is allowed.
const REFILL: i64 = 15;
/// How many keys the table of a small-minded tool holds.
const TABLE: usize = 4;
/// More keys than this are many.
const MANY_KEYS: usize = 100;

/// The seconds of virtual time that an answer took.
#[derive(Debug, Default)]
pub(super) struct Waited(u64);

impl Waited {
    /// Says on the answer how late it comes.
    pub(super) fn stamp(self, mut response: Response) -> Response {
        if self.0 > 0 {
            response.extensions_mut().insert(Delay(self.0));
        }
        response
    }
}

/// A key set: as the rules of `lti-core` use it, and as it was written.
#[derive(Debug, Default)]
pub(super) struct Published {
    pub(super) set: KeySet,
    pub(super) jwks: Vec<Value>,
    /// Whether the set has members beside `keys`.
    pub(super) members_beside: bool,
}

impl Published {
    /// These keys, and as many of the new ones as the table of a small-minded tool has room for.
    fn with_room_for(&self, fetched: &[Value]) -> Self {
        let mut jwks = self.jwks.clone();
        for jwk in fetched {
            if jwks.len() < TABLE && !jwks.iter().any(|held| held.get("kid") == jwk.get("kid")) {
                jwks.push(jwk.clone());
            }
        }
        let set = KeySet::parse(json!({ "keys": jwks }).to_string().as_bytes()).unwrap_or_default();
        Self { set, jwks, members_beside: self.members_beside }
    }
}

/// What there is to verify with.
pub(super) struct Keys {
    pub(super) published: Arc<Published>,
    /// Whether the flaw makes the tool go on without a key.
    pub(super) unverified: bool,
}

/// Why a key set did not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    Status,
    Unreadable,
    Empty,
    Lost,
    Crash,
}

#[derive(Debug, Default)]
struct Slot {
    published: Option<Arc<Published>>,
    fresh_until: i64,
    failed: bool,
    spent: i64,
    spent_at: i64,
}

impl Slot {
    /// Takes one of the fetches that are allowed beyond the regular ones.
    fn take_extra(&mut self, now: i64) -> bool {
        let earned = (now - self.spent_at) / REFILL;
        if earned > 0 {
            self.spent = (self.spent - earned).max(0);
            self.spent_at = now;
        }
        let granted = self.spent < BURST;
        self.spent += i64::from(granted);
        granted
    }
}

/// The key sets of the registered platforms.
#[derive(Debug, Default)]
pub(super) struct KeyCache {
    slots: Mutex<HashMap<usize, Slot>>,
}

impl KeyCache {
    fn slots(&self) -> MutexGuard<'_, HashMap<usize, Slot>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn published(&self, platform: usize) -> Option<Arc<Published>> {
        self.slots().get(&platform).and_then(|slot| slot.published.clone())
    }
}

impl ToolDouble {
    /// Fetches keys at the login, where the flaw does that.
    pub(super) async fn prepare_keys(&self, platform: usize, waited: &mut Waited) {
        if self.has(KeyFlaw::FetchedAtLogin) {
            let fetched = self.fetch_set(platform, waited).await;
            // What goes wrong here shows at the launch.
            self.land(platform, &fetched).unwrap_or_default();
        }
    }

    /// The keys of a platform, fetched if they are not here or too old, or if `kid` names none of them.
    pub(super) async fn keys_for(
        &self,
        platform: usize,
        kid: Option<&str>,
        waited: &mut Waited,
    ) -> Result<Keys, Refusal> {
        let attempts = self.attempts(platform, kid);
        let mut outcome = Ok(());
        for _ in 0..attempts {
            let fetched = self.fetch_set(platform, waited).await;
            outcome = self.land(platform, &fetched);
            let found = self.keys.published(platform).is_some_and(|published| knows(&published, kid));
            if found || outcome.is_err() {
                break;
            }
        }
        let published = self.keys.published(platform);
        let found = published.as_ref().is_some_and(|published| knows(published, kid));
        let unverified = !found && outcome.err().is_some_and(|trouble| self.goes_on_without_key(trouble));
        match (published, outcome) {
            (_, Err(Trouble::Crash)) => Err(Refusal::crash("the key set does not fit")),
            (_, Err(_)) if self.has(KeyFlaw::FetchedEachLaunch) => Err(Refusal::new("no key set came")),
            (Some(published), _) => Ok(Keys { published, unverified }),
            (None, _) if unverified => Ok(Keys { published: Arc::default(), unverified }),
            (None, _) => Err(Refusal::new("no key set came")),
        }
    }

    /// How often the key set may be fetched for this launch.
    fn attempts(&self, platform: usize, kid: Option<&str>) -> u32 {
        let now = self.now();
        let mut slots = self.keys.slots();
        let slot = slots.entry(platform).or_default();
        let Some(published) = slot.published.clone() else {
            return u32::from(!slot.failed || slot.take_extra(now));
        };
        if self.has(KeyFlaw::KeptForever) || self.has(KeyFlaw::FetchedAtLogin) {
            return 0;
        }
        if self.has(KeyFlaw::FetchedEachLaunch) || self.has(KeyFlaw::FreshWhenPossible) {
            return 1;
        }
        let unknown = !knows(&published, kid);
        match now < slot.fresh_until {
            true if !unknown => 0,
            true if self.has(KeyFlaw::RefetchedForEach) => 1,
            true => u32::from(slot.take_extra(now)) * if self.has(KeyFlaw::RefetchedThrice) { 3 } else { 1 },
            false => 1,
        }
    }

    fn land(&self, platform: usize, fetched: &Result<Arc<Published>, Trouble>) -> Result<(), Trouble> {
        let now = self.now();
        let mut slots = self.keys.slots();
        let slot = slots.entry(platform).or_default();
        let filled = fetched.as_ref().ok().map(|fetched| match &slot.published {
            Some(held) if self.has(KeyFlaw::TableFull) => Arc::new(held.with_room_for(&fetched.jwks)),
            _ => Arc::clone(fetched),
        });
        match filled.ok_or(fetched) {
            Ok(published) => {
                slot.fresh_until = now + FRESH;
                slot.failed = false;
                let empty = published.jwks.is_empty();
                slot.published = Some(published);
                if empty { Err(Trouble::Empty) } else { Ok(()) }
            }
            Err(fetched) => {
                slot.fresh_until = slot.fresh_until.max(now + RETRY_AFTER);
                slot.failed = true;
                fetched.as_ref().map(|_| ()).map_err(|trouble| *trouble)
            }
        }
    }

    fn goes_on_without_key(&self, trouble: Trouble) -> bool {
        match trouble {
            Trouble::Status => self.has(KeyFlaw::UnverifiedOnError),
            Trouble::Unreadable => self.has(KeyFlaw::UnverifiedOnHtml),
            Trouble::Empty => self.has(KeyFlaw::UnverifiedOnEmpty),
            Trouble::Lost => self.has(KeyFlaw::UnverifiedOnLost),
            Trouble::Crash => false,
        }
    }

    async fn fetch_set(&self, platform: usize, waited: &mut Waited) -> Result<Arc<Published>, Trouble> {
        let url = self.registered(platform).map_err(|_| Trouble::Lost)?.jwks_url.clone();
        let body = self.fetch_body(&url, waited).await?;
        self.read_set(parsed(&body)?)
    }

    /// Fetches a document, within the double's patience.
    async fn fetch_body(&self, url: &str, waited: &mut Waited) -> Result<Bytes, Trouble> {
        let request = http::Request::get(url).body(Bytes::new()).map_err(|_| Trouble::Lost)?;
        let response = (self.wiring.fetch)(request).await.map_err(|_| Trouble::Lost)?;
        let late = response.extensions().get::<Delay>().map_or(0, |delay| delay.0);
        if late > PATIENCE && !self.has(KeyFlaw::WaitsForever) {
            waited.0 += PATIENCE;
            return Err(Trouble::Lost);
        }
        waited.0 += late;
        if response.extensions().get::<Dropped>().is_some() {
            return Err(Trouble::Lost);
        }
        if response.status().is_success() { Ok(response.into_body()) } else { Err(Trouble::Status) }
    }

    /// Fetches what a token's header points to; nothing if it does not come.
    pub(super) async fn fetch_led(&self, url: &str, waited: &mut Waited) -> Option<Bytes> {
        self.fetch_body(url, waited).await.ok()
    }

    /// What the flaw makes of a key set.
    fn read_set(&self, published: Arc<Published>) -> Result<Arc<Published>, Trouble> {
        let jwks = &published.jwks;
        let many = jwks.len() > MANY_KEYS;
        if many && self.has(KeyFlaw::BigSetCrashes) {
            return Err(Trouble::Crash);
        }
        let unreadable = (many && self.has(KeyFlaw::BigSetRefused))
            || (self.has(KeyFlaw::UnknownTypeFatal) && jwks.iter().any(of_unknown_type))
            || (self.has(KeyFlaw::MembersClosed) && has_unknown_members(&published));
        if unreadable {
            return Err(Trouble::Unreadable);
        }
        let filters = [KeyFlaw::FirstKeyOnly, KeyFlaw::AlgRequired, KeyFlaw::PaddingRefused];
        if !filters.into_iter().any(|flaw| self.has(flaw)) {
            return Ok(published);
        }
        let mut kept = jwks.clone();
        if self.has(KeyFlaw::FirstKeyOnly) {
            kept.truncate(1);
        }
        if self.has(KeyFlaw::AlgRequired) {
            kept.retain(|jwk| jwk.get("alg").is_some() && jwk.get("use").is_some());
        }
        if self.has(KeyFlaw::PaddingRefused) {
            kept.retain(|jwk| jwk.get("n").and_then(Value::as_str).is_none_or(|n| !n.contains('=')));
        }
        let shorter = json!({ "keys": kept }).to_string();
        let set = KeySet::parse(shorter.as_bytes()).map_err(|_| Trouble::Unreadable)?;
        Ok(Arc::new(Published { set, jwks: kept, members_beside: published.members_beside }))
    }
}

fn knows(published: &Published, kid: Option<&str>) -> bool {
    kid.is_none_or(|kid| published.set.find(kid).is_some())
}

fn of_unknown_type(jwk: &Value) -> bool {
    !matches!(jwk.get("kty").and_then(Value::as_str), Some("RSA" | "EC"))
}

/// Reads a key set. What was read before is remembered for the whole process: the self-test shows the same sets, one
/// of them of 5,000 keys, to more than a hundred doubles.
fn parsed(body: &[u8]) -> Result<Arc<Published>, Trouble> {
    static READ: Mutex<BTreeMap<Vec<u8>, Arc<Published>>> = Mutex::new(BTreeMap::new());
    const ROOM: usize = 64;
    let name = digest::digest(&digest::SHA256, body).as_ref().to_vec();
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(published) = read.get(&name) {
        return Ok(Arc::clone(published));
    }
    let set = KeySet::parse(body).map_err(|_| Trouble::Unreadable)?;
    let document: Value = serde_json::from_slice(body).map_err(|_| Trouble::Unreadable)?;
    let jwks = document.get("keys").and_then(Value::as_array).cloned().unwrap_or_default();
    let members_beside = document.as_object().is_some_and(|members| members.keys().any(|name| name != "keys"));
    let published = Arc::new(Published { set, jwks, members_beside });
    if read.len() >= ROOM {
        read.clear();
    }
    read.insert(name, Arc::clone(&published));
    Ok(published)
}

fn has_unknown_members(published: &Published) -> bool {
    const KNOWN: [&str; 9] = ["kty", "kid", "use", "alg", "n", "e", "crv", "x", "y"];
    let known_types = published.jwks.iter().filter(|jwk| !of_unknown_type(jwk));
    let mut within = known_types.filter_map(Value::as_object).flat_map(serde_json::Map::keys);
    published.members_beside || within.any(|name| !KNOWN.contains(&name.as_str()))
}

#[cfg(test)]
mod tests {
    use super::{BURST, REFILL, Slot};

    #[test]
    fn extra_fetches_run_out_and_come_back_with_time() {
        let mut slot = Slot::default();
        let granted = (0..100).filter(|_| slot.take_extra(1000)).count();
        assert_eq!(i64::try_from(granted), Ok(BURST));
        assert!(!slot.take_extra(1000 + REFILL - 1));
        assert!(slot.take_extra(1000 + REFILL));
        assert!(!slot.take_extra(1000 + REFILL));
    }
}
