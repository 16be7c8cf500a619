//! Runs a suite: preflight, control, calibration, the cases in order, controls between and behind them, and the verdicts.

mod tally;

use std::time::{Duration, Instant};

use lti_core::requirement::Requirement;

pub(crate) use self::tally::{Nouns, Tally};
use crate::{
    calibration::{Calibration, Uncalibrated, calibrate},
    case::{Case, Duty, Ended, Ending, Need},
    driver::{Driver, Freshness, Halt},
    exchange::{Person, Plan},
    preflight::{explain_refusal, preflight},
    report::model::{CaseResult, Note, RunReport, Summary, Verdict},
    requirement,
    seen::Meaning,
    world::World,
};

/// The suite `tool`.
const NOUNS: Nouns = Nouns { suite: "tool", subject: "tool", control: "launch" };
/// How far a virtual clock moves between two cases, so that caches with a bounded rate may refetch.
const BETWEEN_CASES: i64 = 120;
/// How long a tool may need to fetch the key set again after a case that upset it: libraries pause for half a minute.
const RECOVERY: Duration = Duration::from_mins(1);
/// How often it is looked at in that time.
const RECOVERY_STEP: Duration = Duration::from_secs(5);
/// The case that sums up what all refusals of a run looked like.
const CRASH_CASE: &str = "tool-refusal-crash";

/// How to run.
#[derive(Debug, Clone, Default)]
pub struct RunOptions {
    /// Whether missed rows of the certification guide are failures.
    pub certification: bool,
    /// Whether cases that must wait are run.
    pub slow: bool,
    /// The command that repeats this run, for the report.
    pub command: String,
}

/// Why nothing could be judged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Stopped {
    /// The configuration is wrong, or acceptance and refusal cannot be told apart: exit 2.
    #[error("{0}")]
    Config(String),
    /// The subject cannot be reached: exit 3.
    #[error("{0}")]
    Unreachable(String),
    /// The sound launch is refused: exit 1.
    #[error("{0}")]
    ControlRefused(String),
}

impl Stopped {
    /// The same, in the run of this variant.
    #[must_use]
    pub fn within(self, variant: &str) -> Self {
        let named = |reason: String| format!("{variant}: {reason}");
        match self {
            Self::Config(reason) => Self::Config(named(reason)),
            Self::Unreachable(reason) => Self::Unreachable(named(reason)),
            Self::ControlRefused(reason) => Self::ControlRefused(named(reason)),
        }
    }
}

/// What a run found, and whether it came to its end.
#[derive(Debug, Clone)]
pub struct Finished {
    /// The report.
    pub report: RunReport,
    /// For each result, in order, one word for what the subject did.
    pub words: Vec<&'static str>,
    /// Why the run ended early: the subject was lost, or refuses the sound launch now.
    pub ended_early: Option<Stopped>,
}

/// Is told how far a run has come.
pub trait Watcher: Send + Sync {
    /// Another line of the preamble.
    fn note(&self, _note: &Note) {}
    /// The cases begin.
    fn begin(&self, _total: usize) {}
    /// A case ended.
    fn case(&self, _number: usize, _result: &CaseResult) {}
}

/// Watches nothing.
#[derive(Debug, Clone, Copy)]
pub struct Unwatched;

impl Watcher for Unwatched {}

/// Runs the suite `tool`.
///
/// # Errors
/// When nothing can be judged.
pub async fn run_tool(
    world: &World,
    cases: &[Case],
    options: &RunOptions,
    watcher: &dyn Watcher,
) -> Result<Finished, Stopped> {
    let mut tally = Tally::new(NOUNS, options, watcher);
    world.forget_sessions();
    world.forget_told();
    let since = Instant::now();
    tally.note("preflight", preflight(world).await?, since);
    let since = Instant::now();
    let calibration = learn(world).await?;
    tally.note("control", format!("launch accepted: {}", calibration.control.describe()), since);
    tally.note("calibrated", format!("refusals look like: {}", calibration.refusal), since);

    watcher.begin(cases.len());
    let mut run = Run { world, calibration: &calibration, options, tally };
    let ended_early = run.all(cases).await;
    let mut finished = run.tally.finish(subject(world), calibration.exchanges.clone(), ended_early);
    finished.report.variant = world.variant().map(|variant| variant.name.to_owned());
    Ok(finished)
}

/// A run in which nothing could be judged because its sound launch failed, while another one's did not.
pub fn unlaunched(world: &World, cases: &[Case], certification: bool, command: &str, stopped: Stopped) -> Finished {
    let skipped = Ended::skip("the tool refuses the sound launch as this platform sends it");
    let results: Vec<CaseResult> = cases.iter().map(|case| result("tool", case, &skipped, certification)).collect();
    let notes = vec![Note { stage: "control".to_owned(), text: stopped.to_string(), duration_ms: 0 }];
    let report = RunReport {
        suite: "tool".to_owned(),
        subject: subject(world),
        variant: world.variant().map(|variant| variant.name.to_owned()),
        certification,
        command: command.to_owned(),
        captured: false,
        summary: Summary::of(&results),
        notes,
        results,
        control: Vec::new(),
        duration_ms: 0,
    };
    let words = vec![skipped.word; cases.len()];
    Finished { report, words, ended_early: Some(stopped) }
}

pub(crate) fn milliseconds(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

fn subject(world: &World) -> String {
    let tool = &world.config.tool;
    tool.name.as_ref().map_or_else(|| tool.login_url.to_string(), |name| format!("{name}  {}", tool.login_url))
}

async fn learn(world: &World) -> Result<Calibration, Stopped> {
    let fetches = world.platform.key_set_fetches();
    calibrate(world).await.map_err(|error| match error {
        Uncalibrated::ControlRefused(page) => {
            Stopped::ControlRefused(explain_refusal(world, &page, world.platform.key_set_fetches() > fetches))
        }
        Uncalibrated::Alike(page) => {
            let fetched = world.platform.key_set_fetches() > fetches;
            let unfetched = if fetched { "" } else { " (the tool never asked for the key set)" };
            Stopped::Config(format!(
                "acceptance and refusal cannot be told apart: both answer {page}{unfetched}; either the sound launch is \
                 refused, or the page does not tell: state accepted = {{ text = \"...\" }} or probe_url in the configuration"
            ))
        }
        Uncalibrated::Elsewhere(url) => Stopped::Config(elsewhere(&url)),
        Uncalibrated::Halted(Halt::Skip(reason)) => Stopped::Config(reason),
        Uncalibrated::Halted(Halt::Lost(error)) => Stopped::Unreachable(format!("the tool was lost: {error}")),
    })
}

/// A line for a launch that leads to a host which is not known to be the tool's.
pub(crate) fn elsewhere(url: &str) -> String {
    format!(
        "the sound launch leads to {url}, a host that the configuration does not name: give tool.probe_url on that host"
    )
}

/// A run on its way.
struct Run<'r> {
    world: &'r World,
    calibration: &'r Calibration,
    options: &'r RunOptions,
    tally: Tally<'r>,
}

impl Run<'_> {
    /// Runs every case with a control behind each area and behind each case that may upset the subject.
    async fn all(&mut self, cases: &[Case]) -> Option<Stopped> {
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
        if let Some(case) = cases.iter().find(|case| case.id == CRASH_CASE) {
            self.tally.sum_up_crashes(case, "no refusal of this run was a server error");
        }
        last
    }

    async fn one(&mut self, case: &Case) {
        let since = Instant::now();
        let mut driver = Driver::new(self.world, self.calibration);
        let ended = if case.script.needs.contains(&Need::Slow) && !self.options.slow {
            Ok(Ended::skip("it waits for more than a minute: run with --slow"))
        } else {
            driver.run(case).await
        };
        self.world.platform.restore_keys();
        self.world.clock.advance(BETWEEN_CASES);
        // Without a key set no launch can be served, and a failure says so well enough.
        // And a registration says for itself whether the tool failed with the platform.
        // So does a case about services.
        let of_services = crate::suite::tool::SERVICE_AREAS.contains(&case.area);
        let apart = of_services || ["tool-jwks-", "tool-registration-"].iter().any(|area| case.id.starts_with(area));
        if driver.crashes() > 0 && !apart {
            self.tally.crashed_in(case);
        }
        self.tally.answered(!matches!(ended, Err(Halt::Lost(_))));
        let ended = match ended {
            Ok(ended) => ended,
            Err(Halt::Skip(reason)) => Ended::skip(reason),
            Err(Halt::Lost(error)) => {
                self.tally.crashed_in(case);
                Ended::skip(format!("the subject gave no answer: {error}"))
            }
        };
        self.tally.put(case, &ended, since, driver.take_log());
    }

    /// The sound launch again. When it stays refused, everything since the last good one proves nothing.
    async fn control(&mut self, cases: &[Case], next: usize) -> Option<Stopped> {
        let upset = next.checked_sub(1).and_then(|last| cases.get(last)).is_some_and(|case| case.script.disturbs);
        let since = Instant::now();
        for attempt in 0.. {
            self.world.clock.advance(BETWEEN_CASES);
            if matches!(self.control_once().await, Ok(true)) {
                self.tally.control_passed();
                return None;
            }
            let may_recover = upset && self.world.clock.is_system() && since.elapsed() < RECOVERY;
            if attempt > 0 && !may_recover {
                break;
            }
            if may_recover {
                tokio::time::sleep(RECOVERY_STEP).await;
            }
        }
        Some(self.tally.control_failed(&cases[next..]))
    }

    async fn control_once(&self) -> Result<bool, Halt> {
        let mut driver = Driver::new(self.world, self.calibration);
        let mut browser = driver.browser();
        let plan = Plan::new(self.world, 0, Person::learner());
        let (_, _, page) = driver.launch(&mut browser, &plan).await?;
        Ok(driver.meaning(&mut browser, &page, &plan.person, Freshness::Fresh).await? == Meaning::Accepted)
    }
}

/// Writes a case's end into the form of the report.
pub(crate) fn result<S>(suite: &str, case: &Case<S>, ended: &Ended, certification: bool) -> CaseResult {
    let rules: Vec<_> = case.requirements.iter().filter_map(|id| requirement::find(id)).collect();
    let level = crate::suite::level(suite, &rules);
    let main = rules.first();
    let clauses = requirement::clauses(&rules);
    let (verdict, reason) = match &ended.verdict {
        Ending::Judged(outcome) => (outcome.verdict(certification), None),
        Ending::Review(reason) => (Verdict::Review, Some(reason.clone())),
        Ending::Skip(reason) => (Verdict::Skip, Some(reason.clone())),
        Ending::Unsupported(reason) => (Verdict::Unsupported, Some(reason.clone())),
    };
    CaseResult {
        id: case.id.to_owned(),
        title: case.title.to_owned(),
        area: case.area.to_owned(),
        requirements: case.requirements.iter().map(|&id| id.to_owned()).collect(),
        level: level.to_owned(),
        duty: case.duty.as_str().to_owned(),
        risk: main.map_or("none", |rule| rule.risk.as_str()).to_owned(),
        harm: main.map_or("", |rule| rule.harm).to_owned(),
        verdict,
        reason,
        certification: case.certification.map(str::to_owned),
        clauses,
        sent: case.sent.to_owned(),
        expected: case.expected().to_owned(),
        observed: ended.observed.clone(),
        hint: hint(suite, case, main).to_owned(),
        duration_ms: 0,
        exchanges: Vec::new(),
    }
}

/// How to mend it: by the row, by the rule as a tool has to read it, or by the rule itself.
fn hint<S>(suite: &str, case: &Case<S>, main: Option<&&'static Requirement>) -> &'static str {
    let for_tool =
        main.filter(|_| suite == "tool" && case.duty == Duty::Reject).and_then(|rule| requirement::for_tool(rule.id));
    case.hint.or(for_tool).or_else(|| main.map(|rule| rule.hint)).unwrap_or_default()
}
