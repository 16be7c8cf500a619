//! Runs the suite `issuer`: discovery, clients, the sound flow, the cases, the sound flow again.

use std::time::Instant;

use super::{
    driver::IssuerDriver,
    grounds::{Grounds, prepare, stopped},
    script::IssuerCase,
    world::IssuerWorld,
};
use crate::{
    case::Ended,
    driver::Halt,
    report::model::{CaseResult, Exchange, Note, RunReport, Summary, Verdict},
    runner::{Finished, RunOptions, Stopped, Watcher, milliseconds, result},
};

/// The name of the suite.
const SUITE: &str = "issuer";
/// How far a virtual clock moves between two cases.
const BETWEEN_CASES: i64 = 30;
/// After so many lost connections in a row the issuer counts as lost.
const LOST_LIMIT: u32 = 3;

/// Runs the suite `issuer`.
///
/// # Errors
/// When nothing can be judged: the issuer cannot be reached, or the sound flow does not come about.
pub async fn run_issuer(
    world: &IssuerWorld,
    cases: &[IssuerCase],
    options: &RunOptions,
    watcher: &dyn Watcher,
) -> Result<Finished, Stopped> {
    let started = Instant::now();
    let mut notes = Vec::new();
    let mut note = |stage: &str, text: String| {
        let note = Note { stage: stage.to_owned(), text, duration_ms: milliseconds(started) };
        watcher.note(&note);
        notes.push(note);
    };
    let (grounds, lines) = prepare(world).await?;
    for line in lines {
        note("preflight", line);
    }
    let (grounds, control) = sound_flow(world, grounds).await?;
    note("control", describe(&grounds));

    watcher.begin(cases.len());
    let mut results = Vec::with_capacity(cases.len());
    let mut words = Vec::with_capacity(cases.len());
    let mut lost_in_a_row = 0;
    let mut ended_early = None;
    for (number, case) in cases.iter().enumerate() {
        let (judged, word, lost) = judge(world, &grounds, case, options).await;
        lost_in_a_row = if lost { lost_in_a_row + 1 } else { 0 };
        watcher.case(number + 1, &judged);
        results.push(judged);
        words.push(word);
        if lost_in_a_row >= LOST_LIMIT {
            for case in &cases[number + 1..] {
                results.push(result(SUITE, case, &Ended::skip("the issuer was lost"), options.certification));
                words.push("skipped");
            }
            let reason = format!("the issuer was lost: no answer {LOST_LIMIT} times in a row");
            ended_early = Some(Stopped::Unreachable(reason));
            break;
        }
    }
    if ended_early.is_none() {
        ended_early = last_control(world, &grounds, &mut results, &mut words).await;
    }
    let report = report(world, options, notes, results, started);
    Ok(Finished { report: RunReport { control, ..report }, words, ended_early })
}

/// The sound flow of the first client. Without it nothing can be judged.
async fn sound_flow(world: &IssuerWorld, grounds: Grounds) -> Result<(Grounds, Vec<Exchange>), Stopped> {
    let mut grounds = grounds;
    let mut last = None;
    // Only a client that signs says to whom, and the texts leave open which of the issuer's names it has to use.
    let signs = grounds.clients.first().is_some_and(|client| client.key.is_some());
    let ways = [(true, false), (true, true), (false, false)];
    for (pkce, audience_is_issuer) in ways.into_iter().filter(|(_, issuer)| signs || !issuer) {
        (grounds.pkce, grounds.audience_is_issuer) = (pkce, audience_is_issuer);
        world.sessions().clear();
        let before = grounds.clone();
        let mut driver = IssuerDriver::new(world, &before);
        let client = driver.client().map_err(stopped)?.clone();
        match driver.tokens_for(&client).await {
            Ok(control) => {
                grounds.control = Some(control);
                return Ok((grounds, driver.take_log()));
            }
            Err(lost @ Halt::Lost(_)) => return Err(stopped(lost)),
            Err(halt) => last = last.or(Some(halt)),
        }
    }
    let reason = last.unwrap_or_else(|| Halt::Skip("the sound flow was not tried".to_owned()));
    Err(stopped(reason))
}

fn describe(grounds: &Grounds) -> String {
    let Some((granted, tokens)) = &grounds.control else { return "no sound flow".to_owned() };
    let pages = granted.answer.shown.len();
    let given = ["access_token", "refresh_token", "id_token"].into_iter().filter(|name| tokens.text(name).is_some());
    format!("a code after {pages} pages, then {}", given.collect::<Vec<_>>().join(", "))
}

/// One case: its result, the word for what the issuer did, and whether the issuer was lost.
async fn judge(
    world: &IssuerWorld,
    grounds: &Grounds,
    case: &IssuerCase,
    options: &RunOptions,
) -> (CaseResult, &'static str, bool) {
    let since = Instant::now();
    let mut driver = IssuerDriver::new(world, grounds);
    driver.slow = options.slow || !world.clock.is_system();
    let judged = driver.run(case).await;
    world.clock.advance(BETWEEN_CASES);
    let lost = matches!(judged, Err(Halt::Lost(_)));
    let ended = judged.unwrap_or_else(|halt| halted(&halt));
    let mut judged = result(SUITE, case, &ended, options.certification);
    judged.duration_ms = milliseconds(since);
    judged.exchanges = driver.take_log();
    (judged, ended.word, lost)
}

/// The report of a run that began then. Its messages are about an issuer's own people.
fn report(
    world: &IssuerWorld,
    options: &RunOptions,
    notes: Vec<Note>,
    results: Vec<CaseResult>,
    started: Instant,
) -> RunReport {
    let issuer = &world.config.issuer;
    RunReport {
        suite: SUITE.to_owned(),
        subject: issuer.name.as_ref().map_or_else(|| issuer.url.clone(), |name| format!("{name}  {}", issuer.url)),
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
        Halt::Lost(error) => Ended::skip(format!("the issuer gave no answer: {error}")),
    }
}

/// The control once more. Where it fails, what was asked of the issuer in between proves nothing.
async fn last_control(
    world: &IssuerWorld,
    grounds: &Grounds,
    results: &mut [CaseResult],
    words: &mut [&'static str],
) -> Option<Stopped> {
    let client = grounds.clients.first()?;
    let mut driver = IssuerDriver::new(world, grounds);
    let reason = match driver.tokens_for(client).await {
        Ok(_) => return None,
        Err(Halt::Skip(reason)) => reason,
        Err(Halt::Lost(error)) => error.to_string(),
    };
    for (result, word) in results.iter_mut().zip(words).filter(|(result, _)| !result.exchanges.is_empty()) {
        result.verdict = Verdict::Skip;
        result.reason = Some("the sound flow did not come about after the cases, so this proves nothing".to_owned());
        *word = "skipped";
    }
    Some(Stopped::ControlRefused(format!("after the cases the sound flow does not come about any more: {reason}")))
}

/// Discovery, clients and the sound flow, a line each with its stage; the first that fails ends it.
pub async fn rehearse_issuer(world: &IssuerWorld) -> (Vec<(&'static str, String)>, Result<(), Stopped>) {
    let (grounds, lines) = match prepare(world).await {
        Ok(prepared) => prepared,
        Err(stopped) => return (vec![("preflight", stopped.to_string())], Err(stopped)),
    };
    let mut lines: Vec<(&'static str, String)> = lines.into_iter().map(|line| ("preflight", line)).collect();
    match sound_flow(world, grounds).await {
        Ok((grounds, _)) => {
            lines.push(("control", describe(&grounds)));
            (lines, Ok(()))
        }
        Err(stopped) => {
            lines.push(("control", stopped.to_string()));
            (lines, Err(stopped))
        }
    }
}
