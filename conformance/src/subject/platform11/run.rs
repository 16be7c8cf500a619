//! Runs the suite `platform11`: the sound launches first, the cases, the control again.

use std::time::Instant;

use super::{
    by_hand::ByHand11,
    driver::{Platform11Driver, look},
    evidence::Evidence11,
    script::{Platform11Case, Platform11Script},
    world::Platform11World,
};
use crate::{
    case::Ended,
    driver::Halt,
    report::model::{CaseResult, Exchange, Note, RunReport, Summary, Verdict},
    runner::{Finished, RunOptions, Stopped, Watcher, milliseconds, result},
};

/// The name of the suite.
const SUITE: &str = "platform11";
/// How far a virtual clock moves between two cases.
const BETWEEN_CASES: i64 = 60;
/// After so many lost connections in a row the platform counts as lost.
const LOST_LIMIT: u32 = 3;

/// Runs the suite `platform11`.
///
/// # Errors
/// When nothing can be judged: the platform cannot be reached, or a sound launch does not come about.
pub async fn run_platform11(
    world: &Platform11World,
    cases: &[Platform11Case],
    options: &RunOptions,
    watcher: &dyn Watcher,
) -> Result<Finished, Stopped> {
    let started = Instant::now();
    let (evidence, control) = launch_all(world).await?;
    let names: Vec<&str> = evidence.arrivals.iter().map(|arrival| arrival.name.as_str()).collect();
    let mut notes =
        vec![note(watcher, format!("{} sound launches arrived: {}", names.len(), names.join(", ")), started)];
    if let Some(reason) = &evidence.selection_missed {
        notes.push(note(watcher, format!("a request for content is missing: {reason}"), started));
    }
    watcher.begin(cases.len());
    let mut results = Vec::with_capacity(cases.len());
    let mut words = Vec::with_capacity(cases.len());
    let mut lost_in_a_row = 0;
    let mut ended_early = None;
    for (number, case) in cases.iter().enumerate() {
        let (judged, word, lost) = judge(world, &evidence, case, options.certification).await;
        lost_in_a_row = if lost { lost_in_a_row + 1 } else { 0 };
        watcher.case(number + 1, &judged);
        results.push(judged);
        words.push(word);
        if lost_in_a_row >= LOST_LIMIT {
            for case in &cases[number + 1..] {
                results.push(result(SUITE, case, &Ended::skip("the platform was lost"), options.certification));
                words.push("skipped");
            }
            let reason = format!("the platform was lost: no answer {LOST_LIMIT} times in a row");
            ended_early = Some(Stopped::Unreachable(reason));
            break;
        }
    }
    if ended_early.is_none() {
        ended_early = last_control(world, &evidence, &mut results, &mut words).await;
    }
    let report = report(world, options, notes, results, started);
    Ok(Finished { report: RunReport { control, ..report }, words, ended_early })
}

fn note(watcher: &dyn Watcher, text: String, since: Instant) -> Note {
    let note = Note { stage: "control".to_owned(), text, duration_ms: milliseconds(since) };
    watcher.note(&note);
    note
}

/// One case: its result, the word for what the platform did, and whether the platform was lost.
async fn judge(
    world: &Platform11World,
    evidence: &Evidence11,
    case: &Platform11Case,
    certification: bool,
) -> (CaseResult, &'static str, bool) {
    let since = Instant::now();
    let mut driver = Platform11Driver::new(world, evidence);
    let judged = driver.run(case).await;
    world.clock.advance(BETWEEN_CASES);
    let lost = matches!(judged, Err(Halt::Lost(_)));
    let ended = judged.unwrap_or_else(|halt| halted(&halt));
    let mut judged = result(SUITE, case, &ended, certification);
    judged.duration_ms = milliseconds(since);
    judged.exchanges = driver.take_log();
    (judged, ended.word, lost)
}

/// The report of a run that began then. Its messages are about a platform's own people.
fn report(
    world: &Platform11World,
    options: &RunOptions,
    notes: Vec<Note>,
    results: Vec<CaseResult>,
    started: Instant,
) -> RunReport {
    let key = &world.config.tool.consumer_key;
    let name = world.config.platform.name.as_ref();
    RunReport {
        suite: SUITE.to_owned(),
        subject: name.map_or_else(|| format!("consumer key {key}"), Clone::clone),
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

fn halted(halt: &Halt) -> Ended {
    match halt {
        Halt::Skip(reason) => Ended::skip(reason.clone()),
        Halt::Lost(error) => Ended::skip(format!("the platform gave no answer: {error}")),
    }
}

fn stopped(halt: Halt) -> Stopped {
    match halt {
        Halt::Skip(reason) => Stopped::ControlRefused(reason),
        Halt::Lost(error) => Stopped::Unreachable(format!("the platform cannot be reached: {error}")),
    }
}

/// Every configured launch, once. The first one is the control; without it nothing can be judged.
async fn launch_all(world: &Platform11World) -> Result<(Evidence11, Vec<Exchange>), Stopped> {
    let mut evidence = Evidence11::of((*world.config).clone(), Vec::new());
    let mut control = Vec::new();
    for launch in &world.config.launches {
        let before = evidence.clone();
        let mut driver = Platform11Driver::new(world, &before);
        let arrival = driver.launch(launch).await.map_err(stopped)?;
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
    for config in &world.config.selections {
        let before = evidence.clone();
        match Platform11Driver::new(world, &before).select(config).await {
            Ok(selection) => evidence.selections.push(selection.arrival),
            Err(Halt::Skip(reason)) => evidence.selection_missed = Some(reason),
            Err(lost @ Halt::Lost(_)) => return Err(stopped(lost)),
        }
        world.clock.advance(BETWEEN_CASES);
    }
    Ok((evidence, control))
}

/// The control once more. Where it fails, what was asked of the platform in between proves nothing.
async fn last_control(
    world: &Platform11World,
    evidence: &Evidence11,
    results: &mut [CaseResult],
    words: &mut [&'static str],
) -> Option<Stopped> {
    let launch = world.config.launches.first()?;
    let reason = match Platform11Driver::new(world, evidence).launch(launch).await {
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

/// Waits for the launches that a person brings about, and judges what arrived. The outcomes service is asked all the same:
/// that needs no browser.
///
/// # Errors
/// When nothing arrived.
pub async fn run_platform11_by_hand(
    world: &Platform11World,
    tool: &ByHand11,
    cases: &[Platform11Case],
    options: &RunOptions,
) -> Result<Finished, Stopped> {
    let started = Instant::now();
    let evidence = tool.finished().await;
    if evidence.arrivals.is_empty() {
        return Err(Stopped::ControlRefused("no launch arrived at the suite's tool".to_owned()));
    }
    let mut results = Vec::with_capacity(cases.len());
    for case in cases {
        let asks = matches!(case.script, Platform11Script::Outcomes(_));
        if asks {
            results.push(judge(world, &evidence, case, options.certification).await.0);
        } else {
            results.extend(judge_evidence11(&evidence, std::slice::from_ref(case), options.certification));
        }
    }
    let words = vec![""; results.len()];
    let report = report(world, options, Vec::new(), results, started);
    Ok(Finished { report, words, ended_early: None })
}

/// Every launch once, a line each with its stage; the first that fails ends it.
pub async fn rehearse11(world: &Platform11World) -> (Vec<(&'static str, String)>, Result<(), Stopped>) {
    let evidence = match launch_all(world).await {
        Ok((evidence, _)) => evidence,
        Err(stopped) => return (vec![("launch", stopped.to_string())], Err(stopped)),
    };
    let mut lines = Vec::new();
    for arrival in &evidence.arrivals {
        let says = match arrival.signed(&world.config.tool) {
            super::evidence::Signed::Right => "arrived, the signature is right".to_owned(),
            super::evidence::Signed::Missing => "arrived without a signature".to_owned(),
            super::evidence::Signed::WrongBut(words) => format!("arrived, and is signed {words}"),
            super::evidence::Signed::Wrong => {
                "arrived, and the signature is wrong: compare the secret on both sides".to_owned()
            }
            super::evidence::Signed::Unknown(reason) => format!("arrived, not verified: {reason}"),
        };
        lines.push(("launch", format!("{}: {says}", arrival.name)));
    }
    lines.extend(evidence.selections.iter().map(|arrival| ("adding", format!("{}: a request arrived", arrival.name))));
    lines.extend(evidence.selection_missed.iter().map(|reason| ("adding", reason.clone())));
    let offered = evidence.arrivals.iter().any(|arrival| arrival.filled("lis_outcome_service_url").is_some());
    if offered {
        let mut driver = Platform11Driver::new(world, &evidence);
        let line = match driver.ways().await {
            Ok(ways) if ways.reads => "a score was stored and read back".to_owned(),
            Ok(_) => "a score was stored; it cannot be read back".to_owned(),
            Err(Halt::Skip(reason)) => reason,
            Err(Halt::Lost(error)) => error.to_string(),
        };
        lines.push(("outcomes", line));
    }
    (lines, Ok(()))
}

/// Judges recorded evidence: the cases that look at launches run, those that ask the platform something do not.
pub fn judge_evidence11(evidence: &Evidence11, cases: &[Platform11Case], certification: bool) -> Vec<CaseResult> {
    let beyond = "asks the platform something: only launches that the suite brings about itself can answer";
    cases
        .iter()
        .map(|case| {
            let judged = look(evidence, case).unwrap_or_else(|| Ended::skip(beyond));
            result(SUITE, case, &judged, certification)
        })
        .collect()
}
