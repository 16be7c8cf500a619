//! Runs the suite `platform`: the sound launches first, the cases, the control again.

use std::time::Instant;

use super::{
    by_hand::ByHand,
    driver::{PlatformDriver, look_at_each},
    evidence::Evidence,
    keys::PublishedKeys,
    script::{PlatformCase, PlatformScript},
    service::{LABEL, rehearse_services},
    world::PlatformWorld,
};
use crate::{
    case::Ended,
    driver::Halt,
    report::model::{CaseResult, Exchange, Note, RunReport, Summary, Verdict},
    runner::{Finished, RunOptions, Stopped, Watcher, milliseconds, result},
    sight::ended,
};

/// How far a virtual clock moves between two cases.
const BETWEEN_CASES: i64 = 120;
/// After so many lost connections in a row the platform counts as lost.
const LOST_LIMIT: u32 = 3;

/// Runs the suite `platform`.
///
/// # Errors
/// When nothing can be judged: the platform cannot be reached, or a sound launch does not come about.
pub async fn run_platform(
    world: &PlatformWorld,
    cases: &[PlatformCase],
    options: &RunOptions,
    watcher: &dyn Watcher,
) -> Result<Finished, Stopped> {
    let started = Instant::now();
    let mut notes = Vec::new();
    let mut note = |stage: &str, text: String, since: Instant| {
        let note = Note { stage: stage.to_owned(), text, duration_ms: milliseconds(since) };
        watcher.note(&note);
        notes.push(note);
    };
    let since = Instant::now();
    let keys = preflight(world).await?;
    note("preflight", describe_keys(&keys), since);
    let since = Instant::now();
    let (evidence, control) = launch_all(world, keys).await?;
    let names: Vec<&str> = evidence.arrivals.iter().map(|arrival| arrival.name.as_str()).collect();
    note("control", format!("{} sound launches arrived: {}", names.len(), names.join(", ")), since);
    if let Some(reason) = &evidence.deep_linking_missed {
        note("control", format!("a deep linking request is missing: {reason}"), since);
    }

    watcher.begin(cases.len());
    let mut results = Vec::with_capacity(cases.len());
    let mut words = Vec::with_capacity(cases.len());
    let mut lost_in_a_row = 0;
    let mut ended_early = None;
    for (number, case) in cases.iter().enumerate() {
        let since = Instant::now();
        let mut driver = PlatformDriver::new(world, &evidence);
        let judged = driver.run(case).await;
        world.clock.advance(BETWEEN_CASES);
        lost_in_a_row = if matches!(judged, Err(Halt::Lost(_))) { lost_in_a_row + 1 } else { 0 };
        let ended = judged.unwrap_or_else(|halt| halted(&halt));
        let mut judged = result("platform", case, &ended, options.certification);
        judged.duration_ms = milliseconds(since);
        judged.exchanges = driver.take_log();
        watcher.case(number + 1, &judged);
        results.push(judged);
        words.push(ended.word);
        if lost_in_a_row >= LOST_LIMIT {
            skip_rest(&mut results, &mut words, &cases[number + 1..], options.certification, "the platform was lost");
            let reason = format!("the platform was lost: no answer {LOST_LIMIT} times in a row");
            ended_early = Some(Stopped::Unreachable(reason));
            break;
        }
    }
    if ended_early.is_none() {
        ended_early = last_control(world, &evidence, &mut results, &mut words).await;
    }
    let since = Instant::now();
    if let Some(text) = clear_up(world, &evidence).await {
        note("clear-up", text, since);
    }
    let report = report(world, options, notes, results, started);
    Ok(Finished { report: RunReport { control, ..report }, words, ended_early })
}

/// The report of a run that began then. Its messages are about a platform's own people.
fn report(
    world: &PlatformWorld,
    options: &RunOptions,
    notes: Vec<Note>,
    results: Vec<CaseResult>,
    started: Instant,
) -> RunReport {
    RunReport {
        suite: "platform".to_owned(),
        subject: subject(world),
        variant: None,
        certification: options.certification,
        command: options.command.clone(),
        captured: true,
        notes,
        summary: Summary::of(&results),
        results,
        control: Vec::new(),
        duration_ms: milliseconds(started),
    }
}

fn subject(world: &PlatformWorld) -> String {
    let platform = &world.config.platform;
    platform.name.as_ref().map_or_else(|| platform.issuer.clone(), |name| format!("{name}  {}", platform.issuer))
}

fn halted(halt: &Halt) -> Ended {
    match halt {
        Halt::Skip(reason) => Ended::skip(reason.clone()),
        Halt::Lost(error) => Ended::skip(format!("the platform gave no answer: {error}")),
    }
}

/// Reaches the platform. A key set that cannot be read is judged by its cases and stops nothing.
async fn preflight(world: &PlatformWorld) -> Result<PublishedKeys, Stopped> {
    let evidence = nothing_yet(world, PublishedKeys::default());
    let mut driver = PlatformDriver::new(world, &evidence);
    driver.fetch_keys().await.map_err(|halt| match halt {
        Halt::Skip(reason) => Stopped::Config(reason),
        Halt::Lost(error) => Stopped::Unreachable(format!(
            "the platform's key set {} cannot be reached: {error}",
            world.config.platform.jwks_url
        )),
    })
}

fn describe_keys(keys: &PublishedKeys) -> String {
    match (&keys.set, keys.status) {
        (Some(set), _) => format!("reachable, the key set has {} keys that can be read", set.keys().len()),
        (None, Some(status)) => format!("reachable, but the key set cannot be read: status {status}"),
        (None, None) => "the key set cannot be read".to_owned(),
    }
}

fn nothing_yet(world: &PlatformWorld, keys: PublishedKeys) -> Evidence {
    Evidence::of((*world.config).clone(), Vec::new(), keys)
}

/// Every configured launch, once. The first one is the control; without it nothing can be judged.
async fn launch_all(world: &PlatformWorld, keys: PublishedKeys) -> Result<(Evidence, Vec<Exchange>), Stopped> {
    let mut evidence = nothing_yet(world, keys);
    let mut control = Vec::new();
    for launch in &world.config.launches {
        let before = evidence.clone();
        let mut driver = PlatformDriver::new(world, &before);
        let arrival = driver.launch(launch, &before.keys).await.map_err(|halt| match halt {
            Halt::Skip(reason) => Stopped::ControlRefused(reason),
            Halt::Lost(error) => Stopped::Unreachable(format!("the platform was lost: {error}")),
        })?;
        if control.is_empty() {
            control = driver.take_log();
        }
        evidence.arrivals.push(arrival);
        world.clock.advance(BETWEEN_CASES);
    }
    if evidence.arrivals.is_empty() {
        return Err(Stopped::Config(
            "no [[launch]] is configured: say how a launch is brought about, or judge launches by hand".to_owned(),
        ));
    }
    add_content(world, &mut evidence).await?;
    Ok((evidence, control))
}

/// Removes the line items that the cases made. What is left is said, so that a person can remove it.
async fn clear_up(world: &PlatformWorld, evidence: &Evidence) -> Option<String> {
    let left = match PlatformDriver::new(world, evidence).clear_up().await {
        Ok(0) => return None,
        Ok(left) => format!("{left} line items"),
        Err(Halt::Skip(reason)) => format!("line items ({reason})"),
        Err(Halt::Lost(error)) => format!("line items ({error})"),
    };
    Some(format!("{left} of the suite could not be removed: look for {LABEL:?} in the gradebook"))
}

/// Every configured deep linking, up to the request. What is missing stops nothing: its cases say so.
async fn add_content(world: &PlatformWorld, evidence: &mut Evidence) -> Result<(), Stopped> {
    for adding in &world.config.deep_linking {
        let before = evidence.clone();
        match PlatformDriver::new(world, &before).select(adding).await {
            Ok(selection) => evidence.deep_linking.push(selection.arrival),
            Err(Halt::Skip(reason)) => evidence.deep_linking_missed = Some(reason),
            Err(Halt::Lost(error)) => return Err(Stopped::Unreachable(format!("the platform was lost: {error}"))),
        }
        world.clock.advance(BETWEEN_CASES);
    }
    Ok(())
}

/// The control once more. Where it fails, what was asked of the platform in between proves nothing.
async fn last_control(
    world: &PlatformWorld,
    evidence: &Evidence,
    results: &mut [CaseResult],
    words: &mut [&'static str],
) -> Option<Stopped> {
    let launch = world.config.launches.first()?;
    let mut driver = PlatformDriver::new(world, evidence);
    let reason = match driver.launch(launch, &evidence.keys).await {
        Ok(_) => return None,
        Err(Halt::Skip(reason)) => reason,
        Err(Halt::Lost(error)) => error.to_string(),
    };
    for (result, word) in results.iter_mut().zip(words).filter(|(result, _)| !result.exchanges.is_empty()) {
        result.verdict = Verdict::Skip;
        result.reason = Some("the sound launch did not come about after the cases, so this proves nothing".to_owned());
        *word = "skipped";
    }
    Some(Stopped::ControlRefused(format!("after the cases the sound launch does not come about any more: {reason}")))
}

fn skip_rest(
    results: &mut Vec<CaseResult>,
    words: &mut Vec<&'static str>,
    cases: &[PlatformCase],
    certification: bool,
    reason: &str,
) {
    for case in cases {
        results.push(result("platform", case, &Ended::skip(reason), certification));
        words.push("skipped");
    }
}

/// Waits for the launches that a person brings about, and judges what arrived.
///
/// # Errors
/// When the platform cannot be reached, or nothing arrived.
pub async fn run_by_hand(
    world: &PlatformWorld,
    tool: &ByHand,
    cases: &[PlatformCase],
    options: &RunOptions,
    watcher: &dyn Watcher,
) -> Result<Finished, Stopped> {
    let started = Instant::now();
    let keys = preflight(world).await?;
    let note = Note { stage: "preflight".to_owned(), text: describe_keys(&keys), duration_ms: milliseconds(started) };
    watcher.note(&note);
    tool.verify_with(keys);
    let evidence = tool.finished().await;
    if evidence.arrivals.is_empty() {
        return Err(Stopped::ControlRefused("no launch arrived at the suite's tool".to_owned()));
    }
    let mut notes = vec![note];
    let mut results = Vec::with_capacity(cases.len());
    for case in cases {
        results.extend(judge_evidence(&evidence, std::slice::from_ref(case), options.certification));
        // A service is asked without a browser, so that what a person launched is enough for it.
        if let (PlatformScript::Service { .. }, Some(last)) = (&case.script, results.last_mut()) {
            let since = Instant::now();
            let mut driver = PlatformDriver::new(world, &evidence);
            let ended = driver.run(case).await.unwrap_or_else(|halt| halted(&halt));
            *last = result("platform", case, &ended, options.certification);
            last.duration_ms = milliseconds(since);
            last.exchanges = driver.take_log();
        }
    }
    let since = Instant::now();
    if let Some(text) = clear_up(world, &evidence).await {
        notes.push(Note { stage: "clear-up".to_owned(), text, duration_ms: milliseconds(since) });
    }
    let words = vec![""; results.len()];
    let report = report(world, options, notes, results, started);
    Ok(Finished { report, words, ended_early: None })
}

/// What the configured launches bring.
///
/// # Errors
/// When the platform cannot be reached, or a launch does not come about.
pub async fn gather(world: &PlatformWorld) -> Result<Evidence, Stopped> {
    let keys = preflight(world).await?;
    Ok(launch_all(world, keys).await?.0)
}

/// The preflight and each launch once, a line each with its stage; the first that fails ends it.
pub async fn rehearse(world: &PlatformWorld) -> (Vec<(&'static str, String)>, Result<(), Stopped>) {
    let mut lines = Vec::new();
    let keys = match preflight(world).await {
        Ok(keys) => keys,
        Err(stopped) => {
            lines.push(("preflight", stopped.to_string()));
            return (lines, Err(stopped));
        }
    };
    lines.push(("preflight", describe_keys(&keys)));
    match launch_all(world, keys).await {
        Ok((evidence, _)) => {
            for arrival in &evidence.arrivals {
                lines.push(("launch", format!("{}: an ID token arrived", arrival.name)));
            }
            for arrival in &evidence.deep_linking {
                lines.push(("adding", format!("{}: a deep linking request arrived", arrival.name)));
            }
            if let Some(reason) = &evidence.deep_linking_missed {
                lines.push(("adding", reason.clone()));
            }
            let (services, sound) = rehearse_services(world, &evidence).await;
            lines.extend(services);
            (lines, sound)
        }
        Err(stopped) => {
            lines.push(("launch", stopped.to_string()));
            (lines, Err(stopped))
        }
    }
}

/// Judges recorded evidence: the cases that look at launches run, those that ask the platform something do not.
pub fn judge_evidence(evidence: &Evidence, cases: &[PlatformCase], certification: bool) -> Vec<CaseResult> {
    cases
        .iter()
        .map(|case| {
            let judged = match case.script {
                PlatformScript::Each { look, broken } => look_at_each(evidence, look, broken),
                PlatformScript::Together { look, broken } => ended(look(evidence), broken),
                PlatformScript::Request { .. }
                | PlatformScript::Sequence(_)
                | PlatformScript::Response(_)
                | PlatformScript::Service { .. } => Ended::skip(
                    "asks the platform something: only launches that the suite brings about itself can answer",
                ),
            };
            result("platform", case, &judged, certification)
        })
        .collect()
}
