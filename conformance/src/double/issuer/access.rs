//! The double's access tokens: of type `at+jwt` (RFC 9068), and remembered by their `jti`.

use serde_json::{Map, json};

use super::{
    BearerFlaw, IssuerDouble, KID, TokenEndpointFlaw as Flaw,
    assertion::Opened,
    book::{AccessRecord, Grant},
};
use crate::forge::Token;

/// How long an access token is good, in seconds.
pub(super) const ACCESS_LIFETIME: i64 = 300;

impl IssuerDouble {
    /// An access token of a grant.
    pub(super) fn new_access(&self, grant: &Grant) -> String {
        self.keep_access(Some(grant.clone()), &grant.wanted.client.id, &grant.wanted.scope)
    }

    /// An access token, of a grant or of a client itself.
    pub(super) fn keep_access(&self, grant: Option<Grant>, client_id: &str, scope: &str) -> String {
        let (jti, now) = (self.random.draw(), self.now());
        let until = now + ACCESS_LIFETIME;
        let mut token = Token::new(Map::new(), self.wiring.keys.platform.clone(), KID);
        token.set_header("typ", "at+jwt");
        token.set("iss", if self.has(Flaw::JwtIssuer) { self.wiring.host.clone() } else { self.issuer() });
        token.set("sub", grant.as_ref().map_or(client_id, |grant| grant.user));
        token.set("aud", self.issuer());
        token.set("exp", json!(until));
        token.set("jti", jti.as_str());
        if !self.has(Flaw::JwtClaims) {
            token.set("client_id", client_id);
            token.set("iat", json!(now));
        }
        if !self.has(Flaw::JwtScope) {
            token.set("scope", scope);
        }
        let record = AccessRecord { grant, client_id: client_id.to_owned(), scope: scope.to_owned(), until };
        self.book().access.insert(jti, record);
        token.compact().unwrap_or_default()
    }

    /// What is known of an access token that the double made, whether it has ended or not: its `jti` and the record.
    pub(super) fn known_access(&self, token: &str) -> Option<(String, AccessRecord)> {
        let opened = Opened::read(token)?;
        let typ = opened.header.get("typ").and_then(serde_json::Value::as_str);
        if typ != Some("at+jwt") || !self.genuine(&opened) {
            return None;
        }
        let jti = opened.text("jti")?.to_owned();
        let record = self.book().access.get(&jti).cloned()?;
        Some((jti, record))
    }

    fn genuine(&self, token: &Opened) -> bool {
        let own = self.wiring.keys.platform.jwk(KID);
        match token.alg() {
            "none" => self.has(BearerFlaw::Unsigned),
            "HS256" => self.has(BearerFlaw::PublicKeyAsSecret) && token.signed_with_public(&own),
            _ => {
                let led = token.header.get("jwk").filter(|_| self.has(BearerFlaw::StrangerServed));
                token.signed_by(&own)
                    || led.is_some_and(|key| token.signed_by(key))
                    || self.has(BearerFlaw::AlteredServed)
            }
        }
    }

    /// Whether an access token was revoked, by itself or with its grant.
    pub(super) fn is_revoked(&self, jti: &str, record: &AccessRecord) -> bool {
        let book = self.book();
        let with_grant = record.grant.as_ref().is_some_and(|grant| book.revoked.contains(&grant.number));
        with_grant || book.ended_access.contains(jti)
    }

    /// An access token that has neither ended nor been revoked.
    pub(super) fn living(&self, token: &str) -> Option<AccessRecord> {
        let (jti, record) = self.known_access(token)?;
        let ended = record.until <= self.now() && !self.has(BearerFlaw::ExpiredServed);
        (!ended && !self.is_revoked(&jti, &record)).then_some(record)
    }
}
