//! A run with every verdict in it, as a suite would report it.

use conformance::report::model::{
    CaseResult, ClauseRef, DecodedToken, Exchange, Note, REPORT_VERSION, Report, RunReport, Summary, Verdict,
};
use serde_json::{Value, json};

/// `{"alg":"RS256","kid":"suite-1"}`, an empty object, and a signature.
pub(crate) const ID_TOKEN: &str = "eyJhbGciOiJSUzI1NiIsImtpZCI6InN1aXRlLTEifQ.e30.c2lnbmF0dXJlLW9mLXRoZS1zdWl0ZQ";

/// A report of one run.
pub(crate) fn report() -> Report {
    of(vec![run()])
}

/// A report of these runs.
pub(crate) fn of(runs: Vec<RunReport>) -> Report {
    Report {
        version: REPORT_VERSION,
        tool_version: "0.1.0".to_owned(),
        started: "2026-11-22T00:21:09Z".to_owned(),
        runs,
    }
}

/// A run against a tool that takes tokens meant for others.
pub(crate) fn run() -> RunReport {
    let results =
        vec![control_case(), aud_foreign(), nonce_replayed(), kid_missing(), es256(), framing(), wording(), lax()];
    RunReport {
        suite: "tool".to_owned(),
        subject: "my-tool  http://127.0.0.1:9102/login".to_owned(),
        variant: None,
        certification: false,
        command: "lti-conformance tool --config my-tool.toml".to_owned(),
        captured: false,
        notes: vec![
            note("preflight", "reachable, JWKS has 1 key (RS256)", 212),
            note("control", "launch accepted: lands on /course, page says \"Welcome\"", 96),
            note("calibrated", "refusals look like: 401 \"invalid launch\"", 0),
        ],
        summary: Summary::of(&results),
        results,
        control: sound_launch(),
        duration_ms: 6140,
    }
}

/// A short run that finds nothing.
pub(crate) fn quiet_run() -> RunReport {
    let results = vec![CaseResult { id: "issuer-metadata".to_owned(), area: "metadata".to_owned(), ..control_case() }];
    RunReport {
        suite: "issuer".to_owned(),
        subject: "reference issuer".to_owned(),
        variant: Some("strict".to_owned()),
        notes: Vec::new(),
        summary: Summary::of(&results),
        results,
        control: Vec::new(),
        duration_ms: 40,
        ..run()
    }
}

fn note(stage: &str, text: &str, duration_ms: u64) -> Note {
    Note { stage: stage.to_owned(), text: text.to_owned(), duration_ms }
}

fn clause(spec: &str, section: &str, url: &str) -> ClauseRef {
    ClauseRef { spec: spec.to_owned(), section: section.to_owned(), url: url.to_owned() }
}

fn security(section: &str) -> ClauseRef {
    clause("Security Framework 1.0", section, "https://www.imsglobal.org/spec/security/v1p0/")
}

fn case(id: &str, title: &str, area: &str, verdict: Verdict) -> CaseResult {
    CaseResult {
        id: id.to_owned(),
        title: title.to_owned(),
        area: area.to_owned(),
        requirements: vec![id.replace("tool-", "lti13-token-")],
        level: "MUST".to_owned(),
        duty: "reject".to_owned(),
        risk: "high".to_owned(),
        harm: String::new(),
        verdict,
        reason: None,
        certification: None,
        clauses: vec![security("5.1.3")],
        sent: String::new(),
        expected: "a refusal".to_owned(),
        observed: "401 \"invalid launch\"".to_owned(),
        hint: String::new(),
        duration_ms: 48,
        exchanges: Vec::new(),
    }
}

fn control_case() -> CaseResult {
    CaseResult {
        duty: "accept".to_owned(),
        risk: "none".to_owned(),
        sent: "a sound launch".to_owned(),
        expected: "acceptance".to_owned(),
        observed: "302 to /course, page says \"Welcome\": signed in".to_owned(),
        exchanges: sound_launch(),
        ..case("tool-launch-sound", "A sound launch is accepted", "launch", Verdict::Pass)
    }
}

fn aud_foreign() -> CaseResult {
    CaseResult {
        harm: "a token for another tool signs in here".to_owned(),
        clauses: vec![security("5.1.3 step 3")],
        sent: "the control's launch with aud = \"somebody-else\"".to_owned(),
        observed: "302 to /course, page says \"Welcome\": signed in".to_owned(),
        hint: "compare aud with your client_id; refuse audiences you do not know".to_owned(),
        exchanges: launch(json!({"aud": "somebody-else", "azp": "somebody-else"}), 302),
        ..case("tool-aud-foreign", "A token for another audience is refused", "token", Verdict::Fail)
    }
}

fn nonce_replayed() -> CaseResult {
    CaseResult {
        level: "SHOULD".to_owned(),
        harm: "a stolen form works twice".to_owned(),
        clauses: vec![
            security("5.1.3 step 9"),
            clause("OpenID Connect Core 1.0", "3.2.2.11", "https://openid.net/specs/openid-connect-core-1_0.html#ImplicitIDTValidation"),
        ],
        sent: "the same form twice, the second time from another browser that holds the first one's cookies, two seconds later"
            .to_owned(),
        expected: "a refusal the second time".to_owned(),
        observed: "302 to /course both times: signed in".to_owned(),
        hint: "remember each nonce until its token expires, and refuse it the second time".to_owned(),
        ..case("tool-nonce-replayed", "A nonce is accepted once", "token", Verdict::Warn)
    }
}

fn kid_missing() -> CaseResult {
    CaseResult {
        level: "certification".to_owned(),
        risk: "low".to_owned(),
        harm: "nobody is harmed, but the tool cannot be certified".to_owned(),
        certification: Some("TB-01 No KID Sent in JWT header".to_owned()),
        clauses: vec![clause(
            "LTI Advantage Certification Guide 1.3",
            "6.1.1",
            "https://www.imsglobal.org/spec/lti/v1p3/cert/",
        )],
        sent: "the control's launch without kid".to_owned(),
        observed: "200, page says \"Welcome <script>alert(1)</script>\": signed in".to_owned(),
        hint: "refuse a token whose header names no key".to_owned(),
        exchanges: launch(json!({}), 200),
        ..case("tool-kid-missing", "A token that names no key is refused", "keys", Verdict::Warn)
    }
}

fn es256() -> CaseResult {
    CaseResult {
        level: "none".to_owned(),
        duty: String::new(),
        risk: "none".to_owned(),
        sent: "a launch signed with ES256".to_owned(),
        expected: "either".to_owned(),
        observed: "refused".to_owned(),
        ..case("tool-alg-es256", "A launch signed with ES256", "keys", Verdict::Info)
    }
}

fn framing() -> CaseResult {
    CaseResult {
        level: "MAY".to_owned(),
        duty: "offer".to_owned(),
        risk: "none".to_owned(),
        reason: Some("deep-linking is not among the capabilities".to_owned()),
        observed: String::new(),
        ..case("tool-deep-linking", "A deep linking request is answered", "deep linking", Verdict::Unsupported)
    }
}

fn wording() -> CaseResult {
    CaseResult {
        level: "practice".to_owned(),
        duty: "explain".to_owned(),
        risk: "low".to_owned(),
        harm: "a user who is refused does not learn why".to_owned(),
        reason: Some("whether a user understands the page: \"E-4711\"".to_owned()),
        expected: "a refusal that says what to do next".to_owned(),
        observed: "401 \"E-4711\"".to_owned(),
        hint: "say in words why the launch was refused".to_owned(),
        ..case("tool-refusal-words", "A refusal can be understood", "launch", Verdict::Review)
    }
}

fn lax() -> CaseResult {
    CaseResult {
        reason: Some("no browser found".to_owned()),
        observed: String::new(),
        ..case("tool-cookie-lost", "A lost cookie is noticed", "launch", Verdict::Skip)
    }
}

fn sound_launch() -> Vec<Exchange> {
    launch(json!({}), 302)
}

/// The three exchanges of a launch with these claims changed and this status at its end.
fn launch(changed: Value, status: u16) -> Vec<Exchange> {
    let mut claims = json!({
        "iss": "http://127.0.0.1:9300", "aud": "tool-client", "sub": "user-7", "nonce": "n-1", "iat": 1_795_300_000, "exp": 1_795_300_300,
        "name": "Ada Lovelace", "email": "ada@school.example",
        "https://purl.imsglobal.org/spec/lti/claim/deployment_id": "dep-1",
        "https://purl.imsglobal.org/spec/lti/claim/roles": ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"],
    });
    if let (Value::Object(claims), Value::Object(changed)) = (&mut claims, changed) {
        claims.extend(changed);
    }
    let accepted = status == 302;
    vec![
        Exchange {
            method: "GET".to_owned(),
            url: "http://127.0.0.1:9102/login?iss=http%3A%2F%2F127.0.0.1%3A9300&login_hint=user-7".to_owned(),
            fields: pairs(&[
                ("iss", "http://127.0.0.1:9300"),
                ("login_hint", "user-7"),
                ("lti_deployment_id", "dep-1"),
            ]),
            status: Some(302),
            headers: pairs(&[
                ("location", "http://127.0.0.1:9300/auth?state=st-1&nonce=n-1"),
                ("set-cookie", "sid=4f1d0a99c0ffee77; Path=/; SameSite=None; Secure"),
            ]),
            ..exchange("browser", "tool")
        },
        Exchange {
            method: "GET".to_owned(),
            url: "http://127.0.0.1:9300/auth?state=st-1&nonce=n-1".to_owned(),
            fields: pairs(&[
                ("client_id", "tool-client"),
                ("state", "st-1"),
                ("nonce", "n-1"),
                ("response_mode", "form_post"),
            ]),
            status: Some(200),
            text: "a form that posts itself".to_owned(),
            ..exchange("browser", "platform")
        },
        Exchange {
            method: "POST".to_owned(),
            url: "http://127.0.0.1:9102/launch".to_owned(),
            fields: pairs(&[("id_token", ID_TOKEN), ("state", "st-1")]),
            status: Some(status),
            headers: if accepted { pairs(&[("location", "http://127.0.0.1:9102/course")]) } else { Vec::new() },
            text: if accepted {
                String::new()
            } else {
                "Welcome <script>alert(1)</script>\nsession 4f1d0a99c0ffee77".to_owned()
            },
            token: Some(DecodedToken { header: json!({"alg": "RS256", "kid": "suite-1"}), claims }),
            ..exchange("browser", "tool")
        },
    ]
}

fn exchange(from: &str, to: &str) -> Exchange {
    Exchange {
        from: from.to_owned(),
        to: to.to_owned(),
        method: String::new(),
        url: String::new(),
        fields: Vec::new(),
        status: None,
        headers: Vec::new(),
        text: String::new(),
        token: None,
        error: None,
    }
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}
