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
    report::model::{Exchange, Verdict},
    runner::{Finished, Nouns, RunOptions, Stopped, Tally, Watcher},
};

/// The suite.
const NOUNS: Nouns = Nouns { suite: "issuer", subject: "issuer", control: "flow" };
/// How far a virtual clock moves between two cases.
const BETWEEN_CASES: i64 = 30;

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
    let mut tally = Tally::new(NOUNS, options, watcher);
    let (grounds, lines) = prepare(world).await?;
    for line in lines {
        tally.note("preflight", line, tally.started());
    }
    let (grounds, control) = sound_flow(world, grounds).await?;
    tally.note("control", describe(&grounds), tally.started());

    watcher.begin(cases.len());
    let mut ended_early = None;
    for (number, case) in cases.iter().enumerate() {
        judge(world, &grounds, case, options, &mut tally).await;
        ended_early = tally.lost(&cases[number + 1..]);
        if ended_early.is_some() {
            break;
        }
    }
    if ended_early.is_none() {
        ended_early = last_control(world, &grounds, &mut tally).await;
    }
    let issuer = &world.config.issuer;
    let subject = issuer.name.as_ref().map_or_else(|| issuer.url.clone(), |name| format!("{name}  {}", issuer.url));
    let mut finished = tally.finish(subject, control, ended_early);
    // Its messages are about an issuer's own people.
    finished.report.captured = true;
    Ok(finished)
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

/// One case, written down with what was sent and answered.
async fn judge(world: &IssuerWorld, grounds: &Grounds, case: &IssuerCase, options: &RunOptions, tally: &mut Tally<'_>) {
    let since = Instant::now();
    let mut driver = IssuerDriver::new(world, grounds);
    driver.slow = options.slow || !world.clock.is_system();
    let judged = driver.run(case).await;
    world.clock.advance(BETWEEN_CASES);
    tally.answered(!matches!(judged, Err(Halt::Lost(_))));
    let ended = judged.unwrap_or_else(|halt| halted(&halt));
    tally.put(case, &ended, since, driver.take_log());
}

fn halted(halt: &Halt) -> Ended {
    match halt {
        Halt::Skip(reason) => Ended::skip(reason.clone()),
        Halt::Lost(error) => Ended::skip(format!("the issuer gave no answer: {error}")),
    }
}

/// The control once more. Where it fails, what was asked of the issuer in between proves nothing.
async fn last_control(world: &IssuerWorld, grounds: &Grounds, tally: &mut Tally<'_>) -> Option<Stopped> {
    let client = grounds.clients.first()?;
    let mut driver = IssuerDriver::new(world, grounds);
    let reason = match driver.tokens_for(client).await {
        Ok(_) => return None,
        Err(Halt::Skip(reason)) => reason,
        Err(Halt::Lost(error)) => error.to_string(),
    };
    let asked = tally.results.iter_mut().zip(&mut tally.words).filter(|(result, _)| !result.exchanges.is_empty());
    for (result, word) in asked {
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
