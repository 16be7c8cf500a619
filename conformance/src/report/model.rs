//! The result of a run as data: what `report.json` holds and what every other report is made from.
//!
//! The names are part of the interface (`conformance/schema/report.schema.json`): they change only with a version.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The version of the report's format.
pub const REPORT_VERSION: u32 = 1;

/// Everything one invocation found out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// The version of this format.
    pub version: u32,
    /// The version of `lti-conformance` that wrote it.
    pub tool_version: String,
    /// When the run began, RFC 3339 in UTC.
    pub started: String,
    /// One run for each suite.
    pub runs: Vec<RunReport>,
}

/// What one suite found out about one subject.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunReport {
    /// The suite: `tool`.
    pub suite: String,
    /// What was judged: a name and address.
    pub subject: String,
    /// The platform variant that the suite played, if not the default.
    pub variant: Option<String>,
    /// Whether missed certification rows count as failures.
    pub certification: bool,
    /// The command that repeats this run, without `--only` and `--skip`; empty when it was not started by one.
    #[serde(default)]
    pub command: String,
    /// Whether messages about people were judged, recorded ones or a platform's own: then names, e-mail addresses,
    /// sourcedids and login hints are redacted as well.
    #[serde(default)]
    pub captured: bool,
    /// What the preflight, the control and the calibration found, a line each, in order.
    pub notes: Vec<Note>,
    /// How many cases ended with each verdict.
    pub summary: Summary,
    /// Every case, in the order of the catalogue.
    pub results: Vec<CaseResult>,
    /// The exchanges of the sound launch that the others differ from.
    pub control: Vec<Exchange>,
    /// How long the run took, in milliseconds.
    pub duration_ms: u64,
}

/// A line of the run's preamble.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Note {
    /// `preflight`, `control` or `calibrated`.
    pub stage: String,
    /// What was found.
    pub text: String,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
}

/// How many cases ended with each verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[expect(missing_docs, reason = "the fields are the verdicts")]
pub struct Summary {
    pub pass: u32,
    pub fail: u32,
    pub warn: u32,
    pub info: u32,
    pub unsupported: u32,
    pub review: u32,
    pub skip: u32,
}

impl Summary {
    /// Counts the verdicts of a run.
    pub fn of<'a>(results: impl IntoIterator<Item = &'a CaseResult>) -> Self {
        let mut summary = Self::default();
        for result in results {
            *summary.slot(result.verdict) += 1;
        }
        summary
    }

    /// How many cases ended so.
    pub const fn count(&self, verdict: Verdict) -> u32 {
        match verdict {
            Verdict::Pass => self.pass,
            Verdict::Fail => self.fail,
            Verdict::Warn => self.warn,
            Verdict::Info => self.info,
            Verdict::Unsupported => self.unsupported,
            Verdict::Review => self.review,
            Verdict::Skip => self.skip,
        }
    }

    /// How many cases there were.
    pub const fn total(&self) -> u32 {
        self.pass + self.fail + self.warn + self.info + self.unsupported + self.review + self.skip
    }

    const fn slot(&mut self, verdict: Verdict) -> &mut u32 {
        match verdict {
            Verdict::Pass => &mut self.pass,
            Verdict::Fail => &mut self.fail,
            Verdict::Warn => &mut self.warn,
            Verdict::Info => &mut self.info,
            Verdict::Unsupported => &mut self.unsupported,
            Verdict::Review => &mut self.review,
            Verdict::Skip => &mut self.skip,
        }
    }
}

/// How a case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The subject does what the clause asks of it.
    Pass,
    /// A MUST that binds this subject is broken.
    Fail,
    /// A SHOULD is broken, a certification row is missed, or good practice with a named source is missing.
    Warn,
    /// The texts leave it free: the report says what this subject does.
    Info,
    /// An optional thing that the subject does not do.
    Unsupported,
    /// A person must look.
    Review,
    /// Cannot be judged here, with the reason.
    Skip,
}

impl Verdict {
    /// Every verdict, in the order in which reports count them.
    pub const ALL: [Self; 7] =
        [Self::Pass, Self::Fail, Self::Warn, Self::Info, Self::Unsupported, Self::Review, Self::Skip];

    /// The word that reports print.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Unsupported => "unsupported",
            Self::Review => "review",
            Self::Skip => "skip",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How one case ended, with its evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CaseResult {
    /// The case: `tool-aud-foreign`.
    pub id: String,
    /// What the case asks, in one line.
    pub title: String,
    /// The part of the suite that it belongs to: `token`.
    pub area: String,
    /// The requirements that the case judges.
    pub requirements: Vec<String>,
    /// `MUST`, `SHOULD`, `MAY`, `certification`, `practice` or `none`: the strongest of the requirements'.
    pub level: String,
    /// What the subject has to do, for the headline of a finding: `reject`, `accept`, `send`.
    pub duty: String,
    /// `none`, `low`, `medium` or `high`.
    pub risk: String,
    /// What an attacker or an unlucky user gets when the rule is broken.
    pub harm: String,
    /// How the case ended.
    pub verdict: Verdict,
    /// Why it ended so, where the verdict alone does not say it: the reason of a skip, what a person must look at.
    pub reason: Option<String>,
    /// The row of the certification guide, in the guide's spelling.
    pub certification: Option<String>,
    /// Where the requirements are written, the strongest clause first.
    pub clauses: Vec<ClauseRef>,
    /// What the suite sent.
    pub sent: String,
    /// What had to happen.
    pub expected: String,
    /// What did happen.
    pub observed: String,
    /// How to mend it.
    pub hint: String,
    /// How long the case took, in milliseconds.
    pub duration_ms: u64,
    /// What went over the wire, in order, redacted.
    pub exchanges: Vec<Exchange>,
}

/// A clause as reports name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClauseRef {
    /// The document's name.
    pub spec: String,
    /// The section in it.
    pub section: String,
    /// Its address, with an anchor only where that is known to exist.
    pub url: String,
}

/// One request and its answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Exchange {
    /// Who sent the request: `browser`, `tool` or `platform`.
    pub from: String,
    /// Who answered it.
    pub to: String,
    /// The request's method.
    pub method: String,
    /// The request's address.
    pub url: String,
    /// The request's parameters, from query or form, in order.
    pub fields: Vec<(String, String)>,
    /// The answer's status; none when there was no answer.
    pub status: Option<u16>,
    /// The answer's headers that matter here: `location`, `set-cookie`, `content-type`, framing and caching rules.
    pub headers: Vec<(String, String)>,
    /// The visible text of the answer, shortened.
    pub text: String,
    /// The token that the request carried, decoded.
    pub token: Option<DecodedToken>,
    /// What went wrong when there was no answer.
    pub error: Option<String>,
}

/// A compact JWS taken apart for reading.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DecodedToken {
    /// The JOSE header; a string when it is no JSON.
    pub header: serde_json::Value,
    /// The claims; a string when they are no JSON.
    pub claims: serde_json::Value,
}
