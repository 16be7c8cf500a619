//! The way to the tool: the login, the deep linking request, and the launch of a link that came back.

use ::http::StatusCode;
use lti_core::message::claims;
use serde_json::{Map, Value, json};

use super::{
    super::{
        DeepLinkingFlaw, HOME_PATH, PlatformDouble, TokenFlaw,
        authorization::{Trouble, invalid},
        http::{page, redirect},
        response::as_form,
        school::{COURSES, User},
        user::roles,
    },
    CONTENT_PATH, ItemLaunch, Pending,
};
use crate::{
    forge::Token,
    keys::Scheme,
    subject::platform::deep_linking::DL,
    transport::{Request, Response},
};

/// How long a token is good, in seconds.
const LIFETIME: i64 = 300;
/// A day, in seconds.
const DAY: i64 = 86_400;

impl PlatformDouble {
    /// Begins to add content: sends the login to the tool.
    pub(in super::super) fn add_content(&self, request: &Request, path: &str) -> Response {
        let Some((session, user)) = self.visitor(request) else { return redirect(StatusCode::SEE_OTHER, HOME_PATH) };
        let (editor, path) = path.strip_prefix("editor/").map_or((false, path), |path| (true, path));
        let Some(course) = COURSES.iter().find(|course| course.path == path) else {
            return page(StatusCode::NOT_FOUND, "No such course", "<p>there is no such course</p>");
        };
        let (hint, data) = (self.random.draw(), self.random.draw());
        self.desk().begun.insert(hint.clone(), Pending { session, user, course, data, editor });
        self.content_login(user, &self.wiring.tool.target_link_uri, &hint)
    }

    /// Launches a link that came back.
    pub(in super::super) fn launch_content(&self, request: &Request, number: &str) -> Response {
        let Some((_, user)) = self.visitor(request) else { return redirect(StatusCode::SEE_OTHER, HOME_PATH) };
        let number = number.parse::<usize>().ok();
        let item = number.and_then(|number| Some((number, self.desk().items.get(number)?.clone())));
        let (Some((number, item)), false) = (item, self.has(DeepLinkingFlaw::LinkDead)) else {
            return page(StatusCode::NOT_FOUND, "No such link", "<p>there is no such link</p>");
        };
        let hint = self.random.draw();
        self.desk().launches.insert(hint.clone(), ItemLaunch { user, number });
        self.content_login(user, &self.target_of(item.url.as_deref()), &hint)
    }

    fn content_login(&self, user: &User, target: &str, hint: &str) -> Response {
        let tool = &self.wiring.tool;
        let fields = [
            ("iss", self.own("")),
            ("login_hint", user.hint.to_owned()),
            ("target_link_uri", target.to_owned()),
            ("lti_message_hint", hint.to_owned()),
            ("client_id", tool.client_id.clone()),
            ("lti_deployment_id", tool.deployment_ids.first().cloned().unwrap_or_default()),
        ];
        as_form(&tool.login_url, &fields.map(|(name, value)| (name.to_owned(), value)))
    }

    /// Where a link is launched.
    fn target_of(&self, url: Option<&str>) -> String {
        let tool = &self.wiring.tool;
        match (url, self.content_flaw()) {
            (Some(_), Some(DeepLinkingFlaw::UrlIgnored)) => tool.target_link_uri.clone(),
            (Some(url), Some(DeepLinkingFlaw::UrlRewritten)) => rewritten(url),
            (Some(url), _) => url.to_owned(),
            (None, Some(DeepLinkingFlaw::UrlAbsentLogin)) => tool.login_url.clone(),
            (None, _) => tool.target_link_uri.clone(),
        }
    }

    /// The token that this hint asks for, where it belongs to deep linking or to a link that came of it.
    pub(in super::super) fn content_token(
        &self,
        hint: &str,
        user: &'static User,
        nonce: Option<&str>,
    ) -> Option<Result<String, Trouble>> {
        let begun = self.desk().begun.get(hint).cloned();
        let launch = self.desk().launches.get(hint).cloned();
        let (owner, claims) = match (begun, launch) {
            (Some(pending), _) => {
                let claims = self.request_claims(&pending, nonce);
                let mut desk = self.desk();
                if self.has(DeepLinkingFlaw::LatestAlone) {
                    desk.open.retain(|open| open.session != pending.session);
                }
                desk.open.push(pending.clone());
                (pending.user, claims)
            }
            (None, Some(launch)) => (launch.user, self.item_claims(&launch, nonce)),
            (None, None) => return None,
        };
        if owner != user {
            return Some(Err(invalid("lti_message_hint is not of a launch of this user")));
        }
        Some(self.sign_content(claims).ok_or(Trouble::Sent("server_error", "no token could be made")))
    }

    fn sign_content(&self, claims: Map<String, Value>) -> Option<String> {
        let signing = self.book().published().last().cloned()?;
        let is_request = claims.contains_key(&format!("{DL}deep_linking_settings"));
        let mut token = Token::new(claims, signing.key.clone(), &signing.kid);
        match self.content_flaw() {
            Some(DeepLinkingFlaw::RequestKey) if is_request => {
                token.sign_with(&self.wiring.keys.stranger, Scheme::Rs256);
            }
            Some(DeepLinkingFlaw::RequestAlg) if is_request => token.sign_with(&signing.key, Scheme::Rs384),
            _ if self.has(TokenFlaw::AlgOther) => token.sign_with(&signing.key, Scheme::Rs384),
            _ => {}
        }
        token.compact().ok()
    }

    fn common_claims(&self, user: &User, nonce: Option<&str>) -> Map<String, Value> {
        let now = self.now();
        let tool = &self.wiring.tool;
        let claims = json!({
            "iss": self.own(""), "aud": tool.client_id, "iat": now, "exp": now + LIFETIME, "nonce": nonce,
            "sub": user.sub, "name": user.name(), "given_name": user.given, "family_name": user.family,
            "email": user.email,
            claims::VERSION: claims::LTI_VERSION,
            claims::DEPLOYMENT_ID: tool.deployment_ids.first(),
            claims::ROLES: roles(user),
        });
        claims.as_object().cloned().unwrap_or_default()
    }

    fn request_claims(&self, pending: &Pending, nonce: Option<&str>) -> Map<String, Value> {
        let mut told = self.common_claims(pending.user, nonce);
        let mut tell = |name: &str, value: Value| drop(told.insert(name.to_owned(), value));
        let course = pending.course;
        tell(claims::MESSAGE_TYPE, json!("LtiDeepLinkingRequest"));
        tell(claims::TARGET_LINK_URI, json!(self.wiring.tool.target_link_uri));
        tell(claims::CONTEXT, json!({"id": course.id, "label": course.label, "title": course.title}));
        tell(&format!("{DL}deep_linking_settings"), self.settings(pending));
        match self.content_flaw() {
            Some(DeepLinkingFlaw::RequestAudience) => tell("aud", json!(self.wiring.tool.target_link_uri)),
            Some(DeepLinkingFlaw::RequestPast) => {
                tell("iat", json!(self.now() - DAY - LIFETIME));
                tell("exp", json!(self.now() - DAY));
            }
            Some(DeepLinkingFlaw::RequestNonce) => tell("nonce", json!(self.random.draw())),
            Some(DeepLinkingFlaw::MessageTypeOld) => tell(claims::MESSAGE_TYPE, json!("ContentItemSelectionRequest")),
            Some(DeepLinkingFlaw::VersionOwn) => tell(claims::VERSION, json!("2.0.0")),
            Some(DeepLinkingFlaw::ResourceLinkSent) => tell(claims::RESOURCE_LINK, json!({"id": course.id})),
            Some(DeepLinkingFlaw::TargetOther) => {
                tell(claims::TARGET_LINK_URI, json!(format!("{}/picker", self.wiring.tool.target_link_uri)));
            }
            Some(DeepLinkingFlaw::Misprinted) => tell("http://imsglobal.org/custom", json!({"term": "autumn"})),
            Some(DeepLinkingFlaw::Anonymous) => drop(told.remove("sub")),
            Some(DeepLinkingFlaw::DeploymentMissing) => drop(told.remove(claims::DEPLOYMENT_ID)),
            Some(DeepLinkingFlaw::SettingsMissing) if pending.editor => {
                drop(told.remove(&format!("{DL}deep_linking_settings")));
            }
            _ => {}
        }
        told
    }

    fn settings(&self, pending: &Pending) -> Value {
        let place = if pending.editor { "editor" } else { "page" };
        let path = format!("{CONTENT_PATH}return/{}?place={place}", pending.course.path);
        let mut settings = json!({
            "deep_link_return_url": self.own(&path),
            "accept_types": ["link", "file", "html", "ltiResourceLink", "image"],
            "accept_media_types": "image/*,text/html",
            "accept_presentation_document_targets": ["iframe", "window", "embed"],
            "accept_multiple": true,
            "auto_create": true,
            "title": "New activity",
            "data": pending.data,
        });
        let (name, value) = match self.content_flaw() {
            Some(DeepLinkingFlaw::ReturnRelative) if pending.editor => ("deep_link_return_url", json!(path)),
            Some(DeepLinkingFlaw::ReturnPlain) if pending.editor => {
                ("deep_link_return_url", json!(self.own_plain(&path)))
            }
            Some(DeepLinkingFlaw::AcceptTypesText) => ("accept_types", json!("link,file,html,ltiResourceLink,image")),
            Some(DeepLinkingFlaw::TargetPopup) => {
                ("accept_presentation_document_targets", json!(["iframe", "window", "popup"]))
            }
            Some(DeepLinkingFlaw::MediaTypesArray) => ("accept_media_types", json!(["image/*", "text/html"])),
            Some(DeepLinkingFlaw::FlagsText) => ("accept_multiple", json!("true")),
            Some(DeepLinkingFlaw::TargetsMissing) => ("accept_presentation_document_targets", Value::Null),
            Some(DeepLinkingFlaw::DataAbsent) => ("data", Value::Null),
            _ => return settings,
        };
        settings[name] = value;
        if let Some(members) = settings.as_object_mut() {
            members.retain(|_, value| !value.is_null());
        }
        settings
    }

    fn item_claims(&self, launch: &ItemLaunch, nonce: Option<&str>) -> Map<String, Value> {
        let mut told = self.common_claims(launch.user, nonce);
        let Some(item) = self.desk().items.get(launch.number).cloned() else { return told };
        let course = item.course;
        let link = json!({"id": format!("content-{}", launch.number), "title": item.title});
        for (name, value) in [
            (claims::MESSAGE_TYPE, json!(claims::RESOURCE_LINK_REQUEST)),
            (claims::TARGET_LINK_URI, json!(self.target_of(item.url.as_deref()))),
            (claims::CONTEXT, json!({"id": course.id, "label": course.label, "title": course.title})),
            (claims::RESOURCE_LINK, link),
            (claims::CUSTOM, Value::Object(self.item_custom(&item.custom))),
        ] {
            told.insert(name.to_owned(), value);
        }
        told
    }

    fn item_custom(&self, given: &Map<String, Value>) -> Map<String, Value> {
        let all = given.iter().map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()));
        let sent: Vec<(String, String)> = match self.content_flaw() {
            Some(DeepLinkingFlaw::CustomDropped) => Vec::new(),
            Some(DeepLinkingFlaw::CustomKeysLowered) => all.map(|(name, value)| (lowered(&name), value)).collect(),
            Some(DeepLinkingFlaw::CustomLines) => lines(all),
            Some(DeepLinkingFlaw::CustomEmptyDropped) => all.filter(|(_, value)| !value.is_empty()).collect(),
            Some(DeepLinkingFlaw::VariableEmptied) => {
                all.map(|(name, value)| (name, if value.starts_with('$') { String::new() } else { value })).collect()
            }
            _ => all.collect(),
        };
        sent.into_iter().map(|(name, value)| (name, Value::from(value))).collect()
    }
}

/// The address as a careless platform writes it after parsing: its query decoded and encoded anew.
fn rewritten(url: &str) -> String {
    url::Url::parse(url).map_or_else(
        |_| url.to_owned(),
        |mut parsed| {
            let pairs: Vec<(String, String)> = parsed.query_pairs().into_owned().collect();
            parsed.query_pairs_mut().clear().extend_pairs(pairs);
            parsed.to_string()
        },
    )
}

/// A key as LTI 1.1 maps it: small letters, and `_` for whatever is neither letter nor digit.
fn lowered(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    name.chars().map(plain).collect()
}

/// The parameters as they are read back from a text field.
fn lines(all: impl Iterator<Item = (String, String)>) -> Vec<(String, String)> {
    let text: Vec<String> = all.map(|(name, value)| format!("{name}={value}")).collect();
    let pair = |line: &str| line.split_once('=').map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()));
    text.join("\n").lines().filter_map(pair).collect()
}
