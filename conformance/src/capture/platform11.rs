//! A recorded LTI 1.1 launch as the suite `platform11` sees it: one form, without a platform to ask again.

use http::{HeaderMap, Method};
use url::Url;

use super::{CaptureError, Posted, note};
use crate::{
    report::model::{RunReport, Summary, Verdict},
    subject::{
        Delivery,
        platform11::{Arrival11, Evidence11, Platform11Case, Platform11Config, judge_evidence11},
    },
    trace,
    user_agent::Step,
};

/// Judges the platform that sent a recorded launch, by the cases that look at sound launches. What one recorded launch
/// cannot show is skipped, with the reason.
///
/// # Errors
/// When the address of the launch cannot be read.
pub fn judge_platform11(
    posted: &Posted,
    mut config: Platform11Config,
    cases: &[Platform11Case],
    certification: bool,
) -> Result<RunReport, CaptureError> {
    let url = Url::parse(&posted.url)
        .map_err(|error| CaptureError(format!("the address of the launch cannot be read: {error}")))?;
    let mut notes = Vec::new();
    if let Some(secret) = posted.secret.as_ref().filter(|_| config.tool.secret.is_empty()) {
        config.tool.secret = secret.reveal().to_owned();
    }
    if config.tool.secret.is_empty() {
        notes.push(note("the secret is not known: the signature is not judged (give it with --set tool.secret)"));
    }
    let fields = posted.fields.clone();
    let shown = trace::handed_over("browser", "tool", &Step::post(url.clone(), fields.clone()));
    let delivery = Delivery { method: Method::POST, url, fields, enctype: None, page_headers: HeaderMap::new() };
    // A form that was recorded in a page has the page's line ends, and one that was recorded on its way the browser's.
    let arrival = Arrival11::of_page(None, "recorded", delivery, 0);
    let evidence = Evidence11 { recorded: true, ..Evidence11::of(config, vec![arrival]) };
    let mut results = judge_evidence11(&evidence, cases, certification);
    // The launch is the evidence of the first finding; repeating it under each would bury them.
    let worst = results.iter().position(|result| matches!(result.verdict, Verdict::Fail | Verdict::Warn));
    if let Some(first) = results.get_mut(worst.unwrap_or_default()) {
        first.exchanges = vec![shown];
    }
    Ok(RunReport {
        suite: "platform11".to_owned(),
        subject: "a recorded launch".to_owned(),
        variant: None,
        certification,
        command: String::new(),
        captured: true,
        notes,
        summary: Summary::of(&results),
        results,
        control: Vec::new(),
        duration_ms: 0,
    })
}
