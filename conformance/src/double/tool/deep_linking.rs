//! The double asked for content: it takes the request, shows what can be chosen, and answers the platform.
//!
//! The sound double verifies the request by the rules of `lti-core` as it does a launch, whatever other flaw it has: the
//! one code path that is forgotten is a flaw of its own. It serves learners, anonymous users, users without roles and
//! requests from outside a course; it returns one item of each type that is accepted, in the order resource link, link,
//! file, HTML, image, and nothing but the first where one is asked for; it sends a line item unless the platform says that
//! it ignores them; and it has no `azp`.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use http::{Method, StatusCode, header};
use lti_core::{
    Timestamp,
    id::{ClientId, DeploymentId, Issuer, Nonce},
    inspect::{Deployments, LaunchContext, Policy, Violation, inspect},
    message::claims,
};
use serde_json::{Map, Value};

use super::{
    DeepLinkingFlaw as Flaw, LoginFlaw, Refusal, ToolDouble,
    book::Login,
    content,
    http::{Fields, add_header, cookie, escape, page, redirect},
    keys::{Keys, Waited},
    login::BROWSER_COOKIE,
    opened::Opened,
};
use crate::{
    deep_linking::dl,
    transport::{Request, Response},
};

/// Where the page to choose on sends what was chosen.
pub(super) const CHOICE_PATH: &str = "/choose";
/// The type of the message.
const REQUEST: &str = "LtiDeepLinkingRequest";

/// A choice that is going on.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    /// Which of the registered platforms asks.
    pub(super) platform: usize,
    /// The deployment that the request names.
    pub(super) deployment: String,
    /// The deep linking settings.
    pub(super) settings: Map<String, Value>,
    /// Whether somebody chose something.
    pub(super) chosen: bool,
}

impl Choice {
    /// A setting that is text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.settings.get(name).and_then(Value::as_str)
    }

    /// A setting that is a list of texts.
    pub(super) fn list(&self, name: &str) -> Vec<&str> {
        self.settings.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
    }
}

/// The choices that are going on, by what their pages carry.
#[derive(Debug, Default)]
pub(super) struct Choices {
    open: Mutex<HashMap<String, Choice>>,
}

impl Choices {
    fn open(&self) -> MutexGuard<'_, HashMap<String, Choice>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ToolDouble {
    /// Answers a response whose message is a deep linking request; nothing where it is another one.
    pub(super) async fn asked_for_content(&self, request: &Request, waited: &mut Waited) -> Option<Response> {
        if request.method() != Method::POST {
            return None;
        }
        let fields = Fields::of(request);
        let token = Opened::parse(fields.get("id_token")?)?;
        if token.claims().text(claims::MESSAGE_TYPE)? != REQUEST {
            return None;
        }
        Some(match self.begin_choice(request, &fields, &token, waited).await {
            Ok(response) => response,
            Err(refusal) => self.refuse(&refusal),
        })
    }

    async fn begin_choice(
        &self,
        request: &Request,
        fields: &Fields,
        token: &Opened,
        waited: &mut Waited,
    ) -> Result<Response, Refusal> {
        let browser = cookie(request, BROWSER_COOKIE).unwrap_or_default();
        let replayable = self.has(Flaw::RequestReplayable);
        let login = if replayable { self.any_login(fields, &browser) } else { self.find_login(fields, &browser) }?;
        if !self.has(Flaw::RequestUnverified) {
            let keys = self.keys_for(login.platform, token.kid().as_deref(), waited).await?;
            self.verify_request(fields.get("id_token").unwrap_or_default(), &login, &keys)?;
        }
        let nonce = token.claims().text("nonce").unwrap_or_default();
        // Where every request has the same nonce, or none, there is none to be used up.
        let spent =
            !self.book().use_nonce(login.platform, &nonce) && !self.has(LoginFlaw::NonceConstant) && !nonce.is_empty();
        if spent && !replayable {
            return Err(Refusal::new("the nonce was used before"));
        }
        self.book().close(&login.state);
        self.admit(token)?;
        let settings = match token.claims().get(&dl("deep_linking_settings")) {
            Some(Value::Object(settings)) => settings,
            _ if self.has(Flaw::SettingsMissingCrash) => {
                return Err(Refusal::crash("deep_linking_settings is undefined"));
            }
            _ => return Err(Refusal::new("deep_linking_settings is missing")),
        };
        self.read_settings(&settings)?;
        let deployment = token.claims().text(claims::DEPLOYMENT_ID).unwrap_or_default();
        let choice = Choice { platform: login.platform, deployment, settings, chosen: true };
        Ok(self.choice_page(choice, &browser))
    }

    /// The login with this state in this browser, answered or not.
    fn any_login(&self, fields: &Fields, browser: &str) -> Result<Login, Refusal> {
        let state = fields.filled("state").unwrap_or_default();
        let fits = |login: &Login| login.browser == browser && login.state == state;
        let found = self.book().login(self.now(), fits).cloned();
        found.ok_or_else(|| Refusal::new("no login of this browser has this state"))
    }

    /// The sound rules of a launch, but for what a deep linking request does not have.
    fn verify_request(&self, id_token: &str, login: &Login, keys: &Keys) -> Result<(), Refusal> {
        let registered = self.registered(login.platform)?;
        let deployments: Vec<DeploymentId> =
            registered.deployment_ids.iter().map(|id| DeploymentId::new(id.as_str())).collect();
        let (issuer, client_id) =
            (Issuer::new(registered.issuer.as_str()), ClientId::new(registered.client_id.as_str()));
        let nonce = login.nonce.as_deref().map(Nonce::new);
        let policy = Policy::default();
        let context = LaunchContext {
            keys: &keys.published.set,
            issuer: &issuer,
            client_id: &client_id,
            nonce: nonce.as_ref(),
            login: None,
            deployments: Deployments::Known(&deployments),
            policy: &policy,
        };
        let inspection = inspect(id_token, &context, Timestamp::from_secs(self.now()));
        let broken = inspection.violations().iter().find(|finding| {
            let rule = finding.violation;
            rule.refuses(&policy) && !of_launches(rule) && !self.overlooks(rule)
        });
        broken.map_or(Ok(()), |finding| Err(Refusal::new(finding.to_string())))
    }

    fn overlooks(&self, rule: Violation) -> bool {
        (self.has(LoginFlaw::NonceDropped) && matches!(rule, Violation::TokenNonce | Violation::TokenNonceMissing))
            || (self.has(Flaw::RequestAudIgnored) && matches!(rule, Violation::TokenAud | Violation::TokenAudMissing))
            || (self.has(Flaw::RequestExpIgnored) && matches!(rule, Violation::TokenExp | Violation::TokenExpMissing))
            || (self.has(Flaw::RequestSignatureIgnored) && rule == Violation::TokenSignature)
    }

    /// Whom flawed tools do not let choose, though the texts leave them free.
    fn admit(&self, token: &Opened) -> Result<(), Refusal> {
        let members = token.claims();
        let refuses = |flaw: Flaw, missing: bool| self.has(flaw) && missing;
        let learner = token.roles().iter().any(|role| role.ends_with("#Learner"));
        if refuses(Flaw::LearnerRefused, learner)
            || refuses(Flaw::SubRequired, !members.has("sub"))
            || refuses(Flaw::RolesRequired, !members.has(claims::ROLES))
            || refuses(Flaw::ContextRequired, !members.has(claims::CONTEXT))
            || refuses(Flaw::TargetRequired, !members.has(claims::TARGET_LINK_URI))
            || self.has(Flaw::MessageUnknown)
        {
            return Err(Refusal::new("this tool does not let this user choose content here"));
        }
        Ok(())
    }

    /// The settings that a choice cannot do without.
    fn read_settings(&self, settings: &Map<String, Value>) -> Result<(), Refusal> {
        const KNOWN: [&str; 10] = [
            "deep_link_return_url",
            "accept_types",
            "accept_media_types",
            "accept_presentation_document_targets",
            "accept_multiple",
            "accept_lineitem",
            "auto_create",
            "title",
            "text",
            "data",
        ];
        let words = |name: &str| settings.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
        let only = |name: &str, known: &[&str]| {
            words(name).iter().all(|word| word.as_str().is_some_and(|word| known.contains(&word)))
        };
        let targets = "accept_presentation_document_targets";
        let unread = (self.has(Flaw::SettingsClosed) && settings.keys().any(|name| !KNOWN.contains(&name.as_str())))
            || (self.has(Flaw::SettingsRequired) && !settings.contains_key("accept_multiple"))
            || (self.has(Flaw::TypesClosed)
                && !only("accept_types", &["link", "file", "html", "ltiResourceLink", "image"]))
            || (self.has(Flaw::TargetsRequired) && words(targets).is_empty())
            || (self.has(Flaw::TargetsClosed) && !only(targets, &["iframe", "window", "embed"]));
        if unread { Err(Refusal::new("the deep linking settings cannot be read")) } else { Ok(()) }
    }

    /// The page to choose on.
    fn choice_page(&self, choice: Choice, browser: &str) -> Response {
        let key = if self.has(Flaw::ChoiceOfBrowser) { browser.to_owned() } else { self.random.draw() };
        self.choices.open().insert(key.clone(), choice);
        let body = format!(
            "<h1>Choose content</h1><form method=\"post\" action=\"{CHOICE_PATH}\">\
             <input type=\"hidden\" name=\"choice\" value=\"{}\">\
             <button name=\"do\" value=\"add\">Add to course</button>\
             <button name=\"do\" value=\"cancel\">Cancel</button></form>",
            escape(&key)
        );
        let mut response = page(StatusCode::OK, "Choose content", &body);
        if self.has(Flaw::ChoiceFramingForbidden) {
            add_header(&mut response, header::X_FRAME_OPTIONS, "DENY");
        }
        response
    }

    /// Takes what was chosen and sends it to the platform.
    pub(super) fn chosen(&self, request: &Request) -> Response {
        let fields = Fields::of(request);
        let found = self.choices.open().remove(fields.get("choice").unwrap_or_default());
        let Some(mut choice) = found else {
            return page(StatusCode::NOT_FOUND, "Nothing to choose", "<p>start from your course</p>");
        };
        choice.chosen = fields.get("do") == Some("add");
        if !choice.chosen && self.has(Flaw::CancelStays) {
            return page(StatusCode::OK, "Nothing chosen", "<p>You may close this window.</p>");
        }
        match content::message(self, &choice) {
            Ok(message) => self.send_back(&choice, &message),
            Err(error) => self.refuse(&Refusal::crash(error.to_string())),
        }
    }

    /// The form that brings the message to the platform.
    fn send_back(&self, choice: &Choice, message: &str) -> Response {
        let return_url = choice.text("deep_link_return_url").unwrap_or_default();
        let action = match return_url.split_once('?') {
            Some((plain, _)) if self.has(Flaw::ReturnQueryDropped) => plain.to_owned(),
            _ if self.has(Flaw::ReturnElsewhere) => origin(return_url),
            _ => return_url.to_owned(),
        };
        if self.has(Flaw::AnswersByGet) {
            let join = if action.contains('?') { '&' } else { '?' };
            return redirect(StatusCode::FOUND, &format!("{action}{join}JWT={message}"));
        }
        let field = if self.has(Flaw::FieldLowercase) { "jwt" } else { "JWT" };
        let extra = if self.has(Flaw::FieldExtra) { "<input type=\"hidden\" name=\"_token\" value=\"1\">" } else { "" };
        let script = if self.has(Flaw::ManualButton) { "" } else { "<script>document.forms[0].submit()</script>" };
        let body = format!(
            "<form method=\"post\" action=\"{}\"><input type=\"hidden\" name=\"{field}\" value=\"{}\">{extra}\
             <button>Back to the course</button></form>{script}",
            escape(&action),
            escape(message)
        );
        page(StatusCode::OK, "Back to the course", &body)
    }
}

/// The rules that are about launches of resource links alone.
const fn of_launches(rule: Violation) -> bool {
    matches!(
        rule,
        Violation::LaunchMessageType
            | Violation::LaunchTargetLinkUriMissing
            | Violation::LaunchResourceLinkMissing
            | Violation::LaunchRolesMissing
    )
}

/// The start page of an address's host.
fn origin(url: &str) -> String {
    let origin = url.split('/').take(3).collect::<Vec<_>>().join("/");
    format!("{origin}/")
}
