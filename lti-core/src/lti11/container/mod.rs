//! Container parameters: what a Moodle activity tells `LTIContainerSpawner` behind a `JupyterHub` about the container to start.
//!
//! The Moodle plug-in `mod_lticontainer` writes custom parameters named `lms_*` into ordinary External Tool activities.
//! Moodle signs them into the launch form as `custom_lms_*`, the hub keeps them, and the spawner reads them when a server
//! starts. What is malformed the spawner does not refuse: it deletes characters, takes another value, or fails where the
//! student sees only a progress bar that stops. [`ContainerParameters::read`] says each of these beforehand.
//!
//! Each activity carries its own parameters. Several copies of one External Tool, one for each task, have the same launch
//! URL, key and secret, and are told apart by `resource_link_id` alone.
//!
//! ```
//! use lti_core::lti11::container::{ContainerParameters, Cpus, Rule, UserList, Volume, VolumeName};
//! let mut task = ContainerParameters::default();
//! task.users = Some(UserList::everyone());
//! task.image = Some("ghcr.io/school/singleuser:latest".to_owned());
//! task.cpu_limit = Cpus::new(1.5);
//! task.volumes.insert(VolumeName::new("week1").unwrap(), Volume::new("Week1").unwrap());
//! assert!(task.custom().contains(&("custom_lms_vol_week1".to_owned(), "Week1".to_owned())));
//!
//! let read = ContainerParameters::read([("user_id", "3"), ("custom_lms_cpulimit", "1.5.0")]);
//! assert!(read.problems.iter().any(|problem| problem.rule == Rule::CpuNumber));
//! ```

mod list;
mod other;
mod problem;
mod read;
mod secret;
mod volume;
mod write;

use std::collections::BTreeMap;

use url::Url;

pub use self::list::UserList;
pub use self::other::OtherParameters;
pub use self::problem::{Problem, Rule, Weight};
pub use self::secret::RpcToken;
pub use self::volume::{SubmitVolume, Volume, VolumeName};

/// What every parameter's name begins with in the text that a teacher or the plug-in writes.
pub const PREFIX: &str = "lms_";
/// What Moodle puts in front of each custom parameter's name in the form.
pub const WIRE_PREFIX: &str = "custom_";
/// The least memory that a container can be started with, in bytes: Docker refuses less.
pub const LEAST_MEMORY: u64 = 6 * 1024 * 1024;

/// A number of processors, zero or more; a part of one is allowed.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Cpus(f64);

impl Cpus {
    /// Takes a number that is finite and not negative.
    pub fn new(number: f64) -> Option<Self> {
        (number.is_finite() && number >= 0.0).then_some(Self(number))
    }

    /// The number.
    pub const fn get(self) -> f64 {
        self.0
    }
}

/// Which instance of the plug-in and which External Tool activity a launch belongs to (`lms_sessioninfo`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionInfo {
    /// The instance of `mod_lticontainer`.
    pub instance: u64,
    /// The External Tool activity.
    pub activity: u64,
}

/// Every parameter that the spawner or the session proxy reads.
///
/// [`Self::read`] takes them from a launch, [`Self::custom`] writes them for one, [`Self::text`] for Moodle's field "Custom
/// parameters".
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ContainerParameters {
    /// `lms_users`: who may mount the volumes that name nobody. Left out or empty: nobody.
    pub users: Option<UserList>,
    /// `lms_teachers`: who is a teacher in the container: its group, `sudo`, the volumes that have closed.
    pub teachers: Option<UserList>,
    /// `lms_image`: the container image, with its tag. Left out: the hub's own.
    pub image: Option<String>,
    /// `lms_cpulimit`: the most processors.
    pub cpu_limit: Option<Cpus>,
    /// `lms_memlimit`: the most memory, in bytes.
    pub memory_limit: Option<u64>,
    /// `lms_cpugrnt`: processors that are set aside.
    pub cpu_guarantee: Option<Cpus>,
    /// `lms_memgrnt`: memory that is set aside, in bytes.
    pub memory_guarantee: Option<u64>,
    /// `lms_actlimit`: after how many idle seconds the server is stopped.
    pub idle_limit: Option<u64>,
    /// `lms_defurl`: the page that opens: `/lab` or `/tree`.
    pub default_url: Option<String>,
    /// `lms_options`: handed to the container as it is.
    pub options: Option<String>,
    /// `lms_vol_NAME`: volumes with tasks.
    pub volumes: BTreeMap<VolumeName, Volume>,
    /// `lms_sub_NAME` and `lms_sub_NAME_close`: volumes that collect what is handed in.
    pub submit_volumes: BTreeMap<VolumeName, SubmitVolume>,
    /// `lms_prs_NAME`: volumes of one person.
    pub personal_volumes: BTreeMap<VolumeName, Volume>,
    /// `lms_iframe`: the launch is shown in a frame.
    pub is_framed: bool,
    /// `lms_sessioninfo`.
    pub session: Option<SessionInfo>,
    /// `lms_course`: what the course is called.
    pub course: Option<String>,
    /// `lms_ltiname`: what the activity is called.
    pub link_name: Option<String>,
    /// `lms_rpctoken`: Moodle's web service token, for the session proxy.
    pub rpc_token: Option<RpcToken>,
    /// `lms_serverurl`: scheme, host and port of Moodle. The host names the volumes where no outcome service is offered.
    pub server_url: Option<Url>,
    /// `lms_serverpath`: the path of Moodle.
    pub server_path: Option<String>,
    /// Parameters named `lms_*` that have no place above, as they came, without `custom_`.
    pub other: OtherParameters,
}

/// What was read, and what is wrong with it.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Reading {
    /// What the spawner would work with.
    pub parameters: ContainerParameters,
    /// Every problem, in the order of the parameters.
    pub problems: Vec<Problem>,
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;
