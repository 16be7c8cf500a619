//! From the authentication response to somebody who is signed in.

use http::Method;
use lti_core::message::claims;
use serde_json::Value;

use super::{
    AudienceFlaw, ClaimFlaw, LoginFlaw, PageFlaw, Refusal, StateFlaw, TenancyFlaw, TokenFlaw, ToolDouble, ToolFlaw,
    amend::Seen,
    book::{Login, School, Visitor},
    http::{Fields, cookie},
    judge::Evidence,
    keys::Waited,
    login::BROWSER_COOKIE,
    opened::{Opened, Payload},
    page,
    verify::{HUGE, Numbers},
};
use crate::transport::{Request, Response};

/// The fields of a response that the double knows.
const KNOWN: [&str; 6] = ["id_token", "state", "error", "error_description", "error_uri", "lti_storage_target"];
/// A claim nested deeper than this is deep.
const DEEP: usize = 100;

/// Who comes in, and where they land.
pub(super) struct Arrival {
    pub(super) visitor: Visitor,
    pub(super) landing: String,
}

impl ToolDouble {
    pub(super) async fn launch(&self, request: &Request) -> Response {
        let mut waited = Waited::default();
        if let Some(response) = self.asked_for_content(request, &mut waited).await {
            return waited.stamp(response);
        }
        let response = match self.receive(request, &mut waited).await {
            Ok(arrival) => self.welcome(arrival),
            Err(refusal) => self.refuse(&refusal),
        };
        waited.stamp(response)
    }

    async fn receive(&self, request: &Request, waited: &mut Waited) -> Result<Arrival, Refusal> {
        let allowed =
            request.method() == Method::POST || (request.method() == Method::GET && self.has(StateFlaw::ResponseByGet));
        if !allowed {
            return Err(Refusal::new("a response comes by POST"));
        }
        let fields = Fields::of(request);
        if self.has(StateFlaw::ExtraFieldsRefused) && fields.names().any(|name| !KNOWN.contains(&name)) {
            return Err(Refusal::new("a field of the response is unknown"));
        }
        if fields.get("error").is_some() {
            if self.has(StateFlaw::ErrorGreeted) {
                return Ok(self.guest());
            }
            if !self.has(StateFlaw::ErrorIgnored) {
                return Err(Refusal::new("the platform answered with an error"));
            }
        }
        let (id_token, used) = self.tokens(&fields)?;
        let browser = cookie(request, BROWSER_COOKIE).unwrap_or_default();
        let login = self.find_login(&fields, &browser)?;
        self.verify(id_token, used, login, waited).await
    }

    /// The token that is verified and the one that is used.
    fn tokens<'f>(&self, fields: &'f Fields) -> Result<(&'f str, &'f str), Refusal> {
        let all: Vec<&str> = fields.all("id_token").collect();
        match all.as_slice() {
            [] => Err(Refusal::new("id_token is missing")),
            [only] => Ok((only, only)),
            [first, ..] if self.has(StateFlaw::FirstTokenTaken) => Ok((first, first)),
            [first, .., last] if self.has(StateFlaw::TokenSwapped) => Ok((first, last)),
            _ => Err(Refusal::new("id_token is there more than once")),
        }
    }

    /// The login that the response answers: open, and opened in this browser.
    pub(super) fn find_login(&self, fields: &Fields, browser: &str) -> Result<Login, Refusal> {
        let open = |login: &Login| !login.done && login.browser == browser;
        let state = fields.filled("state");
        let lost = (state.is_none() && self.has(StateFlaw::StateOptional))
            || (state.is_some() && self.has(StateFlaw::StateNotCompared))
            || self.has(LoginFlaw::StateDropped);
        let reused = [StateFlaw::ResponseForAnybody, StateFlaw::ReplayNotNoticed, StateFlaw::StateKept];
        let anywhere = [StateFlaw::ResponseForAnybody, StateFlaw::StateServerWide];
        let has_one = |flaws: &[StateFlaw]| flaws.iter().any(|flaw| self.has(*flaw));
        let same = |login: &Login| {
            let state = state.unwrap_or_default();
            let half = login.state.len() / 2;
            let by_prefix = self.has(StateFlaw::StateByPrefix) && state.starts_with(&login.state[..half]);
            let fits = login.state == state || by_prefix;
            fits && (has_one(&anywhere) || login.browser == browser) && (has_one(&reused) || !login.done)
        };
        let (book, now) = (self.book(), self.now());
        let found = if lost { book.login(now, open) } else { book.login(now, same) };
        found.cloned().ok_or_else(|| Refusal::new("no open login of this browser has this state"))
    }

    async fn verify(&self, id_token: &str, used: &str, login: Login, waited: &mut Waited) -> Result<Arrival, Refusal> {
        if id_token.len() > HUGE && self.has(TokenFlaw::HugeTokenCrashes) {
            return Err(Refusal::crash("the token does not fit"));
        }
        let unreadable = || Refusal::new("the token cannot be read");
        let token = Opened::parse(id_token).ok_or_else(unreadable)?;
        if self.has(TokenFlaw::BarePayloadGreeted) && is_bare(&token) {
            return Ok(self.guest());
        }
        let platform = self.platform_to_compare(&token, &login);
        let keys_of = if self.has(TenancyFlaw::KeysOfFirst) { 0 } else { platform };
        let keys = self.keys_for(keys_of, token.kid().as_deref(), waited).await?;
        if self.has(TokenFlaw::ArrayPayloadGreeted) && matches!(token.payload, Payload::OtherJson) {
            let signed = super::verify::soundly_signed(&token, &keys.published);
            return if signed { Ok(self.guest()) } else { Err(unreadable()) };
        }
        let led = self.led_to(&token, waited).await;
        let seen = Seen {
            token: &token,
            registered: self.registered(platform)?,
            login: &login,
            nonce_taken: self.nonce_taken(&token, &login, platform),
            migrated: self.former_user(&token, platform).is_some_and(|former| former.verified),
            deployment_taken: self.deployment_taken(&token, platform),
            elsewhere: platform != login.platform,
            now: self.now(),
        };
        let deep = nesting(&token) > DEEP;
        if deep && self.has(TokenFlaw::DeepJsonCrashes) {
            return Err(Refusal::crash("the stack is too small"));
        }
        self.judge(&Evidence { id_token, seen, keys: &keys, led })?;
        if deep && self.has(TokenFlaw::DeepJsonRefused) {
            return Err(Refusal::new("a claim is nested too deeply"));
        }
        self.claim_once(&token, &login, platform)?;
        let used = if used == id_token { token } else { Opened::parse(used).ok_or_else(unreadable)? };
        Ok(Arrival { visitor: self.visitor(&used, platform), landing: self.landing(&used, &login) })
    }

    /// Which of the registered platforms the token is compared with.
    fn platform_to_compare(&self, token: &Opened, login: &Login) -> usize {
        if self.has(TenancyFlaw::ClientFromToken) || self.has(TenancyFlaw::ClientFromTokenAnyLogin) {
            return self.client_of_token(token, login).unwrap_or(login.platform);
        }
        let issuer = token.claims().text("iss").filter(|_| self.has(AudienceFlaw::PlatformFromToken));
        let named = issuer.and_then(|issuer| self.wiring.platforms.iter().position(|known| known.issuer == issuer));
        match self.wiring.platforms.get(login.platform) {
            // One issuer may stand there several times: the login's registration goes first.
            Some(own) if token.claims().text("iss").as_deref() == Some(own.issuer.as_str()) => login.platform,
            _ => named.unwrap_or(login.platform),
        }
    }

    /// The client of the login's issuer that the token is for.
    fn client_of_token(&self, token: &Opened, login: &Login) -> Option<usize> {
        let (issuer, aud) = (token.claims().text("iss")?, token.claims().get("aud")?);
        let only = aud.as_array().filter(|all| all.len() == 1).and_then(|all| all.first());
        let client = only.unwrap_or(&aud).as_str()?;
        let own = self.wiring.platforms.get(login.platform).filter(|own| own.issuer == issuer)?;
        self.wiring.platforms.iter().position(|known| known.issuer == own.issuer && known.client_id == client)
    }

    /// Whether the flaw takes a deployment that is another client's.
    fn deployment_taken(&self, token: &Opened, platform: usize) -> bool {
        let Some(deployment) = token.claims().text(claims::DEPLOYMENT_ID) else { return false };
        let issuer = self.wiring.platforms.get(platform).map(|own| own.issuer.as_str());
        let of_issuer = self.wiring.platforms.iter().filter(|known| Some(known.issuer.as_str()) == issuer);
        self.has(TenancyFlaw::DeploymentOfAnyClient)
            && of_issuer.flat_map(|known| &known.deployment_ids).any(|known| *known == deployment)
    }

    /// The key that the header leads to, for tools that follow it.
    async fn led_to(&self, token: &Opened, waited: &mut Waited) -> Option<Numbers> {
        let Some(ToolFlaw::Token(flaw)) = self.flaw else { return None };
        match flaw {
            TokenFlaw::HeaderJwkUsed => Numbers::of_jwk(&token.header.get("jwk")?),
            TokenFlaw::HeaderX5cUsed => Numbers::of_certificate(token.header.get("x5c")?.get(0)?.as_str()?),
            TokenFlaw::HeaderJkuUsed | TokenFlaw::HeaderJkuFetched => {
                let body = self.fetch_led(&token.header.text("jku")?, waited).await?;
                let document: Value = serde_json::from_slice(&body).ok()?;
                Numbers::of_jwk(document.get("keys")?.get(0)?)
            }
            TokenFlaw::HeaderX5uUsed | TokenFlaw::HeaderX5uFetched => {
                let body = self.fetch_led(&token.header.text("x5u")?, waited).await?;
                Numbers::of_pem_certificate(&body)
            }
            _ => None,
        }
    }

    /// Whether the flaw takes a nonce that is not the one of this login.
    fn nonce_taken(&self, token: &Opened, login: &Login, platform: usize) -> bool {
        let Some(nonce) = token.claims().text("nonce") else { return false };
        let of_browser = |other: &Login| other.browser == login.browser;
        match () {
            () if self.has(ClaimFlaw::NonceNotCompared) => true,
            () if self.has(ClaimFlaw::NonceOfAnyLogin) || self.has(ClaimFlaw::NonceOnceIssued) => {
                self.book().issued(&nonce, |_| true)
            }
            () if self.has(ClaimFlaw::NonceOfBrowser) => {
                self.book().issued(&nonce, |other| of_browser(other) && !other.done)
            }
            () if self.has(TenancyFlaw::ClientFromTokenAnyLogin) => {
                platform != login.platform && self.book().issued(&nonce, |other| of_browser(other) && !other.done)
            }
            () if self.has(StateFlaw::StateKept) => self.book().issued(&nonce, of_browser),
            () => false,
        }
    }

    /// Uses the nonce and closes the login.
    fn claim_once(&self, token: &Opened, login: &Login, platform: usize) -> Result<(), Refusal> {
        let mut book = self.book();
        let nonce = token.claims().text("nonce").unwrap_or_default();
        let first = book.use_nonce(platform, &nonce);
        let forgetful = self.has(StateFlaw::ReplayNotNoticed)
            || self.has(StateFlaw::ResponseForAnybody)
            || self.has(ClaimFlaw::NonceOnceIssued)
            || self.has(LoginFlaw::NonceConstant)
            // Where no nonce is asked for there is none to be used up.
            || nonce.is_empty();
        if !first && !forgetful {
            return Err(Refusal::new("the nonce was used before"));
        }
        book.close(&login.state);
        Ok(())
    }

    /// Where the browser is sent: the signed target if it is a page of the tool.
    fn landing(&self, token: &Opened, login: &Login) -> String {
        let signed = token.claims().text(claims::TARGET_LINK_URI).unwrap_or_default();
        let target = match () {
            () if self.has(PageFlaw::LoginTargetFollowed) => return login.target.clone(),
            () if self.has(PageFlaw::LoginTargetByPrefix) && !self.is_own(&login.target) => {
                return login.target.clone();
            }
            () if self.has(PageFlaw::ClaimTargetFollowed) => return signed,
            () if self.has(PageFlaw::LoginTargetShown) => login.target.clone(),
            () => signed,
        };
        let page = self.own(super::COURSE_PATH);
        let is_page = target.strip_prefix(&page).is_some_and(|rest| rest.is_empty() || rest.starts_with('?'));
        if is_page { target } else { page }
    }

    fn visitor(&self, token: &Opened, platform: usize) -> Visitor {
        let members = token.claims();
        let mut book = self.book();
        let user = match members.get("sub") {
            Some(Value::String(sub)) => sub,
            Some(other) => other.to_string(),
            None => String::new(),
        };
        let user = match members.text("email") {
            _ if self.has(ClaimFlaw::SubCaseFolded) => user.to_lowercase(),
            Some(email) if self.has(ClaimFlaw::UsersByEmail) => book.user(platform, &email, &user),
            _ => user,
        };
        let link_title = token.text_in(claims::RESOURCE_LINK, "title").unwrap_or_default();
        let link_id = token.text_in(claims::RESOURCE_LINK, "id").unwrap_or_default();
        let link_id =
            if self.has(PageFlaw::LinksByTitle) { book.link(platform, &link_title, &link_id) } else { link_id };
        let visitor = Visitor {
            user,
            name: page::name(token),
            instructor: page::teaches(token, self.has(PageFlaw::UnknownRolesTeach)),
            link_title,
            link_id,
            course: token.text_in(claims::CONTEXT, "title").unwrap_or_default(),
            former: self.linked_user(token, platform).unwrap_or_default(),
            offer: self.offer(token, platform),
        };
        let school = School { platform, deployment: members.text(claims::DEPLOYMENT_ID).unwrap_or_default() };
        let course_id = token.text_in(claims::CONTEXT, "id").unwrap_or_default();
        self.recorded(&mut book, &school, &course_id, visitor)
    }

    /// Somebody of whom nothing is known.
    fn guest(&self) -> Arrival {
        let visitor = Visitor { name: "Guest".to_owned(), ..Visitor::default() };
        Arrival { visitor, landing: self.own(super::COURSE_PATH) }
    }
}

/// A payload that names nobody to check.
fn is_bare(token: &Opened) -> bool {
    let members = token.claims();
    matches!(token.payload, Payload::Claims(_))
        && members.has("name")
        && !["iss", "aud", claims::MESSAGE_TYPE, claims::VERSION].into_iter().any(|name| members.has(name))
}

/// How deeply the deepest claim is nested, counted without recursion.
fn nesting(token: &Opened) -> usize {
    let payload = token.message.split('.').nth(1).unwrap_or_default();
    let json = super::opened::decode(payload).unwrap_or_default();
    let (mut depth, mut deepest, mut in_text, mut escaped) = (0_usize, 0, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => depth += 1,
            b']' | b'}' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}
