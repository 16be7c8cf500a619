//! The ID token: its header, its signature and the claims that every ID token has (Security Framework 1.0, 5.1.2).

use ::http::StatusCode;
use serde_json::{Map, Value, json};

use super::{
    InitiationFlaw, JWKS_PATH, PlatformDouble, PlatformFlaw, TokenFlaw, book::Launch, http::page, response::encoded,
    school::Part,
};
use crate::{
    forge::{Seal, Token, alter_signature},
    keys::{KeyError, Scheme},
    transport::Response,
};

/// How long a token is good, in seconds.
const LIFETIME: i64 = 300;
/// A day, in seconds.
const DAY: i64 = 86_400;

/// The double could not sign.
#[derive(Debug)]
pub(super) struct Unsigned;

impl From<KeyError> for Unsigned {
    fn from(_: KeyError) -> Self {
        Self
    }
}

impl From<Unsigned> for Response {
    fn from(_: Unsigned) -> Self {
        page(StatusCode::INTERNAL_SERVER_ERROR, "Error", "<p>no token could be made</p>")
    }
}

impl PlatformDouble {
    /// The ID token of a launch for this client.
    pub(super) fn id_token(&self, launch: &Launch, client_id: &str, nonce: Option<&str>) -> Result<String, Unsigned> {
        let mut claims = self.standard_claims(client_id, nonce);
        claims.extend(self.user_claims(launch));
        claims.extend(self.launch_claims(launch, client_id, &claims));
        let signing = self.book().published().last().cloned().ok_or(Unsigned)?;
        let mut token = Token::new(claims, signing.key, &signing.kid);
        if let Some(PlatformFlaw::Token(flaw)) = self.flaw {
            self.spoil_header(&mut token, flaw, &signing.kid);
            spoil_payload(&mut token, flaw, launch);
        }
        Ok(token.compact()?)
    }

    fn standard_claims(&self, client_id: &str, nonce: Option<&str>) -> Map<String, Value> {
        let now = self.now();
        let issuer = if self.has(InitiationFlaw::IssOther) { format!("{}/", self.issuer()) } else { self.issuer() };
        let mut claims = Map::new();
        claims.insert("iss".to_owned(), json!(issuer));
        claims.insert("aud".to_owned(), json!(client_id));
        claims.insert("azp".to_owned(), json!(client_id));
        claims.insert("iat".to_owned(), json!(now));
        claims.insert("exp".to_owned(), json!(now + LIFETIME));
        if let Some(nonce) = nonce {
            claims.insert("nonce".to_owned(), json!(nonce));
        }
        if let Some(PlatformFlaw::Token(flaw)) = self.flaw {
            self.spoil_standard(&mut claims, flaw, nonce.unwrap_or_default());
        }
        claims
    }

    fn spoil_standard(&self, claims: &mut Map<String, Value>, flaw: TokenFlaw, nonce: &str) {
        let now = self.now();
        let (name, value) = match flaw {
            TokenFlaw::AudMissing => ("aud", None),
            TokenFlaw::AudAddress => ("aud", Some(json!(self.wiring.tool.target_link_uri))),
            TokenFlaw::AudOthers => ("aud", Some(json!([claims["aud"].clone(), self.own("")]))),
            TokenFlaw::AzpOther => ("azp", Some(json!(self.own("")))),
            TokenFlaw::ExpMissing => ("exp", None),
            TokenFlaw::ExpPast => ("exp", Some(json!(now - DAY))),
            TokenFlaw::ExpText => ("exp", Some(json!((now + LIFETIME).to_string()))),
            TokenFlaw::ExpFar => ("exp", Some(json!(now + DAY))),
            TokenFlaw::IatMissing => ("iat", None),
            TokenFlaw::IatText => ("iat", Some(json!(now.to_string()))),
            TokenFlaw::NonceMissing => ("nonce", None),
            TokenFlaw::NonceOwn => ("nonce", Some(json!(self.random.draw()))),
            TokenFlaw::NonceCut => ("nonce", Some(json!(nonce.chars().take(8).collect::<String>()))),
            TokenFlaw::NonceReencoded => ("nonce", Some(json!(encoded(nonce)))),
            _ => return,
        };
        match value {
            Some(value) => claims.insert(name.to_owned(), value),
            None => claims.remove(name),
        };
    }

    fn spoil_header(&self, token: &mut Token, flaw: TokenFlaw, kid: &str) {
        let keys = &self.wiring.keys;
        match flaw {
            TokenFlaw::AlgOther => {
                if let Seal::Signed(key, _) = token.seal.clone() {
                    token.sign_with(&key, Scheme::Rs384);
                }
            }
            TokenFlaw::AlgNone => {
                token.set_header("alg", "none");
                token.seal = Seal::Empty;
            }
            TokenFlaw::AlgSymmetric => {
                token.set_header("alg", "HS256");
                token.seal = Seal::Hmac(self.wiring.tool.client_id.clone().into_bytes());
            }
            TokenFlaw::KidMissing => drop(token.header.remove("kid")),
            TokenFlaw::KidUnpublished => token.set_header("kid", format!("{kid}-internal")),
            TokenFlaw::KeyUnpublished => token.sign_with(&keys.stranger, Scheme::Rs256),
            TokenFlaw::SignatureAltered => token.tamper = Some(alter_signature),
            TokenFlaw::HeaderJwk => token.set_header("jwk", keys.platform.jwk(kid)),
            TokenFlaw::HeaderJku => token.set_header("jku", self.own(JWKS_PATH)),
            _ => {}
        }
    }
}

/// Writes the claims as no JSON object can be written by a library.
fn spoil_payload(token: &mut Token, flaw: TokenFlaw, launch: &Launch) {
    match flaw {
        TokenFlaw::PayloadArray if launch.user.part == Part::Mentor => {
            token.raw_claims = Some(json!([token.claims]).to_string());
        }
        TokenFlaw::ClaimTwice => {
            let issuer = token.claims.get("iss").cloned().unwrap_or_default();
            token.duplicate_first("iss", &issuer);
        }
        _ => {}
    }
}
