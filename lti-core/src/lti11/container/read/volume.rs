//! Volumes, and what the launch says beside the parameters.

use std::collections::BTreeMap;

use super::super::list::is_deleted_from_names;
use super::super::problem::{Rule, Weight};
use super::super::{ContainerParameters, SubmitVolume, Volume, VolumeName};
use super::Reader;

/// Behind this moment (the year 5138) a closing time is taken for milliseconds.
const LATEST_CLOSE: i64 = 100_000_000_000;

impl Reader {
    pub(super) fn volume(
        &mut self,
        command: &str,
        name: &str,
        value: &str,
        place: fn(&mut ContainerParameters) -> &mut BTreeMap<VolumeName, Volume>,
    ) {
        if let Some((name, volume)) = self.named(command, name, value) {
            place(&mut self.reading.parameters).insert(name, volume);
        }
    }

    pub(super) fn submit(&mut self, command: &str, name: &str, value: &str) {
        if let Some(name) = name.strip_suffix("_close") {
            self.closes.push((name.to_owned(), value.to_owned()));
        } else if let Some((name, volume)) = self.named(command, name, value) {
            self.reading.parameters.submit_volumes.insert(name, SubmitVolume { volume, close: None });
        }
    }

    /// A volume with its name, if both can be read; kept among the others if not.
    fn named(&mut self, command: &str, name: &str, value: &str) -> Option<(VolumeName, Volume)> {
        let plain = VolumeName::new(name);
        if plain.is_none() {
            let effect = "the plug-in cuts it at the next _ when the activity is saved again, and the volume is \
                          another one"
                .to_owned();
            let seen = (format!("{name:?}"), effect);
            self.say((Weight::Error, Rule::VolumeName), command, "a name of a-z and 0-9", seen);
        }
        let volume = self.value(command, value);
        let both = plain.zip(volume);
        if both.is_none() {
            self.reading.parameters.other.push(command, value);
        }
        both
    }

    fn value(&mut self, command: &str, value: &str) -> Option<Volume> {
        let expected = "LINK or LINK:users";
        self.equals(command, value);
        let (link, users) = value.split_once(':').map_or((value, None), |(link, users)| (link, Some(users)));
        if let Some(deleted) = link.chars().find(|c| is_deleted_from_names(*c) || c.is_whitespace()) {
            let seen = (format!("{deleted:?} in the link"), "the spawner deletes it".to_owned());
            self.say((Weight::Warning, Rule::Characters), command, expected, seen);
        }
        if let Some(users) = users {
            let (users, more) = users.split_once(':').map_or((users, false), |(users, _)| (users, true));
            if more {
                let seen = ("a second colon".to_owned(), "what follows it is ignored".to_owned());
                self.say((Weight::Warning, Rule::VolumeValue), command, expected, seen);
            }
            if self.list(command, users).is_empty() {
                let effect = "who stands in lms_users may mount it".to_owned();
                let seen = ("a colon and nobody behind it".to_owned(), effect);
                self.say((Weight::Warning, Rule::VolumeValue), command, expected, seen);
            }
        }
        let volume = Volume::split(value);
        if volume.is_none() {
            let seen = ("no link".to_owned(), "nothing is mounted".to_owned());
            self.say((Weight::Error, Rule::VolumeValue), command, expected, seen);
        }
        volume
    }

    /// Closing times, once all volumes are known.
    pub(super) fn closes(&mut self) {
        for (name, value) in std::mem::take(&mut self.closes) {
            let command = format!("lms_sub_{name}_close");
            let expected = "seconds since 1970";
            let number = value.trim().parse::<i64>().ok();
            match number {
                None => {
                    let effect = "the server starts for teachers only";
                    let seen = (format!("{value:?}"), effect.to_owned());
                    self.say((Weight::Error, Rule::CloseNumber), &command, expected, seen);
                }
                Some(late) if late > LATEST_CLOSE => {
                    let seen = (format!("{late}, as milliseconds would be"), "the volume never closes".to_owned());
                    self.say((Weight::Warning, Rule::CloseNumber), &command, expected, seen);
                }
                Some(_) => {}
            }
            let volumes = &mut self.reading.parameters.submit_volumes;
            let place = VolumeName::new(name.as_str()).and_then(|name| volumes.get_mut(&name));
            if let Some(submit) = place {
                submit.close = number;
            } else {
                let seen = ("none of that name".to_owned(), "nothing closes".to_owned());
                self.say((Weight::Warning, Rule::CloseVolume), &command, "a submit volume that closes", seen);
                self.reading.parameters.other.push(&command, &value);
            }
        }
    }

    /// What the spawner needs beside its parameters.
    pub(super) fn around(&mut self, user_id: Option<&str>, has_course: bool, has_host: bool) {
        let number = user_id.is_some_and(|text| text.trim().parse::<i128>().is_ok());
        if !number {
            let (seen, effect) = user_id.map_or_else(
                || ("none", "everybody without an account gets the user number 29999"),
                |_| ("another value", "the server does not start"),
            );
            let seen = (seen.to_owned(), effect.to_owned());
            self.say((Weight::Error, Rule::UserNumber), "user_id", "a whole number", seen);
        }
        if !has_course {
            let seen = ("none".to_owned(), "volumes of all courses are those of course 0".to_owned());
            self.say((Weight::Warning, Rule::Course), "context_id", "the course", seen);
        }
        if !has_host && self.reading.parameters.server_url.is_none() {
            let effect = "volumes of several Moodles are mixed up as those of localhost".to_owned();
            let seen = ("neither it nor custom_lms_serverurl".to_owned(), effect);
            let expected = "an address that names Moodle";
            self.say((Weight::Warning, Rule::Host), "lis_outcome_service_url", expected, seen);
        }
    }
}
