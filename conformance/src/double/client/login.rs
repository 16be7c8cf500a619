//! How the double starts a login.

use ::http::{Method, StatusCode, header};
use aws_lc_rs::digest;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{
    CALLBACK_PATH, ClientDouble, DoubleFlow, FrontFlaw, InitiationFlaw, LOGIN_COOKIE, Pending, RequestFlaw, refuse,
};
use crate::{
    double::http::{self, Fields},
    transport::{Request, Response},
};

/// How old a login at the issuer may be, in seconds.
pub(super) const MAX_AGE: i64 = 86_400;

impl ClientDouble {
    /// Somebody chose "sign in with ...".
    pub(super) async fn log_in(&self, request: &Request) -> Response {
        let index = Fields::of(request).get("issuer").and_then(|index| index.parse().ok()).unwrap_or(0);
        self.start(index, None).await
    }

    /// A third party starts a login (OpenID Connect Core 1.0, 4).
    pub(super) async fn initiate(&self, request: &Request) -> Response {
        if self.has(InitiationFlaw::GetOnly) && request.method() != Method::GET {
            return refuse("a login begins by a link");
        }
        if self.has(InitiationFlaw::PostOnly) && request.method() != Method::POST {
            return refuse("a login begins by a form");
        }
        let fields = Fields::of(request);
        let known = |name: &str| ["iss", "login_hint", "target_link_uri"].contains(&name);
        if self.has(InitiationFlaw::UnknownRefused) && !fields.names().all(known) {
            return refuse("an unknown parameter");
        }
        let index = self.wiring.issuers.iter().position(|known| fields.get("iss") == Some(known.issuer.as_str()));
        let index = index.or_else(|| self.has(InitiationFlaw::AnyIssuer).then_some(0));
        let Some(index) = index else { return refuse("this issuer is not known here") };
        let target = fields.get("target_link_uri").map(str::to_owned);
        let own = |target: &String| target.starts_with(&format!("{}/", self.wiring.base_url));
        let open = self.has(InitiationFlaw::OpenRedirect) || self.has(InitiationFlaw::OpenRedirectMarked);
        let mut target = target.filter(|target| open || own(target));
        if let Some(target) = target.as_mut().filter(|_| self.has(InitiationFlaw::OpenRedirectMarked)) {
            target.push_str("?signed_in=1");
        }
        self.start(index, target).await
    }

    async fn start(&self, index: usize, target: Option<String>) -> Response {
        let metadata = match self.discover(index).await {
            Ok(metadata) => metadata,
            Err(reason) => return refuse(&reason),
        };
        let bare = self.has(RequestFlaw::Bare) || self.has(RequestFlaw::BareConstant);
        let constant = self.has(RequestFlaw::ConstantState) || self.has(RequestFlaw::BareConstant);
        let state = if constant { "login".to_owned() } else { self.random.draw() };
        let code = self.wiring.flow != DoubleFlow::Front;
        let pending = Pending {
            issuer: index,
            metadata,
            state,
            nonce: (!bare && !self.has(FrontFlaw::NoNonce)).then(|| self.nonce()),
            verifier: (code && !bare && !self.has(RequestFlaw::NoPkce)).then(|| self.verifier()),
            target,
        };
        let query = self.query(&pending);
        let address = format!("{}?{query}", pending.metadata.authorization_endpoint);
        let cookie = self.random.draw();
        self.book().pending.insert(cookie.clone(), pending);
        let mut response = http::redirect(StatusCode::FOUND, &address);
        let line = format!("{LOGIN_COOKIE}={cookie}; Path=/; Secure; HttpOnly; SameSite=None");
        http::add_header(&mut response, header::SET_COOKIE, &line);
        response
    }

    fn nonce(&self) -> String {
        if self.has(RequestFlaw::CountedNonce) {
            let mut book = self.book();
            book.counted += 1;
            return (1000 + book.counted).to_string();
        }
        self.random.draw()
    }

    fn verifier(&self) -> String {
        if self.has(RequestFlaw::ConstantVerifier) {
            return "v".repeat(43);
        }
        let drawn = self.random.draw();
        if self.has(RequestFlaw::ShortVerifier) { drawn[..20].to_owned() } else { drawn }
    }

    /// The authorization request.
    fn query(&self, pending: &Pending) -> String {
        let issuer = self.issuer(pending.issuer);
        let redirect_uri = self.redirect_uri();
        let max_age = MAX_AGE.to_string();
        let scope = if self.has(RequestFlaw::NoOpenid) { "profile email" } else { "openid profile email" };
        let mut query = form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("response_type", self.wiring.flow.response_type())
            .append_pair("client_id", &issuer.client_id)
            .append_pair("redirect_uri", &redirect_uri)
            .append_pair("scope", scope)
            .append_pair("state", &pending.state)
            .append_pair("max_age", &max_age);
        if self.has(RequestFlaw::Twice) {
            query.append_pair("client_id", &issuer.client_id);
        }
        if let Some(nonce) = &pending.nonce {
            query.append_pair("nonce", nonce);
        }
        if self.wiring.flow != DoubleFlow::Code {
            query.append_pair("response_mode", "form_post");
        }
        if let Some(verifier) = &pending.verifier {
            let fallen_back = std::mem::take(&mut self.book().plain_next);
            if self.has(RequestFlaw::Plain) || fallen_back {
                query.append_pair("code_challenge", verifier).append_pair("code_challenge_method", "plain");
            } else {
                let digest = digest::digest(&digest::SHA256, verifier.as_bytes());
                query
                    .append_pair("code_challenge", &URL_SAFE_NO_PAD.encode(digest))
                    .append_pair("code_challenge_method", "S256");
            }
        }
        query.finish()
    }

    pub(super) fn redirect_uri(&self) -> String {
        format!("{}{CALLBACK_PATH}", self.wiring.base_url)
    }
}
