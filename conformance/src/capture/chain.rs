//! Finds the launches among the requests of a recording: which request is a login, which an authentication request, which
//! brings the answer, and which of them belong together.

use serde_json::Value;

use super::recorded::{Message, Place, Recorded};
use crate::trace;

/// One request of a recording.
#[derive(Debug)]
pub(super) struct Entry {
    /// When it began, in seconds since 1970.
    pub(super) at: Option<i64>,
    /// The request and its answer.
    pub(super) message: Message,
    /// Whether the request carried cookies.
    pub(super) cookies: bool,
    /// Whether it was a form whose body was not recorded.
    pub(super) body_lost: bool,
}

/// Every launch among these requests, in the order in which they began.
pub(super) fn launches(entries: impl IntoIterator<Item = Entry>) -> Vec<Recorded> {
    let mut finder = Finder::default();
    for entry in entries {
        finder.take(entry);
    }
    finder.finish()
}

#[derive(Default)]
struct Finder {
    found: Vec<Recorded>,
    /// Addresses of forms whose body was not recorded.
    lost: Vec<String>,
    /// Key sets that a browser happened to fetch.
    key_sets: Vec<Value>,
    /// Whether any request or answer shows a cookie.
    cookies: bool,
}

impl Finder {
    fn take(&mut self, entry: Entry) {
        let Entry { at, message, cookies, body_lost } = entry;
        let sets = message.answer.as_ref().is_some_and(|answer| answer.header("set-cookie").is_some());
        self.cookies |= cookies || sets;
        if body_lost {
            self.lost.push(message.address().to_owned());
        }
        if let Some(set) = key_set(&message) {
            self.key_sets.push(set);
        } else if is_login(&message) {
            self.login(message);
        } else if self.is_request(&message) {
            self.request(message);
        } else if let Some(launch) = self.answered_by(&message) {
            if self.found[launch].response.is_none() {
                self.found[launch].response = Some(message);
                self.found[launch].at = at;
            }
        } else if is_launch_token(message.get("id_token")) {
            self.found.push(Recorded { response: Some(message), at, ..Recorded::default() });
        } else {
            self.returned(message);
        }
    }

    /// A login begins a launch, unless it is the last one's once more: some tools load their login page twice.
    fn login(&mut self, message: Message) {
        if let Some(Recorded { login: Some(login), request: None, response: None, .. }) = self.found.last()
            && ["iss", "login_hint", "lti_message_hint"].iter().all(|name| login.get(name) == message.get(name))
        {
            return;
        }
        self.found.push(Recorded { login: Some(message), ..Recorded::default() });
    }

    /// Whether this is a tool's authentication request and not another system's sign-in.
    fn is_request(&self, message: &Message) -> bool {
        if !message.has("redirect_uri") || !(message.has("client_id") || message.has("nonce")) {
            return false;
        }
        let hint = self.found.last().and_then(|launch| launch.login.as_ref()).and_then(|login| login.get("login_hint"));
        message.has("lti_message_hint")
            || (hint.is_some() && hint == message.get("login_hint"))
            || (message.get("prompt") == Some("none") && message.get("response_mode") == Some("form_post"))
    }

    fn request(&mut self, message: Message) {
        if let Some(launch) = self.found.last_mut().filter(|launch| launch.response.is_none()) {
            match &mut launch.request {
                None => {
                    launch.request = Some(message);
                    return;
                }
                // The same request again, after the platform signed its user in: the later answer counts.
                Some(known) if known.fields == message.fields => {
                    known.answer = message.answer.or_else(|| known.answer.take());
                    return;
                }
                Some(_) => {}
            }
        }
        self.found.push(Recorded { request: Some(message), ..Recorded::default() });
    }

    /// The launch that this message answers.
    fn answered_by(&self, message: &Message) -> Option<usize> {
        if !message.has("id_token") && !message.has("error") {
            return None;
        }
        let asked = |launch: &Recorded, name: &str| {
            launch.request.as_ref().and_then(|request| request.get(name)).map(str::to_owned)
        };
        let by_state = |launch: &Recorded| {
            let state = asked(launch, "state");
            state.is_some() && state.as_deref() == message.get("state")
        };
        let by_address = |launch: &Recorded| {
            launch.response.is_none()
                && asked(launch, "redirect_uri").is_some_and(|uri| without_query(&uri) == message.address())
        };
        let by_login = |launch: &Recorded| {
            launch.request.is_none() && launch.response.is_none() && is_launch_token(message.get("id_token"))
        };
        let last = |is: &dyn Fn(&Recorded) -> bool| self.found.iter().rposition(is);
        last(&by_state).or_else(|| last(&by_address)).or_else(|| last(&by_login))
    }

    /// A visit to the address that a launch named for coming back.
    fn returned(&mut self, message: Message) {
        let names = |launch: &Recorded| return_url(launch).is_some_and(|url| without_query(&url) == message.address());
        if let Some(launch) = self.found.iter().rposition(names) {
            self.found[launch].returned = Some(message);
        }
    }

    fn finish(mut self) -> Vec<Recorded> {
        let of = self.found.len();
        for (index, launch) in self.found.iter_mut().enumerate() {
            launch.place = Place { number: index + 1, of };
            let from_page = complete(launch);
            launch.key_set = key_set_of(launch, &self.key_sets);
            launch.missing = missing(launch, from_page, self.cookies, &self.lost);
        }
        self.found
    }
}

/// Takes the answer out of the platform's page where the post itself was not recorded; says whether it did.
fn complete(launch: &mut Recorded) -> bool {
    if launch.response.is_some() {
        return false;
    }
    let page = launch.request.as_ref().and_then(|request| request.answer.as_ref());
    launch.response = page
        .and_then(super::recorded::Answer::submitted)
        .filter(|form| form.has("id_token") || (form.has("error") && form.has("state")));
    launch.response.is_some()
}

/// What the recording lacks for this launch, and what follows.
fn missing(launch: &Recorded, from_page: bool, cookies: bool, lost: &[String]) -> Vec<String> {
    let mut lines = Vec::new();
    if launch.login.is_none() {
        lines.push(
            "the recording begins after the login initiation: it is not judged, and what it said is not compared"
                .to_owned(),
        );
    }
    match &launch.request {
        None => lines.push("the authentication request was not recorded: state and nonce are not compared".to_owned()),
        Some(request) if request.answer.as_ref().is_none_or(|answer| answer.body.is_none()) => lines.push(
            "the platform's answer to the authentication request was recorded without its body: how it posts the form is not \
             judged"
                .to_owned(),
        ),
        Some(_) => {}
    }
    let redirect_uri = launch.request.as_ref().and_then(|request| request.get("redirect_uri")).map(without_query);
    if from_page {
        lines.push("the post to the tool was not recorded: it is read from the platform's page".to_owned());
    } else if launch.response.is_none() {
        let body_lost = redirect_uri.is_some_and(|uri| lost.iter().any(|address| address == uri));
        lines.push(if body_lost {
            "the form that was posted to the tool was recorded without its fields: there is no token to judge; save the recording with \
             content"
                .to_owned()
        } else {
            "the launch stops before anything is posted to the tool: there is no token to judge".to_owned()
        });
    }
    if launch.response.as_ref().is_some_and(|response| response.answer.is_none()) {
        lines.push("the tool's answer was not recorded".to_owned());
    }
    if !cookies {
        lines.push(
            "the recording holds no cookies (saved without sensitive data): nothing is said about them".to_owned(),
        );
    }
    lines
}

/// A key set that the browser fetched: the one that has the token's key, the last one otherwise.
fn key_set_of(launch: &Recorded, sets: &[Value]) -> Option<Value> {
    let token = launch.response.as_ref().and_then(|response| response.get("id_token")).and_then(trace::decode);
    let kid = token.and_then(|token| token.header.get("kid").cloned());
    let holds = |set: &&Value| {
        let keys = set.get("keys").and_then(Value::as_array);
        kid.is_some() && keys.is_some_and(|keys| keys.iter().any(|key| key.get("kid") == kid.as_ref()))
    };
    sets.iter().rev().find(holds).or_else(|| sets.last()).cloned()
}

/// A login initiation (Security Framework 1.0, 5.1.1.1). One that lacks a parameter is one still.
fn is_login(message: &Message) -> bool {
    let known = ["iss", "login_hint", "target_link_uri", "lti_message_hint"];
    known.iter().filter(|name| message.has(name)).count() >= 2
        && !message.has("redirect_uri")
        && !message.has("id_token")
}

/// Whether a token is one of a launch: other systems post ID tokens as well.
fn is_launch_token(token: Option<&str>) -> bool {
    let claims = token.and_then(trace::decode).map(|token| token.claims);
    let names = claims.as_ref().and_then(Value::as_object).into_iter().flat_map(serde_json::Map::keys);
    names.into_iter().any(|name| name.starts_with("https://purl.imsglobal.org/spec/lti"))
}

/// The document that was answered, if it is a key set.
fn key_set(message: &Message) -> Option<Value> {
    let body = message.answer.as_ref()?.body.as_deref()?;
    let set: Value = serde_json::from_str(body.trim_start_matches('\u{feff}')).ok()?;
    let keys = set.get("keys")?.as_array()?;
    keys.iter().any(|key| key.get("kty").is_some()).then_some(set)
}

fn return_url(launch: &Recorded) -> Option<String> {
    let token = trace::decode(launch.response.as_ref()?.get("id_token")?)?;
    let presentation = token.claims.get("https://purl.imsglobal.org/spec/lti/claim/launch_presentation")?;
    presentation.get("return_url")?.as_str().map(str::to_owned)
}

fn without_query(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(method: &str, url: &str) -> Entry {
        Entry { at: None, message: Message::of_url(method, url), cookies: true, body_lost: false }
    }

    fn login(hint: &str) -> Entry {
        entry("GET", &format!("https://tool.test/login?iss=https://lms.test&target_link_uri=x&login_hint={hint}"))
    }

    fn request(hint: &str, state: &str) -> Entry {
        let uri = "https%3A%2F%2Ftool.test%2Flaunch";
        entry(
            "GET",
            &format!("https://lms.test/auth?client_id=c&redirect_uri={uri}&nonce=n&login_hint={hint}&state={state}"),
        )
    }

    fn response(state: &str) -> Entry {
        entry("POST", &format!("https://tool.test/launch?id_token=a.b.c&state={state}"))
    }

    #[test]
    fn parallel_launches_are_told_apart_by_state() {
        let found = launches([
            login("u1"),
            request("u1", "s1"),
            login("u2"),
            request("u2", "s2"),
            response("s1"),
            response("s2"),
        ]);
        assert_eq!(found.len(), 2);
        for (launch, state) in found.iter().zip(["s1", "s2"]) {
            assert_eq!(launch.response.as_ref().and_then(|response| response.get("state")), Some(state));
        }
        assert_eq!(found[1].place, Place { number: 2, of: 2 });
    }

    #[test]
    fn another_systems_sign_in_is_no_launch() {
        let sign_in = [
            entry(
                "GET",
                "https://idp.test/authorize?client_id=x&redirect_uri=https://lms.test/oidc&response_type=id_token&nonce=1",
            ),
            entry("POST", "https://lms.test/oidc?id_token=a.b.c&state=z"),
        ];
        assert_eq!(launches(sign_in), []);
    }

    #[test]
    fn a_login_page_that_loads_itself_again_is_one_launch() {
        let found = launches([login("u1"), login("u1"), request("u1", "s1"), response("s1"), response("s1")]);
        assert_eq!(found.len(), 1);
        assert!(found[0].response.is_some());
    }

    #[test]
    fn a_launch_that_stops_says_where() {
        let found = launches([login("u1"), request("u1", "s1")]);
        assert!(
            found[0].missing.iter().any(|line| line.contains("stops before anything is posted")),
            "{:?}",
            found[0].missing
        );
        let lost = Entry { body_lost: true, ..entry("POST", "https://tool.test/launch") };
        let found = launches([login("u1"), request("u1", "s1"), lost]);
        assert!(found[0].missing.iter().any(|line| line.contains("without its fields")), "{:?}", found[0].missing);
    }

    #[test]
    fn the_post_is_read_from_the_platforms_page_where_it_was_not_recorded() {
        let mut asked = request("u1", "s1");
        let page = r#"<body onload="document.forms[0].submit()"><form method="post" action="https://tool.test/launch">
            <input name="id_token" value="a.b.c"><input name="state" value="s1"></form>"#;
        asked.message.answer =
            Some(super::super::recorded::Answer { status: Some(200), headers: None, body: Some(page.to_owned()) });
        let found = launches([login("u1"), asked]);
        assert_eq!(found[0].response.as_ref().and_then(|response| response.get("id_token")), Some("a.b.c"));
        assert!(found[0].missing.iter().any(|line| line.contains("read from the platform's page")));
    }

    #[test]
    fn a_request_that_is_asked_again_after_signing_in_is_one() {
        let found = launches([login("u1"), request("u1", "s1"), request("u1", "s1"), response("s1")]);
        assert_eq!(found.len(), 1);
        assert!(found[0].response.is_some());
    }
}
