//! Runs the suite `tool11`: control, calibration, the cases in order, controls between and behind them.

use std::time::{Duration, Instant};

use super::{
    calibration::{Learned, calibrate},
    driver::Tool11Driver,
    script::{Act11, Tool11Case},
    world::Tool11World,
};
use crate::{
    calibration::Uncalibrated,
    case::Ended,
    driver::Halt,
    runner::{Finished, Nouns, RunOptions, Stopped, Tally, Watcher, elsewhere},
    seen::Meaning,
};

/// The suite.
const NOUNS: Nouns = Nouns { suite: "tool11", subject: "tool", control: "launch" };
/// How far a virtual clock moves between two cases.
const BETWEEN_CASES: i64 = 30;
/// How long a tool that was upset may take until it lets people in again.
const RECOVERY: Duration = Duration::from_secs(10);

/// Runs the suite `tool11`.
///
/// # Errors
/// When nothing can be judged.
pub async fn run_tool11(
    world: &Tool11World,
    cases: &[Tool11Case],
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
    let tool = &world.config.tool;
    let address = &tool.launch_url;
    let subject = tool.name.as_ref().map_or_else(|| address.to_string(), |name| format!("{name}  {address}"));
    Ok(run.tally.finish(subject, learned.exchanges.clone(), ended_early))
}

/// The control and what refusals look like, a line each with its stage; the first that fails ends it.
pub async fn rehearse_tool11(world: &Tool11World) -> (Vec<(&'static str, String)>, Result<(), Stopped>) {
    match learn(world).await {
        Ok(learned) => (lines(&learned), Ok(())),
        Err(stopped) => (vec![("control", stopped.to_string())], Err(stopped)),
    }
}

fn lines(learned: &Learned) -> Vec<(&'static str, String)> {
    vec![
        ("control", format!("launch accepted: {}", learned.control.describe())),
        ("calibrated", format!("refusals look like: {}", learned.refusal)),
    ]
}

async fn learn(world: &Tool11World) -> Result<Learned, Stopped> {
    calibrate(world).await.map_err(|error| match error {
        Uncalibrated::ControlRefused(page) => Stopped::ControlRefused(format!(
            "the sound launch is refused: {page}; compare key and secret, the clocks ({} here, in seconds since 1970), and \
             whether the tool's own base string begins with POST and {} (scheme, host and port as the tool sees them)",
            world.clock.now(),
            world.config.tool.launch_url
        )),
        Uncalibrated::Alike(page) => Stopped::Config(format!(
            "acceptance and refusal cannot be told apart: both answer {page}; either the sound launch is refused, or the \
             page does not tell: state accepted = {{ text = \"...\" }} or probe_url in the configuration"
        )),
        Uncalibrated::Elsewhere(url) => Stopped::Config(elsewhere(&url)),
        Uncalibrated::Halted(Halt::Skip(reason)) => Stopped::Config(reason),
        Uncalibrated::Halted(Halt::Lost(error)) => Stopped::Unreachable(format!("the tool cannot be reached: {error}")),
    })
}

/// A run on its way.
struct Run<'r> {
    world: &'r Tool11World,
    learned: &'r Learned,
    tally: Tally<'r>,
}

impl Run<'_> {
    /// Runs every case with a control behind each area and behind each case that may upset the tool.
    async fn all(&mut self, cases: &[Tool11Case]) -> Option<Stopped> {
        let mut area = cases.first().map_or("", |case| case.area);
        for (number, case) in cases.iter().enumerate() {
            if case.area != area {
                area = case.area;
                if let Some(stopped) = self.control(cases, number).await {
                    return Some(stopped);
                }
            }
            self.one(case).await;
            if let Some(lost) = self.tally.lost(&cases[number + 1..]) {
                return Some(lost);
            }
            if case.script.disturbs
                && let Some(stopped) = self.control(cases, number + 1).await
            {
                return Some(stopped);
            }
        }
        let last = self.control(cases, cases.len()).await;
        if let Some(case) = cases.iter().find(|case| matches!(case.script.act, Act11::Crashes)) {
            self.tally.sum_up_crashes(case, "no answer of this run was a server error");
        }
        last
    }

    async fn one(&mut self, case: &Tool11Case) {
        let since = Instant::now();
        let mut driver = Tool11Driver::new(self.world, self.learned);
        let withheld = self.world.config.withheld.iter().find(|withheld| withheld.case == case.id);
        let judged = match withheld {
            Some(withheld) => Ok(Ended::skip(withheld.reason.clone())),
            None => driver.run(case).await,
        };
        self.world.clock.advance(BETWEEN_CASES);
        let lost = matches!(judged, Err(Halt::Lost(_)));
        self.tally.answered(!lost);
        if lost || driver.crashes() > 0 {
            self.tally.crashed_in(case);
        }
        let ended = judged.unwrap_or_else(|halt| match halt {
            Halt::Skip(reason) => Ended::skip(reason),
            Halt::Lost(error) => Ended::skip(format!("the tool gave no answer: {error}")),
        });
        self.tally.put(case, &ended, since, driver.take_log());
    }

    /// The sound launch again. When it stays refused, everything since the last good one proves nothing.
    async fn control(&mut self, cases: &[Tool11Case], next: usize) -> Option<Stopped> {
        for attempt in 0..2 {
            if attempt > 0 {
                self.world.clock.pause(RECOVERY).await;
            }
            let mut driver = Tool11Driver::new(self.world, self.learned);
            let launch = driver.sound();
            let person = launch.person.clone();
            let answered = driver.answer(&launch.seal(), &person).await;
            if answered.is_ok_and(|answered| answered.meaning == Meaning::Accepted) {
                self.tally.control_passed();
                return None;
            }
        }
        Some(self.tally.control_failed(&cases[next..]))
    }
}
