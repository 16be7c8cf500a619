//! Runs the suite `client`: control, calibration, the cases in order, controls between and behind them.

use std::time::{Duration, Instant};

use super::{
    calibration::{Learned, calibrate},
    driver::ClientDriver,
    script::ClientCase,
    world::ClientWorld,
};
use crate::{
    calibration::Uncalibrated,
    case::Ended,
    driver::Halt,
    runner::{Finished, Nouns, RunOptions, Stopped, Tally, Watcher, elsewhere},
    seen::Meaning,
};

/// The suite.
const NOUNS: Nouns = Nouns { suite: "client", subject: "client", control: "login" };
/// How far a virtual clock moves between two cases, so that caches with a bounded rate may refetch.
const BETWEEN_CASES: i64 = 120;
/// How long a client may need to fetch the key set again after a case that upset it: libraries pause for half a minute.
const RECOVERY: Duration = Duration::from_mins(1);
/// How often it is looked at in that time.
const RECOVERY_STEP: Duration = Duration::from_secs(5);

/// Runs the suite `client`.
///
/// # Errors
/// When nothing can be judged.
pub async fn run_client(
    world: &ClientWorld,
    cases: &[ClientCase],
    options: &RunOptions,
    watcher: &dyn Watcher,
) -> Result<Finished, Stopped> {
    let mut tally = Tally::new(NOUNS, options, watcher);
    let learned = learn(world).await?;
    for (stage, line) in lines(&learned) {
        tally.note(stage, line, tally.started());
    }
    watcher.begin(cases.len());
    let mut run = Run { world, learned: &learned, tally };
    let ended_early = run.all(cases).await;
    let client = &world.config.client;
    let address = &client.login_url;
    let subject = client.name.as_ref().map_or_else(|| address.to_string(), |name| format!("{name}  {address}"));
    Ok(run.tally.finish(subject, learned.exchanges.clone(), ended_early))
}

/// The control and what refusals look like, a line each with its stage; the first that fails ends it.
pub async fn rehearse_client(world: &ClientWorld) -> (Vec<(&'static str, String)>, Result<(), Stopped>) {
    match learn(world).await {
        Ok(learned) => (lines(&learned), Ok(())),
        Err(stopped) => (vec![("control", stopped.to_string())], Err(stopped)),
    }
}

fn lines(learned: &Learned) -> Vec<(&'static str, String)> {
    vec![
        ("control", format!("signed in by the {}: {}", learned.flow.words(), learned.control.describe())),
        ("calibrated", format!("refusals look like: {}", learned.refusal)),
    ]
}

async fn learn(world: &ClientWorld) -> Result<Learned, Stopped> {
    let issuer = &world.issuer.owner(0).issuer;
    let learned = calibrate(world).await.map_err(|error| match error {
        Uncalibrated::ControlRefused(page) => Stopped::ControlRefused(format!(
            "the sound login is refused: {page}; compare issuer ({issuer}), client id, secret and redirect URI, and the clocks \
             ({} here, in seconds since 1970){}",
            world.clock.now(),
            refused_by_issuer(world)
        )),
        Uncalibrated::Alike(page) => Stopped::Config(format!(
            "signing in and being refused cannot be told apart: both answer {page}; either the sound login is refused, or the \
             page does not tell: state accepted = {{ text = \"...\" }} or probe_url in the configuration{}",
            refused_by_issuer(world)
        )),
        Uncalibrated::Elsewhere(url) => Stopped::Config(elsewhere(&url)),
        Uncalibrated::Halted(Halt::Skip(reason)) => Stopped::Config(reason),
        Uncalibrated::Halted(Halt::Lost(error)) => Stopped::Unreachable(format!("the client cannot be reached: {error}")),
    })?;
    if !learned.flow.code && !learned.flow.front_token {
        return Err(Stopped::Config(
            "the client asks for neither a code nor an ID token: its response_type names none".to_owned(),
        ));
    }
    if learned.flow.front_token && !learned.flow.form_post {
        return Err(Stopped::Config(
            "the client takes an ID token from the fragment, which only its scripts read: judge it with \
             response_mode=form_post or in the authorization code flow"
                .to_owned(),
        ));
    }
    Ok(learned)
}

/// What the suite's own token endpoint had against the last request, for a person who looks for a wrong setting.
fn refused_by_issuer(world: &ClientWorld) -> String {
    let calls = world.issuer.take_calls();
    let bad = calls.iter().rev().find(|call| call.status >= 400);
    bad.map_or_else(String::new, |call| format!("; the suite answered {} to {} {}", call.status, call.method, call.url))
}

/// A run on its way.
struct Run<'r> {
    world: &'r ClientWorld,
    learned: &'r Learned,
    tally: Tally<'r>,
}

impl Run<'_> {
    /// Runs every case with a control behind each area and behind each case that may upset the client.
    async fn all(&mut self, cases: &[ClientCase]) -> Option<Stopped> {
        let mut area = cases.first().map_or("", |case| case.area);
        for (number, case) in cases.iter().enumerate() {
            if case.area != area {
                area = case.area;
                if let Some(stopped) = self.control(cases, number, false).await {
                    return Some(stopped);
                }
            }
            self.one(case).await;
            if let Some(lost) = self.tally.lost(&cases[number + 1..]) {
                return Some(lost);
            }
            if case.script.disturbs
                && let Some(stopped) = self.control(cases, number + 1, true).await
            {
                return Some(stopped);
            }
        }
        self.control(cases, cases.len(), false).await
    }

    async fn one(&mut self, case: &ClientCase) {
        let since = Instant::now();
        let mut driver = ClientDriver::new(self.world, self.learned);
        let judged = driver.run(case).await;
        self.world.issuer.stage(&driver.sound());
        self.world.clock.advance(BETWEEN_CASES);
        let lost = matches!(judged, Err(Halt::Lost(_)));
        self.tally.answered(!lost);
        if lost || driver.crashes() > 0 {
            self.tally.crashed_in(case);
        }
        let ended = judged.unwrap_or_else(|halt| match halt {
            Halt::Skip(reason) => Ended::skip(reason),
            Halt::Lost(error) => Ended::skip(format!("the client gave no answer: {error}")),
        });
        self.tally.put(case, &ended, since, driver.take_log());
    }

    /// The sound login again. When it stays refused, everything since the last good one proves nothing. The client may need
    /// a while only behind a case that is known to upset it: otherwise what was refused until then was refused for
    /// whatever it recovers from.
    async fn control(&mut self, cases: &[ClientCase], next: usize, disturbed: bool) -> Option<Stopped> {
        let attempts = RECOVERY.as_secs() / RECOVERY_STEP.as_secs();
        for attempt in 0..=attempts + 1 {
            // The second attempt comes at once: one that fails alone is no state of the client.
            let late = attempt > 1;
            if late {
                self.world.clock.pause(RECOVERY_STEP).await;
            }
            let mut driver = ClientDriver::new(self.world, self.learned);
            let entered = driver.login(&driver.sound()).await;
            driver.collect();
            if entered.is_ok_and(|(_, entered)| entered.meaning == Meaning::Accepted) {
                if late && !disturbed {
                    self.tally.spoil(
                        "the sound login was refused for a while after this case, so its verdict proves nothing",
                    );
                }
                self.tally.control_passed();
                self.world.clock.advance(BETWEEN_CASES);
                return None;
            }
        }
        Some(self.tally.control_failed(&cases[next..]))
    }
}
