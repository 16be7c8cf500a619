//! The double's ID tokens (`OpenID` Connect Core 1.0, 2).

use aws_lc_rs::digest;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, json};

use super::{IssuerDouble, IssuerFlaw, KID, RefreshFlaw, book::Grant};
use crate::{forge::Token, keys::Scheme};

/// How long an ID token is good, in seconds.
const LIFETIME: i64 = 600;

/// What an ID token is made for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Occasion<'o> {
    /// Whether it goes through the browser.
    pub(super) front: bool,
    /// Whether a refresh brings it.
    pub(super) refreshed: bool,
    /// The code beside it.
    pub(super) code: Option<&'o str>,
    /// The access token beside it.
    pub(super) access: Option<&'o str>,
}

impl IssuerDouble {
    /// The ID token of a response at the redirect URI.
    pub(super) fn front_id_token(&self, grant: &Grant, code: Option<&str>, access: Option<&str>) -> String {
        self.id_token(grant, Occasion { front: true, code, access, refreshed: false })
    }

    /// An ID token.
    pub(super) fn id_token(&self, grant: &Grant, occasion: Occasion<'_>) -> String {
        let now = self.now();
        let wanted = &grant.wanted;
        let mut token = Token::new(Map::new(), self.wiring.keys.platform.clone(), KID);
        token.set("iss", self.issuer());
        token.set("sub", grant.user);
        token.set("aud", wanted.client.id.as_str());
        token.set("iat", json!(now));
        token.set("exp", json!(now + LIFETIME));
        token.set("auth_time", json!(grant.auth_time));
        if let Some(nonce) = wanted.nonce.as_ref().filter(|_| !occasion.refreshed) {
            token.set("nonce", nonce.as_str());
        }
        if let Some(code) = occasion.code.filter(|_| occasion.front) {
            token.set("c_hash", half_hash(code));
        }
        if let Some(access) = occasion.access {
            token.set("at_hash", half_hash(access));
        }
        self.renewed(&mut token, occasion);
        if let Some(IssuerFlaw::IdToken(flaw)) = self.flaw {
            flaw.spoil(&mut token, grant, occasion, &self.wiring.keys);
        }
        token.compact().unwrap_or_default()
    }

    /// What is wrong with an ID token that comes with refreshing (`OpenID` Connect Core 1.0, 12.2).
    fn renewed(&self, token: &mut Token, occasion: Occasion<'_>) {
        let Some(IssuerFlaw::Refresh(flaw)) = self.flaw.filter(|_| occasion.refreshed) else { return };
        match flaw {
            RefreshFlaw::IdTokenSubject => token.set("sub", "somebody-else"),
            RefreshFlaw::IdTokenNonce => token.set("nonce", self.random.draw()),
            RefreshFlaw::IdTokenTime => token.set("auth_time", json!(self.now())),
            _ => {}
        }
    }

    /// The `sub` of a hint that the double itself made for anybody; an expired one is as good.
    pub(super) fn hinted(&self, hint: &str) -> Option<String> {
        let (header, claims) = super::client::parts(hint)?;
        let own = header.get("alg") == Some(&json!(Scheme::Rs256.alg()))
            && super::client::verifies(hint, &self.wiring.keys.platform.jwk(KID));
        let trusted = own || self.has(super::PromptFlaw::HintForged);
        let issued = claims.get("iss").and_then(serde_json::Value::as_str) == Some(self.issuer().as_str());
        let ended = claims.get("exp").and_then(serde_json::Value::as_i64).is_some_and(|exp| exp < self.now());
        if ended && self.has(super::PromptFlaw::HintExpired) {
            return None;
        }
        (trusted && issued).then(|| claims.get("sub")?.as_str().map(str::to_owned)).flatten()
    }
}

/// The left half of the hash of a value (`OpenID` Connect Core 1.0, 3.2.2.9 and 3.3.2.10).
pub(super) fn half_hash(value: &str) -> String {
    URL_SAFE_NO_PAD.encode(&digest::digest(&digest::SHA256, value.as_bytes()).as_ref()[..16])
}
