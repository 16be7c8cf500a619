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
    case::{Ended, Outcome},
    driver::Halt,
    report::model::{CaseResult, Note, RunReport, Summary, Verdict},
    runner::{Finished, RunOptions, Stopped, Watcher, elsewhere, milliseconds, result},
    seen::Meaning,
};

/// The suite's name.
const SUITE: &str = "tool11";
/// After so many lost connections in a row the tool counts as lost.
const LOST_LIMIT: u32 = 3;
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
    let started = Instant::now();
    let mut notes = Vec::new();
    let mut note = |stage: &str, text: String, since: Instant| {
        let note = Note { stage: stage.to_owned(), text, duration_ms: milliseconds(since) };
        watcher.note(&note);
        notes.push(note);
    };
    let learned = learn(world).await?;
    note("control", format!("launch accepted: {}", learned.control.describe()), started);
    note("calibrated", format!("refusals look like: {}", learned.refusal), started);

    watcher.begin(cases.len());
    let mut run = Run {
        world,
        learned: &learned,
        options,
        watcher,
        results: Vec::new(),
        words: Vec::new(),
        since_control: 0,
        lost_in_a_row: 0,
        crashed: Vec::new(),
    };
    let ended_early = run.all(cases).await;
    let Run { results, words, .. } = run;
    let tool = &world.config.tool;
    let address = &tool.launch_url;
    let report = RunReport {
        suite: SUITE.to_owned(),
        subject: tool.name.as_ref().map_or_else(|| address.to_string(), |name| format!("{name}  {address}")),
        variant: None,
        certification: options.certification,
        command: options.command.clone(),
        captured: false,
        summary: Summary::of(&results),
        notes,
        results,
        control: learned.exchanges.clone(),
        duration_ms: milliseconds(started),
    };
    Ok(Finished { report, words, ended_early })
}

/// The control and what refusals look like, a line each with its stage; the first that fails ends it.
pub async fn rehearse_tool11(world: &Tool11World) -> (Vec<(&'static str, String)>, Result<(), Stopped>) {
    match learn(world).await {
        Ok(learned) => {
            let lines = vec![
                ("control", format!("launch accepted: {}", learned.control.describe())),
                ("calibrated", format!("refusals look like: {}", learned.refusal)),
            ];
            (lines, Ok(()))
        }
        Err(stopped) => (vec![("control", stopped.to_string())], Err(stopped)),
    }
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
    options: &'r RunOptions,
    watcher: &'r dyn Watcher,
    results: Vec<CaseResult>,
    words: Vec<&'static str>,
    /// The first result since the last good control.
    since_control: usize,
    lost_in_a_row: u32,
    /// The cases in which the tool failed instead of answering.
    crashed: Vec<&'static str>,
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
            if self.lost_in_a_row >= LOST_LIMIT {
                self.skip_rest(&cases[number + 1..], "the tool was lost");
                return Some(Stopped::Unreachable(format!("the tool was lost: no answer {LOST_LIMIT} times in a row")));
            }
            if case.script.disturbs
                && let Some(stopped) = self.control(cases, number + 1).await
            {
                return Some(stopped);
            }
        }
        let last = self.control(cases, cases.len()).await;
        self.sum_up_crashes(cases);
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
        self.lost_in_a_row = if lost { self.lost_in_a_row + 1 } else { 0 };
        if lost || driver.crashes() > 0 {
            self.crashed.push(case.id);
        }
        let ended = judged.unwrap_or_else(|halt| match halt {
            Halt::Skip(reason) => Ended::skip(reason),
            Halt::Lost(error) => Ended::skip(format!("the tool gave no answer: {error}")),
        });
        let mut result = result(SUITE, case, &ended, self.options.certification);
        result.duration_ms = milliseconds(since);
        result.exchanges = driver.take_log();
        self.watcher.case(self.results.len() + 1, &result);
        self.results.push(result);
        self.words.push(ended.word);
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
                self.since_control = self.results.len();
                return None;
            }
        }
        let reason = "the sound launch was refused after this case, so its verdict proves nothing";
        for (result, word) in self.results.iter_mut().zip(&mut self.words).skip(self.since_control) {
            result.verdict = Verdict::Skip;
            result.reason = Some(reason.to_owned());
            *word = "skipped";
        }
        let after = self.results.last().map_or_else(String::new, |last| last.id.clone());
        self.skip_rest(&cases[next..], "the tool refuses the sound launch since an earlier case");
        Some(Stopped::ControlRefused(format!(
            "after {after} the tool refuses the sound launch that it accepted before"
        )))
    }

    fn skip_rest(&mut self, cases: &[Tool11Case], reason: &str) {
        for case in cases {
            self.results.push(result(SUITE, case, &Ended::skip(reason), self.options.certification));
            self.words.push("skipped");
        }
    }

    /// Server errors are one warning for the whole run.
    fn sum_up_crashes(&mut self, cases: &[Tool11Case]) {
        let Some(case) = cases.iter().find(|case| matches!(case.script.act, Act11::Crashes)) else { return };
        let Some(index) = self.results.iter().position(|result| result.id == case.id) else { return };
        let ended = if self.crashed.is_empty() {
            Ended::judged(Outcome::Pass, "answered", "no answer of this run was a server error")
        } else {
            let shown: Vec<&str> = self.crashed.iter().copied().take(5).collect();
            let more = self.crashed.len().saturating_sub(shown.len());
            let rest = if more == 0 { String::new() } else { format!(" and {more} more") };
            let observed = format!("the tool failed or gave no answer in {}{rest}", shown.join(", "));
            Ended::judged(Outcome::Warn, "crashed", observed)
        };
        self.results[index] = result(SUITE, case, &ended, self.options.certification);
        self.words[index] = ended.word;
    }
}
