//! Values that stand alone: lists, numbers, addresses, each as the spawner would take it.

use url::Url;

use super::super::list::{is_deleted, is_deleted_from_names};
use super::super::problem::{Rule, Weight};
use super::super::{Cpus, LEAST_MEMORY, RpcToken, SessionInfo, UserList};
use super::Reader;

impl Reader {
    pub(super) fn list(&mut self, command: &str, value: &str) -> UserList {
        if let Some(deleted) = value.chars().find(|c| is_deleted_from_names(*c)) {
            let effect = "the spawner deletes it, and the name is another one".to_owned();
            let seen = format!("{deleted:?} in a list of users");
            self.say((Weight::Warning, Rule::Characters), command, "names without shell characters", (seen, effect));
        }
        let mut parts = value.split(',').map(str::trim);
        if parts.any(|part| part.contains(char::is_whitespace)) {
            let effect =
                "releases of the spawner delete blanks before they split, and the names run together".to_owned();
            let seen = "names with a blank between them".to_owned();
            self.say((Weight::Warning, Rule::ListCommas), command, "names separated by commas", (seen, effect));
        }
        let list = UserList::split(value);
        if list.names().iter().any(|name| name.chars().any(char::is_uppercase)) {
            let effect = "the hub lower-cases its users, so the name never matches".to_owned();
            let seen = "an upper-case letter".to_owned();
            self.say((Weight::Error, Rule::ListCase), command, "lower-case names", (seen, effect));
        }
        list
    }

    pub(super) fn teachers(&mut self, command: &str, value: &str) {
        let list = self.list(command, value);
        if list.is_everyone() {
            let effect = "it matches nobody here: only those who are named are teachers".to_owned();
            self.say((Weight::Warning, Rule::TeachersNamed), command, "names", ("\"*\"".to_owned(), effect));
        }
        self.reading.parameters.teachers = Some(list);
    }

    /// A value without blanks and without what the spawner deletes; `None` if nothing is left.
    pub(super) fn cleaned(&mut self, command: &str, value: &str) -> Option<String> {
        let clean: String = value.chars().filter(|c| !is_deleted(*c) && !c.is_whitespace()).collect();
        if value.contains(is_deleted) {
            let effect = format!("the spawner takes {clean:?}");
            let seen = format!("{value:?}");
            self.say((Weight::Warning, Rule::Characters), command, "no shell characters", (seen, effect));
        }
        (!clean.is_empty()).then_some(clean)
    }

    pub(super) fn cpus(&mut self, command: &str, value: &str) -> Option<Cpus> {
        let clean: String = value.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
        let number = clean.parse().ok().and_then(Cpus::new);
        let (weight, effect) = match number {
            _ if clean.is_empty() && value.trim().is_empty() => return None,
            None if clean.is_empty() => (Weight::Error, "there is no limit".to_owned()),
            None => (Weight::Error, "the server does not start".to_owned()),
            Some(_) if clean == value.trim() => return number,
            Some(Cpus(taken)) => (Weight::Error, format!("it is read as {taken} processors")),
        };
        let expected = "a number of processors with at most one dot";
        self.say((weight, Rule::CpuNumber), command, expected, (format!("{value:?}"), effect));
        number
    }

    /// Digits of a value; what else but `allowed` stands in it is a problem.
    fn digits(
        &mut self,
        (command, value): (&str, &str),
        rule: Rule,
        expected: &'static str,
        allowed: fn(char) -> bool,
    ) -> Option<u64> {
        let clean: String = value.chars().filter(char::is_ascii_digit).collect();
        if clean.is_empty() && value.trim().is_empty() {
            return None;
        }
        let number = clean.parse().ok();
        let effect = match number {
            None => "there is no limit".to_owned(),
            Some(_) if value.chars().all(|c| c.is_ascii_digit() || allowed(c)) => return number,
            Some(taken) => format!("it is read as {taken}"),
        };
        self.say((Weight::Error, rule), command, expected, (format!("{value:?}"), effect));
        number
    }

    pub(super) fn memory(&mut self, command: &str, value: &str) -> Option<u64> {
        let is_separator = |c: char| c == ',' || c.is_whitespace();
        let number = self.digits((command, value), Rule::MemoryBytes, "bytes, commas allowed", is_separator);
        // Zero stands for no limit.
        if let Some(bytes) = number.filter(|bytes| (1..LEAST_MEMORY).contains(bytes)) {
            let effect = "the container is refused: less than 6 MiB".to_owned();
            self.say((Weight::Error, Rule::MemoryLeast), command, "6 MiB or more", (format!("{bytes} bytes"), effect));
        }
        number
    }

    pub(super) fn idle(&mut self, command: &str, value: &str) {
        let number = self.digits((command, value), Rule::IdleSeconds, "whole seconds", char::is_whitespace);
        self.reading.parameters.idle_limit = number;
    }

    pub(super) fn default_url(&mut self, command: &str, value: &str) {
        let path = self.cleaned(command, value);
        if path.as_ref().is_some_and(|path| !path.starts_with('/')) {
            let effect = "the page is looked for below the one that redirects".to_owned();
            let seen = format!("{value:?}");
            self.say((Weight::Warning, Rule::DefaultUrl), command, "a path such as /lab", (seen, effect));
        }
        self.reading.parameters.default_url = path;
    }

    pub(super) fn iframe(&mut self, command: &str, value: &str) {
        self.reading.parameters.is_framed = value == "1";
        if !matches!(value, "1" | "0" | "") {
            let effect = "the spawner stays in window mode".to_owned();
            self.say((Weight::Warning, Rule::Iframe), command, "1", (format!("{value:?}"), effect));
        }
    }

    pub(super) fn session(&mut self, command: &str, value: &str) {
        let expected = "INSTANCE,ACTIVITY, two numbers";
        let mut numbers = value.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
        let (first, second) = (numbers.next(), numbers.next());
        let (Some(instance), Some(activity)) =
            (first.and_then(|text| text.parse().ok()), second.and_then(|text| text.parse().ok()))
        else {
            let effect = if second.is_none() { "the server does not start" } else { "no activity has this number" };
            let seen = (format!("{value:?}"), effect.to_owned());
            return self.say((Weight::Error, Rule::SessionNumbers), command, expected, seen);
        };
        self.reading.parameters.session = Some(SessionInfo { instance, activity });
        let whole = format!("{instance},{activity}");
        if value.chars().filter(|c| !c.is_whitespace()).ne(whole.chars()) {
            let seen = (format!("{value:?}"), format!("it is read as {whole}"));
            self.say((Weight::Warning, Rule::SessionNumbers), command, expected, seen);
        }
    }

    pub(super) fn token(&mut self, command: &str, value: &str) {
        if value.is_empty() {
            return;
        }
        if !value.bytes().all(|b| b.is_ascii_hexdigit()) {
            let effect = "Moodle refuses what the session proxy reports".to_owned();
            let seen = ("another character".to_owned(), effect);
            self.say((Weight::Error, Rule::TokenHex), command, "hexadecimal digits", seen);
        }
        let effect = "it passes through the browser of everybody who launches and is kept by the hub: give it to no \
                      service but the one that takes notebook logs"
            .to_owned();
        let seen = ("it in the form".to_owned(), effect);
        self.say((Weight::Note, Rule::TokenTravels), command, "no secret in a form", seen);
        self.reading.parameters.rpc_token = Some(RpcToken::new(value));
    }

    pub(super) fn server_url(&mut self, command: &str, value: &str) {
        let expected = "scheme://host:port";
        let seen = || format!("{value:?}");
        let Some(url) = Url::parse(value).ok().filter(Url::has_host) else {
            let effect = "it names no host, and volumes of several Moodles may be mixed up".to_owned();
            return self.say((Weight::Error, Rule::ServerUrl), command, expected, (seen(), effect));
        };
        // The parser drops a default port, so the text is asked.
        let host = value.split_once("://").map_or(value, |(_, rest)| rest).split(['/', '?', '#']).next();
        let port = host.and_then(|host| host.rsplit_once(':')).map(|(_, port)| port);
        if !port.is_some_and(|port| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit())) {
            let effect = "the plug-in always writes one; the port of the scheme is taken".to_owned();
            self.say((Weight::Warning, Rule::ServerPort), command, expected, (seen(), effect));
        }
        self.reading.parameters.server_url = Some(url);
    }

    pub(super) fn server_path(&mut self, command: &str, value: &str) {
        let path = self.cleaned(command, value);
        if path.as_ref().is_some_and(|path| !path.starts_with('/')) {
            let effect = "the session proxy asks the wrong address".to_owned();
            let seen = (format!("{value:?}"), effect);
            self.say((Weight::Warning, Rule::ServerPath), command, "a path that begins with a slash", seen);
        }
        self.reading.parameters.server_path = path;
    }
}
