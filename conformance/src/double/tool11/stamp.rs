//! The timestamp and the nonce.

use std::collections::VecDeque;

use super::{NonceFlaw, Refusal, StampFlaw, Tool11Double, verify::Claimed};
use crate::transport::Request;

/// How far a timestamp may be off, in seconds.
const WINDOW: i64 = 300;
/// How many nonces a tool remembers that forgets them by number.
const FEW: usize = 50;

/// What the double remembers of launches.
#[derive(Debug, Default)]
pub(super) struct Memory {
    nonces: VecDeque<String>,
    /// The latest timestamp that was let in, by consumer.
    latest: std::collections::HashMap<String, i64>,
}

impl Tool11Double {
    /// The timestamp and the nonce of a launch whose signature is right.
    pub(super) fn fresh(&self, request: &Request, claimed: &Claimed) -> Result<(), Refusal> {
        if let Some(seconds) = self.seconds(claimed)? {
            self.in_window(seconds, claimed)?;
        }
        self.once(request, claimed)
    }

    /// The timestamp; nothing where there is none that this tool would look at.
    fn seconds(&self, claimed: &Claimed) -> Result<Option<i64>, Refusal> {
        let stamp = match claimed.parameters.get("oauth_timestamp") {
            None if self.has(StampFlaw::MissingTaken) => return Ok(None),
            Some(stamp) if stamp.is_empty() && self.has(StampFlaw::EmptyTaken) => return Ok(None),
            Some(stamp) if !stamp.is_empty() => stamp,
            _ => return Err(Refusal::new("oauth_timestamp is missing")),
        };
        let digits = stamp.bytes().all(|byte| byte.is_ascii_digit());
        let number = stamp.parse::<i64>().ok().filter(|_| digits);
        let read = match number {
            Some(number) => Some(number),
            None if self.has(StampFlaw::FractionRead) => {
                stamp.split_once('.').and_then(|(whole, _)| whole.parse().ok())
            }
            None if self.has(StampFlaw::SignDropped) => stamp.strip_prefix('-').and_then(|rest| rest.parse().ok()),
            None if self.has(StampFlaw::UnderscoresRead) => {
                let spelt = stamp.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
                stamp.replace('_', "").parse().ok().filter(|_| spelt)
            }
            None if self.has(StampFlaw::WideDigitsRead) => {
                let narrow = |digit: char| u32::from(digit).checked_sub(0xFEE0).and_then(char::from_u32);
                stamp.chars().map(narrow).collect::<Option<String>>().and_then(|stamp| stamp.parse().ok())
            }
            None if self.has(StampFlaw::PlusRead) => stamp.strip_prefix('+').and_then(|rest| rest.parse().ok()),
            None => None,
        };
        match read {
            Some(milliseconds) if self.has(StampFlaw::MillisecondsRead) && milliseconds > 100_000_000_000 => {
                Ok(Some(milliseconds / 1000))
            }
            Some(seconds) => Ok(Some(seconds)),
            None if self.has(StampFlaw::UnreadableTaken) => Ok(None),
            None => Err(Refusal::new("oauth_timestamp is no number")),
        }
    }

    fn in_window(&self, seconds: i64, claimed: &Claimed) -> Result<(), Refusal> {
        let window = match self.flaw {
            Some(super::Tool11Flaw::Stamp(StampFlaw::NotChecked)) => return Ok(()),
            Some(super::Tool11Flaw::Stamp(StampFlaw::WindowOfHours)) => 7200,
            Some(super::Tool11Flaw::Stamp(StampFlaw::WindowOfHalfAMinute)) => 30,
            Some(super::Tool11Flaw::Stamp(StampFlaw::WindowOfTwoMinutes)) => 120,
            _ => WINDOW,
        };
        let age = self.now() - seconds;
        let ahead = match self.flaw {
            Some(super::Tool11Flaw::Stamp(StampFlaw::FutureRefused)) => age < 0,
            Some(super::Tool11Flaw::Stamp(StampFlaw::FutureTaken)) => false,
            _ => -age > window,
        };
        if age > window || ahead {
            return Err(Refusal::new("oauth_timestamp is too far from now"));
        }
        if self.has(StampFlaw::NeverBack) {
            let mut memory = self.memory();
            let latest = memory.latest.entry(claimed.key.clone()).or_insert(seconds);
            if seconds < *latest {
                return Err(Refusal::new("oauth_timestamp is before the last launch's"));
            }
            *latest = seconds;
        }
        Ok(())
    }

    /// The nonce, which must not have come before.
    fn once(&self, request: &Request, claimed: &Claimed) -> Result<(), Refusal> {
        let nonce = claimed.parameters.get("oauth_nonce");
        match nonce.as_deref() {
            None if self.has(NonceFlaw::MissingTaken) => return Ok(()),
            Some("") if self.has(NonceFlaw::EmptyTaken) => return Ok(()),
            None | Some("") => return Err(Refusal::new("oauth_nonce is missing")),
            Some(nonce) if self.has(NonceFlaw::ShortRefused) && nonce.len() < 8 => {
                return Err(Refusal::new("oauth_nonce is too short"));
            }
            Some(nonce) if self.has(NonceFlaw::LongRefused) && nonce.len() > 64 => {
                return Err(Refusal::new("oauth_nonce is too long"));
            }
            Some(nonce) if self.has(NonceFlaw::AsciiWanted) && !nonce.is_ascii() => {
                return Err(Refusal::new("oauth_nonce is no ASCII"));
            }
            Some(_) => {}
        }
        if self.has(NonceFlaw::NotKept) {
            return Ok(());
        }
        let entry = if self.has(NonceFlaw::WholeFormKept) {
            String::from_utf8_lossy(request.body()).into_owned()
        } else {
            self.entry(claimed)
        };
        if self.keep(entry) || self.has(NonceFlaw::KeptBeforeSignature) {
            return Ok(());
        }
        Err(Refusal::new("oauth_nonce was used before"))
    }

    /// What is kept of a launch.
    fn entry(&self, claimed: &Claimed) -> String {
        let named = |name: &str| claimed.parameters.get(name).unwrap_or_default();
        let (nonce, stamp) = (named("oauth_nonce"), named("oauth_timestamp"));
        match self.flaw {
            Some(super::Tool11Flaw::Nonce(NonceFlaw::StampLeftOut)) => format!("{} {nonce}", claimed.key),
            Some(super::Tool11Flaw::Nonce(NonceFlaw::ConsumerLeftOut)) => format!("{stamp} {nonce}"),
            _ => format!("{} {stamp} {nonce}", claimed.key),
        }
    }

    /// Keeps an entry; says whether it is new.
    fn keep(&self, entry: String) -> bool {
        let mut memory = self.memory();
        if memory.nonces.contains(&entry) {
            return false;
        }
        memory.nonces.push_back(entry);
        if self.has(NonceFlaw::FewKept) && memory.nonces.len() > FEW {
            memory.nonces.pop_front();
        }
        true
    }

    /// What a tool does that looks at the nonce before the signature: it refuses here what came before.
    pub(super) fn burn_early(&self, claimed: &Claimed) -> Result<(), Refusal> {
        if self.has(NonceFlaw::KeptBeforeSignature) && !self.keep(self.entry(claimed)) {
            return Err(Refusal::new("oauth_nonce was used before"));
        }
        Ok(())
    }

    /// What a tool does that keeps the nonces of refused launches in the same few places.
    pub(super) fn remember_bad(&self, claimed: &Claimed) {
        if self.has(NonceFlaw::FewKept) {
            self.keep(format!("refused {}", self.entry(claimed)));
        }
    }
}
