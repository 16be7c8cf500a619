//! Writes the trace: turns what the endpoints saw and sent into messages that hold nothing to break in with.

use lti_core::Timestamp;
use lti_core::jose::CompactJws;
use oauth2_issuer::server::Outcome;
use serde_json::{Map, Value};

use super::MockState;
use super::choice::{Choice, Method};
use super::choosing::ContentChoice;
use super::explain::{Place, rank};
use super::trace::{DecodedToken, Entry, Kind, LaunchTrace, Message, Rule};
use crate::authentication::{Judged, judge};
use crate::deep_linking::{Refusal, Taken};
use crate::hint::fresh_id;
use crate::launch::{StartedLaunch, return_url};
use crate::router::{Exchange, Observer};

impl MockState {
    /// Begins the trace of a launch with its login initiation.
    pub(super) fn record_initiation(&self, choice: &Choice, started: &StartedLaunch) {
        let school = self.store.school();
        let name = school.person(&choice.user).map_or_else(String::new, |person| person.name.clone());
        let link = school.link(&choice.link);
        let enrolled = link.and_then(|(course, _)| course.membership(&choice.user)).map(|membership| membership.role);
        let role = choice.role.label(enrolled);
        let what = link.map_or_else(String::new, |(course, link)| format!("{}, {}", link.title, course.title));
        let at = self.clock.now();
        let method = if choice.method == Method::Post { "POST" } else { "GET" };
        let login = Message {
            parameters: entries(Place::Initiation, &started.fields()),
            ..message(Kind::LoginInitiation, at, method, started.initiation_url.as_str())
        };
        let who = format!("{name}, {}", role.as_deref().unwrap_or("school administrator"));
        self.trace.begin(LaunchTrace { id: started.initiation.id.clone(), at, who, what, messages: vec![login] });
    }

    /// Begins the trace of a choosing of content.
    pub(super) fn record_content_initiation(&self, choice: &ContentChoice, started: &StartedLaunch) {
        let school = self.store.school();
        let name = school.person(&choice.user).map_or_else(String::new, |person| person.name.clone());
        let course = school.course(&choice.course).map_or_else(String::new, |course| course.title.clone());
        let at = self.clock.now();
        let method = if choice.method == Method::Post { "POST" } else { "GET" };
        let login = Message {
            parameters: entries(Place::Initiation, &started.fields()),
            ..message(Kind::LoginInitiation, at, method, started.initiation_url.as_str())
        };
        let what = format!("Choosing content of {}, {course}", choice.client_id);
        self.trace.begin(LaunchTrace { id: started.initiation.id.clone(), at, who: name, what, messages: vec![login] });
    }

    /// Records what came to the return address of deep linking.
    pub(super) fn returned(&self, fields: &[(String, String)], taken: &Result<Taken, Refusal>) {
        let (launch, refusal) = match taken {
            Ok(taken) => (Some(taken.launch.as_str()), None),
            Err(refusal) => (refusal.launch.as_deref(), Some(refusal.reason.to_string())),
        };
        let at = self.clock.now();
        let jwt = fields.iter().find(|(name, _)| name == "JWT").map(|(_, value)| value.as_str());
        let response = Message {
            parameters: entries(Place::Response, fields),
            token: jwt.and_then(decode),
            refusal,
            ..message(Kind::DeepLinkingResponse, at, "POST", &return_url(&self.issuer))
        };
        let known = launch.filter(|id| self.trace.launch(id).is_some()).map(str::to_owned);
        let stray = || self.begin_stray(at, "a deep linking response that belongs to no launch of this school");
        if let Some(id) = known.or_else(stray) {
            self.trace.add(&id, response);
        }
    }

    /// Records that the browser came back by the return URL.
    pub(super) fn record_return(&self, query: &[(String, String)]) {
        let Some((_, id)) = query.iter().find(|(name, _)| name == "launch") else { return };
        let parameters = query.iter().filter(|(name, _)| name != "launch");
        let parameters = parameters.map(|(name, value)| Entry::new(Place::Return, name, value)).collect();
        let address = format!("{}/return", self.issuer.trim_end_matches('/'));
        self.trace.add(id, Message { parameters, ..message(Kind::Return, self.clock.now(), "GET", &address) });
    }

    /// The authentication request as the trace shows it, and the launch that it belongs to.
    fn judged(&self, exchange: &Exchange<'_>) -> (Option<String>, Vec<Rule>) {
        let request = exchange.request;
        let sent = self.platform.sent_login(request);
        let client_id = sent.as_ref().map(|(launch, _)| &launch.client_id).or(request.client_id.as_ref());
        let tool = client_id.and_then(|client_id| self.store.tool(client_id));
        let judged = judge(request, sent.as_ref().map(|(_, login)| login), tool.as_deref());
        (sent.map(|(launch, _)| launch.id), judged.iter().map(rule).collect())
    }

    /// A trace of its own for a request that belongs to no launch.
    pub(super) fn begin_stray(&self, at: Timestamp, what: &str) -> Option<String> {
        let id = fresh_id().ok()?;
        let (who, what) = ("Somebody".to_owned(), what.to_owned());
        self.trace.begin(LaunchTrace { id: id.clone(), at, who, what, messages: Vec::new() });
        Some(id)
    }
}

impl Observer for MockState {
    fn answered(&self, exchange: &Exchange<'_>) {
        let (launch, rules) = self.judged(exchange);
        let at = exchange.at;
        let id = launch
            .filter(|id| self.trace.launch(id).is_some())
            .or_else(|| self.begin_stray(at, "an authentication request that belongs to no launch of this school"));
        let Some(id) = id else { return };
        let method = if exchange.method == "POST" { "POST" } else { "GET" };
        let address = format!("{}/auth", self.issuer.trim_end_matches('/'));
        let request = Message {
            parameters: entries(Place::Request, exchange.parameters),
            rules,
            refusal: refusal(exchange.outcome),
            ..message(Kind::AuthenticationRequest, at, method, &address)
        };
        self.trace.add(&id, request);
        if let Some(response) = response(exchange.outcome, at) {
            self.trace.add(&id, response);
        }
    }

    fn key_set_read(&self, at: Timestamp) {
        self.trace.keys_fetched(at);
    }
}

pub(super) fn message(kind: Kind, at: Timestamp, method: &'static str, address: &str) -> Message {
    Message {
        kind,
        at,
        method,
        address: address.to_owned(),
        parameters: Vec::new(),
        rules: Vec::new(),
        token: None,
        base_string: None,
        refusal: None,
    }
}

pub(super) fn entries(place: Place, pairs: &[(String, String)]) -> Vec<Entry> {
    pairs.iter().map(|(name, value)| Entry::new(place, name, value)).collect()
}

fn rule(judged: &Judged) -> Rule {
    let requirement = judged.rule.requirement();
    let clause = requirement.clauses.first();
    Rule {
        id: requirement.id,
        sentence: requirement.sentence,
        kept: judged.finding.is_none(),
        detail: judged.finding.as_ref().map(|finding| format!("expected {}; seen {}", finding.expected, finding.seen)),
        clause: clause.map(ToString::to_string).unwrap_or_default(),
        clause_url: clause.map(lti_core::requirement::Clause::url).unwrap_or_default(),
    }
}

/// Why nothing, or an error, was sent.
fn refusal(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::FormPost { .. } => None,
        Outcome::ErrorPost { denial, .. } => Some(denial.description.clone()),
        Outcome::ErrorPage { text, .. } => Some(text.clone()),
        _ => Some("the platform could not answer".to_owned()),
    }
}

/// What was sent to the tool.
fn response(outcome: &Outcome, at: Timestamp) -> Option<Message> {
    let (redirect_uri, fields) = outcome.form()?;
    let kind = match outcome {
        Outcome::FormPost { .. } => Kind::AuthenticationResponse,
        _ => Kind::ErrorResponse,
    };
    let token = fields.iter().find(|(name, _)| name == "id_token").and_then(|(_, token)| decode(token));
    Some(Message { parameters: entries(Place::Response, &fields), token, ..message(kind, at, "POST", redirect_uri) })
}

fn decode(token: &str) -> Option<DecodedToken> {
    let token = CompactJws::parse(token).ok()?;
    let header = token.header();
    let header = [("alg", &header.alg), ("kid", &header.kid), ("typ", &header.typ)];
    let header =
        header.into_iter().filter_map(|(name, value)| Some(Entry::new(Place::Header, name, value.as_deref()?)));
    let claims: Map<String, Value> = serde_json::from_slice(token.payload()).ok()?;
    let mut claims: Vec<_> = claims.iter().collect();
    claims.sort_by_key(|(name, _)| rank(name));
    let claims = claims.into_iter().map(|(name, value)| Entry::new(Place::Claim, name, &shown(value)));
    Some(DecodedToken { header: header.collect(), claims: claims.collect() })
}

/// A string as it is, anything else as JSON for a narrow column.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => narrow(other, ""),
    }
}

/// JSON with a member on each line, and lists of one element on one line.
fn narrow(value: &Value, indent: &str) -> String {
    let deeper = format!("{indent}  ");
    let lines = |open: char, items: Vec<String>, close: char| {
        format!("{open}\n{deeper}{}\n{indent}{close}", items.join(&format!(",\n{deeper}")))
    };
    match value {
        Value::Array(items) if items.len() > 1 => {
            lines('[', items.iter().map(|item| narrow(item, &deeper)).collect(), ']')
        }
        Value::Array(items) => format!("[{}]", items.iter().map(|item| narrow(item, indent)).collect::<String>()),
        Value::Object(members) if !members.is_empty() => {
            let member = |(name, value): (&String, &Value)| {
                format!("{}: {}", Value::String(name.clone()), narrow(value, &deeper))
            };
            lines('{', members.iter().map(member).collect(), '}')
        }
        scalar => scalar.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn claims_are_written_as_json_for_a_narrow_column() {
        let value = json!({ "id": "a\"b", "type": ["one"], "more": [1, { "x": null }], "none": [], "empty": {} });
        let text = narrow(&value, "");
        assert_eq!(serde_json::from_str::<Value>(&text).ok(), Some(value));
        assert!(text.contains("\n  \"type\": [\"one\"]"), "{text}");
        assert_eq!(shown(&json!("plain")), "plain");
    }
}
