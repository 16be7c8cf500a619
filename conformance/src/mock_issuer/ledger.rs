//! What the issuer was asked and what it answered.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, Uri};
use serde_json::{Value, json};

use super::{Endpoint, Fault};

mod shown;

/// How many entries are kept.
const KEPT: usize = 1_000;

/// One request and its answer. What is secret in them can be read by whoever asks for it by name ([`Entry::parameter`],
/// [`Entry::answer_json`]), and is withheld wherever an entry is printed or sent ([`Entry::redacted`]).
#[derive(Clone)]
pub struct Entry {
    /// Counted from one.
    pub number: u64,
    /// When, by the issuer's clock, in seconds since 1970.
    pub at: i64,
    /// What was asked.
    pub endpoint: Endpoint,
    /// The request method.
    pub method: Method,
    /// The status of the answer; `None` where the connection ended without one.
    pub status: Option<StatusCode>,
    /// The faults that bit, in order.
    pub faults: Vec<Fault>,
    uri: Uri,
    headers: HeaderMap,
    sent: Bytes,
    answer_headers: HeaderMap,
    answer: Bytes,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.redacted())
    }
}

impl Entry {
    /// The path that was asked for.
    pub fn path(&self) -> &str {
        self.uri.path()
    }

    /// The parameters of the query and of a form body, decoded, in the order in which they were sent.
    pub fn parameters(&self) -> Vec<(String, String)> {
        let mut all = pairs(self.uri.query().unwrap_or_default().as_bytes());
        if is_form(&self.headers) {
            all.extend(pairs(&self.sent));
        }
        all
    }

    /// The first value of a parameter, as it was sent: secrets are not withheld here.
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.parameters().into_iter().find(|(other, _)| other == name).map(|(_, value)| value)
    }

    /// Whether the parameter stood in the address, where logs and histories keep it.
    pub fn in_query(&self, name: &str) -> bool {
        pairs(self.uri.query().unwrap_or_default().as_bytes()).iter().any(|(other, _)| other == name)
    }

    /// A header field of the request, as it was sent: secrets are not withheld here.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body of the request as JSON.
    pub fn sent_json(&self) -> Option<Value> {
        serde_json::from_slice(&self.sent).ok()
    }

    /// A header field of the answer, as it was sent.
    pub fn answer_header(&self, name: &str) -> Option<&str> {
        self.answer_headers.get(name)?.to_str().ok()
    }

    /// The body of the answer, as it was sent.
    pub fn answer(&self) -> &[u8] {
        &self.answer
    }

    /// The body of the answer as JSON: secrets are not withheld here.
    pub fn answer_json(&self) -> Option<Value> {
        serde_json::from_slice(&self.answer).ok()
    }

    /// The entry as data without its secrets: what the admin API and the pages show.
    pub fn redacted(&self) -> Value {
        json!({
            "number": self.number,
            "at": self.at,
            "endpoint": self.endpoint.name(),
            "method": self.method.as_str(),
            "path": self.path(),
            "parameters": shown::parameters(&self.parameters()),
            "authorization": self.header("authorization").map(shown::authorization),
            "sent": self.sent_json().as_ref().map(shown::json),
            "status": self.status.map(|status| status.as_u16()),
            "location": self.answer_header("location").map(shown::address),
            "answer": shown::answer(&self.answer_headers, &self.answer),
            "faults": self.faults.iter().map(|fault| fault.id()).collect::<Vec<_>>(),
        })
    }
}

/// What the issuer was asked and what it answered, the last thousand entries. Pages for people are left out.
#[derive(Debug, Default)]
pub struct Ledger {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    entries: VecDeque<Entry>,
    count: u64,
}

/// A request before it is answered.
pub(crate) struct Asked {
    pub(crate) at: i64,
    pub(crate) endpoint: Endpoint,
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) sent: Bytes,
}

impl Ledger {
    /// What is kept, oldest first.
    pub fn entries(&self) -> Vec<Entry> {
        self.lock().entries.iter().cloned().collect()
    }

    /// What one endpoint was asked, oldest first.
    pub fn at(&self, endpoint: Endpoint) -> Vec<Entry> {
        self.lock().entries.iter().filter(|entry| entry.endpoint == endpoint).cloned().collect()
    }

    /// The last request at an endpoint.
    pub fn last(&self, endpoint: Endpoint) -> Option<Entry> {
        self.lock().entries.iter().rfind(|entry| entry.endpoint == endpoint).cloned()
    }

    /// The entries in which a fault bit, oldest first.
    pub fn bitten(&self, fault: Fault) -> Vec<Entry> {
        self.lock().entries.iter().filter(|entry| entry.faults.contains(&fault)).cloned().collect()
    }

    /// How many requests were answered, those that are not kept any more among them. It changes with every entry.
    pub fn count(&self) -> u64 {
        self.lock().count
    }

    /// Forgets the entries; numbers go on.
    pub fn clear(&self) {
        self.lock().entries.clear();
    }

    pub(crate) fn record(&self, asked: Asked, answer: Option<&http::Response<Bytes>>, faults: Vec<Fault>) {
        let mut state = self.lock();
        state.count += 1;
        let entry = Entry {
            number: state.count,
            at: asked.at,
            endpoint: asked.endpoint,
            method: asked.method,
            status: answer.map(http::Response::status),
            faults,
            uri: asked.uri,
            headers: asked.headers,
            sent: asked.sent,
            answer_headers: answer.map(|answer| answer.headers().clone()).unwrap_or_default(),
            answer: answer.map(|answer| answer.body().clone()).unwrap_or_default(),
        };
        if state.entries.len() == KEPT {
            state.entries.pop_front();
        }
        state.entries.push_back(entry);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn pairs(bytes: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(bytes).into_owned().collect()
}

fn is_form(headers: &HeaderMap) -> bool {
    let media_type = headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    media_type.starts_with("application/x-www-form-urlencoded")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn asked(endpoint: Endpoint, uri: &str, form: &str) -> Asked {
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("authorization", "Basic Y2xpZW50OnBsYW50ZWQtYmFzaWM="),
        ];
        let headers = headers.map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        Asked {
            at: 7,
            endpoint,
            method: Method::POST,
            uri: uri.parse().unwrap(),
            headers: HeaderMap::from_iter(headers),
            sent: Bytes::copy_from_slice(form.as_bytes()),
        }
    }

    #[test]
    fn secrets_are_read_by_name_and_never_printed() {
        let ledger = Ledger::default();
        let form =
            "grant_type=authorization_code&code=planted-code&code_verifier=planted-verifier&client_secret=planted-s";
        let answer = json!({ "access_token": "planted-access", "refresh_token": "planted-refresh", "id_token": "a.b.planted", "scope": "openid" });
        let answer = http::Response::builder()
            .header("content-type", "application/json")
            .header("location", "https://client.test/cb?code=planted-code-2&state=s1#access_token=planted-fragment")
            .body(Bytes::from(answer.to_string()))
            .unwrap();
        ledger.record(
            asked(Endpoint::Token, "/token?client_assertion=planted-assertion", form),
            Some(&answer),
            Vec::new(),
        );
        let entry = ledger.last(Endpoint::Token).unwrap();
        let printed = format!("{entry:?} {ledger:?}");
        assert!(!printed.contains("planted"), "{printed}");
        assert!(!printed.contains("Y2xpZW50"), "{printed}");
        assert!(printed.contains("authorization_code") && printed.contains("\"scope\":\"openid\""), "{printed}");
        assert_eq!(entry.parameter("code_verifier").as_deref(), Some("planted-verifier"));
        assert!(entry.in_query("client_assertion") && !entry.in_query("code"));
        assert_eq!(entry.answer_json().unwrap()["refresh_token"], "planted-refresh");
    }

    #[test]
    fn the_last_entries_are_kept_and_the_count_goes_on() {
        let ledger = Ledger::default();
        for _ in 0..=KEPT {
            ledger.record(asked(Endpoint::Jwks, "/jwks", ""), None, vec![Fault::TransportDropped]);
        }
        assert_eq!(ledger.entries().len(), KEPT);
        assert_eq!(ledger.entries()[0].number, 2);
        assert_eq!(ledger.bitten(Fault::TransportDropped).len(), KEPT);
        ledger.clear();
        assert_eq!((ledger.at(Endpoint::Jwks).len(), ledger.count()), (0, KEPT as u64 + 1));
    }
}
