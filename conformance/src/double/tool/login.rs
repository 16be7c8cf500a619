//! From the login initiation to the authentication request.

use http::{Method, StatusCode, header};
use url::Url;

use super::{
    LoginFlaw, PageFlaw, Refusal, StateFlaw, TenancyFlaw, ToolDouble,
    book::Login,
    http::{Fields, add_header, cookie, redirect},
};
use crate::{
    double::tool::keys::Waited,
    transport::{Request, Response},
};

/// Remembers the browser that a login was opened in.
pub(super) const BROWSER_COOKIE: &str = "double_browser";

/// The login parameters that the double knows.
const KNOWN: [&str; 6] = ["iss", "login_hint", "target_link_uri", "lti_message_hint", "lti_deployment_id", "client_id"];

/// What a login initiation said.
struct Initiation {
    platform: usize,
    client_id: String,
    auth_url: String,
    login_hint: Option<String>,
    message_hint: Option<String>,
    deployment: Option<String>,
    target: String,
}

impl ToolDouble {
    pub(super) async fn login(&self, request: &Request) -> Response {
        let refused = match *request.method() {
            Method::GET => self.has(LoginFlaw::GetRefused),
            Method::POST => self.has(LoginFlaw::PostRefused),
            _ => true,
        };
        if refused {
            return super::http::page(StatusCode::METHOD_NOT_ALLOWED, "Not this way", "<p>use the other method</p>");
        }
        match self.initiation(&Fields::of(request)) {
            Ok(initiation) => {
                let mut waited = Waited::default();
                self.prepare_keys(initiation.platform, &mut waited).await;
                waited.stamp(self.ask(request, &initiation))
            }
            Err(refusal) => self.refuse(&refusal),
        }
    }

    fn initiation(&self, fields: &Fields) -> Result<Initiation, Refusal> {
        if self.has(LoginFlaw::ParamsClosed) && fields.names().any(|name| !KNOWN.contains(&name)) {
            return Err(Refusal::new("a login parameter is unknown"));
        }
        let (platform, client_id, auth_url) = self.platform_of(fields)?;
        let message_hint = fields.get("lti_message_hint").map(str::to_owned);
        if self.has(LoginFlaw::MessageHintRequired) && message_hint.is_none() {
            return Err(Refusal::new("lti_message_hint is missing"));
        }
        Ok(Initiation {
            platform,
            client_id,
            auth_url,
            login_hint: self.login_hint(fields)?,
            message_hint,
            deployment: self.login_deployment(fields, platform)?,
            target: self.login_target(fields)?,
        })
    }

    /// The registration that the login is for, the client id that goes out, and where to.
    fn platform_of(&self, fields: &Fields) -> Result<(usize, String, String), Refusal> {
        let Some(issuer) = fields.filled("iss") else {
            let first = self.has(LoginFlaw::IssOptional).then(|| self.registered(0));
            let first = first.ok_or_else(|| Refusal::new("iss is missing"))??;
            return Ok((0, first.client_id.clone(), first.auth_url.clone()));
        };
        let client_id = fields.filled("client_id");
        if self.has(LoginFlaw::ClientRequired) && client_id.is_none() {
            return Err(Refusal::new("client_id is missing"));
        }
        let of_issuer = || self.wiring.platforms.iter().enumerate().filter(|(_, known)| known.issuer == issuer);
        let mut fitting = of_issuer().filter(|(_, known)| client_id.is_none_or(|id| id == known.client_id));
        let found = match (fitting.next(), fitting.next()) {
            (Some(only), None) if self.has(TenancyFlaw::ClientOfFirst) => of_issuer().next().or(Some(only)),
            (Some(only), None) => Some(only),
            (Some(first), Some(_)) if self.has(TenancyFlaw::ClientGuessed) => Some(first),
            (Some(_), Some(_)) if self.has(TenancyFlaw::ClientByDeployment) => {
                let named = fields.filled("lti_deployment_id").unwrap_or_default();
                of_issuer().find(|(_, known)| known.deployment_ids.iter().any(|id| id == named))
            }
            (None, _) if self.has(LoginFlaw::ClientFallback) => of_issuer().next(),
            (None, _) if self.has(LoginFlaw::IssuerDerived) && of_issuer().next().is_none() => {
                let first = self.registered(0)?;
                return Ok((0, first.client_id.clone(), format!("{}/auth", issuer.trim_end_matches('/'))));
            }
            _ => None,
        };
        let (platform, known) =
            found.ok_or_else(|| Refusal::new("no registration, or more than one, fits this issuer and client id"))?;
        Ok((platform, known.client_id.clone(), known.auth_url.clone()))
    }

    fn login_hint(&self, fields: &Fields) -> Result<Option<String>, Refusal> {
        match fields.filled("login_hint") {
            Some(hint) => Ok(Some(hint.to_owned())),
            None if self.has(LoginFlaw::HintOptional) => Ok(None),
            None => Err(Refusal::new("login_hint is missing")),
        }
    }

    fn login_deployment(&self, fields: &Fields, platform: usize) -> Result<Option<String>, Refusal> {
        let deployment = fields.filled("lti_deployment_id");
        if self.has(LoginFlaw::DeploymentRequired) && deployment.is_none() {
            return Err(Refusal::new("lti_deployment_id is missing"));
        }
        let known = &self.registered(platform)?.deployment_ids;
        if self.has(LoginFlaw::DeploymentChecked) && deployment.is_some_and(|id| !known.iter().any(|one| one == id)) {
            return Err(Refusal::new("the deployment is unknown"));
        }
        Ok(deployment.map(str::to_owned))
    }

    /// The target link URI of the login, which must lie on the tool's own host (OIDC Core 1.0, 4).
    fn login_target(&self, fields: &Fields) -> Result<String, Refusal> {
        let Some(target) = fields.filled("target_link_uri") else {
            return if self.has(LoginFlaw::TargetOptional) {
                Ok(self.own(super::COURSE_PATH))
            } else {
                Err(Refusal::new("target_link_uri is missing"))
            };
        };
        let own = self.is_own(target)
            || self.has(PageFlaw::LoginTargetFollowed)
            || (self.has(PageFlaw::LoginTargetByPrefix) && target.starts_with(&self.wiring.base_url));
        if own { Ok(target.to_owned()) } else { Err(Refusal::new("target_link_uri leads to a foreign host")) }
    }

    /// An address of the tool.
    pub(super) fn own(&self, path: &str) -> String {
        format!("{}{path}", self.wiring.base_url)
    }

    /// Whether an address lies on the tool's own host.
    pub(super) fn is_own(&self, target: &str) -> bool {
        match (Url::parse(target), Url::parse(&self.wiring.base_url)) {
            (Ok(target), Ok(own)) => target.origin() == own.origin(),
            _ => false,
        }
    }

    fn ask(&self, request: &Request, initiation: &Initiation) -> Response {
        let browser = cookie(request, BROWSER_COOKIE).unwrap_or_else(|| self.random.draw());
        let nonce = self.nonce();
        let login = Login {
            state: self.random.draw(),
            nonce: nonce.clone(),
            platform: initiation.platform,
            browser: browser.clone(),
            target: initiation.target.clone(),
            deployment: initiation.deployment.clone(),
            opened_at: self.now(),
            done: false,
        };
        let by_get = (request.method() == Method::GET).then(|| request.uri().query().unwrap_or_default());
        let parameters = self.parameters(initiation, &login.state, nonce, by_get);
        let Ok(mut url) = Url::parse(&initiation.auth_url) else {
            return self.refuse(&Refusal::new("the authorization endpoint is no address"));
        };
        url.query_pairs_mut().extend_pairs(parameters);
        let mut book = self.book();
        if self.has(StateFlaw::OneLoginAtATime) {
            book.forget_browser(&browser);
        }
        book.open(login);
        let mut response = redirect(StatusCode::FOUND, url.as_str());
        add_header(&mut response, header::SET_COOKIE, &self.cookie_line(BROWSER_COOKIE, &browser));
        response
    }

    fn nonce(&self) -> Option<String> {
        match () {
            () if self.has(LoginFlaw::NonceDropped) => None,
            () if self.has(LoginFlaw::NonceConstant) => Some("a-nonce-for-all".to_owned()),
            () if self.has(LoginFlaw::NonceCounting) => Some(format!("nonce-{}", self.book().count())),
            () => Some(self.random.draw()),
        }
    }

    /// The authentication request (Security Framework 1.0, 5.1.1.2).
    fn parameters(
        &self,
        initiation: &Initiation,
        state: &str,
        nonce: Option<String>,
        by_get: Option<&str>,
    ) -> Vec<(&'static str, String)> {
        let registration = if self.has(TenancyFlaw::RedirectOfFirst) { 0 } else { initiation.platform };
        let own = self.registered(registration).map(|known| known.redirect_uri.clone()).unwrap_or_default();
        let redirect_uri = match by_get {
            Some(query) if self.has(LoginFlaw::RedirectWrongOnGet) => format!("{own}?{query}"),
            _ => own,
        };
        let either = |flaw: LoginFlaw, wrong: &str, sound: &str| {
            if self.has(flaw) { wrong.to_owned() } else { sound.to_owned() }
        };
        let mut parameters = vec![
            ("scope", either(LoginFlaw::ScopeWrong, "profile", "openid")),
            ("response_type", either(LoginFlaw::ResponseTypeWrong, "code", "id_token")),
            ("client_id", self.client_id_as_sent(initiation)),
            ("redirect_uri", redirect_uri),
        ];
        let mut add = |name, value: Option<String>, dropped: bool| {
            parameters.extend(value.filter(|_| !dropped).map(|value| (name, value)));
        };
        add("login_hint", initiation.login_hint.as_deref().map(|hint| self.hint_as_sent(hint)), false);
        add("response_mode", Some("form_post".to_owned()), self.has(LoginFlaw::ResponseModeDropped));
        add("prompt", Some("none".to_owned()), self.has(LoginFlaw::PromptDropped));
        add("state", Some(state.to_owned()), self.has(LoginFlaw::StateDropped));
        add("nonce", nonce, false);
        add("lti_message_hint", self.message_hint_as_sent(initiation), false);
        add("scope", Some("openid".to_owned()), !self.has(LoginFlaw::ParameterRepeated));
        parameters
    }

    fn client_id_as_sent(&self, initiation: &Initiation) -> String {
        let forgotten = self.has(LoginFlaw::ClientIdForgotten) && self.book().count() > 0;
        if forgotten { "lti-double".to_owned() } else { initiation.client_id.clone() }
    }

    fn hint_as_sent(&self, hint: &str) -> String {
        if self.has(LoginFlaw::HintReencoded) {
            form_urlencoded::byte_serialize(hint.as_bytes()).collect()
        } else {
            hint.to_owned()
        }
    }

    fn message_hint_as_sent(&self, initiation: &Initiation) -> Option<String> {
        match &initiation.message_hint {
            Some(hint) if self.has(LoginFlaw::MessageHintUnescaped) => Some(decoded_once_more(hint)),
            None if self.has(LoginFlaw::MessageHintInvented) => Some(String::new()),
            hint => hint.clone(),
        }
    }

    /// A cookie that survives the platform's cross-site POST, also within a frame.
    pub(super) fn cookie_line(&self, name: &str, value: &str) -> String {
        let mut line = format!("{name}={value}; Path=/; HttpOnly; Secure");
        if !self.has(StateFlaw::CookieLax) {
            line.push_str("; SameSite=None");
        }
        if !self.has(StateFlaw::CookieUnpartitioned) {
            line.push_str("; Partitioned");
        }
        line
    }
}

/// Percent-decodes a value that is no longer encoded.
fn decoded_once_more(value: &str) -> String {
    let pair = format!("hint={}", value.replace('&', "%26"));
    form_urlencoded::parse(pair.as_bytes()).next().map(|(_, hint)| hint.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::decoded_once_more;

    #[test]
    fn decoding_once_more_spoils_what_is_encoded() {
        assert_eq!(decoded_once_more("a+b%20c&d=e"), "a b c&d=e");
        assert_eq!(decoded_once_more("plain"), "plain");
    }
}
