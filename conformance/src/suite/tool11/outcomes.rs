//! The scores that a tool sends to the platform's outcomes service: section 6 of the certification suite, and how the
//! request is signed.

use std::time::Duration;

use lti_core::lti11::outcomes::{Operation, OutcomeRequest};

use super::rights::somebody;
use crate::{
    case::{
        Duty, Ended,
        Outcome::{self, FailCertified, Pass, Warn},
    },
    driver::Halt,
    oauth1::{SIGNATURE, Signing, body_hash, read_authorization_header},
    steps::{UserStep, walk},
    subject::tool11::{Launch, Outcomes11, Received, Tool11Case, Tool11Driver},
};

/// How long the suite sleeps between two looks for a request.
const A_LOOK: Duration = Duration::from_millis(100);
/// A sourced id that has to be escaped in XML.
const ESCAPED: &str = "suite:a&b<c>\"d\"";

pub(super) fn cases() -> Vec<Tool11Case> {
    let mut cases = certified();
    cases.extend(signed());
    cases
}

fn certified() -> Vec<Tool11Case> {
    vec![
        Tool11Case::sequence11(
            "tool11-cert-6-1",
            "a score is sent as a well-formed replaceResult",
            Duty::Send,
            |driver| Box::pin(well_formed(driver, "replaceResult", |config| &config.replace)),
        )
        .certified("6.1 replaceResult requests")
        .rules(&["lti11-tool-outcome-request"])
        .sent("a launch with lis_outcome_service_url and lis_result_sourcedid, then what sends a score"),
        Tool11Case::sequence11(
            "tool11-cert-6-2",
            "a score is read by a well-formed readResult",
            Duty::Send,
            |driver| Box::pin(well_formed(driver, "readResult", |config| &config.read)),
        )
        .certified("6.2 readResult requests")
        .rules(&["lti11-tool-outcome-request"])
        .sent("a launch with lis_outcome_service_url and lis_result_sourcedid, then what reads a score"),
        Tool11Case::sequence11(
            "tool11-cert-6-3",
            "a score is taken away by a well-formed deleteResult",
            Duty::Send,
            |driver| Box::pin(well_formed(driver, "deleteResult", |config| &config.delete)),
        )
        .certified("6.3 deleteResult requests")
        .rules(&["lti11-tool-outcome-request"])
        .sent("a launch with lis_outcome_service_url and lis_result_sourcedid, then what takes a score away"),
        Tool11Case::sequence11(
            "tool11-cert-6-4",
            "scores of two courses, two links and two users go where they belong",
            Duty::Send,
            |driver| Box::pin(gradebook(driver)),
        )
        .certified("6.4 Processing of Gradebook entries")
        .rules(&["lti11-tool-outcome-sourcedid"])
        .sent("four launches by two users, two links and two courses, each with a score"),
        Tool11Case::sequence11("tool11-outcome-score", "a score is a decimal from 0.0 to 1.0", Duty::Send, |driver| {
            Box::pin(look(driver, FailCertified, score_in_range))
        })
        .rules(&["lti11-tool-outcome-score"])
        .sent("a launch with an outcomes service, then what sends a score"),
        Tool11Case::sequence11("tool11-outcome-language", "the language of a score is en", Duty::Send, |driver| {
            Box::pin(look(driver, Warn, language))
        })
        .rules(&["lti11-tool-outcome-language"])
        .sent("a launch with an outcomes service, then what sends a score"),
        Tool11Case::sequence11(
            "tool11-outcome-escaped",
            "a sourced id with signs comes back to the letter",
            Duty::Send,
            |driver| Box::pin(escaped(driver)),
        )
        .rules(&["lti11-tool-outcome-sourcedid"])
        .sent("a launch whose lis_result_sourcedid holds &, <, > and quotes, then a score"),
        Tool11Case::sequence11(
            "tool11-outcome-newest",
            "a score goes to the newest sourced id",
            Duty::Send,
            |driver| Box::pin(newest(driver)),
        )
        .rules(&["lti11-tool-outcome-newest"])
        .sent("two launches of one user at one link with two lis_result_sourcedid, then a score"),
    ]
}

fn signed() -> Vec<Tool11Case> {
    let sent = "a launch with an outcomes service, then what sends a score";
    vec![
        Tool11Case::sequence11(
            "tool11-outcome-signature",
            "a score is signed with the consumer's secret",
            Duty::Send,
            |driver| Box::pin(look(driver, FailCertified, signature)),
        )
        .rules(&["lti11-tool-outcome-signature"])
        .sent(sent),
        Tool11Case::sequence11(
            "tool11-outcome-body-hash",
            "the hash of the body is signed with a score",
            Duty::Send,
            |driver| Box::pin(look(driver, Warn, hash)),
        )
        .rules(&["lti11-tool-outcome-body-hash"])
        .sent(sent),
        Tool11Case::sequence11(
            "tool11-outcome-media-type",
            "a score is sent as application/xml",
            Duty::Send,
            |driver| Box::pin(look(driver, Warn, media_type)),
        )
        .rules(&["lti11-tool-outcome-media-type"])
        .sent(sent),
    ]
}

/// A score that came: as it came, and as it reads.
struct Came<'a> {
    received: &'a Received,
    request: &'a OutcomeRequest,
    secret: &'a str,
    key: &'a str,
}

/// How the tool is brought to call the service.
fn configured(driver: &Tool11Driver<'_>) -> Result<Outcomes11, Halt> {
    driver.world.config.tool.outcomes.clone().ok_or_else(|| {
        Halt::Skip(
            "[tool.outcomes] does not say how the tool is brought to send a score: replace = [{ submit = \"..\" }]"
                .to_owned(),
        )
    })
}

/// A launch with an outcomes service.
fn graded(driver: &Tool11Driver<'_>, sub: &str, sourcedid: &str) -> Launch {
    let mut launch = Launch::sound(driver.world, 0, somebody(sub, "Nell", sub));
    launch.set("lis_outcome_service_url", driver.world.desk.outcomes_url().as_str());
    launch.set("lis_result_sourcedid", sourcedid);
    driver.world.desk.hand_out(sourcedid);
    launch
}

/// Launches, does what the steps say, and gives what came to the service, but for what names a sourced id of `earlier`
/// sessions: a score that a queue sends late is no answer to this one.
async fn session(
    driver: &mut Tool11Driver<'_>,
    launch: Launch,
    steps: &[UserStep],
    settle_ms: u64,
    earlier: &[String],
) -> Result<Vec<Received>, Halt> {
    let world = driver.world;
    drop(world.desk.take());
    let mut browser = world.browser();
    let page = driver.send(&mut browser, &launch.seal()).await?;
    walk(driver, &mut browser, Some(page), steps, "[tool.outcomes]").await?;
    let own = || {
        let mut received = world.desk.take();
        received.retain(|came| !sourcedids(std::slice::from_ref(came)).iter().any(|named| earlier.contains(named)));
        received
    };
    let mut received = own();
    let mut waited = Duration::ZERO;
    while received.is_empty() && waited < Duration::from_millis(settle_ms) {
        world.clock.pause(A_LOOK).await;
        waited += A_LOOK;
        received = own();
    }
    Ok(received)
}

/// The requests of one session in which a score is sent, at least one that is none of `earlier` sessions.
async fn scores(driver: &mut Tool11Driver<'_>, launch: Launch, earlier: &[String]) -> Result<Vec<Received>, Halt> {
    let config = configured(driver)?;
    let received = session(driver, launch, &config.replace, config.settle_ms, earlier).await?;
    if received.is_empty() {
        return Err(Halt::Skip("nothing came to the outcomes service after [tool.outcomes] replace".to_owned()));
    }
    Ok(received)
}

async fn well_formed(
    driver: &mut Tool11Driver<'_>,
    operation: &str,
    steps: fn(&Outcomes11) -> &Vec<UserStep>,
) -> Result<Ended, Halt> {
    let config = configured(driver)?;
    let steps = steps(&config).clone();
    if steps.is_empty() && operation != "replaceResult" {
        return Ok(Ended::unsupported(format!("[tool.outcomes] names no steps for {operation}, which is optional")));
    }
    let earlier = driver.world.desk.handed_out();
    let sourcedid = driver.world.fresh("suite-result");
    let launch = graded(driver, &format!("suite-{operation}"), &sourcedid);
    let received = session(driver, launch, &steps, config.settle_ms, &earlier).await?;
    if received.is_empty() {
        return Ok(Ended::skip(format!("nothing came to the outcomes service that could be a {operation}")));
    }
    for came in &received {
        if let Err(fault) = formed(came, &sourcedid) {
            return Ok(Ended::judged(FailCertified, "malformed", fault));
        }
    }
    let named =
        |came: &Received| OutcomeRequest::from_xml(&came.body).is_ok_and(|read| read.operation.name() == operation);
    Ok(if received.iter().any(named) {
        Ended::judged(Pass, "sound", format!("{} well-formed, a {operation} among them", received.len()))
    } else {
        Ended::skip(format!("no {operation} came, only other requests"))
    })
}

/// What is wrong with the form of a request.
fn formed(came: &Received, sourcedid: &str) -> Result<(), String> {
    if came.method != http::Method::POST {
        return Err(format!("{} instead of POST", came.method));
    }
    let request = OutcomeRequest::from_xml(&came.body).map_err(|error| error.to_string())?;
    if request.version.as_deref() != Some("V1.0") {
        return Err("imsx_version is not V1.0".to_owned());
    }
    if request.message_identifier.as_deref().is_none_or(str::is_empty) {
        return Err("imsx_messageIdentifier is missing".to_owned());
    }
    match &request.operation {
        Operation::Unknown(name) => return Err(format!("{name:?} is no request of Basic Outcomes")),
        Operation::Replace { score: None, .. } => return Err("resultScore is missing".to_owned()),
        _ => {}
    }
    match request.operation.sourcedid() {
        Some(named) if named == sourcedid => Ok(()),
        Some(_) => Err("sourcedId is not the lis_result_sourcedid of the launch".to_owned()),
        None => Err("sourcedId is missing".to_owned()),
    }
}

/// Looks at the first score of a session.
async fn look(
    driver: &mut Tool11Driver<'_>,
    worth: Outcome,
    at: fn(&Came<'_>) -> Result<String, String>,
) -> Result<Ended, Halt> {
    let sourcedid = driver.world.fresh("suite-result");
    let launch = graded(driver, "suite-graded", &sourcedid);
    // Every score is signed and written alike, whichever session it belongs to.
    let received = scores(driver, launch, &[]).await?;
    let read: Vec<_> = received
        .iter()
        .filter_map(|came| OutcomeRequest::from_xml(&came.body).ok().map(|request| (came, request)))
        .collect();
    let replace = read.iter().find(|(_, request)| matches!(request.operation, Operation::Replace { .. }));
    let Some((received, request)) = replace else {
        return Ok(Ended::skip("no replaceResult came that can be read, which tool11-cert-6-1 reports"));
    };
    let Some(consumer) = driver.world.config.consumers.first() else { return Ok(Ended::skip("no consumer")) };
    let came = Came { received, request, secret: consumer.secret.reveal(), key: &consumer.key };
    Ok(match at(&came) {
        Ok(seen) => Ended::judged(Pass, "sound", seen),
        Err(seen) => Ended::judged(worth, "broken", seen),
    })
}

fn score_in_range(came: &Came<'_>) -> Result<String, String> {
    let Operation::Replace { score: Some(score), .. } = &came.request.operation else {
        return Err("resultScore is missing".to_owned());
    };
    match score.score() {
        Ok(_) => Ok("a decimal from 0.0 to 1.0".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn language(came: &Came<'_>) -> Result<String, String> {
    let Operation::Replace { score: Some(score), .. } = &came.request.operation else {
        return Err("resultScore is missing".to_owned());
    };
    match score.language.as_deref() {
        Some(language) if language == "en" || language.starts_with("en-") => Ok(format!("language {language}")),
        Some(language) => Err(format!("language {language:?}")),
        None => Err("no language".to_owned()),
    }
}

fn signature(came: &Came<'_>) -> Result<String, String> {
    let header = came.received.authorization.as_deref().ok_or("no Authorization header")?;
    let pairs = read_authorization_header(header).ok_or("an Authorization header of another scheme than OAuth")?;
    if pairs.get("oauth_consumer_key").as_deref() != Some(came.key) {
        return Err("oauth_consumer_key is not that of the launch".to_owned());
    }
    let mut signing = Signing::post(came.received.url.as_str(), came.secret);
    if pairs.get("oauth_signature_method").as_deref() == Some("HMAC-SHA256") {
        signing.digest = crate::oauth1::Digest::Sha256;
    }
    if pairs.get(SIGNATURE).as_deref() == Some(signing.signature(&pairs).as_str()) {
        Ok("the signature is right".to_owned())
    } else {
        Err("the signature is not that of the request under the consumer's secret".to_owned())
    }
}

fn hash(came: &Came<'_>) -> Result<String, String> {
    let header = came.received.authorization.as_deref().unwrap_or_default();
    let named = read_authorization_header(header).and_then(|pairs| pairs.get("oauth_body_hash"));
    match named {
        None => Err("oauth_body_hash is missing".to_owned()),
        // What is hashed with HMAC-SHA256 no text says.
        Some(named) if named.len() == 44 => Ok("oauth_body_hash is a SHA-256".to_owned()),
        Some(named) if named == body_hash(&came.received.body) => Ok("oauth_body_hash is right".to_owned()),
        Some(_) => Err("oauth_body_hash is not the SHA-1 of the body".to_owned()),
    }
}

fn media_type(came: &Came<'_>) -> Result<String, String> {
    let named = came.received.content_type.as_deref().unwrap_or_default();
    let essence = named.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/xml") {
        Ok(named.to_owned())
    } else {
        Err(format!("Content-Type {named:?}"))
    }
}

/// The sourced ids of the scores that came.
fn sourcedids(received: &[Received]) -> Vec<String> {
    let read = received.iter().filter_map(|came| OutcomeRequest::from_xml(&came.body).ok());
    read.filter_map(|request| request.operation.sourcedid().map(str::to_owned)).collect()
}

async fn escaped(driver: &mut Tool11Driver<'_>) -> Result<Ended, Halt> {
    let earlier = driver.world.desk.handed_out();
    let launch = graded(driver, "suite-escaped", ESCAPED);
    let received = scores(driver, launch, &earlier).await?;
    if let Some(error) = received.iter().find_map(|came| OutcomeRequest::from_xml(&came.body).err()) {
        return Ok(Ended::judged(FailCertified, "malformed", error.to_string()));
    }
    let named = sourcedids(&received);
    Ok(if named.iter().any(|named| named == ESCAPED) {
        Ended::judged(Pass, "sound", "the sourced id came back to the letter")
    } else {
        Ended::judged(FailCertified, "changed", format!("{} came back", named.join(", ")))
    })
}

async fn newest(driver: &mut Tool11Driver<'_>) -> Result<Ended, Halt> {
    if configured(driver)?.replace.is_empty() {
        return Ok(Ended::skip(
            "the tool sends its score at the launch by itself, so that each launch has one of its own",
        ));
    }
    let earlier = driver.world.desk.handed_out();
    let [old, new] = [(); 2].map(|()| driver.world.fresh("suite-result"));
    driver.accepted(graded(driver, "suite-newest", &old)).await?;
    let launch = graded(driver, "suite-newest", &new);
    let named = sourcedids(&scores(driver, launch, &earlier).await?);
    Ok(match (named.contains(&new), named.contains(&old)) {
        (true, _) => Ended::judged(Pass, "newest", "the score goes to the sourced id of the second launch"),
        (false, true) => Ended::judged(Warn, "oldest", "the score goes to the sourced id of the first launch"),
        (false, false) => Ended::skip("the score goes to neither, which tool11-cert-6-1 reports"),
    })
}

/// Two courses, two links in one of them, two users at one of these.
async fn gradebook(driver: &mut Tool11Driver<'_>) -> Result<Ended, Halt> {
    let places = [("ann", "1", "left"), ("bob", "1", "left"), ("ann", "1", "right"), ("ann", "2", "left")];
    let earlier = driver.world.desk.handed_out();
    let mut sent = Vec::new();
    for (user, course, link) in places {
        let sourcedid = driver.world.fresh(&format!("suite-{user}-{course}-{link}"));
        let mut launch = graded(driver, &format!("suite-grade-{user}"), &sourcedid);
        launch.set("context_id", format!("suite-gradebook-{course}"));
        launch.set("resource_link_id", format!("suite-gradebook-{course}-{link}"));
        let named = sourcedids(&scores(driver, launch, &earlier).await?);
        if !named.contains(&sourcedid) {
            let observed = format!("user {user}, course {course}, link {link}: the score goes to {}", named.join(", "));
            return Ok(Ended::judged(FailCertified, "mixed", observed));
        }
        sent.push(sourcedid);
    }
    Ok(Ended::judged(Pass, "sound", format!("{} scores, each to its own sourced id", sent.len())))
}
