//! Deep Linking 2.0: a tool is asked for content, somebody chooses, and the answer comes back to the platform.
//!
//! Most cases look at one answer, which is asked for once in a run; the others send a request with one change.

mod certification;
mod items;
mod refusals;
mod requests;
mod response;
mod token;

use serde_json::Value;
use url::Url;

use crate::{
    case::{Case, Ended, Outcome},
    deep_linking::{Answer, Asking, DEEP_LINKING, ORDINARY, Reply, ToolJwt},
    driver::{Driver, Halt},
    sight::{Sight, ended},
};

/// The cases, in the order in which they run.
pub(super) fn cases() -> Vec<Case> {
    let mut cases = certification::cases();
    cases.extend(response::cases());
    cases.extend(token::cases());
    cases.extend(items::cases());
    cases.extend(requests::cases());
    cases.extend(refusals::cases());
    cases
}

/// Looks at an answer.
type Look = fn(&Answer) -> Sight;

/// A sequence that looks at the answer to a kind of request; a broken rule is worth this.
macro_rules! looks {
    ($asking:expr, $broken:expr, $look:expr) => {
        |driver| Box::pin(super::looked(driver, &$asking, $broken, $look))
    };
}
use looks;

/// Says that the tool does not offer deep linking, where it does not.
fn undeclared(driver: &Driver<'_>) -> Option<Ended> {
    let declared = driver.world.config.tool.declares(DEEP_LINKING);
    (!declared).then(|| Ended::unsupported(format!("tool.capabilities does not name {DEEP_LINKING}")))
}

/// Looks at the answer to a kind of request; a broken rule is worth this.
async fn looked(driver: &mut Driver<'_>, asking: &Asking, broken: Outcome, look: Look) -> Result<Ended, Halt> {
    if let Some(ended) = undeclared(driver) {
        return Ok(ended);
    }
    Ok(match driver.ask(asking).await? {
        Reply::Answered(answer) => ended(look(&answer), broken),
        kept @ Reply::Kept { .. } => {
            Ended::skip(format!("no answer to this deep linking request came back: {}", kept.describe()))
        }
    })
}

/// Whether a request with a change is served, and what each is worth. Where the way through the pages is another one than
/// that of the ordinary request, a person must look.
async fn served(driver: &mut Driver<'_>, asking: &Asking, worth: [Outcome; 2]) -> Result<Ended, Halt> {
    if let Some(ended) = undeclared(driver) {
        return Ok(ended);
    }
    let ordinary = driver.ask(&ORDINARY).await?;
    if ordinary.served().is_none() {
        return Ok(Ended::skip(format!("the ordinary deep linking request is not served: {}", ordinary.describe())));
    }
    let reply = driver.ask(asking).await?;
    let [taken, refused] = worth;
    Ok(match &reply {
        Reply::Answered(answer) if !answer.excuses_itself() => Ended::judged(taken, "served", reply.describe()),
        Reply::Kept { refused: false, stuck: Some(_), .. } => Ended::review(
            "the steps that lead through the ordinary request do not lead through this one: look what the tool shows",
            reply.describe(),
        ),
        _ => Ended::judged(refused, "refused", reply.describe()),
    })
}

/// Whether a request that no tool may serve is refused; serving it is worth this.
async fn refused(driver: &mut Driver<'_>, asking: &Asking, served: Outcome) -> Result<Ended, Halt> {
    if let Some(ended) = undeclared(driver) {
        return Ok(ended);
    }
    let ordinary = driver.ask(&ORDINARY).await?;
    if ordinary.served().is_none() {
        return Ok(Ended::skip(format!("the ordinary deep linking request is not served: {}", ordinary.describe())));
    }
    let reply = driver.ask(asking).await?;
    Ok(match reply.served() {
        Some(_) => Ended::judged(served, "served", reply.describe()),
        None => Ended::judged(Outcome::Pass, "refused", reply.describe()),
    })
}

/// The message of an answer, or that there is none to look at.
fn message(answer: &Answer) -> Result<&ToolJwt, Sight> {
    answer.jwt.as_ref().ok_or_else(|| Sight::Nothing("the answer holds no message that can be read".to_owned()))
}

/// A claim as it is shown in an observation.
fn shown(value: Option<&Value>) -> String {
    const LIMIT: usize = 120;
    let text = value.map_or_else(|| "absent".to_owned(), Value::to_string);
    if text.chars().count() <= LIMIT { text } else { text.chars().take(LIMIT).chain(['…']).collect() }
}

/// Whether a text is a URL with scheme and host.
fn fully_qualified(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| url.has_host())
}
