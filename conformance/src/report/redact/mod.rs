//! Redaction: what a report may show of what went over the wire.
//!
//! Cookie values, client secrets, bearer and registration tokens, private keys and the signatures of tokens never reach
//! a report, of a recorded message neither do names, e-mail addresses, sourcedids and login hints. Every writer of a
//! report takes [`Redacted`] values, which only a [`Redactor`] makes, so that none can forget.
//!
//! Secrets are found in three ways: by the name of what carries them (a field, a header, a claim), by their look (a
//! compact token, a PEM block, a `Bearer` credential in a page's text), and literally, wherever a value that was once
//! found by name turns up again (a page that prints its own cookie).

mod index;
mod learn;
mod names;
mod text;
mod token;

use std::fmt;
use std::ops::Deref;

use serde_json::{Map, Value};

use self::learn::Literals;
use self::names::Kind;
use super::model::{CaseResult, ClauseRef, DecodedToken, Exchange, Note, Report, RunReport};

/// What stands in place of a secret.
pub const REDACTED: &str = "<redacted>";

/// A value whose secrets are gone: the proof that every writer of a report asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Redacted<T>(T);

impl<T> Deref for Redacted<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// Takes secrets out of what a report shows.
///
/// ```
/// use conformance::report::redact::Redactor;
/// let redactor = Redactor::new().knowing(["correct horse battery".to_owned()]);
/// assert_eq!(redactor.text("set-cookie: sid=1; Secure"), "set-cookie: sid=<redacted>; Secure");
/// assert_eq!(redactor.text("sent correct horse battery"), "sent <redacted>");
/// ```
#[derive(Clone, Default)]
pub struct Redactor {
    captured: bool,
    known: Literals,
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redactor").field("captured", &self.captured).finish_non_exhaustive()
    }
}

impl Redactor {
    /// For what the suite itself sent and received, whose people are made up.
    pub fn new() -> Self {
        Self::default()
    }

    /// For recorded messages: names, e-mail addresses, sourcedids and login hints of people go as well.
    pub fn for_capture() -> Self {
        Self { captured: true, ..Self::default() }
    }

    /// Adds secrets known from the configuration or from what was issued: they go wherever they appear.
    ///
    /// One under eight characters goes only where it stands as a word of its own, and never out of the ids and clauses
    /// that the catalogue gives: it is no secret anybody could keep, and `tool` would blank out half of a report.
    #[must_use]
    pub fn knowing(mut self, secrets: impl IntoIterator<Item = String>) -> Self {
        for secret in secrets {
            self.known.configured(secret);
        }
        self
    }

    /// A report without secrets.
    pub fn report(&self, report: &Report) -> Redacted<Report> {
        let Report { version, tool_version, started, runs } = report;
        Redacted(Report {
            version: *version,
            tool_version: self.identifier(tool_version),
            started: self.identifier(started),
            runs: runs.iter().map(|run| self.run(run).0).collect(),
        })
    }

    /// A run without secrets; if it judged a recorded message, without people.
    pub fn run(&self, run: &RunReport) -> Redacted<RunReport> {
        let captured = self.captured || run.captured;
        let mut scoped = Self { captured, known: self.known.clone() };
        let of_cases = run.results.iter().flat_map(|result| &result.exchanges);
        scoped.known.learn(run.control.iter().chain(of_cases), captured);
        Redacted(scoped.known_run(run))
    }

    /// The exchanges of a case without secrets: what one shows by name goes out of all of them.
    ///
    /// For those who do not keep a run's exchanges in full until it is reported: once a cookie is redacted where it was
    /// set, nobody can tell it any more where a page prints it.
    ///
    /// ```
    /// use conformance::report::{model::Exchange, redact::Redactor};
    /// let setting = Exchange {
    ///     from: "browser".into(), to: "tool".into(), method: "GET".into(), url: "/login".into(), fields: vec![], status: Some(200),
    ///     headers: vec![("set-cookie".into(), "sid=4f1d0a99c0ff; Secure".into())], text: String::new(), token: None, error: None,
    /// };
    /// let printing = Exchange { headers: vec![], text: "session 4f1d0a99c0ff".into(), ..setting.clone() };
    /// let shown = Redactor::new().exchanges(&[setting, printing]);
    /// assert_eq!(shown[0].headers[0].1, "sid=<redacted>; Secure");
    /// assert_eq!(shown[1].text, "session <redacted>");
    /// ```
    pub fn exchanges(&self, exchanges: &[Exchange]) -> Vec<Exchange> {
        let mut taught = self.clone();
        taught.known.learn(exchanges, self.captured);
        exchanges.iter().map(|exchange| taught.exchange(exchange)).collect()
    }

    /// An exchange without secrets.
    pub fn exchange(&self, exchange: &Exchange) -> Exchange {
        let Exchange { from, to, method, url, fields, status, headers, text, token, error } = exchange;
        let pairs = |pairs: &[(String, String)]| {
            pairs.iter().map(|(n, v)| (self.text(n), self.field(n, v))).collect::<Vec<_>>()
        };
        Exchange {
            from: self.identifier(from),
            to: self.identifier(to),
            method: self.identifier(method),
            url: self.text(url),
            fields: pairs(fields),
            status: *status,
            headers: pairs(headers),
            text: self.text(text),
            token: token.as_ref().map(|token| self.token(token)),
            error: error.as_ref().map(|error| self.text(error)),
        }
    }

    /// A decoded token without secrets.
    pub fn token(&self, token: &DecodedToken) -> DecodedToken {
        let DecodedToken { header, claims } = token;
        DecodedToken { header: self.json(header), claims: self.json(claims) }
    }

    /// The value of a field, header or claim without secrets.
    pub fn field(&self, name: &str, value: &str) -> String {
        let shown = match names::kind(name) {
            _ if value.trim().is_empty() => value.to_owned(),
            Kind::Secret => match name {
                // A token that can be read is worth reading.
                "token" if token::signature(value).is_some() => token::scrub_named(value, self.captured),
                _ => REDACTED.to_owned(),
            },
            Kind::Credentials => text::credentials(value),
            Kind::Cookie => text::cookies(value, false),
            Kind::SetCookie => text::cookies(value, true),
            Kind::Token => token::scrub_named(value, self.captured),
            Kind::Personal if self.captured => REDACTED.to_owned(),
            Kind::Personal | Kind::Plain => value.to_owned(),
        };
        self.text(&shown)
    }

    /// A text without secrets. Redact before shortening: half a secret no longer looks like one.
    pub fn text(&self, value: &str) -> String {
        self.known.scrub(&text::scrub(value, self.captured))
    }

    /// A JSON value without secrets.
    pub fn json(&self, value: &Value) -> Value {
        self.member("", value, false)
    }

    /// A text that the suite's own catalogue wrote: only what looks like a secret goes.
    fn identifier(&self, value: &str) -> String {
        self.known.scrub_configured(&text::scrub(value, self.captured))
    }

    fn known_run(&self, run: &RunReport) -> RunReport {
        let RunReport {
            suite,
            subject,
            variant,
            certification,
            command,
            captured,
            notes,
            summary,
            results,
            control,
            duration_ms,
        } = run;
        RunReport {
            suite: self.identifier(suite),
            subject: self.text(subject),
            variant: variant.as_ref().map(|variant| self.identifier(variant)),
            certification: *certification,
            command: self.text(command),
            captured: *captured,
            notes: notes.iter().map(|note| self.note(note)).collect(),
            summary: *summary,
            results: results.iter().map(|result| self.result(result)).collect(),
            control: control.iter().map(|exchange| self.exchange(exchange)).collect(),
            duration_ms: *duration_ms,
        }
    }

    fn note(&self, note: &Note) -> Note {
        let Note { stage, text, duration_ms } = note;
        Note { stage: self.identifier(stage), text: self.text(text), duration_ms: *duration_ms }
    }

    fn result(&self, result: &CaseResult) -> CaseResult {
        // Every field is named, so that a new one cannot be forgotten here.
        let CaseResult {
            id,
            title,
            area,
            requirements,
            level,
            duty,
            risk,
            harm,
            verdict,
            reason,
            certification,
            clauses,
            sent,
            expected,
            observed,
            hint,
            duration_ms,
            exchanges,
        } = result;
        CaseResult {
            id: self.identifier(id),
            title: self.text(title),
            area: self.identifier(area),
            requirements: requirements.iter().map(|id| self.identifier(id)).collect(),
            level: self.identifier(level),
            duty: self.identifier(duty),
            risk: self.identifier(risk),
            harm: self.text(harm),
            verdict: *verdict,
            reason: reason.as_ref().map(|reason| self.text(reason)),
            certification: certification.as_ref().map(|row| self.identifier(row)),
            clauses: clauses.iter().map(|clause| self.clause(clause)).collect(),
            sent: self.text(sent),
            expected: self.text(expected),
            observed: self.text(observed),
            hint: self.text(hint),
            duration_ms: *duration_ms,
            exchanges: exchanges.iter().map(|exchange| self.exchange(exchange)).collect(),
        }
    }

    fn clause(&self, clause: &ClauseRef) -> ClauseRef {
        let ClauseRef { spec, section, url } = clause;
        ClauseRef { spec: self.identifier(spec), section: self.identifier(section), url: self.identifier(url) }
    }

    /// A member of a JSON value; `product` says that a `name` here is a product's and not a person's.
    fn member(&self, name: &str, value: &Value, product: bool) -> Value {
        let secret = matches!(names::kind(name), Kind::Secret);
        match value {
            Value::String(text) if product && name == "name" => Value::String(self.text(text)),
            Value::String(text) => Value::String(self.field(name, text)),
            Value::Number(_) if secret || (self.captured && names::kind(name) == Kind::Personal) => {
                Value::String(REDACTED.to_owned())
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
            Value::Array(items) => Value::Array(items.iter().map(|item| self.member(name, item, product)).collect()),
            Value::Object(members) => Value::Object(self.members(name, members)),
        }
    }

    fn members(&self, parent: &str, members: &Map<String, Value>) -> Map<String, Value> {
        let key = members.contains_key("kty");
        let product = parent.ends_with("tool_platform");
        let shown = members.iter().map(|(name, value)| {
            let value = if key && names::PRIVATE_JWK_MEMBERS.contains(&name.as_str()) {
                Value::String(REDACTED.to_owned())
            } else {
                self.member(name, value, product)
            };
            (self.text(name), value)
        });
        shown.collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn private_members_of_a_key_go_and_public_ones_stay() {
        let key = json!({"keys": [{"kty": "RSA", "n": "abc", "e": "AQAB", "d": "s", "p": "s", "kid": "1"}]});
        let shown = Redactor::new().json(&key);
        assert_eq!(
            shown,
            json!({"keys": [{"kty": "RSA", "n": "abc", "e": "AQAB", "d": REDACTED, "p": REDACTED, "kid": "1"}]})
        );
    }

    #[test]
    fn a_capture_names_the_product_but_not_the_person() {
        let claims = json!({
            "name": "Ada Lovelace", "email": "ada@example.org", "sub": "7",
            "https://purl.imsglobal.org/spec/lti/claim/tool_platform": {"name": "Moodle", "guid": "g"},
            "https://purl.imsglobal.org/spec/lti/claim/lis": {"person_sourcedid": "s-1"},
        });
        let shown = Redactor::for_capture().json(&claims);
        assert_eq!(shown["name"], REDACTED);
        assert_eq!(shown["email"], REDACTED);
        assert_eq!(shown["sub"], "7");
        assert_eq!(shown["https://purl.imsglobal.org/spec/lti/claim/tool_platform"]["name"], "Moodle");
        assert_eq!(shown["https://purl.imsglobal.org/spec/lti/claim/lis"]["person_sourcedid"], REDACTED);
        assert_eq!(Redactor::new().json(&claims), claims, "the suite's own people are made up");
    }

    #[test]
    fn bearer_tokens_go_even_where_they_are_readable() {
        let redactor = Redactor::new();
        assert_eq!(redactor.field("access_token", "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"), REDACTED);
        assert_eq!(redactor.field("Authorization", "Bearer abc"), "Bearer <redacted>");
        assert_eq!(redactor.field("client_secret", ""), "", "an empty secret is worth seeing");
    }

    #[test]
    fn a_redactor_does_not_print_what_it_knows() {
        let redactor = Redactor::new().knowing(["correct horse battery".to_owned()]);
        assert!(!format!("{redactor:?}").contains("horse"));
    }
}
