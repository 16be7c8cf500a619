//! Reading container parameters from a launch: what the spawner would work with, and every problem on the way.

mod value;
mod volume;

use url::Url;

use super::problem::{Problem, Rule, Weight};
use super::{ContainerParameters, PREFIX, Reading, WIRE_PREFIX};

/// Parameters whose name the spawner compares whole.
const EXACT: &[&str] = &["lms_image", "lms_users", "lms_defurl"];
/// Parameters for which every longer name is taken as well.
const BY_PREFIX: &[&str] = &[
    "lms_teachers",
    "lms_cpugrnt",
    "lms_memgrnt",
    "lms_actlimit",
    "lms_cpulimit",
    "lms_memlimit",
    "lms_options",
    "lms_iframe",
    "lms_sessioninfo",
    "lms_serverurl",
    "lms_serverpath",
    "lms_course",
    "lms_ltiname",
    "lms_rpctoken",
];
/// Names of earlier releases, with what took their place.
const OLD: &[(&str, &str)] = &[
    ("lms_user", "lms_users"),
    ("lms_teacher", "lms_teachers"),
    ("lms_grname", "ext_user_groupname, which a patch of Moodle sends"),
];

impl ContainerParameters {
    /// Reads the form of a launch: name and value of each parameter, in their order.
    ///
    /// Never fails: what is malformed is read as the spawner would, as far as that has a value, and named among the problems.
    /// Parameters that the spawner does not know stand in [`ContainerParameters::other`]; those that are not `custom_lms_*`
    /// are only looked at where the spawner needs them (`user_id`, `context_id`, `lis_outcome_service_url`).
    pub fn read<'a>(form: impl IntoIterator<Item = (&'a str, &'a str)>) -> Reading {
        let mut reader = Reader::default();
        let mut user_id = None;
        let (mut has_course, mut has_host) = (false, false);
        for (name, value) in form {
            match name {
                "user_id" => user_id = Some(value),
                "context_id" => has_course = true,
                "lis_outcome_service_url" => {
                    has_host = Url::parse(value).is_ok_and(|url| url.has_host());
                }
                _ => {
                    if let Some(command) = name.strip_prefix(WIRE_PREFIX).filter(|rest| rest.starts_with(PREFIX)) {
                        reader.parameter(command, value);
                    }
                }
            }
        }
        reader.closes();
        reader.around(user_id, has_course, has_host);
        reader.reading
    }
}

#[derive(Default)]
struct Reader {
    reading: Reading,
    seen: Vec<String>,
    closes: Vec<(String, String)>,
}

impl Reader {
    fn say(
        &mut self,
        (weight, rule): (Weight, Rule),
        command: &str,
        expected: &'static str,
        (seen, effect): (String, String),
    ) {
        let parameter =
            if command.starts_with(PREFIX) { format!("{WIRE_PREFIX}{command}") } else { command.to_owned() };
        self.reading.problems.push(Problem { parameter, rule, weight, expected, seen, effect });
    }

    fn parameter(&mut self, command: &str, value: &str) {
        if self.seen.iter().any(|seen| seen == command) {
            let effect = "the hub keeps one of the values".to_owned();
            self.say((Weight::Warning, Rule::Once), command, "one value", ("a second one".to_owned(), effect));
        }
        self.seen.push(command.to_owned());
        if let Some(name) = command.strip_prefix("lms_vol_") {
            self.volume(command, name, value, |parameters| &mut parameters.volumes);
        } else if let Some(name) = command.strip_prefix("lms_prs_") {
            self.volume(command, name, value, |parameters| &mut parameters.personal_volumes);
        } else if let Some(name) = command.strip_prefix("lms_sub_") {
            self.submit(command, name, value);
        } else {
            self.plain(command, value);
        }
    }

    /// Parameters that stand alone, found by their whole name or by its beginning.
    fn plain(&mut self, command: &str, value: &str) {
        let known = EXACT.iter().chain(BY_PREFIX).find(|known| **known == command);
        let longer = || BY_PREFIX.iter().find(|known| command.starts_with(**known));
        let Some(known) = known.or_else(longer) else {
            return self.unknown(command, value);
        };
        if command != *known {
            let effect = format!("the spawner reads it as {known}, as it does every name that begins so");
            self.say((Weight::Warning, Rule::NameExact), command, "the name as it is", ("a longer one".into(), effect));
        }
        self.equals(command, value);
        match *known {
            "lms_users" => self.reading.parameters.users = Some(self.list(command, value)),
            "lms_teachers" => self.teachers(command, value),
            "lms_image" => self.reading.parameters.image = self.cleaned(command, value),
            "lms_cpulimit" => self.reading.parameters.cpu_limit = self.cpus(command, value),
            "lms_cpugrnt" => self.reading.parameters.cpu_guarantee = self.cpus(command, value),
            "lms_memlimit" => self.reading.parameters.memory_limit = self.memory(command, value),
            "lms_memgrnt" => self.reading.parameters.memory_guarantee = self.memory(command, value),
            "lms_actlimit" => self.idle(command, value),
            "lms_defurl" => self.default_url(command, value),
            "lms_options" => self.reading.parameters.options = self.cleaned(command, value),
            "lms_iframe" => self.iframe(command, value),
            "lms_sessioninfo" => self.session(command, value),
            "lms_course" => self.reading.parameters.course = Some(value.to_owned()),
            "lms_ltiname" => self.reading.parameters.link_name = Some(value.to_owned()),
            "lms_rpctoken" => self.token(command, value),
            "lms_serverurl" => self.server_url(command, value),
            _ => self.server_path(command, value),
        }
    }

    fn unknown(&mut self, command: &str, value: &str) {
        if let Some((_, now)) = OLD.iter().find(|(old, _)| *old == command) {
            let effect = format!("nothing reads it; its place was taken by {now}");
            self.say((Weight::Error, Rule::OldName), command, "a name of today", ("a former one".into(), effect));
        } else {
            let effect = "the spawner does not read it".to_owned();
            self.say((Weight::Note, Rule::NameKnown), command, "a known name", ("another one".into(), effect));
        }
        self.reading.parameters.other.push(command, value);
    }

    /// The plug-in reads its parameters back by splitting at every `=`.
    fn equals(&mut self, command: &str, value: &str) {
        if value.contains('=') {
            let effect = "the plug-in drops it and what follows when the activity is saved again".to_owned();
            self.say((Weight::Warning, Rule::Equals), command, "no equals sign", ("one".to_owned(), effect));
        }
    }
}
