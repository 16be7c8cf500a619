//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::capture::Source;

/// Judges LTI tools and platforms: says which clause a system breaks, what was expected, what was seen, and how to mend it.
#[derive(Debug, Parser)]
#[command(name = "lti-conformance", version, about, args_conflicts_with_subcommands = true)]
#[command(after_help = "Without a command, every suite runs against the built-in reference implementations.\n\
    Exit codes: 0 no failure; 1 a failure; 2 wrong use or configuration; 3 the subject could not be reached.")]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Serve both references over TLS with a local authority made on the spot.
    #[arg(long)]
    pub tls: bool,
    /// How to run.
    #[command(flatten)]
    pub run: RunArguments,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Judge an LTI 1.3 tool.
    Tool(SuiteArguments),
    /// Judge an LTI 1.3 platform.
    Platform(SuiteArguments),
    /// Judge an LTI 1.0 or 1.1 tool.
    Tool11(SuiteArguments),
    /// Judge an LTI 1.0 or 1.1 platform, such as a Moodle whose External Tool is set to LTI 1.0/1.1.
    Platform11(SuiteArguments),
    /// Judge an OAuth 2.0 authorization server or OpenID provider, such as Keycloak or oidc-provider.
    Issuer(SuiteArguments),
    /// Judge an OAuth 2.0 client, a relying party of OpenID Connect: a web application with "sign in with ...".
    Client(SuiteArguments),
    /// Serve a mock for people: pages and a trace of every message.
    Serve {
        /// Which side.
        #[command(subcommand)]
        side: Side,
    },
    /// List the catalogue of cases.
    List {
        /// Only this suite.
        suite: Option<String>,
        /// The platforms whose launches --variant sends, and what each does its own way.
        #[arg(long)]
        variants: bool,
        /// List the requirements instead, each with its cases, the flaws that prove them, or why there is no case.
        #[arg(long)]
        coverage: bool,
        /// As text or JSON.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Explain a case or a requirement: what, why, clause, how to mend.
    Explain {
        /// The id of a case or a requirement.
        id: String,
    },
    /// Print a commented configuration to start from, and what to enter on the other side.
    Init {
        /// The suite.
        suite: String,
    },
    /// Check the configuration alone: reach the subject, launch once, and say what is wrong. Or check a registration table:
    /// `doctor registration --file FILE`.
    Doctor {
        /// The suite; or `registration`.
        suite: String,
        /// Which subject.
        #[command(flatten)]
        subject: SubjectArguments,
        /// Which registration table.
        #[command(flatten)]
        table: TableArguments,
    },
    /// Show which Linux user a hub behind Moodle makes of each Moodle user, and what is dangerous (`LTIContainerSpawner`).
    Users(super::users::UsersArguments),
    /// Show what one recorded LTI 1.1 launch would be in LTI 1.3, what is lost, and the migration claim to send.
    Migrate(super::migrate::MigrateArguments),
    /// Prove every case: run broken doubles against the suite and compare with what they declare.
    SelfTest {
        /// Only this suite.
        suite: Option<String>,
        /// Only cases that match, each behind its own `--only`.
        #[arg(long, value_name = "GLOB")]
        only: Vec<String>,
        /// Only doubles with a flaw that matches, each behind its own `--flaw`.
        #[arg(long, value_name = "GLOB")]
        flaw: Vec<String>,
        /// As text or JSON.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Print the catalogue as Markdown.
    #[command(hide = true)]
    Catalog,
}

/// Which side to serve.
#[derive(Debug, Subcommand)]
pub enum Side {
    /// A platform: a school whose links launch your tool.
    Platform(ServePlatformArguments),
    /// A tool that your platform can launch.
    Tool(ServeArguments),
    /// An OAuth 2 / OpenID Connect issuer that misbehaves as it is told.
    Issuer(ServeIssuerArguments),
}

/// Where to serve the issuer, who is signed in, and what goes wrong.
#[derive(Debug, Clone, Args)]
pub struct ServeIssuerArguments {
    /// The port on loopback.
    #[arg(long, default_value_t = 9330)]
    pub port: u16,
    /// How others reach it, where that is not http://127.0.0.1:PORT.
    #[arg(long)]
    pub public_url: Option<url::Url>,
    /// Several issuers, each at its path: `--issuers a,b`.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub issuers: Vec<String>,
    /// A fault that is switched on from the start: ID, ID:once, ID@ENDPOINT (see --faults).
    #[arg(long = "fault", value_name = "FAULT")]
    pub fault: Vec<crate::mock_issuer::FaultPlan>,
    /// Print every fault with what it does, and serve nothing.
    #[arg(long)]
    pub faults: bool,
    /// Whoever comes is signed in as this user and consents to everything.
    #[arg(long, value_name = "NAME")]
    pub user: Option<String>,
    /// Where answers to the client `mock-client` may go, each behind its own option.
    #[arg(long, value_name = "URL")]
    pub redirect_uri: Vec<url::Url>,
    /// How far the issuer's clock is off, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 0, allow_negative_numbers = true)]
    pub clock_offset: i64,
    /// The SQLite file that keeps clients, consents and tokens; made where there is none. The signing keys are beside it.
    #[arg(long, value_name = "FILE", default_value = "lti-conformance-issuer.db", conflicts_with = "memory")]
    pub file: PathBuf,
    /// Keep nothing: new clients and keys at every start.
    #[arg(long)]
    pub memory: bool,
}

/// Where to serve the school, and where to keep it.
#[derive(Debug, Clone, Args)]
pub struct ServePlatformArguments {
    /// Where to serve.
    #[command(flatten)]
    pub serve: ServeArguments,
    /// The SQLite file that keeps school, tools and grades; made where there is none.
    #[arg(long, value_name = "FILE", default_value = "lti-conformance-school.db", conflicts_with = "memory")]
    pub file: PathBuf,
    /// Keep nothing: a new school at every start.
    #[arg(long)]
    pub memory: bool,
}

/// Where to serve.
#[derive(Debug, Clone, Args)]
pub struct ServeArguments {
    /// The port on loopback; 9310 for the platform, 9320 for the tool.
    #[arg(long)]
    pub port: Option<u16>,
    /// How others reach it, where that is not http://127.0.0.1:PORT.
    #[arg(long)]
    pub public_url: Option<url::Url>,
    /// Where the platform that launches the tool is.
    #[arg(long, default_value = "http://127.0.0.1:9310")]
    pub platform: url::Url,
    /// The client id that the platform gave the tool.
    #[arg(long)]
    pub client_id: Option<String>,
}

/// Which subject, and how to run.
#[derive(Debug, Args)]
pub struct SuiteArguments {
    /// Which subject.
    #[command(flatten)]
    pub subject: SubjectArguments,
    /// Judge one recorded launch offline.
    #[command(flatten)]
    pub capture: CaptureArguments,
    /// How to run.
    #[command(flatten)]
    pub run: RunArguments,
}

/// Which recording.
#[derive(Debug, Clone, Default, Args)]
pub struct CaptureArguments {
    /// Judge one recorded launch offline: a HAR of a browser, or JSON with the form's fields.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["config", "profile"])]
    pub capture: Option<PathBuf>,
    /// Which launch of the recording, counted from one; the last one unless given.
    #[arg(long, value_name = "N", requires = "capture")]
    pub launch: Option<usize>,
    /// The platform's key set, where the recording does not hold it.
    #[arg(long, value_name = "FILE", requires = "capture")]
    pub jwks: Option<PathBuf>,
}

impl CaptureArguments {
    /// The recording, if one is to be judged.
    pub fn source(&self) -> Option<Source> {
        let file = self.capture.clone()?;
        Some(Source { file, launch: self.launch, jwks: self.jwks.clone() })
    }
}

/// Which subject.
#[derive(Debug, Clone, Args)]
pub struct SubjectArguments {
    /// The configuration.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// A built-in configuration for a known system.
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// A setting on top, such as `tool.login_url=http://127.0.0.1:8000/login`.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub settings: Vec<String>,
    /// Serve the suite over TLS with a local authority made on the spot.
    #[arg(long)]
    pub tls: bool,
}

/// Which registration table.
#[derive(Debug, Clone, Args)]
pub struct TableArguments {
    /// What a tool knows of platforms, a platform of tools, or both: in TOML, or in JSON where the name ends so.
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// The other side's table, to compare with.
    #[arg(long, value_name = "FILE", requires = "file")]
    pub against: Option<PathBuf>,
}

/// How to run.
#[derive(Debug, Clone, Default, Args)]
pub struct RunArguments {
    /// Run only the cases whose id matches.
    #[arg(long, value_name = "GLOB")]
    pub only: Vec<String>,
    /// Leave out the cases whose id matches.
    #[arg(long, value_name = "GLOB")]
    pub skip: Vec<String>,
    /// Count warnings as failures.
    #[arg(long)]
    pub strict: bool,
    /// Count missed rows of the certification guide as failures.
    #[arg(long)]
    pub certification: bool,
    /// Run the cases that must wait as well.
    #[arg(long)]
    pub slow: bool,
    /// Launch a tool as this platform does: canvas, moodle, ... (see list --variants); `all` runs once for each.
    #[arg(long, value_name = "NAME")]
    pub variant: Option<String>,
    /// Findings that are known, with a reason each; one that passes fails the run.
    #[arg(long, value_name = "FILE")]
    pub expected_failures: Option<PathBuf>,
    /// Leave report.json, junit.xml and report.html in this directory.
    #[arg(long, value_name = "DIR")]
    pub report: Option<PathBuf>,
    /// As text or JSON.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Run only what failed or warned in this report.json.
    #[arg(long, value_name = "FILE")]
    pub rerun_failed: Option<PathBuf>,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}
