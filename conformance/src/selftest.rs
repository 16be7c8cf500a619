//! Proves the cases: every flaw is run against every case in process, and what the suite says of it is compared, cell by
//! cell, with what the flaw declares.

mod client;
mod issuer;
mod platform;
mod platform11;
mod tool11;

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::{Arc, LazyLock},
};

use futures_util::future::BoxFuture;
use serde::Serialize;

pub use self::{
    client::{client_matrix, client_world, judge_client, sound_client_cells},
    issuer::{issuer_matrix, issuer_world, judge_issuer, sound_issuer_cells},
    platform::{judge_platform, platform_matrix, platform_world, sound_platform_cells},
    platform11::{judge_platform11, platform11_matrix, platform11_world, sound_platform11_cells},
    tool11::{judge_tool11, sound_tool11_cells, tool11_matrix, tool11_world},
};
use crate::{
    case::Case,
    clock::SuiteClock,
    config::{CLOSED_DEPLOYMENTS, Config, ConfigError},
    deep_linking::DEEP_LINKING,
    double::{
        FlawEntry, Registered, Wiring,
        tool::{COURSE_PATH, JWKS_PATH, LAUNCH_PATH, LOGIN_PATH, REGISTER_PATH, ToolDouble, ToolFlaw},
    },
    keys::{KeyError, Keys},
    platform::{Delay, ForgingPlatform},
    report::model::Verdict,
    runner::{Finished, RunOptions, Stopped, Unwatched, run_tool},
    transport::{InProcess, Request, Response, TransportError},
    variant::{self, Variant},
    world::World,
};

/// Where the double lives: a name that nobody can resolve, over https, so that no rule is softened for loopback.
const TOOL: &str = "https://tool.test";
/// Where the suite lives.
const SUITE: &str = "https://suite.test";

/// What a flaw declares and what the suite said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The suite.
    pub suite: String,
    /// The flaw's name.
    pub flaw: String,
    /// The requirement that the flaw breaks.
    pub requirement: String,
    /// The cells that the flaw declares to change.
    pub declared: BTreeMap<String, String>,
    /// The cells that did change.
    pub seen: BTreeMap<String, String>,
    /// Why the suite could not judge the double at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped: Option<String>,
}

impl Row {
    /// Whether the suite said exactly what the flaw declares.
    pub fn agrees(&self) -> bool {
        self.stopped.is_none() && self.declared == self.seen
    }
}

/// Why the matrix could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SelfTestError {
    /// The double's configuration is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// There are no keys.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The sound double could not be judged.
    #[error("the sound double could not be judged: {0}")]
    Sound(#[from] Stopped),
}

/// What a run says of one case: the verdict, and for what is only observed the observation.
pub type Cells = BTreeMap<String, String>;

/// Every flaw whose name is wanted against these cases.
///
/// # Errors
/// When the sound double cannot be judged.
pub async fn tool_matrix(cases: Arc<Vec<Case>>, wanted: &dyn Fn(&str) -> bool) -> Result<Vec<Row>, SelfTestError> {
    let sound = cells(&judge(None, &cases).await??);
    let flaws = ToolFlaw::all().filter(|flaw| wanted(flaw.name())).map(|flaw| (flaw, flaw.entry()));
    let judged = |flaw| {
        let cases = Arc::clone(&cases);
        async move { judge(Some(flaw), &cases).await }
    };
    rows("tool", &sound, flaws, judged).await
}

/// Judges a double for each of these flaws, all at the same time, and compares what the suite said with what it says of the
/// sound double.
async fn rows<F, J>(
    suite: &str,
    sound: &Cells,
    flaws: impl Iterator<Item = (F, &'static FlawEntry)>,
    judge: impl Fn(F) -> J,
) -> Result<Vec<Row>, SelfTestError>
where
    J: Future<Output = Result<Result<Finished, Stopped>, SelfTestError>> + Send + 'static,
{
    let tasks: Vec<_> = flaws.map(|(flaw, entry)| (entry, tokio::spawn(judge(flaw)))).collect();
    let mut rows = Vec::with_capacity(tasks.len());
    for (entry, task) in tasks {
        let judged = match task.await {
            Ok(judged) => judged?,
            Err(error) => Err(Stopped::Config(format!("the run broke off: {error}"))),
        };
        rows.push(compared(suite, entry, judged, sound));
    }
    Ok(rows)
}

/// Every case that there is.
static KNOWN: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| crate::suite::all().into_iter().map(|(_, case)| case.id).collect());

/// What a flaw declares for the cases that ran, beside what the suite said.
fn compared(suite: &str, flaw: &FlawEntry, judged: Result<Finished, Stopped>, sound: &Cells) -> Row {
    // A cell of a case that did not run says nothing; one of a case that does not exist is a mistake.
    let changes = flaw.cells().filter(|(case, _)| sound.contains_key(*case) || !KNOWN.contains(case));
    let declared = changes.map(|(case, cell)| (case.to_owned(), cell.to_owned())).collect();
    let (seen, stopped) = match judged {
        Ok(finished) => {
            let stopped = finished.ended_early.as_ref().map(ToString::to_string);
            let changed = cells(&finished).into_iter().filter(|(case, cell)| sound.get(case) != Some(cell)).collect();
            (changed, stopped)
        }
        Err(stopped) => (BTreeMap::new(), Some(stopped.to_string())),
    };
    Row {
        suite: suite.to_owned(),
        flaw: flaw.name.to_owned(),
        requirement: flaw.breaks.to_owned(),
        declared,
        seen,
        stopped,
    }
}

/// Which flawed doubles fail the sound launch of a variant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VariantRow {
    /// The variant.
    pub variant: String,
    /// The flaws that the variant declares to show.
    pub declared: BTreeSet<String>,
    /// The flaws under which the sound launch failed.
    pub seen: BTreeSet<String>,
}

impl VariantRow {
    /// Whether exactly the declared flaws failed.
    pub fn agrees(&self) -> bool {
        self.declared == self.seen
    }
}

/// Every flaw against the sound launch of every variant.
///
/// # Errors
/// When a double cannot be set up.
pub async fn variant_matrix() -> Result<Vec<VariantRow>, SelfTestError> {
    let mut rows = Vec::with_capacity(variant::ALL.len());
    for variant in variant::ALL {
        let judging = ToolFlaw::all().map(|flaw| (flaw, tokio::spawn(judge_as(Some(flaw), Some(variant), &[]))));
        let mut seen = BTreeSet::new();
        for (flaw, task) in judging.collect::<Vec<_>>() {
            let launched = match task.await {
                Ok(judged) => judged?.is_ok_and(|finished| finished.ended_early.is_none()),
                Err(_) => false,
            };
            if !launched {
                seen.insert(flaw.name().to_owned());
            }
        }
        let declared = variant.refused_by.iter().map(|&flaw| flaw.to_owned()).collect();
        rows.push(VariantRow { variant: variant.name.to_owned(), declared, seen });
    }
    Ok(rows)
}

/// What the suite says of the sound double.
///
/// # Errors
/// When it cannot be judged.
pub async fn sound_cells(cases: &[Case]) -> Result<Cells, SelfTestError> {
    Ok(cells(&judge(None, cases).await??))
}

/// The cells of a run.
pub fn cells(finished: &Finished) -> Cells {
    finished
        .report
        .results
        .iter()
        .zip(&finished.words)
        .map(|(result, word)| {
            let cell = match result.verdict {
                Verdict::Info => format!("info:{word}"),
                verdict => verdict.to_string(),
            };
            (result.id.clone(), cell)
        })
        .collect()
}

/// Runs the suite against a double.
///
/// # Errors
/// The outer error when the double cannot be set up, the inner one when it cannot be judged.
pub async fn judge(flaw: Option<ToolFlaw>, cases: &[Case]) -> Result<Result<Finished, Stopped>, SelfTestError> {
    judge_as(flaw, None, cases).await
}

/// Runs the suite against a double with launches as a platform sends them.
///
/// # Errors
/// As [`judge`].
pub async fn judge_as(
    flaw: Option<ToolFlaw>,
    variant: Option<&'static Variant>,
    cases: &[Case],
) -> Result<Result<Finished, Stopped>, SelfTestError> {
    let world = world(flaw)?.dressed(variant);
    let options = RunOptions { slow: true, ..RunOptions::default() };
    Ok(run_tool(&world, cases, &options, &Unwatched).await)
}

/// A world in which the subject is a double.
///
/// # Errors
/// When its configuration is wrong or there are no keys.
pub fn world(flaw: Option<ToolFlaw>) -> Result<World, SelfTestError> {
    let config = Config::parse(&configuration(), "the double's configuration", &[])?;
    let platform = ForgingPlatform::new(&config.suite.public_url, &config.issuers(), Keys::generate()?);
    let clock = SuiteClock::standing();
    let double = Arc::new(ToolDouble::new(flaw, wiring(&config, &platform, &clock)));
    let suite = platform.clone();
    let time = clock.clone();
    let transport =
        InProcess::new(Arc::new(move |request: Request| -> BoxFuture<'static, Result<Response, TransportError>> {
            if request.uri().host() == Some("suite.test") {
                let answer = suite.handle(&request);
                return Box::pin(async move { Ok(answer) });
            }
            let (double, time) = (Arc::clone(&double), time.clone());
            Box::pin(async move {
                let answer = double.handle(request).await;
                if let Some(Delay(seconds)) = answer.extensions().get::<Delay>() {
                    time.advance(i64::try_from(*seconds).unwrap_or(i64::MAX));
                }
                Ok(answer)
            })
        }));
    Ok(World::new(config, platform, clock, Arc::new(transport)))
}

fn configuration() -> String {
    format!(
        r#"
[suite]
public_url = "{SUITE}"

[tool]
name = "double"
login_url = "{TOOL}{LOGIN_PATH}"
redirect_uris = ["{TOOL}{LAUNCH_PATH}"]
target_link_uri = "{TOOL}{COURSE_PATH}"
jwks_url = "{TOOL}{JWKS_PATH}"
registration_url = "{TOOL}{REGISTER_PATH}"
capabilities = ["{CLOSED_DEPLOYMENTS}", "{DEEP_LINKING}"]

[tool.deep_linking]
choose = [{{ submit = "Add to course" }}]
cancel = [{{ submit = "Cancel" }}]

[tool.services]
grades = {{ submit = "Hand in" }}
create_line_item = {{ submit = "Add column" }}
results = {{ submit = "Grades" }}
roster = {{ submit = "People" }}
settle_ms = 0

[tool.migration]
consumer_key = "consumer-1"
secret = "the secret of an older integration"

[[registration]]
client_id = "tool-client"
deployment_ids = ["dep-1", "dep-2"]

[[registration]]
client_id = "tool-client-2"
deployment_ids = ["dep-1"]
issuer = "{SUITE}/second"

[[registration]]
client_id = "tool-client-3"
deployment_ids = ["dep-3"]
redirect_uris = ["{TOOL}{LAUNCH_PATH}/3"]
"#
    )
}

/// The double's registration of the suite, its clock and its way to fetch.
fn wiring(config: &Config, platform: &ForgingPlatform, clock: &SuiteClock) -> Wiring {
    let issuers = config.issuers();
    let platforms = config
        .registrations
        .iter()
        .enumerate()
        .map(|(number, registration)| {
            let issuer = config.issuer_of(registration);
            let index = issuers.iter().position(|known| *known == issuer).unwrap_or_default();
            Registered {
                issuer,
                client_id: registration.client_id.clone(),
                deployment_ids: registration.deployment_ids.clone(),
                auth_url: platform.auth_url(index),
                jwks_url: platform.url(index, "/jwks"),
                token_url: platform.url(index, "/token"),
                redirect_uri: config.redirect_uris_of(number).first().map(ToString::to_string).unwrap_or_default(),
            }
        })
        .collect();
    let (fetched, told) = (platform.clone(), clock.clone());
    Wiring {
        base_url: TOOL.to_owned(),
        platforms,
        migration: config.tool.migration.clone(),
        fetch: Arc::new(move |request: Request| -> BoxFuture<'static, Result<Response, String>> {
            let answer = fetched.handle(&request);
            Box::pin(async move { Ok(answer) })
        }),
        clock: Arc::new(move || told.now()),
        seed: 1,
    }
}
