//! What is wrong with container parameters, and what the spawner would make of it.

use std::fmt;

/// How much a problem weighs, lightest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Worth knowing; nothing is lost.
    Note,
    /// The spawner silently takes something other than what was written.
    Warning,
    /// The server does not start, or the parameter has no effect.
    Error,
}

/// A rule that container parameters keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Rule {
    /// `user_id` is a whole number.
    UserNumber,
    /// The launch names its course.
    Course,
    /// The launch names Moodle's host, in `lis_outcome_service_url` or `lms_serverurl`.
    Host,
    /// A parameter has the name that the spawner reads today.
    OldName,
    /// A parameter has exactly the name that is meant.
    NameExact,
    /// A parameter is one that the spawner or the session proxy reads.
    NameKnown,
    /// A parameter is sent once.
    Once,
    /// A value holds no character that the spawner deletes.
    Characters,
    /// A value holds no `=`, behind which the plug-in loses it when the activity is saved again.
    Equals,
    /// Names in a list are separated by commas.
    ListCommas,
    /// Names in a list are lower case, as the hub's users are.
    ListCase,
    /// Teachers are named.
    TeachersNamed,
    /// A number of processors has digits and at most one dot.
    CpuNumber,
    /// Memory is a number of bytes.
    MemoryBytes,
    /// Memory is enough for a container.
    MemoryLeast,
    /// The idle limit is a number of seconds.
    IdleSeconds,
    /// The first page is a path.
    DefaultUrl,
    /// A volume's name has lower-case letters and digits only.
    VolumeName,
    /// A volume's value is `LINK[:users]`.
    VolumeValue,
    /// A closing time is a number of seconds since 1970.
    CloseNumber,
    /// A closing time belongs to a submit volume.
    CloseVolume,
    /// Frame mode is asked for by `1`.
    Iframe,
    /// Session information is two numbers.
    SessionNumbers,
    /// The web service token is hexadecimal.
    TokenHex,
    /// The web service token stays between Moodle and the hub.
    TokenTravels,
    /// Moodle's address has a scheme and a host.
    ServerUrl,
    /// Moodle's address names its port.
    ServerPort,
    /// Moodle's path begins with a slash.
    ServerPath,
}

impl Rule {
    /// The permanent name of the rule.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UserNumber => "user-number",
            Self::Course => "course",
            Self::Host => "host",
            Self::OldName => "old-name",
            Self::NameExact => "name-exact",
            Self::NameKnown => "name-known",
            Self::Once => "once",
            Self::Characters => "characters",
            Self::Equals => "equals",
            Self::ListCommas => "list-commas",
            Self::ListCase => "list-case",
            Self::TeachersNamed => "teachers-named",
            Self::CpuNumber => "cpu-number",
            Self::MemoryBytes => "memory-bytes",
            Self::MemoryLeast => "memory-least",
            Self::IdleSeconds => "idle-seconds",
            Self::DefaultUrl => "default-url",
            Self::VolumeName => "volume-name",
            Self::VolumeValue => "volume-value",
            Self::CloseNumber => "close-number",
            Self::CloseVolume => "close-volume",
            Self::Iframe => "iframe",
            Self::SessionNumbers => "session-numbers",
            Self::TokenHex => "token-hex",
            Self::TokenTravels => "token-travels",
            Self::ServerUrl => "server-url",
            Self::ServerPort => "server-port",
            Self::ServerPath => "server-path",
        }
    }
}

/// One problem: where, which rule, what was expected and seen, and what happens then.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The parameter as it travels, such as `custom_lms_cpulimit`.
    pub parameter: String,
    /// Which rule is broken.
    pub rule: Rule,
    /// How much it weighs.
    pub weight: Weight,
    /// What was expected.
    pub expected: &'static str,
    /// What was seen. Of lists of users and of secrets only what kind of thing it is.
    pub seen: String,
    /// What the spawner makes of it.
    pub effect: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}, saw {}: {}", self.parameter, self.expected, self.seen, self.effect)
    }
}
