//! What a recorded LTI 1.1 launch breaks of the rules of a launch, whoever broke them: for somebody whose tool refuses it.

use lti_core::{
    Timestamp,
    lti11::{
        inspect::{Context, Lti11Finding, Lti11Violation, Policy, Received, Request, Takes, inspect},
        oauth1::Lti11Secret,
        why_invalid::{Hints, why_invalid},
    },
};
use url::Url;

use super::{
    CaptureError, Posted, note,
    tool::{broken, sound},
};
use crate::{
    config::Secret,
    oauth1::Pairs,
    report::model::{CaseResult, RunReport, Summary},
    trace,
    user_agent::Step,
};

/// Judges a recorded launch by every rule of a launch, as if it had arrived in the second that it was signed in unless the
/// recording says when. Without the secret, the recording's or this one, its signature is not judged; with it, the usual
/// causes of a wrong one are named.
///
/// # Errors
/// When the address of the launch cannot be read.
pub fn judge_tool11(posted: &Posted, secret: Option<&Secret>) -> Result<RunReport, CaptureError> {
    let unreadable =
        |error: &dyn std::fmt::Display| CaptureError(format!("the address of the launch cannot be read: {error}"));
    let url = Url::parse(&posted.url).map_err(|error| unreadable(&error))?;
    // A page has line feeds where the browser posts CR LF.
    let as_posted = |text: &str| text.replace("\r\n", "\n").replace('\n', "\r\n");
    let fields: Pairs = posted.fields.iter().map(|(name, value)| (as_posted(name), as_posted(value))).collect();
    let body = fields.form();
    let request = Request::read(Received {
        method: "POST",
        url: &posted.url,
        content_type: Some("application/x-www-form-urlencoded"),
        authorization: None,
        body: body.as_bytes(),
    })
    .map_err(|error| unreadable(&error))?;
    let stamp = fields.get("oauth_timestamp").and_then(|stamp| stamp.parse().ok()).unwrap_or_default();
    let known = secret.or(posted.secret.as_ref()).map(|secret| Lti11Secret::new(secret.reveal()));
    let policy = Policy::default();
    let context = Context { secret: known.as_ref(), takes: Takes::LaunchesAndContentItems, policy: &policy };
    let inspection = inspect(&request, &context, Timestamp::from_secs(posted.at.unwrap_or(stamp)));

    let mut notes = Vec::new();
    if posted.at.is_none() {
        notes.push(note("when it arrived is not recorded: judged as if it had arrived when it was signed"));
    }
    match &known {
        None => notes
            .push(note("the secret is not known: the signature is not judged (give it with --set consumer.secret)")),
        Some(secret) => {
            let causes = why_invalid(&request, secret, &Hints::default());
            notes.extend(causes.iter().map(|cause| note(format!("the signature would be right otherwise: {cause}"))));
        }
    }
    let judged = |finding: &&Lti11Finding| known.is_some() || !needs_secret(finding.violation);
    let mut results: Vec<CaseResult> = inspection.violations().iter().filter(judged).map(result).collect();
    if results.is_empty() {
        results.push(sound("tool11"));
    }
    // The launch is the evidence of the first finding; repeating it under each would bury them.
    if let Some(first) = results.first_mut() {
        first.exchanges = vec![trace::handed_over("browser", "tool", &Step::post(url, posted.fields.clone()))];
    }
    Ok(RunReport {
        suite: "tool11".to_owned(),
        subject: "a recorded launch".to_owned(),
        variant: None,
        certification: false,
        command: String::new(),
        captured: true,
        notes,
        summary: Summary::of(&results),
        results,
        control: Vec::new(),
        duration_ms: 0,
    })
}

/// Rules that cannot be judged without the secret.
const fn needs_secret(violation: Lti11Violation) -> bool {
    matches!(violation, Lti11Violation::SignatureInvalid | Lti11Violation::ConsumerKeyUnknown)
}

fn result(finding: &Lti11Finding) -> CaseResult {
    let rule = finding.violation.requirement();
    broken(rule, rule.id.replacen("lti11-", "tool11-capture-", 1), &finding.expected, &finding.seen)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::{oauth1::Signing, report::model::Verdict};

    fn launch(url: &str) -> Posted {
        let mut pairs: Pairs = [
            ("lti_message_type", "basic-lti-launch-request"),
            ("lti_version", "LTI-1p0"),
            ("resource_link_id", "7"),
            ("resource_link_description", "Line one\r\nLine two"),
            ("user_id", "42"),
            ("roles", "Learner"),
            ("oauth_callback", "about:blank"),
            ("oauth_version", "1.0"),
            ("oauth_nonce", "n1"),
            ("oauth_timestamp", "1795300000"),
            ("oauth_consumer_key", "key"),
            ("oauth_signature_method", "HMAC-SHA1"),
        ]
        .into_iter()
        .collect();
        Signing::post(url, "secret").sign(&mut pairs);
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        // As a page has it, whose line feeds the browser turns into CR LF.
        let fields = pairs.0.iter().map(|pair| (text(&pair.name), text(&pair.value).replace("\r\n", "\n"))).collect();
        Posted::new("https://tool.example/launch".to_owned(), fields)
    }

    fn ids(run: &RunReport) -> Vec<(&str, Verdict)> {
        run.results.iter().map(|result| (result.id.as_str(), result.verdict)).collect()
    }

    #[test]
    fn a_sound_signature_is_no_finding_and_a_wrong_one_comes_with_its_cause() {
        let secret = Secret::new("secret");
        let invalid = "tool11-capture-signature-invalid";
        let sound = judge_tool11(&launch("https://tool.example/launch"), Some(&secret)).unwrap();
        assert!(
            ids(&sound).iter().all(|(id, verdict)| *id != invalid && *verdict != Verdict::Fail),
            "{:?}",
            ids(&sound)
        );
        let other = judge_tool11(&launch("http://tool.example/launch"), Some(&secret)).unwrap();
        assert!(ids(&other).contains(&(invalid, Verdict::Fail)), "{:?}", ids(&other));
        assert!(other.notes.iter().any(|note| note.text.contains("http://tool.example/launch")), "{:?}", other.notes);
    }

    #[test]
    fn without_the_secret_the_signature_is_not_judged() {
        let run = judge_tool11(&launch("http://tool.example/launch"), None).unwrap();
        assert!(ids(&run).iter().all(|(_, verdict)| *verdict != Verdict::Fail), "{:?}", ids(&run));
        assert!(run.notes.iter().any(|note| note.text.contains("secret")));
    }
}
